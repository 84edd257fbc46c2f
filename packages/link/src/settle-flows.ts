import { calledValues } from './called-functions.ts'
import { roleCode } from './codes.ts'
import type { Evaluation } from './evaluation.ts'
import { createValuePasser } from './pass-values.ts'

/** Values that need more rounds than this to get where they go are not followed to the end. */
const mostRounds = 64

const none: readonly number[] = []

/** Observers asked or passed in one step. */
const stepSize = 4096

/**
 * Follows values through calls and assignments until nothing new comes of it: see {@link Flows}. After the first round only those
 * calls and assignments are looked at again that pass something new, or pass it to what has become wanted. It does so in steps, for whoever
 * has other things to do in between.
 */
export function* settleFlows(evaluation: Evaluation): Generator<void, void, undefined> {
  const { program, flows } = evaluation
  const calls = program.files.map(({ facts }) => facts.calls.count)
  const stores = program.files.map(({ facts }) => facts.stores.count)
  const expectations = program.files.map(({ facts }) => facts.expectations.count)
  const firstCalls = runningTotals(calls, 0)
  const firstStores = runningTotals(stores, firstCalls.at(-1)!)
  const firstExpectations = runningTotals(expectations, firstStores.at(-1)!)
  const firstOccurrences = runningTotals(
    program.files.map(({ facts }) => facts.occurrences.count),
    firstExpectations.at(-1)!,
  )
  /** The places wanted of each holder. */
  const wanted = new Map<number, number[]>()
  /** The calls and assignments that pass something to each holder. */
  const passing = new Map<number, number[]>()
  let current = -1
  const passer = createValuePasser(evaluation, (holder) => {
    const list = passing.get(holder)
    if (list === undefined) passing.set(holder, [current])
    else if (list.at(-1) !== current) list.push(current)
    return wanted.get(holder) ?? none
  })
  let indexed = 0
  let due: Iterable<number> = range(firstCalls[0]!, firstOccurrences[0]!)
  let done = 0
  for (let at = firstOccurrences[0]!; at < firstOccurrences.at(-1)!; at++) {
    ask(at)
    if (++done % stepSize === 0) yield
  }
  for (let round = 0; round < mostRounds; round++) {
    for (const one of due) {
      pass(one)
      if (++done % stepSize === 0) yield
    }
    evaluation.observe(-1)
    const changed = flows.advance()
    if (changed === undefined) return
    const next = new Set<number>()
    for (const one of changed) {
      if (one < firstOccurrences[0]!) next.add(one)
      else ask(one)
    }
    for (; indexed < flows.count(); indexed++) {
      const holder = flows.holder(indexed)
      const list = wanted.get(holder)
      if (list === undefined) wanted.set(holder, [indexed])
      else list.push(indexed)
      for (const one of passing.get(holder) ?? none) next.add(one)
    }
    due = [...next].toSorted((left, right) => left - right)
  }

  /** Asks what an occurrence names and calls, so that it is known what must be known. */
  function ask(observer: number): void {
    const file = placeOf(firstOccurrences, observer)
    const { occurrences } = program.files[file]!.facts
    const occurrence = observer - firstOccurrences[file]!
    const expr = occurrences.expr[occurrence]!
    evaluation.observe(observer)
    evaluation.named(file, expr)
    const role = occurrences.role[occurrence]
    if (role === roleCode.call || role === roleCode.construct) calledValues(evaluation, file, expr)
  }

  function pass(observer: number): void {
    evaluation.observe(observer)
    current = observer
    const firsts =
      observer < firstStores[0]! ? firstCalls : observer < firstExpectations[0]! ? firstStores : firstExpectations
    const file = placeOf(firsts, observer)
    const row = observer - firsts[file]!
    const { facts } = program.files[file]!
    if (firsts === firstCalls) passer.passCall(file, facts.calls.expr[row]!)
    else if (firsts === firstStores) passer.passStore(file, facts.stores.target[row]!, facts.stores.value[row]!)
    else passer.passExpectation(file, facts.expectations.value[row]!, facts.expectations.type[row]!)
  }
}

/** The sum of the counts before each place, and of all, from `start` on. */
function runningTotals(counts: readonly number[], start: number): readonly number[] {
  const totals = [start]
  for (const count of counts) totals.push(totals.at(-1)! + count)
  return totals
}

/** The last place whose total is not above `value`. */
function placeOf(totals: readonly number[], value: number): number {
  let low = 0
  let high = totals.length - 1
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (totals[middle]! <= value) low = middle
    else high = middle
  }
  return low
}

function* range(from: number, to: number): Generator<number> {
  for (let at = from; at < to; at++) yield at
}
