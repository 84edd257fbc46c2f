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
import { Mentions } from './mentions.ts'
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

class SqlGraph implements Graph {
  readonly project: string
  readonly nodes: NodeStore
  readonly edges: EdgeStore
  readonly #db: Database<GraphTables>
  readonly #reader: ProjectReader
  readonly #clock: () => number
  readonly #tables: Tables
  readonly #symbols: SymbolReader
  readonly #finder: SymbolFinder
  readonly #mentions: Mentions
  readonly #calls: Calls
  readonly #paths: CallPaths
  readonly #overview: Overview
  readonly #snapshots: SnapshotReader
  readonly #changes: ChangeReader

  constructor(db: Database<GraphTables>, options: GraphOptions) {
    const { project, clock = Date.now } = options
    this.project = project
    this.#db = db
    this.#reader = new ProjectReader(db, options)
    this.#clock = clock
    this.#tables = createTables(db)
    this.#symbols = new SymbolReader(db)
    this.#finder = new SymbolFinder(db, this.#symbols)
    this.#mentions = new Mentions(db, this.#symbols)
    this.#calls = new Calls(db, this.#symbols)
    this.#paths = new CallPaths(db, this.#symbols, this.#calls)
    this.#overview = new Overview(db, this.#symbols, this.#tables.projects, this.#tables.remarks)
    this.#snapshots = new SnapshotReader(db)
    this.#changes = new ChangeReader(db, this.#tables)
    const access: StoreAccess = {
      project,
      tables: this.#tables,
      contents: this.#symbols.contents,
      read: (query) => this.#reader.read(query),
      write: async (body) => (await this.#update(body)).result,
    }
    this.nodes = createNodeStore(db, access)
    this.edges = createEdgeStore(access)
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
      ({ tx, project }) => new Map(this.#tables.files.all(tx, project).map((file) => [file.path, file])),
    )
  }

  findSymbol(query: string, options: FindOptions = {}): Promise<readonly GraphSymbol[]> {
    return this.#reader.read((session) => this.#finder.find(session, query, options))
  }

  search(query: string, options: FindOptions = {}): Promise<FindResult> {
    return this.#reader.read((session) => this.#finder.search(session, query, options))
  }

  resolveSymbol(text: string): Promise<readonly GraphSymbol[]> {
    return this.#reader.read((session) => this.#finder.resolve(session, text))
  }

  symbol(id: string): Promise<GraphSymbol | undefined> {
    return this.#reader.read((session) => {
      const found = this.#symbols.find(session, id)
      return found === undefined ? undefined : this.#symbols.show(session, found)
    })
  }

  definition(at: FilePosition): Promise<readonly Definition[]> {
    return this.#reader.read((session) => this.#mentions.definition(session, at))
  }

  references(target: string | FilePosition): Promise<readonly Reference[]> {
    return this.#reader.read((session) => this.#mentions.references(session, target))
  }

  outline(file: string): Promise<readonly OutlineSymbol[]> {
    return this.#reader.read((session) => this.#mentions.outline(session, file))
  }

  sites(file: string): Promise<readonly Site[]> {
    return this.#reader.read((session) => this.#mentions.sites(session, file))
  }

  callers(id: string, options: CallOptions = {}): Promise<readonly Call[]> {
    return this.#reader.read((session) => this.#calls.follow(session, id, 'callers', options))
  }

  callees(id: string, options: CallOptions = {}): Promise<readonly Call[]> {
    return this.#reader.read((session) => this.#calls.follow(session, id, 'callees', options))
  }

  path(from: string, to: string): Promise<CallPath | undefined> {
    return this.#reader.read((session) => this.#paths.find(session, from, to))
  }

  neighbours(id: string): Promise<readonly Neighbour[]> {
    return this.#reader.read((session) => this.#overview.neighbours(session, id))
  }

  unresolvedNamed(name: string): Promise<readonly UnresolvedPlace[]> {
    return this.#reader.read((session) => this.#overview.unresolvedNamed(session, name))
  }

  unresolvedIn(id: string): Promise<readonly UnresolvedPlace[]> {
    return this.#reader.read((session) => this.#overview.unresolvedIn(session, id))
  }

  mostCalled({ limit = 10 }: { readonly limit?: number } = {}): Promise<readonly CalledSymbol[]> {
    return this.#reader.read((session) => this.#overview.mostCalled(session, limit))
  }

  diagnostics(): Promise<readonly GraphDiagnostic[]> {
    return this.#reader.read((session) => this.#overview.diagnostics(session))
  }

  status(): Promise<GraphStatus> {
    return this.#reader.read((session) => this.#overview.status(session))
  }

  readChanges<T>(
    since: RevisionMark | undefined,
    use: (changes: GraphChanges) => T | PromiseLike<T>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<T> {
    return this.#reader.read(
      (session) => use(this.#changes.read(session, since, this.#reader.meta(session, entryPointsKey))),
      options.signal,
    )
  }

  async *exportLines(options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<string, void, undefined> {
    const { signal } = options
    const snapshot = await this.#reader.read(({ tx, project }) => this.#snapshots.read(tx, project, signal), signal)
    for (const line of exportedLines(snapshot)) {
      signal?.throwIfAborted()
      yield line
    }
  }

  async #update<T>(
    body: (writer: SqlGraphWriter) => T | PromiseLike<T>,
    signal?: AbortSignal,
  ): Promise<GraphUpdate<T>> {
    const { projects } = this.#tables
    return this.#db.transaction(
      async (tx) => {
        const project = projects.find(tx, this.project) ?? projects.create(tx, this.project)
        const head = projects.head(tx, project)
        const before = head?.revision ?? 0
        const writer = new SqlGraphWriter(tx, this.#tables, project, before + 1)
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
