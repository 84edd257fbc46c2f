import type { Facts } from '@forge/lang'
import type { Program } from './program.ts'

/** What can put values somewhere: a row of the calls, the stores or the expectations of a file. */
export const siteKind = { call: 0, store: 1, expectation: 2 } as const

/** All calls and assignments of a program that values may flow through, by number from 0 up. Equal ones of a file are one site. */
export interface FlowSites {
  all(): Iterable<number>
  kind(site: number): number
  file(site: number): number
  /** The `call` or `construct` expression; of stores the target, of expectations the value. */
  expr(site: number): number
  /** Of stores the value, of expectations the type; -1 for calls. */
  other(site: number): number
  /** Whether a site has not gone with its file. */
  isThere(site: number): boolean
  /**
   * Lists the sites of a file that was replaced; those whose expressions have gone to other rows, by `rows`, go on to be the same.
   *
   * @returns those that are new, and those that are gone
   */
  replaceFile(
    file: number,
    old: Facts,
    rows: Int32Array,
  ): { readonly added: readonly number[]; readonly gone: readonly number[] }
}

/** Lists the sites of a program. */
export function createFlowSites(program: Program): FlowSites {
  const kinds: number[] = []
  const files: number[] = []
  const exprs: number[] = []
  const others: number[] = []
  const sitesOf: number[][] = []
  for (let file = 0; file < program.files.length; file++) {
    const sites: number[] = []
    for (const [kind, expr, other] of sitesIn(program.files[file]!.facts)) sites.push(add(kind, file, expr, other))
    sitesOf.push(sites)
  }

  function add(kind: number, file: number, expr: number, other: number): number {
    files.push(file)
    exprs.push(expr)
    others.push(other)
    return kinds.push(kind) - 1
  }

  return {
    *all() {
      for (const sites of sitesOf) yield* sites
    },
    kind: (site) => kinds[site]!,
    file: (site) => files[site]!,
    expr: (site) => exprs[site]!,
    other: (site) => others[site]!,
    isThere: (site) => files[site]! >= 0,
    replaceFile(file, old, rows) {
      const { facts } = program.files[file]!
      const wasExpected = new Set(Array.from(old.expectations.value, (value) => (value < 0 ? -1 : rows[value]!)))
      const isExpected = new Set(facts.expectations.value)
      const known = new Map<string, number>()
      const before = sitesOf[file] ?? []
      for (const site of before) {
        const expr = rows[exprs[site]!]!
        const other = others[site]! < 0 ? -1 : rows[others[site]!]!
        const isSame = expr >= 0 && (other >= 0 || others[site]! < 0)
        // By what a call is expected to give, its arguments are looked at in another way.
        const isAlike = kinds[site] !== siteKind.call || wasExpected.has(expr) === isExpected.has(expr)
        const key = `${kinds[site]!} ${expr} ${other}`
        if (isSame && isAlike && !known.has(key)) known.set(key, site)
        else files[site] = -1
      }
      const added: number[] = []
      const sites: number[] = []
      for (const [kind, expr, other] of sitesIn(facts)) {
        const key = `${kind} ${expr} ${other}`
        const site = known.get(key)
        known.delete(key)
        if (site === undefined) added.push(add(kind, file, expr, other))
        else {
          exprs[site] = expr
          others[site] = other
        }
        sites.push(site ?? kinds.length - 1)
      }
      for (const site of known.values()) files[site] = -1
      const gone = before.filter((site) => files[site] === -1)
      sitesOf[file] = sites
      return { added, gone }
    },
  }
}

function* sitesIn(facts: Facts): Generator<readonly [kind: number, expr: number, other: number]> {
  const { calls, stores, expectations } = facts
  const called = new Uint8Array(facts.exprs.count)
  for (let row = 0; row < calls.count; row++) {
    const expr = calls.expr[row]!
    if (called[expr] === 0) yield [siteKind.call, expr, -1]
    called[expr] = 1
  }
  const seen = new Set<string>()
  for (const [kind, table] of [
    [siteKind.store, { count: stores.count, expr: stores.target, other: stores.value }],
    [siteKind.expectation, { count: expectations.count, expr: expectations.value, other: expectations.type }],
  ] as const) {
    for (let row = 0; row < table.count; row++) {
      const key = `${kind} ${table.expr[row]!} ${table.other[row]!}`
      if (seen.has(key)) continue
      seen.add(key)
      yield [kind, table.expr[row]!, table.other[row]!]
    }
  }
}
