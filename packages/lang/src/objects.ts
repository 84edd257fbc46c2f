import type { ObjectExpression, ObjectProperty } from 'oxc-parser'
import { kindCode } from './codes.ts'
import { valueSignatureEnd } from './declare.ts'
import { NONE } from './expr-rows.ts'
import { symbolFlag } from './facts.ts'
import { functionFlags, visitFunction } from './functions.ts'
import { visitInitialiser } from './initialiser.ts'
import { readKey } from './keys.ts'
import type { Key } from './keys.ts'
import { classIn, functionIn, unwrapped } from './shapes.ts'
import type { Walk } from './walk.ts'

/** Reads an object literal; the result is the row of its value. What it spreads are its bases. */
export function visitObject(w: Walk, node: ObjectExpression): number {
  const local = w.inFunction && !w.exposed ? symbolFlag.local : 0
  const { container, self, base } = w
  w.exposed = false
  const object = w.hidden(kindCode.object, 0, node.start, node.end)
  const inside = w.exprs.self(object, false)
  const spread: number[] = []
  for (const property of node.properties) {
    w.container = object
    if (property.type === 'SpreadElement') spread.push(w.visit.expression(w, property.argument))
    else visitProperty(w, property, local, inside)
    w.self = self
    w.base = base
  }
  w.container = container
  if (spread.length > 0) w.symbols.type[object] = w.exprs.union(spread)
  return w.exprs.symbol(object)
}

function visitProperty(w: Walk, node: ObjectProperty, local: number, inside: number): void {
  const key = readKey(w, node.key, node.computed)
  const { value, start, end } = node
  if (node.method || node.kind !== 'init') {
    if (value.type !== 'FunctionExpression') return
    const kind = node.kind === 'get' ? kindCode.getter : node.kind === 'set' ? kindCode.setter : kindCode.method
    const signatureEnd = value.body?.start ?? end
    const symbol = w.symbol(
      kind,
      w.names.id(key.name),
      functionFlags(value),
      start,
      end,
      key.start,
      key.end,
      signatureEnd,
    )
    w.self = inside
    w.base = NONE
    visitFunction(w, value, symbol, true)
    return
  }
  const callable = functionIn(value)
  const symbol = propertySymbol(w, node, key, local)
  if (callable !== null && callable.type === 'FunctionExpression' && callable === value) {
    w.self = inside
    w.base = NONE
    visitFunction(w, callable, symbol, true)
    return
  }
  w.exposed = local === 0 && unwrapped(value).type === 'ObjectExpression'
  w.symbols.type[symbol] = visitInitialiser(w, value, symbol, false)
}

function propertySymbol(w: Walk, node: ObjectProperty, key: Key, local: number): number {
  const { value, start, end } = node
  const name = w.names.id(key.name)
  const callable = functionIn(value)
  if (callable !== null) {
    const signatureEnd = callable.body?.start ?? end
    return w.symbol(kindCode.method, name, functionFlags(callable), start, end, key.start, key.end, signatureEnd)
  }
  const inner = classIn(value)
  if (inner !== null) return w.symbol(kindCode.class, name, 0, start, end, key.start, key.end, inner.body.start)
  const signatureEnd = valueSignatureEnd(w, node.key.end, value, end)
  const flags = local | (node.shorthand ? symbolFlag.shorthand : 0)
  return w.symbol(kindCode.property, name, flags, start, end, key.start, key.end, signatureEnd)
}
