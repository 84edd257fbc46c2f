import { monitorEventLoopDelay } from 'node:perf_hooks'
import { percentile } from '../../statistics.ts'

/** What one worker, or several, met. */
export interface Contention {
  readonly latenciesMs: readonly number[]
  readonly errors: number
  /** The longest time the event loop was blocked. */
  readonly blockedMs: number
}

/** Lets the event loop turn once. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** One transaction that adds one to the counter; the number of times it failed because the database was busy. */
export type Transact = () => Promise<number>

/** Lets workers, one for each function, run their transactions at the same time, and watches them. */
export async function contend(workers: readonly Transact[], transactions: number): Promise<Contention> {
  const latenciesMs: number[] = []
  let errors = 0
  const resolution = 1
  const delays = monitorEventLoopDelay({ resolution })
  const work = async (transact: Transact): Promise<void> => {
    for (let i = 0; i < transactions; i++) {
      const start = performance.now()
      errors += await transact()
      latenciesMs.push(performance.now() - start)
      await nextTurn()
    }
  }
  await nextTurn()
  delays.enable()
  await Promise.all(workers.map(work))
  delays.disable()
  // What is recorded is the time from one tick to the next, which is the resolution when nothing blocks.
  return { latenciesMs, errors, blockedMs: Math.max(0, delays.max / 1e6 - resolution) }
}

/** The numbers of a side, from what all of its workers met. */
export function contentionNumbers(met: readonly Contention[]): Record<string, number> {
  const latencies = met.flatMap(({ latenciesMs }) => latenciesMs)
  return {
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    blockedMs: Math.max(...met.map(({ blockedMs }) => blockedMs)),
    errors: met.reduce((sum, { errors }) => sum + errors, 0),
  }
}
