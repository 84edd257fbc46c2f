import path from 'node:path'
import { createGraph, type Graph } from '@forge/graph'
import { createIndexer, type Indexer, type IndexReport, type RunOptions } from '@forge/indexer'
import { UnifiedGraphStore, type UnifiedGraphStoreOptions } from './unified-graph-store.ts'

/** How to open a project. */
export interface ForgeOptions extends UnifiedGraphStoreOptions {
  /** The module that worker threads run; for bundles, which must bring their own. */
  readonly worker?: URL
}

/** Which revision an answer is from, and what has changed in the folder since. */
export interface Freshness {
  readonly revision: number
  readonly stale: boolean
  /** Paths that were added, changed or deleted since, sorted. */
  readonly pending: readonly string[]
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
  /** The database the graph is kept in. */
  readonly store: UnifiedGraphStore
  readonly #indexer: Indexer

  private constructor(root: string, store: UnifiedGraphStore, worker: URL | undefined) {
    this.root = root
    this.store = store
    this.graph = createGraph(store.database, { project: 'main' })
    this.#indexer = createIndexer({ graph: this.graph, root, ...(worker === undefined ? {} : { worker }) })
  }

  /**
   * Opens the project in a folder, without watching it. The folder need not be indexed yet.
   *
   * Errors: those of {@link UnifiedGraphStore.open}.
   */
  static async open(root: string, options: ForgeOptions = {}): Promise<Forge> {
    const { worker, ...storeOptions } = options
    return new Forge(path.resolve(root), await UnifiedGraphStore.open(root, storeOptions), worker)
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

  /** Closes the database; harmless to call again. */
  async close(): Promise<void> {
    await this.#indexer[Symbol.asyncDispose]()
    await this.store.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
