import type { Database } from '@forge/db'
import { CallPaths } from './call-path.ts'
import { Calls } from './calls.ts'
import { entryPointsKey } from './analysis/analysis.ts'
import { ChangeReader, type GraphChanges, type RevisionMark } from './changes.ts'
import { exportedLines } from './export.ts'
import { SnapshotReader } from './export-snapshot.ts'
import { SymbolFinder } from './find.ts'
import type {
  Call,
  CallOptions,
  CallPath,
  CalledSymbol,
  Definition,
  FilePosition,
  FindOptions,
  FindResult,
  GraphDiagnostic,
  GraphStatus,
  GraphSymbol,
  GraphUpdate,
  GraphWriter,
  Neighbour,
  OutlineSymbol,
  Reference,
  Site,
  StoredFile,
  UnresolvedPlace,
} from './graph-types.ts'
import { SqlGraphWriter } from './graph-writer.ts'
import { lazyParts } from './lazy-parts.ts'
import { Mentions } from './mentions.ts'
import { Outside, type OutsideUse } from './outside.ts'
import { Overview } from './overview.ts'
import type { GraphTables } from './schema.ts'
import { ProjectReader, type ReadOptions } from './session.ts'
import { createEdgeStore, createNodeStore, type EdgeStore, type NodeStore, type StoreAccess } from './stores.ts'
import { SymbolReader } from './symbol-reader.ts'
import { createTables, type Tables } from './tables/tables.ts'

/** How {@link createGraph} finds its project. */
export interface GraphOptions extends ReadOptions {
  /** Milliseconds since the epoch, stamped on revisions. Default `Date.now`. */
  readonly clock?: () => number
}

/**
 * The symbols, references and edges of one project.
 *
 * Every question is answered from one revision. Questions about a symbol throw `FORGE_GRAPH_SYMBOL_NOT_FOUND` for an id
 * the graph does not have, questions about a place `FORGE_GRAPH_FILE_NOT_FOUND` and `FORGE_GRAPH_INPUT`; all of them
 * `FORGE_DB_` errors where the database cannot be read.
 */
export interface Graph {
  readonly project: string
  readonly nodes: NodeStore
  readonly edges: EdgeStore

