import type { TSGlobalDeclaration, TSModuleDeclaration } from 'oxc-parser'
import { kindCode, requestCode } from './codes.ts'
import { declareStatements, hoistVariables, namespacePath } from './declare.ts'
import { NONE } from './expr-rows.ts'
import { symbolFlag } from './facts.ts'
import { nameEnd, redeclared } from './names.ts'
import type { Named } from './names.ts'
import { SPACE } from './scopes.ts'
import type { Walk } from './walk.ts'

type NamespaceNode = TSModuleDeclaration | TSGlobalDeclaration

/** Reads a namespace whose symbol exists already. */
export function visitNamespace(w: Walk, node: NamespaceNode): void {
  const { container, owner, holder, ambient } = w
  const path = namespacePath(node)
  const [outer] = path
  const isGlobal = node.kind === 'global'
  if (outer === undefined || isGlobal) {
    const symbol = w.unnamed.get(isGlobal ? node.id.start : node.id.start)
    if (symbol === undefined) return
    if (w.isModule && node.id.type === 'Literal')
      w.symbols.type[symbol] = w.exprs.module(w.request(node.id.value, requestCode.type))
    enter(w, symbol)
  } else {
    const symbol = w.scopes.find(w.names.id(outer.name), SPACE)
    redeclared(w, symbol, outer)
    enter(w, symbol)
    for (const inner of path.slice(1)) enter(w, innerNamespace(w, inner, node))
  }
  w.ambient = ambient || node.declare || isGlobal
  const { body } = node
  if (body !== null) {
    const symbol = w.container
    if (isGlobal && container === 0) {
      // Its names are bound around the whole file already.
      for (const statement of body.body) w.visit.statement(w, statement)
    } else {
      w.scopes.enter()
      const known = w.spaceMembers.get(symbol) ?? []
      for (let at = 0; at < known.length; at += 3) w.scopes.bind(known[at]!, known[at + 1]!, known[at + 2]!)
      const { space } = w
      w.space = symbol
      hoistVariables(w, body.body)
      declareStatements(w, body.body)
      w.space = space
      for (const statement of body.body) w.visit.statement(w, statement)
      w.scopes.leave()
    }
  }
  w.container = container
  w.owner = owner
  w.holder = holder
  w.ambient = ambient
}

function enter(w: Walk, symbol: number): void {
  w.container = symbol
  w.owner = symbol
  w.holder = symbol
}

/** `B` of `namespace A.B` is an exported namespace of `A`. */
function innerNamespace(w: Walk, id: Named, node: NamespaceNode): number {
  const name = w.names.id(id.name)
  const known = w.spaceMembers.get(w.container) ?? []
  for (let at = 0; at < known.length; at += 3) {
    if (known[at] === name && known[at + 1] === SPACE) {
      redeclared(w, known[at + 2]!, id)
      return known[at + 2]!
    }
  }
  const flags = node.declare ? symbolFlag.ambient : 0
  const signatureEnd = node.body?.start ?? NONE
  const symbol = w.symbol(kindCode.namespace, name, flags, id.start, node.end, id.start, nameEnd(id), signatureEnd)
  w.spaceMembers.set(w.container, [...known, name, SPACE, symbol])
  return symbol
}
