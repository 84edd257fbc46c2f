import { setTimeout as sleep } from 'node:timers/promises'
import { isForgeError } from '@forge/errors'
import type { Forge, Freshness } from '../forge.ts'
import { WriterLock } from '../runtime/writer-lock.ts'
import { isInterrupt } from './exit-code.ts'
import { progressLine } from './render.ts'
import type { Terminal } from './terminal.ts'

/** What bringing up to date needs of a command. */
export interface UpdateOptions {
  /** The file of the graph. */
  readonly database: string
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** Milliseconds to wait for a process that watches the project to do it. */
  readonly wait: number
}

/**
 * Brings a graph up to date before it is asked: by the process that watches the project, where there is one, else here. Where that is not
 * possible, it says so, and the graph stays as it is.
 *
 * @returns how fresh the graph is then.
 */
export async function bringUpToDate(forge: Forge, options: UpdateOptions): Promise<Freshness> {
  const { terminal, signal } = options
  const before = await forge.freshness()
  if (!before.stale) return before
  try {
    await using lock = new WriterLock(options.database)
    if (!(await lock.tryTake())) return await awaitWatcher(forge, options)
    const { revision } = await forge.index({
      signal,
      onProgress: (progress) => terminal.progress(progressLine(progress)),
    })
    terminal.progress(undefined)
    return { revision, stale: false, pending: [] }
  } catch (error) {
    terminal.progress(undefined)
    if (isInterrupt(error) || !isForgeError(error) || error.code === 'FORGE_INTERNAL') throw error
    terminal.note(terminal.errorColors.yellow(`Not brought up to date: ${error.message} (${error.code})`))
    return before
  }
}

async function awaitWatcher(forge: Forge, { signal, wait }: UpdateOptions): Promise<Freshness> {
  const until = performance.now() + wait
  for (let pause = 10; ; pause = Math.min(pause * 2, 200)) {
    const freshness = await forge.freshness()
    if (!freshness.stale || performance.now() > until) return freshness
    await sleep(pause, undefined, { signal })
  }
}