  /**
   * Runs `body` in one write transaction that moves the graph to its next revision; readers see either the one before
   * or the new one. What `body` throws rolls everything back. It must not await another update of the same database.
   *
   * @throws what `body` throws, the reason of the signal, `FORGE_DB_BUSY` and other `FORGE_DB_` errors
   */
  update<T>(
    body: (writer: GraphWriter) => T | PromiseLike<T>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<GraphUpdate<T>>

  /** The revision the graph is at; 0 before the first update. */
  revision(): Promise<number>
  /** What {@link GraphWriter.putMeta} set. */
  meta(key: string): Promise<string | undefined>
  /** The files of the graph by path, in the order of their paths. */
  files(): Promise<ReadonlyMap<string, StoredFile>>
  /** What {@link GraphWriter.putFacts} has cached of the files of the graph, of one version, by path. */
  facts(version: number): Promise<ReadonlyMap<string, Uint8Array>>
  /** When the newest revision was written, in milliseconds since the epoch; undefined before the first update. */
  updatedAt(): Promise<number | undefined>
  /** What is named outside the project in each file, by id and file; globals of the platform are left out. */
  outsideUses(): Promise<readonly OutsideUse[]>

  /**
   * Symbols by name, best first: the exact name, the exact qualified name, the same letters in another case, a prefix,
   * parts in order (`fBS` and `find sym` find `findBySymbol`). Only where there are none: anywhere in the name, then
   * words of signature and documentation. `Pool.acq` and `src/pool.ts#acq` narrow by what holds the symbol.
   */
  findSymbol(query: string, options?: FindOptions): Promise<readonly GraphSymbol[]>
  /** {@link Graph.findSymbol}, with the number of symbols on all pages, for which all of them must be looked at. */
  search(query: string, options?: FindOptions): Promise<FindResult>
  /** All symbols `text` may mean, by id: the one with this id, else those with this qualified name, else with this name. */
  resolveSymbol(text: string): Promise<readonly GraphSymbol[]>
  /** The symbol with an id, local and external ones included. */
  symbol(id: string): Promise<GraphSymbol | undefined>
  /** What is named at a place, the surest first; empty where nothing is. */
  definition(at: FilePosition): Promise<readonly Definition[]>
  /** Every place that names a symbol, by file and offset; its declaration is not one. */
  references(target: string | FilePosition): Promise<readonly Reference[]>
  /** The symbols of a file that are not local, by where they start, the outer ones first. */
  outline(file: string): Promise<readonly OutlineSymbol[]>
  /** Every place of a file that an edge stands for, by where it starts. */
  sites(file: string): Promise<readonly Site[]>
  /** The call sites that lead to a symbol, nearest first; those of a class include those of its constructor. */
  callers(id: string, options?: CallOptions): Promise<readonly Call[]>
  /** The call sites a symbol's code leads to, nearest first. */
  callees(id: string, options?: CallOptions): Promise<readonly Call[]>
  /** A shortest path along calls, the same one every time; undefined where there is none. */
  path(from: string, to: string): Promise<CallPath | undefined>
  /** The symbols one edge of any kind away. */
  neighbours(id: string): Promise<readonly Neighbour[]>
  /** Places that name something called `name` and could not be resolved: what answers about `name` may lack. */
  unresolvedNamed(name: string): Promise<readonly UnresolvedPlace[]>
  /** Places in the code of a symbol that could not be resolved: what its callees may lack. */
  unresolvedIn(id: string): Promise<readonly UnresolvedPlace[]>
  /** The symbols of the project with the most callers, at most `limit` (default 10). */
  mostCalled(options?: { readonly limit?: number }): Promise<readonly CalledSymbol[]>
  diagnostics(): Promise<readonly GraphDiagnostic[]>
  status(): Promise<GraphStatus>

  /**
   * Calls `use` with what has changed since a revision, so that a copy of the graph elsewhere becomes equal to it; with everything for a
   * revision that this graph never had, or none. All of it is of one revision, which stays as it is until `use` is done.
   *
   * @throws what `use` throws, the reason of the signal
   */
  readChanges<T>(
    since: RevisionMark | undefined,
    use: (changes: GraphChanges) => T | PromiseLike<T>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<T>

  /**
   * The whole graph as JSON lines, each with its line break. The same files give the same bytes, whatever updates led
   * to them. The graph is read at once when the first line is asked for, so a slow reader holds nothing up.
   */
  exportLines(options?: { readonly signal?: AbortSignal }): AsyncIterable<string>
}

/**
 * Opens the graph of a project in a database that has been migrated with `graphMigrations`.
 *
 * @example
 * ```ts
 * const db = openDatabase<GraphTables>({ open: () => new Driver('graph.db') })
 * await createSchemaManager({ db: db.kysely, migrations: graphMigrations }).up()
 * const graph = createGraph(db, { project: 'my-project' })
 * const [symbol] = await graph.findSymbol('createPool')
 * ```
 * @throws `FORGE_GRAPH_INPUT` for an empty project name
 */
export function createGraph<S extends GraphTables>(db: Database<S>, options: GraphOptions): Graph {
  // A database with more tables serves every query of one with fewer; Kysely's types do not say so.
  return new SqlGraph(db as unknown as Database<GraphTables>, options)
}

/** What answers questions, and what writes. */
interface GraphParts {
  readonly tables: Tables
  readonly symbols: SymbolReader
  readonly finder: SymbolFinder
  readonly mentions: Mentions
  readonly calls: Calls
  readonly paths: CallPaths
  readonly overview: Overview
  readonly outside: Outside
  readonly snapshots: SnapshotReader
  readonly changes: ChangeReader
  readonly nodes: NodeStore
  readonly edges: EdgeStore
}

class SqlGraph implements Graph {
  readonly project: string
  readonly #db: Database<GraphTables>
  readonly #reader: ProjectReader
  readonly #clock: () => number
  readonly #parts: GraphParts

  constructor(db: Database<GraphTables>, options: GraphOptions) {
    const { project, clock = Date.now } = options
    this.project = project
    this.#db = db
    this.#reader = new ProjectReader(db, options)
    this.#clock = clock
    const access = ({ tables, symbols }: GraphParts): StoreAccess => ({
      project,
      tables,
      contents: symbols.contents,
      read: (query) => this.#reader.read(query),
      write: async (body) => (await this.#update(body)).result,
    })
    this.#parts = lazyParts<GraphParts>({
      tables: () => createTables(db),
      symbols: () => new SymbolReader(db),
      finder: ({ symbols }) => new SymbolFinder(db, symbols),
      mentions: ({ symbols }) => new Mentions(db, symbols),
      calls: ({ symbols }) => new Calls(db, symbols),
      paths: ({ symbols, calls }) => new CallPaths(db, symbols, calls),
      overview: ({ symbols, tables }) => new Overview(db, symbols, tables.projects, tables.remarks),
      outside: () => new Outside(db),
      snapshots: () => new SnapshotReader(db),
      changes: ({ tables }) => new ChangeReader(db, tables),
      nodes: (parts) => createNodeStore(db, access(parts)),
      edges: (parts) => createEdgeStore(access(parts)),
    })
  }

  get nodes(): NodeStore {
    return this.#parts.nodes
  }

  get edges(): EdgeStore {
    return this.#parts.edges
  }

  update<T>(
    body: (writer: GraphWriter) => T | PromiseLike<T>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<GraphUpdate<T>> {
    return this.#update(body, options.signal)
  }

  revision(): Promise<number> {
    return this.#reader.newestRevision()
  }

  meta(key: string): Promise<string | undefined> {
    return this.#reader.read((session) => this.#reader.meta(session, key))
  }

  files(): Promise<ReadonlyMap<string, StoredFile>> {
    return this.#reader.read(
      ({ tx, project }) => new Map(this.#parts.tables.files.all(tx, project).map((file) => [file.path, file])),
    )
  }

  facts(version: number): Promise<ReadonlyMap<string, Uint8Array>> {
    return this.#reader.read(({ tx, project }) => {
      const { files } = this.#parts.tables
      return new Map(
        files.all(tx, project).flatMap(({ path, hash, language }) => {
          const facts = files.getFacts(tx, hash, language, version)
          return facts === undefined ? [] : [[path, facts] as const]
        }),
      )
    })
  }

