import type { Evaluation } from './evaluation.ts'
import { siteKind, type FlowSites } from './flow-sites.ts'
import { createValuePasser } from './pass-values.ts'

/** Values that need more rounds than this to get where they go are not followed to the end. */
const mostRounds = 64

/** Sites passed in one step. */
const stepSize = 1024

/**
 * Follows values through calls and assignments until nothing new comes of it: see {@link Flows}. After the first round only those
 * are looked at again to which something is new. It does so in steps, for whoever has other things to do in between.
 */
export function* settleFlows(evaluation: Evaluation, sites: FlowSites): Generator<void, void, undefined> {
  const { flows } = evaluation
  const passer = createValuePasser(evaluation)
  let due: Iterable<number> = range(sites.count())
  let done = 0
  for (let round = 0; round < mostRounds; round++) {
    for (const site of due) {
      evaluation.observe(site)
      pass(site)
      if (++done % stepSize === 0) yield
    }
    evaluation.observe(-1)
    const told = flows.advance()
    if (told.length === 0) return
    due = told
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

function* range(count: number): Generator<number> {
  for (let at = 0; at < count; at++) yield at
}
