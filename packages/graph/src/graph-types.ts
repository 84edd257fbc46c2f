/** The kinds of symbols users see, in the order of their codes in the database. `external` is one outside the project. */
export const nodeKinds = [
  'module',
  'function',
  'method',
  'constructor',
  'getter',
  'setter',
  'class',
  'interface',
  'type',
  'enum',
  'enum-member',
  'variable',
  'constant',
  'property',
  'parameter',
  'namespace',
  'external',
] as const

/** One of {@link nodeKinds}. */
export type NodeKind = (typeof nodeKinds)[number]

/** The kinds of edges, in the order of their codes in the database. */
export const edgeKinds = [
  'calls',
  'imports',
  'extends',
  'implements',
  'contains',
  'overrides',
  'references',
  'reads',
  'writes',
  'instantiates',
] as const

/** One of {@link edgeKinds}. */
export type EdgeKind = (typeof edgeKinds)[number]

/** How sure an edge is, in the order of the codes in the database. */
export const confidences = ['exact', 'inferred', 'ambiguous'] as const

/** One of {@link confidences}. */
export type Confidence = (typeof confidences)[number]

/** What an occurrence does with its symbol, in the order of the codes in the database. */
export const roles = ['read', 'write', 'call', 'import', 'export', 'type'] as const

/** One of {@link roles}. */
export type Role = (typeof roles)[number]

/** A place in a file: line and column from 1, columns and the offset (from 0) in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
}

/** Half-open. */
export interface Range {
  readonly start: Position
  readonly end: Position
}

/** A symbol as users see it. */
export interface GraphSymbol {
  /** `src/pool.ts#Pool.acquire`: the stable descriptor. */
  readonly id: string
  readonly name: string
  readonly qualifiedName: string
  readonly kind: NodeKind
  readonly language: string
  readonly file: string
  readonly range: Range
  readonly signature?: string
  readonly doc?: string
}

/** An occurrence of a symbol as users see it. */
export interface Reference {
  /** The id of the symbol. */
  readonly symbol: string
  readonly file: string
  readonly range: Range
  readonly role: Role
  /** The id of the symbol whose code it is. */
  readonly in: string | null
  readonly confidence: Confidence
}

/** One call site as users see it. */
export interface Call {
  readonly caller: string
  readonly callee: string
  readonly site: { readonly file: string; readonly range: Range }
  readonly confidence: Confidence
  /** How many calls away from the symbol asked about, from 1. */
  readonly depth: number
}

/** A file to write. */
export interface FileInput {
  readonly path: string
  /** BLAKE3 of its bytes, 32 bytes. */
  readonly hash: Uint8Array
  readonly language: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch, with fractions. */
  readonly modified: number
  readonly lineStarts: Int32Array
}

/** A symbol to write: anything but a local one, and local ones that other files refer to. */
export interface NodeInput {
  readonly name: string
  readonly qualifiedName: string
  /** The part of the id behind `path#`; empty for the module. */
  readonly descriptor: string
  readonly kind: NodeKind
  readonly exported: boolean
  readonly signature: string | null
  readonly doc: string | null
  /** Cyclomatic; null for what has no body. */
  readonly complexity: number | null
  /** BLAKE3 of its own source, 32 bytes. */
  readonly hash: Uint8Array | null
  readonly start: number
  readonly end: number
  readonly nameStart: number
  readonly nameEnd: number
}

/** A symbol that only its own file refers to: kept packed with its file, found by position and in exports, not by name. */
export interface LocalInput {
  readonly name: string
  readonly qualifiedName: string
  readonly descriptor: string
  readonly kind: NodeKind
  readonly start: number
  readonly end: number
  readonly nameStart: number
  readonly nameEnd: number
}

/** An edge to write, between nodes by their row ids. */
export interface EdgeInput {
  readonly source: number
  readonly target: number
  readonly kind: EdgeKind
  readonly confidence: Confidence
  /** Start, end and role code of each site, three numbers each, in the file of `source`, ordered. */
  readonly sites: Int32Array
}

/** Places that name something that could not be found, one row for each (name, reason, call). */
export interface UnresolvedInput {
  readonly name: string
  readonly reason: string
  readonly call: boolean
  /** Start, end and the row id of the node whose code it is; three numbers each, ordered by start. */
  readonly sites: Int32Array
}

/** Something about a file that the user should know. */
export interface DiagnosticInput {
  /** The file's path; it need not be one that was indexed. */
  readonly path: string
  readonly code: string
  readonly message: string
  /** Offsets, where it is about a part of an indexed file. */
  readonly start?: number
  readonly end?: number
}

/**
 * Moves the graph from revision n to n + 1, inside one write transaction. All
 * methods are synchronous: they run on the connection that holds the transaction.
 */
export interface GraphWriter {
  /** The revision being written. */
  readonly revision: number
  /** Files as the graph knows them now: by path. */
  files(): ReadonlyMap<string, StoredFile>
  /** Takes a file with its nodes and everything of theirs out. */
  removeFile(path: string): void
  /**
   * Inserts or replaces a file and its nodes; a node with the descriptor of one that was there keeps
   * its row id and creation revision. Returns the row ids, aligned with `nodes`. The edges from and to nodes
   * that went are gone; all others stay.
   */
  putFile(file: FileInput, nodes: readonly NodeInput[]): { readonly fileId: number; readonly nodeIds: Float64Array }
  /** Records that the bytes are the same though size or time of the file changed. */
  touchFile(path: string, stat: { readonly size: number; readonly modified: number }): void
  /** The row ids of a file that is not written again, by descriptor. */
  nodeIds(fileId: number): ReadonlyMap<string, number>
  /** The row id of an external symbol (`external:node:fs#readFile`), made when it is new. */
  externalNode(id: string): number
  /** Replaces all edges that leave the nodes of a file. */
  putEdges(fileId: number, edges: Iterable<EdgeInput>): void
  /** Replaces the locals of a file; `occurrences` has start, end, role code, index in `locals` and the row id of the node whose code it is. */
  putLocals(fileId: number, locals: readonly LocalInput[], occurrences: Float64Array): void
  putUnresolved(fileId: number, unresolved: Iterable<UnresolvedInput>): void
  /** Replaces all diagnostics of the project. */
  putDiagnostics(diagnostics: readonly DiagnosticInput[]): void
  /** Cached facts by content hash and language; undefined when not there or of another version. */
  getFacts(hash: Uint8Array, language: string, version: number): Uint8Array | undefined
  putFacts(hash: Uint8Array, language: string, version: number, facts: Uint8Array): void
}

/** A file as the graph knows it. */
export interface StoredFile {
  readonly id: number
  readonly path: string
  readonly hash: Uint8Array
  readonly language: string
  readonly size: number
  readonly modified: number
}
