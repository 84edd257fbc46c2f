import { repeatableRandom } from '../../repeatable-random.ts'
import { median } from '../../statistics.ts'

/** One thing to do many times, and how many times a turn. */
export interface Repeated {
  readonly count: number
  /** Does it `count` times. */
  run(count: number): void | Promise<void>
}

/**
 * Nanoseconds that each thing takes, the median of its turns.
 *
 * The things take turns of about a millisecond, in another order each time, so that a slow moment of the machine, or
 * garbage that one leaves behind, hits all of them; a fifth of the turns warms up.
 */
export async function takeTurns(
  things: Readonly<Record<string, Repeated>>,
  turns: number,
): Promise<Readonly<Record<string, number>>> {
  const times = new Map<string, number[]>(Object.keys(things).map((name) => [name, []]))
  const warmUp = Math.ceil(turns / 5)
  const random = repeatableRandom()
  for (let turn = -warmUp; turn < turns; turn++) {
    for (const [name, { count, run }] of shuffled(Object.entries(things), random)) {
      const start = performance.now()
      const done = run(count)
      if (done !== undefined) await done
      if (turn >= 0) times.get(name)?.push(((performance.now() - start) / count) * 1e6)
    }
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, median(values)]))
}

function shuffled<T>(values: readonly T[], random: () => number): readonly T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value)
}
