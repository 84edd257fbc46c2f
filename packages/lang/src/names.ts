import type { StringLiteral } from 'oxc-parser'
import { roleCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { parameterPlace } from './facts.ts'
import { VALUE } from './scopes.ts'
import type { Walk } from './walk.ts'

/** Anything with a name in the source. */
export interface Named {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** Marks the use of a name; the result is what it stands for. An unbound `undefined` is a literal, not a use. */
export function use(w: Walk, node: Named, meaning: number, role: number): number {
  const id = w.names.id(node.name)
  const symbol = w.scopes.find(id, meaning)
  if (symbol < 0 && node.name === 'undefined') return NONE
  const expr = symbol < 0 ? w.exprs.free(id) : w.exprs.symbol(symbol)
  if (symbol < 0 && node.name === 'arguments' && w.callee >= 0) {
    w.occurrence(node.start, node.end, role, expr)
    return argumentsOf(w)
  }
  w.occurrence(node.start, node.end, role, expr)
  if (symbol < 0 || role === roleCode.write || meaning !== VALUE) return expr
  const known = w.known.of(symbol)
  return known < 0 ? expr : known
}

/** Marks the use of a member; the result is its value. */
export function useMember(w: Walk, receiver: number, node: Named, role: number): number {
  const expr = w.exprs.member(receiver, w.names.id(node.name))
  w.occurrence(node.start, node.end, role, expr)
  return expr
}

/** Where the text of a string literal starts inside its quotes, -1 where escapes keep it from being there as it is. */
export function textInside(node: StringLiteral): number {
  return node.end - node.start === node.value.length + 2 ? node.start + 1 : NONE
}

/** Marks a module specifier, which may mean another one than it says; the result is the module's namespace. */
export function useModule(
  w: Walk,
  node: StringLiteral,
  kind: number,
  role: number,
  specifier: string = node.value,
): number {
  const expr = w.exprs.module(w.request(specifier, kind))
  w.occurrence(node.start + 1, node.end - 1, role, expr)
  return expr
}

/** Where the name of a binding ends: its node may go on with a type. */
export function nameEnd(node: Named): number {
  return node.start + node.name.length
}

/** Marks the name of a further declaration of `symbol`, unless this declaration is the one its range is of. */
export function redeclared(w: Walk, symbol: number, node: Named, role: number = roleCode.type): void {
  if (w.symbols.nameStart[symbol] !== node.start) {
    w.occurrence(node.start, nameEnd(node), role, w.exprs.symbol(symbol))
  }
}

/** Whether a binding is marked with `?`; the parser's types leave that out. */
export function isOptional(node: { readonly optional?: boolean }): boolean {
  return node.optional === true
}

/** The places of `arguments` that are told apart. */
const TOLD_ARGUMENTS = 4

/** What `arguments` holds. */
function argumentsOf(w: Walk): number {
  const places = Array.from({ length: TOLD_ARGUMENTS }, (_, place) => w.exprs.parameter(w.callee, place))
  return w.library('Array', [w.exprs.parameter(w.callee, parameterPlace.rest), ...places])
}
