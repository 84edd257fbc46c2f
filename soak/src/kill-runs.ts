import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { checkLadder } from './ladder.ts'
import { checkPairs } from './pairs.ts'
import { seededRandom } from './random.ts'

/** What goes on when the process is killed; `thread`: checkpoints in a thread while others write. */
export const killKinds = ['write', 'checkpoint', 'thread', 'migrate', 'two writers', 'opening'] as const

/** One of {@link killKinds}. */
export type KillKind = (typeof killKinds)[number]

/** One kill and what it left. */
export interface KillPoint {
  readonly kind: KillKind
  /** Milliseconds after the process was ready, or for `opening` after it began to open the file. */
  readonly after: number
  /** Numbers it acknowledged before it was killed. */
  readonly acknowledged: number
  /** What must not be; empty where the file survived. */
  readonly faults: readonly string[]
}

/** How often, and where. */
export interface KillOptions {
  readonly points: number
  readonly seed: number
  /** An empty folder for the files, one a kind: each is killed over and over. */
  readonly folder: string
  readonly onPoint?: (point: KillPoint) => void
}

/** Tasks of one process that commit at the same time: so many transactions may be committed and not acknowledged yet. */
const tasks = 2

/** Kills processes at random points of their work; the kinds take turns, each on a file of its own. */
export async function killAtRandomPoints({ points, seed, folder, onPoint }: KillOptions): Promise<KillPoint[]> {
  const done: KillPoint[] = []
  const lane = async (kind: KillKind, index: number): Promise<void> => {
    const random = seededRandom(seed + index)
    const file = join(folder, `${kind.replace(' ', '-')}.db`)
    // Pairs that were acknowledged to one process must be there after all later ones, too.
    let acknowledged = 0
    for (let point = index; point < points; point += killKinds.length) {
      const newSeed = (): number => Math.floor(random() * 2 ** 31)
      // What is opened has a WAL that somebody left behind.
      const left = kind === 'opening' ? [await killed('write', file, random() * 100, newSeed())] : []
      const after = random() * (kind === 'opening' ? 100 : 250)
      const writers = kind === 'two writers' ? 2 : 1
      const last = await Promise.all(Array.from({ length: writers }, () => killed(kind, file, after, newSeed())))
      const numbers = [...left, ...last].flat()
      let faults: readonly string[]
      if (kind === 'migrate') faults = checkLadder(file, numbers.at(-1) ?? 0)
      else {
        acknowledged = Math.max(acknowledged, ...numbers)
        const found = checkPairs(file, acknowledged, tasks * (left.length + last.length))
        faults = found.faults
        acknowledged = found.pairs
      }
      const result = { kind, after, acknowledged: numbers.length, faults }
      done.push(result)
      onPoint?.(result)
    }
  }
  await Promise.all(killKinds.map(lane))
  return done
}

/** Starts a process, kills it, and tells the numbers it printed. */
async function killed(kind: KillKind, file: string, after: number, seed: number): Promise<number[]> {
  const script =
    kind === 'migrate'
      ? new URL('./ladder-process.ts', import.meta.url)
      : new URL('./pairs-process.ts', import.meta.url)
  const child = spawn(
    process.execPath,
    ['--conditions=@forge/source', fileURLToPath(script), file, kind, String(seed)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let stdout = ''
  let stderr = ''
  const began = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
      if (stdout.includes(kind === 'opening' ? 'opening\n' : 'ready\n')) resolve()
    })
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const closed = once(child, 'close')
  await Promise.race([began, closed])
  await Promise.race([setTimeout(after), closed])
  child.kill('SIGKILL')
  await closed
  if (child.signalCode !== 'SIGKILL') throw new Error(`the process ended by itself:\n${stdout}\n${stderr}`)
  // The last line may have been cut off by the kill; what stands before a line end was written whole.
  return stdout
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== 'opening' && line !== 'ready')
    .map(Number)
}
