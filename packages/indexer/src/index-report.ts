import type { Diagnostic } from './diagnostic.ts'
import type { IndexTotals } from './index-state.ts'

/** What a run did, and what the graph holds after it. */
export interface IndexReport extends IndexTotals {
  /** The revision of the graph that is equal to the folder. */
  readonly revision: number
  /** Files that were there with other bytes. */
  readonly changed: number
  /** Files that are new in the graph. */
  readonly added: number
  /** Files that are no longer in the graph. */
  readonly removed: number
  /** All there is to know about the project's files, those that did not change included, in order. */
  readonly diagnostics: readonly Diagnostic[]
  readonly timings: IndexTimings
}

/** Milliseconds spent in each phase; nodes are written while files are extracted, and count as that. */
export interface IndexTimings {
  readonly discover: number
  readonly extract: number
  readonly link: number
  readonly store: number
}

/** How far a phase has come, in files. */
export interface IndexProgress {
  readonly phase: 'discover' | 'extract' | 'link' | 'store'
  readonly done: number
  readonly total: number
}

/** Whether the folder is as it was when it was indexed, by size and time of its files. */
export interface Freshness {
  readonly stale: boolean
  /** Files that differ, are new or are gone, in order. */
  readonly pending: readonly string[]
}
