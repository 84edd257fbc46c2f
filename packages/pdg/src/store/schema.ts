import type { Generated } from 'kysely'

/** The tables of the store, as Kysely sees them. */
export interface PdgTables {
  pdg_projects: { id: Generated<number>; name: string }
  pdg_files: PdgFileTable
  pdg_functions: PdgFunctionTable
  /** What a function does and what depends on what in it: see `packed-ir.ts` and `packed-pdg.ts`. */
  pdg_graphs: { project: number; function: number; ir: Uint8Array; pdg: Uint8Array }
  /** 32-bit floats, little-endian. */
  pdg_embeddings: { project: number; function: number; vector: Uint8Array }
  /** That a file has a function. */
  pdg_uses: { project: number; function: number; file: number }
}

/** A file with its functions in their order. */
export interface PdgFileTable {
  project: number
  id: number
  path: string
  /** What the caller knows the content of the file by, and the analysis: see `content-hash.ts`. */
  content_hash: string | null
  /** How many functions it has. */
  functions: number
  /** See `file-layout.ts`. */
  layout: Uint8Array
}

/** A function, once for all places where it stands. */
export interface PdgFunctionTable {
  project: number
  id: number
  /** See `functionHash`: 32 bytes. */
  hash: Uint8Array
  /** See `functionKindCodes`. */
  kind: number
  instructions: number
  blocks: number
  merges: number
  data_edges: number
  control_edges: number
  /** Of its row in `pdg_graphs`. */
  bytes: number
  /** Where it stands, of one that was saved without a file; see `file-layout.ts`. */
  place: Uint8Array | null
}
