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

/**
 * A symbol as users see it.
 *
 * One outside the project (`kind: 'external'`) has no file: its `file` and `language` are empty and its range is 1:1.
 */
export interface GraphSymbol {
  /** `src/pool.ts#Pool.acquire`: the stable descriptor; a module's is its path alone. */
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

/** A symbol of a file, by its offsets. */
export interface OutlineSymbol {
  readonly id: string
  readonly name: string
  readonly kind: NodeKind
  readonly start: number
  readonly end: number
  /** Equal offsets where no name stands. */
  readonly nameStart: number
  readonly nameEnd: number
}

/** A place in a file that an edge stands for. */
export interface Site {
  readonly start: number
  readonly end: number
  readonly kind: EdgeKind
  /** What the place does with what it names; `through` where it names something else, whose value the target is. */
  readonly role: Role | 'through'
  /** The id of the symbol that the edge leads to. */
  readonly target: string
  readonly targetKind: NodeKind
  /** Where it is declared; empty, and 0, for one outside the project. */
  readonly targetFile: string
  readonly targetStart: number
  readonly targetEnd: number
  readonly name: string
  readonly confidence: Confidence
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

/** What is counted of code, beside its cyclomatic complexity. */
export interface CodeCounts {
  /** Cognitive complexity. */
  readonly cognitive: number
  readonly operators: number
  readonly operands: number
  readonly distinctOperators: number
  readonly distinctOperands: number
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
  /** Cyclomatic; null for what has no code. */
  readonly complexity: number | null
  /** What else is counted of its code; left out where nothing is. */
  readonly code?: CodeCounts | null
  /** BLAKE3 of its own source, 32 bytes. */
  readonly hash: Uint8Array | null
  readonly start: number
  readonly end: number
  readonly nameStart: number
  readonly nameEnd: number
  /** Left out: what is stored stays as long as `hash` does. */
  readonly embedding?: Uint8Array
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

/** An edge to write, between nodes by their row ids; there is one for each (source, target, kind). */
export interface EdgeInput {
  readonly source: number
  readonly target: number
  readonly kind: EdgeKind
  readonly confidence: Confidence
  /** Start, end and role code of each site, three numbers each, in the file of `source`, ordered. */
  readonly sites: Int32Array
  /** Anything else about it, as JSON. */
  readonly metadata?: Readonly<Record<string, unknown>>
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
 *
 * The revision moves only when files, nodes, edges, locals, unresolved places or diagnostics change: what equals
 * what is stored is not written, and `touchFile`, `putMeta` and `putFacts` never move it.
 *
 * Every method throws `FORGE_GRAPH_INPUT` for records that cannot be, and `FORGE_GRAPH_FILE_NOT_FOUND` for a file that
 * is not there.
 */
export interface GraphWriter {
  /** The revision being written. */
  readonly revision: number
  /** Files as the graph knows them now: by path. */
  files(): ReadonlyMap<string, StoredFile>
  /** Takes a file with its nodes and everything of theirs out, edges into them included. */
  removeFile(path: string): void
  /**
   * Inserts or replaces a file and its nodes; a node with the descriptor of one that was there keeps
   * its row id and creation revision. Returns the row ids, aligned with `nodes`. The edges from and to nodes
   * that went are gone; all others stay. The file's locals and unresolved places are gone: put them again.
   */
  putFile(file: FileInput, nodes: readonly NodeInput[]): { readonly fileId: number; readonly nodeIds: Float64Array }
  /** Adds symbols to a file that is there; the others, and all that refers to them, stay. Returns their row ids. */
  addNodes(fileId: number, nodes: readonly NodeInput[]): Float64Array
  /** Takes symbols out of a file that is there, with the edges that touch them; the others stay. */
  removeNodes(fileId: number, nodeIds: readonly number[]): void
  /** Records that the bytes are the same though size or time of the file changed. */
  touchFile(path: string, stat: { readonly size: number; readonly modified: number }): void
  /** The row ids of a file that is not written again, by descriptor. */
  nodeIds(fileId: number): ReadonlyMap<string, number>
  /**
   * The row id of an external symbol (`external:node:fs#readFile`), made when it is new. One that no edge leads to
   * at the end of the update is dropped.
   */
  externalNode(id: string): number
  /** Replaces all edges that leave the nodes of a file. */
  putEdges(fileId: number, edges: Iterable<EdgeInput>): void
  /** Replaces the locals of a file; `occurrences` has start, end, role code, index in `locals` and the row id of the node whose code it is; five numbers each, ordered by start. */
  putLocals(fileId: number, locals: readonly LocalInput[], occurrences: Float64Array): void
  /** Replaces what could not be resolved in a file. */
  putUnresolved(fileId: number, unresolved: Iterable<UnresolvedInput>): void
  /** Replaces all diagnostics of the project. */
  putDiagnostics(diagnostics: readonly DiagnosticInput[]): void
  /** Cached facts by content hash and language; undefined when not there or of another version. */
  getFacts(hash: Uint8Array, language: string, version: number): Uint8Array | undefined
  /** Keeps facts as long as some file of the database has this hash and language; at most one version of them. */
  putFacts(hash: Uint8Array, language: string, version: number, facts: Uint8Array): void
  /** A small value of the project's, kept next to the graph and not part of the export. */
  getMeta(key: string): string | undefined
  /** Sets what {@link GraphWriter.getMeta} gives. */
  putMeta(key: string, value: string): void
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

/** A place asked about: line and column from 1, columns in UTF-16 units. */
export interface FilePosition {
  readonly file: string
  readonly line: number
  /** Left out: the first symbol named on the line. */
  readonly column?: number
}

/** What a place names. */
export interface Definition {
  readonly symbol: GraphSymbol
  /** The place that names it: the identifier at the position asked about. */
  readonly at: Range
  /** What the place does with the symbol; `definition` where it declares it. */
  readonly role: Role | 'definition'
  readonly confidence: Confidence
}

/** What symbols are narrowed down by, and which page of them is wanted. */
export interface FindOptions {
  /** Default: all but `external`. */
  readonly kind?: NodeKind
  /** A file, or a folder: everything below it. */
  readonly file?: string
  readonly language?: string
  /** Only symbols with exactly this name, qualified name or id. */
  readonly exact?: boolean
  /** Default 50. */
  readonly limit?: number
  /** How many of the best to skip. Default 0. */
  readonly offset?: number
}

/** A page of the symbols found. */
export interface FindResult {
  readonly symbols: readonly GraphSymbol[]
  /** How many there are on all pages. */
  readonly total: number
}

/** How far calls are followed. */
export interface CallOptions {
  /** How many calls away. Default 1. */
  readonly depth?: number
  /** At most this many call sites, the nearest ones. Default: all. */
  readonly limit?: number
}

/** One step of a {@link CallPath}. */
export interface CallStep {
  readonly caller: string
  readonly callee: string
  readonly confidence: Confidence
  readonly sites: readonly { readonly file: string; readonly range: Range }[]
}

/** A shortest way from one symbol to another along calls. */
export interface CallPath {
  /** The symbols on the way, both ends included. */
  readonly symbols: readonly GraphSymbol[]
  /** The calls between them: one less than there are symbols. */
  readonly steps: readonly CallStep[]
}

/** A symbol one edge away. */
export interface Neighbour {
  readonly kind: EdgeKind
  /** `out`: the edge leaves the symbol asked about. */
  readonly direction: 'in' | 'out'
  readonly symbol: GraphSymbol
  readonly confidence: Confidence
  /** How many places the edge stands for; none for `contains` and `overrides`. */
  readonly sites: number
}

/** A place that names something that could not be found. */
export interface UnresolvedPlace {
  readonly name: string
  readonly reason: string
  /** Whether it is called or constructed. */
  readonly call: boolean
  readonly file: string
  readonly range: Range
  /** The id of the symbol whose code it is. */
  readonly in: string | null
}

/** A symbol and how many others call it. */
export interface CalledSymbol {
  readonly symbol: GraphSymbol
  /** Symbols whose code calls or constructs it, each counted once. */
  readonly callers: number
}

/** Something about a file that the user should know. */
export interface GraphDiagnostic {
  readonly path: string
  readonly code: string
  readonly message: string
  readonly range?: Range
}

/** Counts of what the graph holds. */
export interface GraphStatus {
  readonly revision: number
  /** When the revision was written, in milliseconds since the epoch; null before the first one. */
  readonly updated: number | null
  readonly files: number
  /** Lines of all files. */
  readonly lines: number
  /** Symbols by kind; local ones are not counted. */
  readonly nodes: Readonly<Partial<Record<NodeKind, number>>>
  readonly edges: Readonly<Partial<Record<EdgeKind, number>>>
  readonly languages: Readonly<Record<string, { readonly files: number; readonly lines: number }>>
  /** Diagnostics by code. */
  readonly diagnostics: Readonly<Record<string, number>>
  /** Places that could not be resolved, by reason; `calls` counts those that are called. */
  readonly unresolved: Readonly<Record<string, { readonly places: number; readonly calls: number }>>
  /** Call and instantiation edges by confidence. */
  readonly calls: Readonly<Record<Confidence, number>>
  /** The whole database file in bytes, whatever else is in it. */
  readonly databaseBytes: number
}

/** What an update did. */
export interface GraphUpdate<T> {
  /** The revision the graph is at now. */
  readonly revision: number
  /** Whether that is a new one. */
  readonly changed: boolean
  /** What the callback returned. */
  readonly result: T
}
