import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Forge } from '@forge/forge'
import { difference, exportOf, freshExport } from './graph-bytes.ts'
import { copyPackages, randomEdits } from './random-edits.ts'
import { seededRandom } from './random.ts'

/** How often a watcher is killed, and where. */
export interface WatchKillOptions {
  /** An empty folder. */
  readonly folder: string
  readonly packages: readonly string[]
  readonly kills: number
  readonly seed: number
  readonly onKill?: (kill: WatchKill) => void
}

/** What was there after a watcher was killed. */
export interface WatchKill {
  /** Milliseconds from its start, and edits in that time. */
  readonly after: number
  readonly edits: number
  /** Files that the next start read again, of how many. */
  readonly read: number
  readonly files: number
  readonly fault: string | undefined
}

const program = fileURLToPath(new URL('./watch-process.ts', import.meta.url))

/** Kills watchers while files change, and looks whether the next start makes the graph right without reading everything. */
export async function killWatchers(options: WatchKillOptions): Promise<readonly WatchKill[]> {
  const { folder, packages, kills, seed, onKill } = options
  const root = path.join(folder, 'watched')
  const elsewhere = path.join(folder, 'fresh')
  mkdirSync(root)
  mkdirSync(elsewhere)
  copyPackages(root, packages)
  const random = seededRandom(seed)
  const edits = randomEdits(root, seed)
  {
    await using first = await Forge.open(root)
    await first.index()
  }
  const done: WatchKill[] = []
  for (let number = 0; number < kills; number++) {
    const after = Math.floor(random() * 1500)
    const edited = await editUntilKilled(root, edits, after)
    await using next = await Forge.open(root)
    const { added, changed, files } = await next.index()
    const fault = difference(await exportOf(next), await freshExport(root, elsewhere, String(number)))
    const kill = { after, edits: edited, read: added + changed, files, fault }
    done.push(kill)
    onKill?.(kill)
    if (fault !== undefined) break
  }
  return done
}

/** Lets a process watch, edits, and kills it. Gives the number of edits. */
async function editUntilKilled(root: string, edits: { edit(): string }, after: number): Promise<number> {
  const child = spawn(process.execPath, ['--conditions=@forge/source', program, root], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  const until = performance.now() + after
  let count = 0
  while (performance.now() < until) {
    edits.edit()
    count++
    await sleep(60)
  }
  child.kill('SIGKILL')
  await exited
  return count
}
