import { percentile } from '../../statistics.ts'

/** How long calls took, in milliseconds. */
export interface Times {
  readonly p50: number
  readonly p99: number
}

/** Calls one after the other, each timed alone. */
export function timed(calls: number, call: (index: number) => unknown): Promise<Times> {
  return timedWith(calls, (index) => index, call)
}

/** {@link timed}, of calls that are given something that is made before. */
export async function timedWith<T>(
  calls: number,
  prepare: (index: number) => T,
  call: (input: T) => unknown,
): Promise<Times> {
  const all: number[] = []
  for (let index = 0; index < calls; index++) {
    const input = prepare(index)
    const start = performance.now()
    const answer = call(input)
    if (answer instanceof Promise) await answer
    all.push(performance.now() - start)
  }
  return { p50: percentile(all, 0.5), p99: percentile(all, 0.99) }
}
