/** What an entry is about. */
export type MemoryType = 'tool' | 'file' | 'error' | 'decision' | 'context'

/** Every {@link MemoryType}. */
export const memoryTypes: readonly MemoryType[] = ['tool', 'file', 'error', 'decision', 'context']

/** What is known about an entry besides its content: JSON, with some members that mean something here. */
export interface MemoryMetadata {
  /** When what it tells happened, if not when it was written: milliseconds since the epoch, or a text that `Date` reads. */
  readonly timestamp?: number | string
  /** The session it belongs to, up to 200 characters. */
  readonly sessionId?: string
  /** The folder of the project it belongs to. */
  readonly projectPath?: string
  /** A heading, which counts more than the content when it is searched. */
  readonly title?: string
  /** Up to 100 texts of up to 200 characters, to filter by and to search for. */
  readonly tags?: readonly string[]
  /** Whether it stays whatever `maxSize` says. */
  readonly pinned?: boolean
  readonly [key: string]: unknown
}

/** What is to be remembered. */
export interface NewMemory {
  readonly type: MemoryType
  readonly content: string
  readonly metadata?: MemoryMetadata
  /** An embedding; it is kept as 32-bit floats. */
  readonly vector?: ArrayLike<number>
  /** Milliseconds since the epoch. Default: when it was first written. */
  readonly createdAt?: number
}

/** What is remembered. */
export interface MemoryEntry {
  /** A UUID, in lower case. */
  readonly id: string
  readonly type: MemoryType
  readonly content: string
  readonly metadata: MemoryMetadata
  readonly vector?: Float32Array
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** What entries have to be like; every member that is there has to hold. */
export interface MemoryFilter {
  /** One of these. */
  readonly types?: readonly MemoryType[]
  readonly sessionId?: string
  /** All of these. */
  readonly tags?: readonly string[]
  /** The earliest time, of `metadata.timestamp` or else of `createdAt`: milliseconds since the epoch. */
  readonly since?: number
  /** The time before which it has to be. */
  readonly until?: number
}

/** What is looked for. */
export interface MemoryQuery extends MemoryFilter {
  /** Words, as a person writes them: nothing in it is syntax. */
  readonly text?: string
  /** A vector whose neighbours are looked for, those of the same length. */
  readonly vector?: ArrayLike<number>
}

/**
 * How much of the text an entry has: all words, as they are; all words, some of them as the beginning of longer ones (from four letters on);
 * or, where no entry has all of them, some.
 */
export type MatchKind = 'words' | 'prefixes' | 'some'

/** An entry that was found. */
export interface MemoryHit extends MemoryEntry {
  /**
   * How well it fits, more is better. For a text: BM25, up to doubled for what is new, to be compared with hits of the same
   * search and `match`. For a vector: the cosine of the angle. For both: the sum of 1 / (60 + rank) in either.
   */
  readonly score: number
  /** Absent where the text did not find it. */
  readonly match?: MatchKind
}

/** What was counted of one type. */
export interface MemoryTypeStats {
  readonly entries: number
  /** What the entries hold as they are stored: content, metadata, vector. */
  readonly bytes: number
}

/** A failure that was not thrown. */
export interface MemoryFailure {
  /** The method that failed. */
  readonly operation: string
  /** A `FORGE_` code. */
  readonly code: string
  readonly message: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** A memory in numbers. */
export interface MemoryStats extends MemoryTypeStats {
  readonly byType: Readonly<Record<MemoryType, MemoryTypeStats>>
  /** The time of the oldest entry, if there is one. */
  readonly oldest: number | null
  /** The time of the newest entry, if there is one. */
  readonly newest: number | null
  /** The most bytes it may hold, or null. */
  readonly maxSize: number | null
  /** Entries that were removed to make room, since it was opened here. */
  readonly evicted: number
  /** Operations that failed, since it was opened here. */
  readonly failures: number
  readonly lastFailure: MemoryFailure | null
}

/** Which entries to list. */
export interface MemoryListing extends MemoryFilter {
  /** By their time. Default: `newest` first. */
  readonly order?: 'newest' | 'oldest'
  /** 1 to 1,000. Default 50. */
  readonly limit?: number
  /** Where the last page ended: its `next`. */
  readonly after?: string
}

/** Some of the entries that were asked for. */
export interface MemoryPage {
  readonly entries: readonly MemoryEntry[]
  /** What `after` has to be for the next page; absent on the last one. */
  readonly next?: string
}
