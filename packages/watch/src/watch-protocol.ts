import type { ChangeBatch, FileStamp } from './file-change.ts'

/** What a thread is started with. */
export interface WatchWorkerData {
  /** Absolute, without links. */
  readonly root: string
  readonly snapshot: readonly (readonly [string, FileStamp])[] | undefined
  readonly ignoreFiles: readonly string[]
  readonly never: readonly string[]
  readonly include: readonly string[]
  readonly maxHashBytes: number
  readonly polling: boolean
  readonly pollingInterval: number
}

/** What a thread is asked. */
export type WatchRequest =
  | { readonly kind: 'sync' | 'rescan' | 'snapshot' | 'stats'; readonly id: number }
  | { readonly kind: 'end' }

/** Counts since the watcher was started. */
export interface WatchStats {
  /** `polling` where the system refuses to watch, or where it was asked for. */
  readonly mode: 'native' | 'polling'
  readonly files: number
  readonly folders: number
  /** Times the system said that something had happened. */
  readonly hints: number
  /** Times the whole folder was looked through after the start. */
  readonly rescans: number
  /** Times it was looked through because events may have been lost. */
  readonly overflows: number
}

/** What kind of error a thread tells, and the facts that its message needs. */
export interface WatchProblem {
  readonly kind: 'root' | 'limit' | 'unreadable' | 'failed'
  readonly path: string
  /** The code of the system, such as `ENOSPC`. */
  readonly systemCode: string
  readonly message: string
}

/** What a thread tells. */
export type WatchReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'changes'; readonly batch: ChangeBatch }
  | { readonly kind: 'problem'; readonly problem: WatchProblem }
  | { readonly kind: 'done'; readonly id: number; readonly value?: unknown }
