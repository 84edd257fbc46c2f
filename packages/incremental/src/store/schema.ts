import type { Generated } from 'kysely'

/** The tables of the store, as Kysely sees them. Times are milliseconds since the epoch, hashes the 32 bytes of BLAKE3. */
export interface IncrementalTables {
  incremental_projects: { id: Generated<number>; name: string }
  incremental_traces: TraceTable
  incremental_analyses: AnalysisTable
  incremental_analysis_files: { project: number; file: string; hash: Uint8Array }
  /** That the analysis of the node `hash` depends on the node `uses`. */
  incremental_analysis_uses: { project: number; hash: Uint8Array; uses: Uint8Array }
}

/** A value of a query with what it was made from. */
export interface TraceTable {
  project: number
  query: string
  /** JSON. */
  key: string
  /** Of `dependencies`. */
  digest: Uint8Array
  /** Goes up with each trace that is saved. */
  number: number
  /** JSON: a list of `[query, key, fingerprint]`. */
  dependencies: string
  value: Uint8Array
}

/** What was found out about the node with this source. */
export interface AnalysisTable {
  project: number
  hash: Uint8Array
  cfg: Uint8Array | null
  /** JSON. */
  metrics: string
  computed_at: number
}
