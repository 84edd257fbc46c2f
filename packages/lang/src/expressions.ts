import type { ArrayExpression, AssignmentExpression, Expression, ImportExpression, NewExpression } from 'oxc-parser'
import { assignMember } from './assigned-members.ts'
import { visitArguments, visitChain } from './chain.ts'
import { classExpression } from './classes.ts'
import { requestCode, roleCode } from './codes.ts'
import { assignExport } from './commonjs.ts'
import { NONE } from './expr-rows.ts'
import { functionExpression } from './functions.ts'
import { isConst } from './initialiser.ts'
import { visitJsx } from './jsx.ts'
import { literalValue } from './literals.ts'
import { use, useModule } from './names.ts'
import { visitObject } from './objects.ts'
import { visitBinary, visitConditional, visitLogical } from './operators.ts'
import { assign } from './patterns.ts'
import { VALUE } from './scopes.ts'
import { typeArguments, visitType } from './types.ts'
import type { Walk } from './walk.ts'

/** Array literals longer than this are known by their first elements. */
const SAMPLED_ELEMENTS = 8

/** Reads an expression; the result is the row of its value, or -1. */
export function visitExpression(w: Walk, node: Expression): number {
  switch (node.type) {
    case 'Identifier':
      return use(w, node, VALUE, roleCode.read)
    case 'MemberExpression':
    case 'CallExpression':
    case 'ChainExpression':
    case 'TSNonNullExpression':
      return visitChain(w, node, roleCode.read)
    case 'Literal':
      return literal(w, node)
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
    case 'TSEmptyBodyFunctionExpression':
      return functionExpression(w, node)
    case 'ObjectExpression':
      return visitObject(w, node)
    case 'BinaryExpression':
      return visitBinary(w, node)
    case 'LogicalExpression':
      return visitLogical(w, node)
    case 'ConditionalExpression':
      return visitConditional(w, node)
    case 'AssignmentExpression':
      return assignment(w, node)
    case 'UnaryExpression':
      return unary(w, node.operator, node.argument)
    case 'UpdateExpression':
      assign(w, node.argument, NONE)
      return w.builtin('Number')
    case 'AwaitExpression':
      return w.exprs.awaited(visitExpression(w, node.argument))
    case 'YieldExpression': {
      const value = node.argument === null ? NONE : visitExpression(w, node.argument)
      w.frame.yields.push(node.delegate ? w.exprs.element(value) : value)
      return NONE
    }
    case 'NewExpression':
      return construct(w, node)
    case 'ThisExpression':
      return w.self
    case 'Super':
      return w.base
    case 'ArrayExpression':
      return array(w, node)
    case 'TemplateLiteral':
      for (const part of node.expressions) visitExpression(w, part)
      return w.builtin('String')
    case 'TaggedTemplateExpression': {
      const tag = visitReference(w, node.tag, roleCode.call)
      typeArguments(w, node.typeArguments)
      for (const part of node.quasi.expressions) visitExpression(w, part)
      return w.exprs.call(tag)
    }
    case 'SequenceExpression': {
      let value = NONE
      for (const part of node.expressions) value = visitExpression(w, part)
      return value
    }
    case 'ClassExpression':
    case 'ClassDeclaration':
      return classExpression(w, node)
    case 'TSAsExpression':
    case 'TSTypeAssertion': {
      const value = visitExpression(w, node.expression)
      if (isConst(node.typeAnnotation)) return value
      const declared = visitType(w, node.typeAnnotation)
      return declared < 0 ? value : declared
    }
    case 'TSSatisfiesExpression': {
      const value = visitExpression(w, node.expression)
      visitType(w, node.typeAnnotation)
      return value
    }
    case 'TSInstantiationExpression': {
      const value = visitExpression(w, node.expression)
      typeArguments(w, node.typeArguments)
      return value
    }
    case 'ImportExpression':
      return dynamicImport(w, node)
    case 'JSXElement':
    case 'JSXFragment':
      visitJsx(w, node)
      return NONE
    case 'ParenthesizedExpression':
      return visitExpression(w, node.expression)
    case 'V8IntrinsicExpression':
      visitArguments(w, node.arguments)
      return NONE
    default:
      return NONE
  }
}

/** Reads an expression that a role is about: what is called, written, extended. */
export function visitReference(w: Walk, node: Expression, role: number): number {
  switch (node.type) {
    case 'Identifier':
      return use(w, node, VALUE, role)
    case 'MemberExpression':
    case 'CallExpression':
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'ThisExpression':
    case 'Super':
      return visitChain(w, node, role)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion': {
      const value = visitReference(w, node.expression, role)
      if (isConst(node.typeAnnotation)) return value
      const declared = visitType(w, node.typeAnnotation)
      return declared < 0 || node.type === 'TSSatisfiesExpression' ? value : declared
    }
    case 'TSInstantiationExpression': {
      const value = visitReference(w, node.expression, role)
      typeArguments(w, node.typeArguments)
      return value
    }
    default:
      return visitExpression(w, node)
  }
}

function literal(w: Walk, node: { readonly value: unknown; readonly regex?: unknown }): number {
  if (node.regex !== undefined) return w.builtin('RegExp')
  return literalValue(w, node.value)
}

function assignment(w: Walk, node: AssignmentExpression): number {
  const { left, operator } = node
  if (operator === '=') {
    const exported = assignExport(w, node)
    if (exported !== null) return exported
    const member = assignMember(w, node)
    if (member !== null) return member
    const value = visitExpression(w, node.right)
    assign(w, left, value)
    return value
  }
  assign(w, left, NONE)
  const value = visitExpression(w, node.right)
  if (operator !== '??=' && operator !== '||=' && operator !== '&&=')
    return operator === '+=' ? NONE : w.builtin('Number')
  w.frame.complexity += 1
  return value
}

function unary(w: Walk, operator: string, argument: Expression): number {
  if (operator === 'delete') visitReference(w, argument, roleCode.write)
  else visitExpression(w, argument)
  switch (operator) {
    case 'typeof':
      return w.builtin('String')
    case '!':
    case 'delete':
      return w.builtin('Boolean')
    case 'void':
      return NONE
    default:
      return w.builtin('Number')
  }
}

function construct(w: Walk, node: NewExpression): number {
  const callee = visitReference(w, node.callee, roleCode.construct)
  const args = typeArguments(w, node.typeArguments)
  visitArguments(w, node.arguments)
  return args === null ? w.exprs.construct(callee) : w.exprs.instance(callee, args)
}

function array(w: Walk, node: ArrayExpression): number {
  const values: number[] = []
  for (const element of node.elements) {
    if (element === null) continue
    const value =
      element.type === 'SpreadElement'
        ? w.exprs.element(visitExpression(w, element.argument))
        : visitExpression(w, element)
    if (values.length < SAMPLED_ELEMENTS) values.push(value)
  }
  const element = w.exprs.union(values)
  return w.library('Array', element < 0 ? null : [element])
}

function dynamicImport(w: Walk, node: ImportExpression): number {
  const { source } = node
  let module = NONE
  if (source.type === 'Literal' && typeof source.value === 'string') {
    module = useModule(w, source, requestCode.dynamic, roleCode.import)
  } else {
    visitExpression(w, source)
  }
  if (node.options !== null) visitExpression(w, node.options)
  return w.library('Promise', module < 0 ? null : [module])
}
