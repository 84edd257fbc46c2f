import type { Generated } from 'kysely'

/** The tables of a memory, as Kysely sees them. Times are milliseconds since the epoch, UTC. */
export interface MemoryTables {
  memory_projects: MemoryProjectTable
  memories: MemoryTable
  memory_documents: MemoryDocumentView
  memory_tags: MemoryTagTable
  memory_vectors: MemoryVectorTable
  memory_totals: MemoryTotalTable
}

/** One row a project. */
export interface MemoryProjectTable {
  id: Generated<number>
  name: string
  /** The number of the newest entry; numbers are never used again. */
  last_number: number
}

/** One row an entry. */
export interface MemoryTable {
  project: number
  /** What other tables call the entry; goes up in the order of first writing. */
  number: number
  /** A UUID, lower case. */
  id: string
  type: string
  /** `metadata.timestamp`, or else `created_at`. */
  time: number
  created_at: number
  /** When it was last written, read or found. */
  used_at: number
  /** 1: never evicted. */
  pinned: number
  /** Bytes of content, metadata and vector, as they are stored. */
  bytes: number
  session: string | null
  /** See `content.ts`. */
  encoding: number
  content: string | Uint8Array
  /** A JSON object. */
  metadata: string
}

/**
 * {@link MemoryTable} with what is derived from an entry, to be written: triggers spread a row of it over `memories`,
 * `memory_words` and `memory_tags`. Read, the derived columns are null.
 */
export interface MemoryDocumentView extends MemoryTable {
  /** A JSON array of texts, each once. */
  tags: string
  words: string
  title_words: string
  part_words: string
  marks: string
}

/** The tags of the entries. */
export interface MemoryTagTable {
  project: number
  tag: string
  number: number
}

/** The vectors of those entries that have one. */
export interface MemoryVectorTable {
  project: number
  dimensions: number
  number: number
  /** 32-bit floats, little-endian. */
  vector: Uint8Array
}

/** Kept by triggers: what the entries of a type come to. */
export interface MemoryTotalTable {
  project: number
  type: string
  entries: number
  bytes: number
}
