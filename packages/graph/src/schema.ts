import type { RevisionTotals } from './revision-totals.ts'

/** The tables of the graph, as Kysely sees them; kinds, confidences and flags are small integers. */
export interface GraphTables {
  projects: { id: number; name: string }
  revisions: RevisionTable
  project_meta: { project: number; key: string; value: string }
  files: FileTable
  file_contents: FileContentsTable
  nodes: NodeTable
  edges: EdgeTable
  unresolved: UnresolvedTable
  diagnostics: DiagnosticTable
  facts: { hash: Uint8Array; language: string; version: number; data: Uint8Array }
}

/** Totals are null of a revision that was written before they were counted: see `revision-totals.ts`. */
interface RevisionTable extends Record<keyof RevisionTotals, number | null> {
  project: number
  revision: number
  created_at: number
}

interface FileTable {
  project: number
  id: number
  path: string
  hash: Uint8Array
  language: string
  size: number
  /** Milliseconds since the epoch, with fractions. */
  modified: number
  lines: number
  /** The revision that wrote its row in `file_contents`. */
  written: number
  /** The revision in which its row, its nodes, edges that leave them, or its unresolved places last changed. */
  changed: number
}

/** What is read of a file when it is asked about, apart so that the list of files stays small. */
interface FileContentsTable {
  project: number
  file: number
  /** See `line-table.ts`. */
  line_starts: Uint8Array
  /** See `packed-locals.ts`. */
  locals: Uint8Array
  /** Signatures and documentation of its nodes: see `packed-texts.ts`. */
  texts: Uint8Array
}

interface NodeTable {
  project: number
  id: number
  /** Null for a symbol outside the project. */
  file: number | null
  name: string
  qualified_name: string
  /** The id without its file; the whole id of a symbol outside the project. */
  descriptor: string
  kind: number
  exported: number
  complexity: number | null
  hash: Uint8Array | null
  start_offset: number
  end_offset: number
  /** From its start to that of its name: a small number, where an offset takes up to three bytes. */
  name_offset: number
  name_length: number
  /** The revision it first appeared in. */
  created: number
  /** The revision in which anything but its position last changed. */
  updated: number
  embedding: Uint8Array | null
  cognitive: number | null
  /** See `packed-halstead.ts`. */
  halstead: Uint8Array | null
}

interface EdgeTable {
  project: number
  source: number
  target: number
  kind: number
  confidence: number
  /** See `packed-sites.ts`. */
  sites: Uint8Array
  metadata: string | null
}

interface UnresolvedTable {
  project: number
  file: number
  name: string
  reason: string
  call: number
  /** See `packed-sites.ts`: the third number is the node whose code it is. */
  sites: Uint8Array
}

interface DiagnosticTable {
  project: number
  position: number
  path: string
  code: string
  message: string
  start_offset: number | null
  end_offset: number | null
}
