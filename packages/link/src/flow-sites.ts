import type { Program } from './program.ts'

/** What can put values somewhere: a row of the calls, the stores or the expectations of a file. */
export const siteKind = { call: 0, store: 1, expectation: 2 } as const

/** All calls and assignments of a program that values may flow through, by number from 0 up. Equal ones of a file are one site. */
export interface FlowSites {
  count(): number
  kind(site: number): number
  file(site: number): number
  /** The `call` or `construct` expression; of stores the target, of expectations the value. */
  expr(site: number): number
  /** Of stores the value, of expectations the type. */
  other(site: number): number
}

/** Lists the sites of a program. */
export function createFlowSites(program: Program): FlowSites {
  const kinds: number[] = []
  const files: number[] = []
  const exprs: number[] = []
  const others: number[] = []
  for (let file = 0; file < program.files.length; file++) {
    const { facts } = program.files[file]!
    const { calls, stores, expectations } = facts
    const called = new Uint8Array(facts.exprs.count)
    for (let row = 0; row < calls.count; row++) {
      const expr = calls.expr[row]!
      if (called[expr] === 0) add(siteKind.call, file, expr, -1)
      called[expr] = 1
    }
    for (let row = 0; row < stores.count; row++) add(siteKind.store, file, stores.target[row]!, stores.value[row]!)
    for (let row = 0; row < expectations.count; row++) {
      add(siteKind.expectation, file, expectations.value[row]!, expectations.type[row]!)
    }
  }

  function add(kind: number, file: number, expr: number, other: number): void {
    kinds.push(kind)
    files.push(file)
    exprs.push(expr)
    others.push(other)
  }

  return {
    count: () => kinds.length,
    kind: (site) => kinds[site]!,
    file: (site) => files[site]!,
    expr: (site) => exprs[site]!,
    other: (site) => others[site]!,
  }
}
