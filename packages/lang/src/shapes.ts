import type { ArrowFunctionExpression, Class, Expression, Function as FunctionNode, StringLiteral } from 'oxc-parser'

/** The expression inside `as`, `satisfies`, `!` and `<T>`. */
export function unwrapped(node: Expression): Expression {
  let inner = node
  while (
    inner.type === 'TSAsExpression' ||
    inner.type === 'TSSatisfiesExpression' ||
    inner.type === 'TSNonNullExpression' ||
    inner.type === 'TSTypeAssertion'
  ) {
    inner = inner.expression
  }
  return inner
}

/** The function an initialiser is, so that what it initialises is a function itself. */
export function functionIn(node: Expression | null): FunctionNode | ArrowFunctionExpression | null {
  if (node === null) return null
  const inner = unwrapped(node)
  return inner.type === 'ArrowFunctionExpression' || inner.type === 'FunctionExpression' ? inner : null
}

/** The class an initialiser is. */
export function classIn(node: Expression | null): Class | null {
  if (node === null) return null
  const inner = unwrapped(node)
  return inner.type === 'ClassExpression' ? inner : null
}

/** The specifier of `require('…')`. */
export function requiredIn(node: Expression | null): StringLiteral | null {
  if (node === null || node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return null
  if (node.callee.name !== 'require' || node.arguments.length !== 1) return null
  const [argument] = node.arguments
  return argument?.type === 'Literal' && typeof argument.value === 'string' ? argument : null
}
