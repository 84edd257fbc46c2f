import type { Evaluation } from './evaluation.ts'
import type { FlowRecord } from './flow-record.ts'
import { siteKind, type FlowSites } from './flow-sites.ts'
import { createValuePasser } from './pass-values.ts'

/** Values that need more rounds than this to get where they go are not followed to the end. */
const mostRounds = 64

/** Sites passed in one step. */
const stepSize = 1024

/** Where to start from where something is known already. */
export interface SettleStart {
  /** The sites to pass in the first round, what they have put anywhere taken back. */
  readonly due: Iterable<number>
  /** The sites to pass again from a round on, what they have put anywhere since taken back, as what was known before it is different. */
  joining(round: number): Iterable<number>
}

/**
 * Follows values through calls and assignments until nothing new comes of it: see {@link Flows}. After the first round only those
 * are looked at again to which something is new. It does so in steps, for whoever has other things to do in between.
 *
 * What the {@link FlowRecord} says of sites that are never due is taken for granted, round by round: so that the outcome is the one of
 * all sites, due from the start.
 */
export function* settleFlows(
  evaluation: Evaluation,
  record: FlowRecord,
  sites: FlowSites,
  start?: SettleStart,
): Generator<void, void, undefined> {
  const { flows } = evaluation
  const passer = createValuePasser(evaluation)
  let due: Iterable<number> = start === undefined ? sites.all() : start.due
  let done = 0
  for (let round = 0; round < mostRounds; round++) {
    for (const site of due) {
      evaluation.observe(site)
      pass(site)
      if (++done % stepSize === 0) yield
    }
    evaluation.observe(-1)
    const next = new Set(flows.advance())
    for (const site of start?.joining(round + 1) ?? []) next.add(site)
    if (next.size === 0 && round + 1 >= record.rounds()) return
    due = next
  }

  function pass(site: number): void {
    const file = sites.file(site)
    const expr = sites.expr(site)
    const kind = sites.kind(site)
    if (kind === siteKind.call) passer.passCall(site, file, expr)
    else if (kind === siteKind.store) passer.passStore(site, file, expr, sites.other(site))
    else passer.passExpectation(site, file, expr, sites.other(site))
  }
}
