import type { RunContext } from './run-context.ts'
import { median } from './statistics.ts'
import type { Counts } from './systems/system.ts'

/** What one run of one system measured. */
export interface Run {
  readonly round: number
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakRssBytes: number
  /** The size of all files of its database, or `null` where it has none. */
  readonly databaseBytes: number | null
  /** Wall time of indexing again with nothing changed, or `null` where it cannot. */
  readonly againMs: number | null
}

/** Why a system is not measured any further. */
export interface Failure {
  readonly round: number
  readonly phase: 'prepare' | 'cold' | 'again' | 'count'
  readonly reason: string
}

/** All that was measured of one system. */
export interface SystemResult {
  readonly name: string
  readonly version: string | null
  /** The exact commands, `DIR` for the copy of the corpus and `STORE` for a folder of its own. */
  readonly commands: { readonly cold: string; readonly again: string | null }
  readonly env: Readonly<Record<string, string>>
  readonly note: string
  readonly counts: Counts | null
  readonly runs: readonly Run[]
  readonly failure: Failure | null
}

/** The content of a file of results. */
export interface ColdIndexResults extends RunContext {
  readonly bench: 'cold-index'
  readonly corpus: {
    readonly name: string
    readonly label: string
    readonly files: number
    readonly lines: number
    readonly bytes: number
  }
  readonly rounds: number
  readonly systems: readonly SystemResult[]
}

/** The figures of a system over all of its runs: medians, and the range of the wall time. */
export interface Summary {
  readonly wallMs: number
  readonly wallMinMs: number
  readonly wallMaxMs: number
  readonly cpuMs: number
  readonly peakRssBytes: number
  readonly databaseBytes: number | null
  readonly againMs: number | null
}

/** Sums up the runs of a system; `undefined` when it failed or never ran, so that nobody compares a part with a whole. */
export function summarize(result: SystemResult): Summary | undefined {
  if (result.failure !== null || result.runs.length === 0) return undefined
  const wall = result.runs.map((run) => run.wallMs)
  return {
    wallMs: median(wall),
    wallMinMs: Math.min(...wall),
    wallMaxMs: Math.max(...wall),
    cpuMs: median(result.runs.map((run) => run.cpuMs)),
    peakRssBytes: median(result.runs.map((run) => run.peakRssBytes)),
    databaseBytes: medianOfSome(result.runs.map((run) => run.databaseBytes)),
    againMs: medianOfSome(result.runs.map((run) => run.againMs)),
  }
}

function medianOfSome(values: readonly (number | null)[]): number | null {
  const some = values.filter((value) => value !== null)
  return some.length === 0 ? null : median(some)
}
