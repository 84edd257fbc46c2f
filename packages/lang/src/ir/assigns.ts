import type { Expression } from 'oxc-parser'

type Part = Expression | { readonly type: 'SpreadElement'; readonly argument: Expression } | null

/**
 * Whether an expression may write a variable or a member by itself, so that what stands left of it has to be read before. What calls
 * write is no matter: nothing that was written before is thought to be gone after a call.
 */
export function assigns(node: Part): boolean {
  if (node === null) return false
  switch (node.type) {
    case 'Identifier':
    case 'Literal':
    case 'ThisExpression':
    case 'Super':
    case 'MetaProperty':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return false
    case 'MemberExpression':
      return assigns(node.object) || (node.computed && assigns(node.property))
    case 'CallExpression':
    case 'NewExpression':
      return assigns(node.callee) || node.arguments.some((argument) => assigns(argument))
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
      return assigns(node.expression)
    case 'UnaryExpression':
      return node.operator === 'delete' || assigns(node.argument)
    case 'AwaitExpression':
    case 'SpreadElement':
      return assigns(node.argument)
    case 'BinaryExpression':
      return (node.left.type !== 'PrivateIdentifier' && assigns(node.left)) || assigns(node.right)
    case 'LogicalExpression':
      return assigns(node.left) || assigns(node.right)
    case 'ConditionalExpression':
      return assigns(node.test) || assigns(node.consequent) || assigns(node.alternate)
    case 'TemplateLiteral':
      return node.expressions.some((part) => assigns(part))
    case 'ArrayExpression':
      return node.elements.some((element) => assigns(element))
    case 'ObjectExpression':
      return node.properties.some((property) =>
        assigns(property.type === 'SpreadElement' ? property.argument : property.value),
      )
    default:
      return true
  }
}
