import type { AssignmentExpression, Class, Expression } from 'oxc-parser'
import { kindCode, opCode, roleCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { symbolFlag } from './facts.ts'
import { functionFlags, visitFunction } from './functions.ts'
import { visitInitialiser } from './initialiser.ts'
import { VALUE } from './scopes.ts'
import { functionIn } from './shapes.ts'
import type { Walk } from './walk.ts'

/** What is assigned to: a member of a class or of a constructor function. */
interface Receiver {
  readonly holder: number
  readonly isStatic: boolean
}

/** Notes what the body of a JavaScript class declares: to assign to it declares nothing. */
export function noteDeclaredMembers(w: Walk, node: Class, holder: number): void {
  if (!w.javascript) return
  for (const member of node.body.body) {
    if (!('key' in member) || member.computed || member.key.type !== 'Identifier') continue
    w.assigned.set(placeOf(w, { holder, isStatic: member.static }, member.key.name), NONE)
  }
}

/**
 * Reads `this.a = …`, `F.prototype.a = …` and, of a function, `F.a = …` in JavaScript, where the first of them
 * declares the member `a`; `null` for any other assignment.
 */
export function assignMember(w: Walk, node: AssignmentExpression): number | null {
  const { left, right } = node
  if (!w.javascript || left.type !== 'MemberExpression' || left.computed || left.property.type !== 'Identifier')
    return null
  // What is made by a function gets another prototype: no member is declared.
  if (left.property.name === 'prototype') return null
  const receiver = receiverOf(w, left.object)
  if (receiver === null) return null
  const { holder, isStatic } = receiver
  const { property } = left
  const place = placeOf(w, receiver, property.name)
  const known = w.assigned.get(place)
  if (known === NONE || (known === undefined && w.symbols.first[holder]! >= node.start)) return null
  if (known === undefined && isDeclared(w, holder, property.name)) return null
  const own = w.exprs.self(holder, isStatic)
  if (left.object.type !== 'ThisExpression') w.visit.expression(w, left.object)
  if (known !== undefined) {
    w.occurrence(property.start, property.end, roleCode.write, w.exprs.member(own, w.names.id(property.name)))
    const value = w.visit.expression(w, right)
    w.symbols.type[known] = w.exprs.union([w.symbols.type[known]!, value])
    return value
  }
  const callable = functionIn(right)
  const flags = (isStatic ? symbolFlag.static : 0) | (callable === null ? 0 : functionFlags(callable))
  const kind = callable === null ? kindCode.property : kindCode.method
  const signatureEnd = callable?.body?.start ?? left.end
  const { container } = w
  w.container = holder
  const name = w.names.id(property.name)
  const symbol = w.symbol(kind, name, flags, node.start, node.end, property.start, property.end, signatureEnd)
  w.container = container
  w.assigned.set(place, symbol)
  const value = keepingThis(w, () => {
    if (callable?.type !== 'FunctionExpression' || callable !== right) return visitInitialiser(w, right, symbol, true)
    w.self = own
    visitFunction(w, callable, symbol, true)
    return NONE
  })
  if (callable === null) w.symbols.type[symbol] = value
  return value < 0 ? w.exprs.symbol(symbol) : value
}

/** Leaves `this` and `super` as they are, whatever `read` makes of them. */
function keepingThis(w: Walk, read: () => number): number {
  const { self, base } = w
  const value = read()
  w.self = self
  w.base = base
  return value
}

/** Whether an object literal says itself that it has a member. */
function isDeclared({ symbols, names }: Walk, holder: number, member: string): boolean {
  if (symbols.kind[holder] !== kindCode.object) return false
  const name = names.id(member)
  for (let row = holder + 1; row < symbols.kind.length && symbols.start[row]! < symbols.end[holder]!; row += 1) {
    if (symbols.parent[row] === holder && symbols.name[row] === name) return true
  }
  return false
}

function placeOf(w: Walk, { holder, isStatic }: Receiver, name: string): number {
  return (holder * 2 ** 20 + w.names.id(name)) * 2 + (isStatic ? 1 : 0)
}

function receiverOf(w: Walk, node: Expression): Receiver | null {
  if (node.type === 'ThisExpression') {
    const { self, exprs } = w
    if (self < 0 || exprs.op[self] !== opCode.this) return null
    const holder = exprs.a[self]!
    return holdsMembers(w, holder) ? { holder, isStatic: exprs.b[self] === 1 } : null
  }
  if (node.type === 'Identifier') {
    const holder = w.scopes.find(w.names.id(node.name), VALUE)
    if (holder >= 0 && w.symbols.kind[holder] === kindCode.function) return { holder, isStatic: true }
    const object = w.objects.get(holder)
    return object === undefined ? null : { holder: object, isStatic: false }
  }
  if (node.type !== 'MemberExpression' || node.computed || node.object.type !== 'Identifier') return null
  if (node.property.type !== 'Identifier' || node.property.name !== 'prototype') return null
  const holder = w.scopes.find(w.names.id(node.object.name), VALUE)
  return holder >= 0 && holdsMembers(w, holder) ? { holder, isStatic: false } : null
}

function holdsMembers(w: Walk, symbol: number): boolean {
  const kind = w.symbols.kind[symbol]
  return kind === kindCode.class || kind === kindCode.function || kind === kindCode.object
}
