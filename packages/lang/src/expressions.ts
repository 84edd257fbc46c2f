import type {
  ArrayExpression,
  AssignmentExpression,
  Expression,
  ImportExpression,
  NewExpression,
  StaticMemberExpression,
} from 'oxc-parser'
import { assignMember } from './assigned-members.ts'
import { visitArguments, visitChain } from './chain.ts'
import { classExpression } from './classes.ts'
import { kindCode, requestCode, roleCode } from './codes.ts'
import { assignExport } from './commonjs.ts'
import { NONE } from './expr-rows.ts'
import { functionExpression } from './functions.ts'
import { isConst } from './initialiser.ts'
import { iterate } from './iteration.ts'
import { visitJsx } from './jsx.ts'
import { literalValue } from './literals.ts'
import { use, useModule } from './names.ts'
import { visitObject } from './objects.ts'
import { visitBinary, visitConditional, visitLogical } from './operators.ts'
import { assign, elementAt, noteAssigned } from './patterns.ts'
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
      if (node.delegate && node.argument !== null) iterate(w, value, node.argument, false)
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
      const named = w.occurrences.start.length
      const types = typeArguments(w, node.typeArguments)
      const args = [NONE, ...node.quasi.expressions.map((part) => visitExpression(w, part))]
      const result = w.exprs.call(w.exprs.applied(tag, types), args)
      if (result >= 0) w.call(result, tag, named, node.tag)
      return result
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
      w.expect(value, declared)
      return declared < 0 ? value : declared
    }
    case 'TSSatisfiesExpression': {
      const value = visitExpression(w, node.expression)
      w.expect(value, visitType(w, node.typeAnnotation))
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
    if (isPrototype(left)) inheritFrom(w, left, value)
    return value
  }
  const target = visitReference(w, left as Expression, roleCode.write)
  const value = visitExpression(w, node.right)
  if (operator !== '??=' && operator !== '||=' && operator !== '&&=')
    return operator === '+=' ? NONE : w.builtin('Number')
  w.store(target, value)
  if (left.type === 'Identifier') noteAssigned(w, left.name, NONE)
  w.counts.decisions += 1
  return operator === '&&=' ? value : w.exprs.union([target, value])
}

function isPrototype(node: AssignmentExpression['left']): node is StaticMemberExpression {
  return node.type === 'MemberExpression' && !node.computed && node.property.name === 'prototype'
}

/** `F.prototype = value`: what `new F` gives has the members of the value. */
function inheritFrom(w: Walk, { object }: StaticMemberExpression, value: number): void {
  if (object.type !== 'Identifier') return
  const holder = w.scopes.find(w.names.id(object.name), VALUE)
  if (holder < 0) return
  const prototype = w.exprs.member(w.exprs.symbol(holder), w.names.id('prototype'))
  w.store(w.exprs.member(prototype, w.names.id('...')), value)
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

/** Containers that are told apart by where they are made: what is put into one is not in another. */
const containers = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array'])

function construct(w: Walk, node: NewExpression): number {
  const { callee } = node
  const made = visitReference(w, callee, roleCode.construct)
  const named = w.occurrences.start.length
  const types = typeArguments(w, node.typeArguments)
  const args = visitArguments(w, node.arguments)
  const result = w.exprs.construct(made, args)
  if (result >= 0) w.call(result, made, named, callee)
  useModuleUrl(w, node)
  const value = types === null ? (filled(w, callee, made, args) ?? result) : w.exprs.instance(made, types)
  if (callee.type !== 'Identifier' || !containers.has(callee.name) || !w.isGlobal(callee.name)) return value
  return container(w, node, value)
}

const moduleFile = /^[\w.][^:?#\\]*\.[cm]?[jt]sx?$/

/** Marks the module of `new URL('./worker.js', import.meta.url)`, which is how workers, child processes and bundlers are given one. */
function useModuleUrl(w: Walk, { callee, arguments: [specifier, base, ...others] }: NewExpression): void {
  if (callee.type !== 'Identifier' || callee.name !== 'URL' || others.length > 0 || !w.isGlobal('URL')) return
  if (specifier?.type !== 'Literal' || typeof specifier.value !== 'string' || !moduleFile.test(specifier.value)) return
  const isMetaUrl =
    base?.type === 'MemberExpression' &&
    base.object.type === 'MetaProperty' &&
    base.property.type === 'Identifier' &&
    base.property.name === 'url'
  if (!isMetaUrl) return
  const { value } = specifier
  useModule(w, specifier, requestCode.dynamic, roleCode.import, /^\.{1,2}\//.test(value) ? value : `./${value}`)
}

/** A map or a set by what it is made from. */
function filled(w: Walk, callee: Expression, made: number, [from]: readonly number[]): number | null {
  if (callee.type !== 'Identifier' || from === undefined || !w.exprs.isKnown(from) || !w.isGlobal(callee.name))
    return null
  const each = w.exprs.element(from)
  if (callee.name === 'Set' || callee.name === 'WeakSet') return w.exprs.instance(made, [each])
  if (callee.name !== 'Map' && callee.name !== 'WeakMap') return null
  return w.exprs.instance(made, [elementAt(w, each, 0), elementAt(w, each, 1)])
}

/** An object of its own that has what a value of the language has. */
function container(w: Walk, node: { readonly start: number; readonly end: number }, value: number): number {
  const object = w.hidden(kindCode.object, 0, node.start, node.end)
  w.symbols.type[object] = value
  return w.exprs.symbol(object)
}

function array(w: Walk, node: ArrayExpression): number {
  const values: number[] = []
  let isList = true
  for (const element of node.elements) {
    if (element === null) {
      values.push(NONE)
    } else if (element.type === 'SpreadElement') {
      isList = false
      values.push(w.exprs.element(visitExpression(w, element.argument)))
    } else {
      values.push(visitExpression(w, element))
    }
  }
  const sampled = values.slice(0, SAMPLED_ELEMENTS)
  const element = w.exprs.union(sampled)
  const isKnown = sampled.some((value) => w.exprs.isKnown(value))
  if (values.length > 0 && !isKnown) return w.library('Array', element < 0 ? null : [element])
  return container(w, node, w.library('Array', isKnown ? (isList ? [element, ...sampled] : [element]) : null))
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