  updatedAt(): Promise<number | undefined> {
    return this.#reader.read(({ tx, project }) => this.#parts.tables.projects.head(tx, project)?.created_at)
  }

  outsideUses(): Promise<readonly OutsideUse[]> {
    return this.#reader.read((session) => this.#parts.outside.uses(session))
  }

  findSymbol(query: string, options: FindOptions = {}): Promise<readonly GraphSymbol[]> {
    return this.#reader.read((session) => this.#parts.finder.find(session, query, options))
  }

  search(query: string, options: FindOptions = {}): Promise<FindResult> {
    return this.#reader.read((session) => this.#parts.finder.search(session, query, options))
  }

  resolveSymbol(text: string): Promise<readonly GraphSymbol[]> {
    return this.#reader.read((session) => this.#parts.finder.resolve(session, text))
  }

  symbol(id: string): Promise<GraphSymbol | undefined> {
    return this.#reader.read((session) => {
      const found = this.#parts.symbols.find(session, id)
      return found === undefined ? undefined : this.#parts.symbols.show(session, found)
    })
  }

  definition(at: FilePosition): Promise<readonly Definition[]> {
    return this.#reader.read((session) => this.#parts.mentions.definition(session, at))
  }

  references(target: string | FilePosition): Promise<readonly Reference[]> {
    return this.#reader.read((session) => this.#parts.mentions.references(session, target))
  }

  outline(file: string): Promise<readonly OutlineSymbol[]> {
    return this.#reader.read((session) => this.#parts.mentions.outline(session, file))
  }

  sites(file: string): Promise<readonly Site[]> {
    return this.#reader.read((session) => this.#parts.mentions.sites(session, file))
  }

  callers(id: string, options: CallOptions = {}): Promise<readonly Call[]> {
    return this.#reader.read((session) => this.#parts.calls.follow(session, id, 'callers', options))
  }

  callees(id: string, options: CallOptions = {}): Promise<readonly Call[]> {
    return this.#reader.read((session) => this.#parts.calls.follow(session, id, 'callees', options))
  }

  path(from: string, to: string): Promise<CallPath | undefined> {
    return this.#reader.read((session) => this.#parts.paths.find(session, from, to))
  }

  neighbours(id: string): Promise<readonly Neighbour[]> {
    return this.#reader.read((session) => this.#parts.overview.neighbours(session, id))
  }

  unresolvedNamed(name: string): Promise<readonly UnresolvedPlace[]> {
    return this.#reader.read((session) => this.#parts.overview.unresolvedNamed(session, name))
  }

  unresolvedIn(id: string): Promise<readonly UnresolvedPlace[]> {
    return this.#reader.read((session) => this.#parts.overview.unresolvedIn(session, id))
  }

  mostCalled({ limit = 10 }: { readonly limit?: number } = {}): Promise<readonly CalledSymbol[]> {
    return this.#reader.read((session) => this.#parts.overview.mostCalled(session, limit))
  }

  diagnostics(): Promise<readonly GraphDiagnostic[]> {
    return this.#reader.read((session) => this.#parts.overview.diagnostics(session))
  }

  status(): Promise<GraphStatus> {
    return this.#reader.read((session) => this.#parts.overview.status(session))
  }

  readChanges<T>(
    since: RevisionMark | undefined,
    use: (changes: GraphChanges) => T | PromiseLike<T>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<T> {
    return this.#reader.read(
      (session) => use(this.#parts.changes.read(session, since, this.#reader.meta(session, entryPointsKey))),
      options.signal,
    )
  }

  async *exportLines(options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<string, void, undefined> {
    const { signal } = options
    const snapshot = await this.#reader.read(
      ({ tx, project }) => this.#parts.snapshots.read(tx, project, signal),
      signal,
    )
    for (const line of exportedLines(snapshot)) {
      signal?.throwIfAborted()
      yield line
    }
  }

  async #update<T>(
    body: (writer: SqlGraphWriter) => T | PromiseLike<T>,
    signal?: AbortSignal,
  ): Promise<GraphUpdate<T>> {
    const { projects } = this.#parts.tables
    return this.#db.transaction(
      async (tx) => {
        const project = projects.find(tx, this.project) ?? projects.create(tx, this.project)
        const head = projects.head(tx, project)
        const before = head?.revision ?? 0
        const writer = new SqlGraphWriter(tx, this.#parts.tables, project, before + 1)
        const result = await body(writer)
        writer.finish()
        const { revision, changed } = writer
        if (!changed) return { revision: before, changed, result }
        const totals = writer.totals(head ?? { symbols: 0, edges: 0, unresolved: 0 })
        projects.addRevision(tx, project, { revision, createdAt: this.#clock(), ...totals })
        return { revision, changed, result }
      },
      signal === undefined ? { mode: 'immediate' } : { mode: 'immediate', signal },
    )
  }
}
