import type { Confidence, EdgeKind, RunStatus, SymbolKind } from './vocabulary.ts'

/**
 * Where a mirror gets its rows. The package knows it by these few methods: `Graph` of `@forge/graph` is a {@link GraphSource}, `RunStorage`
 * of `@forge/runs` a {@link RunSource}, and anything else fits that has them.
 */
export interface MirrorSource {
  readonly graph: GraphSource
  /** Left out: there are no runs. */
  readonly runs?: RunSource
  /** Left out: there is no history, and what needs it says so. */
  readonly history?: HistorySource
}

/** A revision of one graph. A graph that was made anew has the same numbers at other times. */
export interface RevisionMark {
  readonly revision: number
  /** Milliseconds since the epoch. */
  readonly writtenAt: number
}

/** A code graph that can say what has changed. */
export interface GraphSource {
  /** Calls `use` with all that changed since a revision, of one revision; with everything where the graph never had it. */
  readChanges<T>(
    since: RevisionMark | undefined,
    use: (changes: SourceChanges) => T | PromiseLike<T>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<T>
}

/** What has changed in a graph. Files and symbols are known by numbers, which are used again once they are free. */
export interface SourceChanges {
  /** The revision the graph is at; undefined before the first one. */
  readonly head: RevisionMark | undefined
  /** The revision these are the changes since; 0 where these are all there is. */
  readonly since: number
  /** All files there are: what else is known of is gone. */
  readonly files: readonly number[]
  /** The files that {@link SourceChanges.changedFiles} gives. */
  readonly changed: readonly number[]
  /** All symbols outside the project, as {@link SourceChanges.files}. */
  readonly externals: readonly number[]
  readonly newExternals: readonly SourceSymbol[]
  readonly newRevisions: readonly SourceRevision[]
  /** All of them. */
  readonly entryPoints: readonly { readonly path: string; readonly reason: string; readonly exports: boolean }[]
  /** All of them. */
  readonly diagnostics: readonly { readonly path: string; readonly code: string; readonly message: string }[]
  /** Files that changed, each with all that belongs to it. */
  changedFiles(): Iterable<SourceFile>
}

/** A revision with how much there was in it; null where that was not counted. */
export interface SourceRevision extends RevisionMark {
  readonly files: number | null
  readonly lines: number | null
  readonly symbols: number | null
  readonly edges: number | null
  readonly unresolved: number | null
}

/** A file with all that belongs to it. */
export interface SourceFile {
  readonly id: number
  /** Relative to the project, with `/`. */
  readonly path: string
  readonly language: string
  readonly lines: number
  /** Bytes. */
  readonly size: number
  /** The revision in which anything of it last changed. */
  readonly changed: number
  readonly symbols: readonly SourceSymbol[]
  /** The edges that leave its symbols. */
  readonly edges: readonly SourceEdge[]
  readonly unresolved: readonly SourceUnresolved[]
}

/** A symbol by its number. */
export interface SourceSymbol {
  readonly id: number
  readonly name: string
  readonly qualifiedName: string
  /** What follows `path#` in its id: empty for a module, the whole id of a symbol outside the project. */
  readonly descriptor: string
  readonly kind: SymbolKind
  readonly exported: boolean
  /** Cyclomatic. */
  readonly complexity: number | null
  readonly code: SourceCounts | null
  /** From 1. */
  readonly startLine: number
  readonly endLine: number
  readonly created: number
  readonly updated: number
}

/** What is counted of code. */
export interface SourceCounts {
  readonly cognitive: number
  readonly operators: number
  readonly operands: number
  readonly distinctOperators: number
  readonly distinctOperands: number
}

/** An edge between symbols. */
export interface SourceEdge {
  readonly source: number
  readonly target: number
  readonly kind: EdgeKind
  readonly confidence: Confidence
  /** How many places it stands for. */
  readonly sites: number
  /** How many of them only export what they name. */
  readonly exports: number
}

/** Places that name something which could not be found. */
export interface SourceUnresolved {
  readonly name: string
  readonly reason: string
  readonly call: boolean
  readonly places: number
}

/** A run history that can say what has changed. */
export interface RunSource {
  /** Changes with higher numbers than `after`, in order; `reset` where they cannot be told any more. */
  changes(options: { readonly after: number; readonly limit: number }): Promise<RunChanges>
  /** How many runs there are. */
  count(): Promise<number>
}

/** A page of what has changed. */
export interface RunChanges {
  readonly changes: readonly (
    | { readonly kind: 'saved'; readonly run: SourceRun }
    | { readonly kind: 'deleted'; readonly id: string }
  )[]
  /** The number to go on after. */
  readonly last: number
  readonly more: boolean
  readonly reset: boolean
}

/** A run. Times are milliseconds since the epoch. */
export interface SourceRun {
  readonly id: string
  readonly planId: string | null
  readonly objective: string
  readonly status: RunStatus
  readonly success: boolean | null
  readonly error: string | null
  readonly tags: readonly string[]
  readonly parent: string | null
  readonly revision: number | null
  readonly commit: string | null
  readonly startedAt: number
  readonly endedAt: number | null
  readonly durationMs: number | null
  readonly steps: number
  readonly planBytes: number | null
  readonly executionBytes: number | null
}

/** How far the history of the code was read. */
export interface HistoryMark {
  /** The newest commit; null where there is none. */
  readonly head: string | null
  /** Whether older commits are missing, which may come later. */
  readonly shallow: boolean
}

/** The history of the code. */
export interface HistorySource {
  /** What is new since a mark. Throws where the history cannot be read: the message says why. */
  readHistory(since: HistoryMark | undefined, options?: { readonly signal?: AbortSignal }): Promise<SourceHistory>
}

/** Commits that are no merges and changed something in the project. */
export interface SourceHistory {
  readonly mark: HistoryMark
  /** Whether all that was there at the mark is still part of it, so that only the commits since are given. */
  readonly continues: boolean
  /** Reads the commits. */
  commits(): Promise<readonly SourceCommit[]>
}

/** A commit with the files of the project that it changed. */
export interface SourceCommit {
  readonly hash: string
  /** Milliseconds since the epoch. */
  readonly committedAt: number
  readonly author: string
  readonly subject: string
  readonly files: readonly string[]
}
