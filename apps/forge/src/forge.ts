import path from 'node:path'
import type { Database } from '@forge/db'
import { createGraph, type Graph } from '@forge/graph'
import { createIndexer, type Indexer, type IndexReport, type RunOptions } from '@forge/indexer'
import { checkFolder } from './check-folder.ts'
import { openStore, type StoreTables } from './store.ts'

/** How to open a project. */
export interface ForgeOptions {
  /** The database file. Default: `.forge/graph.db` in the project. */
  readonly database?: string
  /** Whether to make the database where there is none. Default true. */
  readonly create?: boolean
  /** How long to wait for another process that writes, in milliseconds. Default 30,000. */
  readonly busyDeadline?: number
  /** The module that worker threads run; for bundles, which must bring their own. */
  readonly worker?: URL
  /** Stops opening. */
  readonly signal?: AbortSignal
}

/** Which revision an answer is from, and what has changed in the folder since. */
export interface Freshness {
  readonly revision: number
  readonly stale: boolean
  /** Paths that were added, changed or deleted since, sorted. */
  readonly pending: readonly string[]
}

/** What {@link Forge.checkIntegrity} found. */
export interface IntegrityReport {
  readonly sqliteVersion: string
  /** What SQLite complains about; empty for a whole database. */
  readonly problems: readonly string[]
}

/**
 * A project and its code graph.
 *
 * @example
 * ```ts
 * await using forge = await Forge.open('./project')
 * await forge.index()
 * const [symbol] = await forge.graph.findSymbol('createPool')
 * ```
 */
export class Forge implements AsyncDisposable {
  /** The folder of the project, absolute. */
  readonly root: string
  /** Questions about the code. */
  readonly graph: Graph
  readonly #database: Database<StoreTables>
  readonly #indexer: Indexer

  private constructor(root: string, database: Database<StoreTables>, worker: URL | undefined) {
    this.root = root
    this.#database = database
    this.graph = createGraph(database, { project: 'main' })
    this.#indexer = createIndexer({ graph: this.graph, root, ...(worker === undefined ? {} : { worker }) })
  }

  /**
   * Opens the project in a folder, without watching it. The folder need not be indexed yet.
   *
   * Errors: `FORGE_ROOT_NOT_FOUND`, `FORGE_ROOT_NOT_DIRECTORY`, `FORGE_STORE_NOT_INDEXED` where `create` is false and there is no database,
   * `FORGE_STORE_UNWRITABLE`, `FORGE_DB_CORRUPT`, `FORGE_DB_UNAVAILABLE`, `FORGE_DB_BUSY`, `FORGE_STORE_NEWER`.
   */
  static async open(root: string, options: ForgeOptions = {}): Promise<Forge> {
    const folder = path.resolve(root)
    checkFolder(folder)
    const database = await openStore({
      file: options.database ?? path.join(folder, '.forge', 'graph.db'),
      create: options.create ?? true,
      ...(options.busyDeadline === undefined ? {} : { busyDeadline: options.busyDeadline }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    return new Forge(folder, database, options.worker)
  }

  /** Brings the graph up to date with the folder; does nothing where nothing has changed. */
  index(options: RunOptions = {}): Promise<IndexReport> {
    return this.#indexer.run(options)
  }

  /** A path as the graph has it, relative to the root and with `/`: from one that is relative to `folder`, or to the root. */
  pathInProject(file: string, folder: string): string {
    const fromRoot = path.relative(this.root, path.resolve(folder, file))
    const outside = fromRoot === '..' || fromRoot.startsWith(`..${path.sep}`) || path.isAbsolute(fromRoot)
    return (outside ? file : fromRoot).replaceAll(path.sep, '/')
  }

  /** Compares the folder with the graph by size and time of the files; writes nothing. */
  async freshness(): Promise<Freshness> {
    const [revision, { stale, pending }] = await Promise.all([this.graph.revision(), this.#indexer.freshness()])
    return { revision, stale, pending }
  }

  /** Lets SQLite read the whole database and say what is wrong with it. */
  async checkIntegrity(): Promise<IntegrityReport> {
    using lease = await this.#database.pool.acquire('reader')
    const [version] = lease.connection.prepare('select sqlite_version() as version').all() as { version: string }[]
    const rows = lease.connection.prepare('pragma quick_check(10)').all() as { quick_check: string }[]
    const problems = rows.map((row) => row.quick_check).filter((line) => line !== 'ok')
    return { sqliteVersion: version!.version, problems }
  }

  /** Closes the database; harmless to call again. */
  async close(): Promise<void> {
    await this.#indexer[Symbol.asyncDispose]()
    await this.#database.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
