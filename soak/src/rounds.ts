import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Ended, runWriters } from './killed-writers.ts'
import { seededRandom } from './random.ts'

/** Processes that wrote to one file, and what they left. */
export interface Round {
  readonly killed: number
  /** Writes that were acknowledged. */
  readonly acknowledged: number
  /** What must not be; empty where nothing was lost. */
  readonly faults: readonly string[]
}

/** How often, how many, and where. */
export interface RoundsOptions<R extends Round> {
  readonly rounds: number
  readonly processes: number
  /** Of each process. */
  readonly writes: number
  /** How many of the processes are killed, in a row at random times. */
  readonly kills: number
  readonly seed: number
  /** An empty folder, for a file a round. */
  readonly folder: string
  readonly onRound?: (round: R) => void
}

/** What is written to, and how it is looked at. */
export interface Rounds<R extends Round> {
  /** What the files are called. */
  readonly name: string
  /** As {@link runWriters} starts it. */
  readonly program: URL
  /** Looks at what is there after the processes have ended; the faults of those are added. */
  readonly lookAt: (file: string, ends: readonly Ended[], random: () => number) => Promise<R>
}

/** Lets processes write to a fresh file at the same time, kills some, and looks at what is there. */
export async function writeWithKills<R extends Round>(
  { name, program, lookAt }: Rounds<R>,
  { rounds, processes, writes, kills, seed, folder, onRound }: RoundsOptions<R>,
): Promise<R[]> {
  const random = seededRandom(seed)
  const done: R[] = []
  for (let number = 0; number < rounds; number++) {
    const file = join(folder, `${name}-${number}.db`)
    const ends = await runWriters({ program, file, processes, writes, kills, random })
    const found = await lookAt(file, ends, random)
    const failures = ends.flatMap(({ fault }) => (fault === undefined ? [] : [fault]))
    const round = { ...found, faults: [...failures, ...found.faults].slice(0, 20) }
    done.push(round)
    onRound?.(round)
  }
  return done
}

/** Runs rounds as a command: 8 processes that write 1,000 times each, three of which are killed. */
export async function runRounds<R extends Round>(
  name: string,
  write: (options: RoundsOptions<R>) => Promise<R[]>,
  describe: (round: R) => string,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(Date.now() % 1e9) },
    },
  })
  const folder = mkdtempSync(join(tmpdir(), `forge-${name}-soak-`))
  const start = performance.now()
  console.log(`seed ${values.seed}`)
  const rounds = await write({
    rounds: Number(values.rounds),
    processes: 8,
    writes: 1000,
    kills: 3,
    seed: Number(values.seed),
    folder,
    onRound: (round) => {
      console.log(`${round.killed} killed, ${describe(round)}, ${round.faults.length} faults`)
      for (const fault of round.faults) console.log(`  ${fault}`)
    },
  })
  console.log(`${rounds.length} rounds in ${((performance.now() - start) / 1000).toFixed(0)} s`)
  const failed = rounds.some(({ faults }) => faults.length > 0)
  if (failed) console.log(`the files are in ${folder}`)
  else rmSync(folder, { recursive: true })
  process.exitCode = failed ? 1 : 0
}
