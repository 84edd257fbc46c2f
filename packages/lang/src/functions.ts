import type { ArrowFunctionExpression, Function as FunctionNode } from 'oxc-parser'
import { enterFunction, leaveFunction } from './code-counts.ts'
import { kindCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { parameterPlace, symbolFlag } from './facts.ts'
import { redeclared } from './names.ts'
import { VALUE } from './scopes.ts'
import { unwrapped } from './shapes.ts'
import { annotation, typeParameters } from './types.ts'
import type { Frame, Walk } from './walk.ts'

const hasOwnName = new Set([kindCode.function, kindCode.method, kindCode.constructor, kindCode.getter, kindCode.setter])

/** The flags a function's own modifiers give its symbol. */
export function functionFlags(node: FunctionNode | ArrowFunctionExpression): number {
  return (node.async ? symbolFlag.async : 0) | (node.generator ? symbolFlag.generator : 0)
}

/**
 * Reads a function whose symbol exists already.
 *
 * @param symbol what the function is: a function, a method, a hidden function.
 * @param keepsThis whether `this` inside is the one outside (an arrow) or already set by the caller (a method).
 */
export function visitFunction(
  w: Walk,
  node: FunctionNode | ArrowFunctionExpression,
  symbol: number,
  keepsThis: boolean,
): void {
  const { container, owner, holder, inFunction, frame, self, base, by, callee, symbols } = w
  w.scopes.enter()
  if (node.id !== null && node.type === 'FunctionExpression') {
    w.scopes.bind(w.names.id(node.id.name), VALUE, symbol)
    redeclared(w, symbol, node.id)
  }
  w.container = symbol
  if (isOwner(w, symbol)) w.holder = symbol
  w.owner = w.holder
  w.inFunction = true
  if (node.type !== 'ArrowFunctionExpression') w.callee = symbol
  const isHidden = (symbols.flags[symbol]! & symbolFlag.hidden) !== 0
  w.by = isHidden ? symbol : NONE
  if (node.body !== null) w.codes.set(node, symbol)
  const counts = enterFunction(w, symbol, isHidden)
  if (!keepsThis) {
    w.self =
      w.javascript && isConstructible(w, symbol)
        ? w.exprs.self(symbol, false)
        : w.exprs.parameter(symbol, parameterPlace.receiver)
    w.base = NONE
  }
  typeParameters(w, node.typeParameters)
  w.visit.parameters(w, node.params, symbol, node.body !== null)
  w.inFunction = false
  const declared = annotation(w, node.returnType)
  w.inFunction = true
  const expected = node.generator ? NONE : node.async ? w.exprs.awaited(declared) : declared
  w.frame = { returns: [], expected, yields: [], throws: [] }
  const { body } = node
  let returns = declared
  if (body !== null) {
    w.known.function(() => {
      if (body.type === 'BlockStatement') {
        w.visit.body(w, body)
      } else {
        w.exposed = unwrapped(body).type === 'ObjectExpression'
        returned(w, w.visit.expression(w, body))
      }
    })
    if (declared < 0 && node.returnType == null) returns = joined(w, node, w.frame)
  }
  leaveFunction(w, counts, body !== null)
  // An implementation is more general than its overloads: they say what a call gives.
  const overloads = symbols.returns[symbol]!
  if (overloads < 0) symbols.returns[symbol] = returns
  else if (body === null) symbols.returns[symbol] = w.exprs.union([overloads, returns])
  w.scopes.leave()
  w.container = container
  w.owner = owner
  w.holder = holder
  w.inFunction = inFunction
  w.frame = frame
  w.by = by
  w.callee = callee
  w.self = self
  w.base = base
}

/** Notes what a function gives back. */
export function returned(w: Walk, value: number): void {
  w.frame.returns.push(value)
  w.expect(value, w.frame.expected)
}

/** Whether occurrences inside are said to be in the symbol itself. */
function isOwner(w: Walk, symbol: number): boolean {
  return (w.symbols.flags[symbol]! & symbolFlag.hidden) === 0 && hasOwnName.has(w.symbols.kind[symbol]!)
}

/** Whether `new` of a JavaScript function gives something with the members that it assigns to `this`. */
function isConstructible(w: Walk, symbol: number): boolean {
  return (w.symbols.flags[symbol]! & symbolFlag.hidden) === 0 && w.symbols.kind[symbol] === kindCode.function
}

/** What a call gives when no type says it. */
function joined(w: Walk, node: FunctionNode | ArrowFunctionExpression, frame: Frame): number {
  const value = w.exprs.union(frame.returns)
  if (node.generator) {
    const yields = w.exprs.union(frame.yields)
    return w.library(node.async ? 'AsyncGenerator' : 'Generator', yields < 0 ? null : [yields])
  }
  return node.async && value >= 0 ? w.library('Promise', [value]) : value
}

/** Reads a function that initialises nothing by itself: hidden, unless it has a name of its own. */
export function functionExpression(w: Walk, node: FunctionNode | ArrowFunctionExpression): number {
  const flags = functionFlags(node)
  let symbol: number
  if (node.id === null) {
    symbol = w.hidden(kindCode.function, flags, node.start, node.end)
  } else {
    const { id } = node
    const signatureEnd = node.body === null ? node.end : node.body.start
    symbol = w.symbol(
      kindCode.function,
      w.names.id(id.name),
      flags,
      node.start,
      node.end,
      id.start,
      id.end,
      signatureEnd,
    )
  }
  visitFunction(w, node, symbol, node.type === 'ArrowFunctionExpression')
  return w.exprs.symbol(symbol)
}
