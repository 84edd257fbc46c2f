import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Corpus } from './corpus.ts'
import { explainFailure, type ProcessOutcome, runMeasured } from './measured-process.ts'
import { withoutPaths } from './private-text.ts'
import type { Failure, Run } from './results.ts'
import { systemEnvironment } from './system-environment.ts'
import type { Counts, Place, Prepared, System } from './systems/system.ts'

/** One run of one system. */
export interface RoundRequest {
  readonly system: System
  readonly prepared: Prepared
  readonly corpus: Corpus
  readonly round: number
  /** Whether to ask the system what it found, which is not measured. */
  readonly withCounts: boolean
  /** Where temporary folders may be made. */
  readonly temporaryFolder: string
  readonly signal: AbortSignal
}

/** What a round gave; a failure in a later phase keeps what was measured before it. */
export interface RoundOutcome {
  readonly run: Run | undefined
  readonly counts: Counts | undefined
  readonly failure: Failure | undefined
}

const runTimeoutMs = 180_000

/** Lets a system index a fresh copy of the corpus from nothing, then once more with nothing changed. */
export async function measureRound(request: RoundRequest): Promise<RoundOutcome> {
  const { system, prepared, round, signal } = request
  const folder = mkdtempSync(join(request.temporaryFolder, 'forge-bench-'))
  try {
    const place: Place = { corpus: join(folder, 'corpus'), store: join(folder, 'store') }
    const home = join(folder, 'home')
    for (const path of [place.store, home]) mkdirSync(path)
    request.corpus.copyTo(place.corpus)
    // The copy must be on disk, or its writing would compete with what is measured.
    spawnSync('sync')

    const start = (args: readonly string[], onOutput?: (text: string) => void): Promise<ProcessOutcome> =>
      runMeasured({
        program: prepared.program,
        args,
        cwd: folder,
        env: { ...systemEnvironment(home), ...system.env },
        timeoutMs: runTimeoutMs,
        signal,
        ...(onOutput === undefined ? {} : { onOutput }),
      })
    const failed = (phase: Failure['phase'], reason: string): Failure => ({
      round,
      phase,
      reason: withoutPaths(reason),
    })

    const cold = await start(system.coldArgs(place))
    if (cold.failure !== undefined) {
      return { run: undefined, counts: undefined, failure: failed('cold', explainFailure(cold)) }
    }
    const databaseFolder = system.databaseFolder?.(place)
    const measured = {
      round,
      wallMs: cold.wallMs,
      cpuMs: cold.cpuMs,
      peakRssBytes: cold.peakRssBytes,
      databaseBytes: databaseFolder === undefined ? null : folderBytes(databaseFolder),
    }

    const againArgs = system.againArgs?.(place)
    const again = againArgs === undefined ? undefined : await start(againArgs)
    const run = { ...measured, againMs: again?.wallMs ?? null }
    if (again?.failure !== undefined) {
      return { run: { ...run, againMs: null }, counts: undefined, failure: failed('again', explainFailure(again)) }
    }

    if (!request.withCounts) return { run, counts: undefined, failure: undefined }
    try {
      const counts = await system.count({
        place,
        coldOutput: cold.stdout,
        async ask(args, onOutput) {
          const answer = await start(args, onOutput)
          if (answer.failure !== undefined) throw new Error(explainFailure(answer))
          return answer.stdout
        },
      })
      return { run, counts, failure: undefined }
    } catch (error) {
      signal.throwIfAborted()
      const reason = error instanceof Error ? error.message : String(error)
      return { run, counts: undefined, failure: failed('count', reason) }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** All files count, so a write-ahead log that was left behind does too. */
function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
