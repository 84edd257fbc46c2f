import type { Argument, CallExpression, Expression, MemberExpression, PrivateIdentifier } from 'oxc-parser'
import { noteRecursion } from './code-counts.ts'
import { kindCode, requestCode, roleCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { frozenIn } from './initialiser.ts'
import { computedName, textOf } from './keys.ts'
import { textInside, use, useMember, useModule } from './names.ts'
import { elementAt } from './patterns.ts'
import { VALUE } from './scopes.ts'
import { requiredIn } from './shapes.ts'
import { typeArguments } from './types.ts'
import type { Walk } from './walk.ts'

/**
 * Reads a chain of calls, members and `!` from its innermost part on, without recursion: generated
 * code has chains thousands of links long.
 *
 * @param role of the outermost link, where it is a name or a member.
 */
export function visitChain(w: Walk, outermost: Expression, role: number): number {
  const links: Expression[] = []
  let node = outermost
  for (;;) {
    if (node.type === 'MemberExpression') {
      links.push(node)
      node = node.object
    } else if (node.type === 'CallExpression') {
      links.push(node)
      node = node.callee
    } else if (node.type === 'TSNonNullExpression' || node.type === 'ChainExpression') {
      links.push(node)
      node = node.expression
    } else {
      break
    }
  }
  let value = visitInnermost(w, node, roleAt(links, links.length - 1, role))
  for (let at = links.length - 1; at >= 0; at -= 1) {
    const link = links[at]!
    if (link.type === 'MemberExpression') {
      if (link.optional) w.counts.decisions += 1
      value = visitMember(w, link, value, roleAt(links, at - 1, role))
    } else if (link.type === 'CallExpression') {
      if (link.optional) w.counts.decisions += 1
      value = visitCall(w, link, value)
    }
  }
  return value
}

/** The role of what stands inside link `at`: what the nearest link that uses it does with it. */
function roleAt(links: readonly Expression[], at: number, outermost: number): number {
  for (let index = at; index >= 0; index -= 1) {
    const { type } = links[index]!
    if (type === 'CallExpression') return roleCode.call
    if (type === 'MemberExpression') return roleCode.read
  }
  return outermost
}

function visitInnermost(w: Walk, node: Expression, role: number): number {
  switch (node.type) {
    case 'Identifier': {
      const value = use(w, node, VALUE, role)
      return w.commonJs && node.name === 'exports' && w.isGlobal('exports') ? w.exprs.symbol(0) : value
    }
    case 'ThisExpression':
    case 'Super': {
      const value = node.type === 'Super' ? w.base : w.self
      if (value >= 0 && role !== roleCode.read && role !== roleCode.write)
        w.occurrence(node.start, node.end, role, value)
      return value
    }
    default:
      return w.visit.reference(w, node, role)
  }
}

function visitMember(w: Walk, node: MemberExpression, object: number, role: number): number {
  const { property } = node
  if (property.type === 'PrivateIdentifier') return privateMember(w, property, role)
  if (!node.computed) {
    const value = useMember(w, object, property as { name: string; start: number; end: number }, role)
    return isModuleExports(w, node) ? w.exprs.symbol(0) : value
  }
  if (property.type === 'Literal') {
    if (typeof property.value === 'number') return elementAt(w, object, property.value)
    if (typeof property.value !== 'string') return w.exprs.element(object)
    const start = textInside(property)
    if (start >= 0) return useMember(w, object, { name: property.value, start, end: property.end - 1 }, role)
    return w.exprs.member(object, w.names.id(property.value))
  }
  w.visit.expression(w, property)
  const key = textOf(w, property)
  if (key !== undefined) return w.exprs.member(object, w.names.id(key))
  return isSymbolKey(property) ? w.exprs.member(object, w.names.id(computedName(w, property))) : w.exprs.element(object)
}

/** `x[Symbol.iterator]` is a member, not an element. */
function isSymbolKey(node: Expression): boolean {
  return node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.object.name === 'Symbol'
}

/** Whether a member is `module.exports` of a CommonJS file. */
export function isModuleExports(w: Walk, node: Expression): boolean {
  return (
    w.commonJs &&
    node.type === 'MemberExpression' &&
    !node.computed &&
    node.object.type === 'Identifier' &&
    node.object.name === 'module' &&
    node.property.type === 'Identifier' &&
    node.property.name === 'exports' &&
    w.isGlobal('module')
  )
}

/** Marks the use of a private name, which its class alone can declare. */
export function privateMember(w: Walk, node: PrivateIdentifier, role: number): number {
  const name = w.names.id(`#${node.name}`)
  const place = w.scopes.find(name, VALUE)
  const expr = w.exprs.member(place < 0 ? NONE : w.exprs.self(place >> 1, (place & 1) === 1), name)
  w.occurrence(node.start, node.end, role, expr)
  return expr
}

function visitCall(w: Walk, node: CallExpression, callee: number): number {
  const named = w.occurrences.start.length
  noteRecursion(w, callee)
  const types = typeArguments(w, node.typeArguments)
  const required = requiredIn(node)
  if (required !== null && w.isGlobal('require')) return useModule(w, required, requestCode.require, roleCode.import)
  const frozen = frozenIn(w, node)
  if (frozen !== null) return w.visit.expression(w, frozen)
  const args = visitArguments(w, node.arguments)
  const result = w.exprs.call(w.exprs.applied(callee, types), args)
  if (result >= 0) w.call(result, callee, named, node.callee)
  return objectResult(w, node, args) ?? result
}

/** Reads the arguments of a call; the results are the rows of their values. */
export function visitArguments(w: Walk, nodes: readonly Argument[]): number[] {
  const values: number[] = []
  for (const node of nodes) {
    values.push(
      node.type === 'SpreadElement'
        ? w.exprs.spread(w.visit.expression(w, node.argument))
        : w.visit.expression(w, node),
    )
  }
  return values
}

/** What `Object.assign` and `Object.create` give: an object that has what the others have. */
function objectResult(w: Walk, node: CallExpression, args: readonly number[]): number | null {
  const { callee } = node
  if (callee.type !== 'MemberExpression' || callee.computed || callee.object.type !== 'Identifier') return null
  if (callee.object.name !== 'Object' || !w.isGlobal('Object')) return null
  const [first = NONE, ...others] = args
  if (callee.property.name === 'assign') {
    for (const other of others) w.store(w.exprs.member(first, w.names.id('...')), other)
    return first
  }
  if (callee.property.name === 'defineProperty') {
    defineProperty(w, first, node.arguments[1], args[2] ?? NONE)
    return first
  }
  if (callee.property.name === 'setPrototypeOf') {
    w.store(w.exprs.member(first, w.names.id('...')), others[0] ?? NONE)
    return first
  }
  if (callee.property.name !== 'create') return null
  const object = w.hidden(kindCode.object, 0, node.start, node.end)
  w.symbols.type[object] = first
  return w.exprs.symbol(object)
}

/** `Object.defineProperty(object, 'key', described)` puts a value, or what a getter gives, into a member. */
function defineProperty(w: Walk, object: number, key: Argument | undefined, described: number): void {
  if (object < 0 || described < 0 || key === undefined) return
  const name = textOf(w, key)
  const target = name === undefined ? w.exprs.element(object) : w.exprs.member(object, w.names.id(name))
  w.store(target, w.exprs.member(described, w.names.id('value')))
  w.store(target, w.exprs.call(w.exprs.member(described, w.names.id('get'))))
}
