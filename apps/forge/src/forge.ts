import path from 'node:path'
import { type Analysis, createAnalysis, createGraph, createSearch, type Graph } from '@forge/graph'
import {
  type ChangeOptions,
  countChanges,
  createIndexer,
  type Indexer,
  type IndexReport,
  type RunOptions,
} from '@forge/indexer'
import { CodeSearch } from './code-search.ts'
import { createPdgStore } from '@forge/pdg/store'
import { Dependence, type DependenceQuestions, type FlowQuestions } from './dependence/dependence.ts'
import { type GraphKeeping, KeptGraphs } from './dependence/kept-graphs.ts'
import { RuntimeMissingError, StoreClosedError } from './errors.ts'
import type { Memory } from '@forge/memory'
import type { RunStorage } from '@forge/runs'
import { openMemory, openRunHistory, projectName, type OwnStoreOptions } from './own-stores.ts'
import { ProjectRuntime } from './runtime/project-runtime.ts'
import type { Runtime } from './runtime/runtime.ts'
import { WriterLock } from './runtime/writer-lock.ts'
import { UnifiedGraphStore, type UnifiedGraphStoreOptions } from './unified-graph-store.ts'

/** How to open a project. */
export interface ForgeOptions extends UnifiedGraphStoreOptions {
  /** The module that worker threads run; for bundles, which must bring their own. */
  readonly worker?: URL
  /** The module of the thread that watches, as `worker`. */
  readonly watchWorker?: URL
  /** The file of the runs, or a storage of your own, which is left open. Default: `.forge/runs.db` in the project. */
  readonly runs?: string | RunStorage
  /** The file of the memory, or a memory of your own, which is left open. Default: `.forge/memory.db` in the project. */
  readonly memory?: string | Memory
}

/** How to open a project that is kept fresh. */
export interface RuntimeOptions extends ForgeOptions {
  /** Told how the first index goes. */
  readonly onProgress?: RunOptions['onProgress']
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
  /** Questions about the graph as a whole: what a change affects, cycles, dead code, hotspots. */
  readonly analysis: Analysis
  /** The flow of control in functions: blocks, dominators, loops, paths. */
  readonly cfg: FlowQuestions
  /** What depends on what, and slices: what affects a place, and what it affects; and the graphs of functions that are kept in the database. */
  readonly pdg: DependenceQuestions & GraphKeeping
  /** The database the graph is kept in. */
  readonly store: UnifiedGraphStore
  /** The graph as it is in the database, fresh or not. */
  readonly #own: Graph
  readonly #indexer: Indexer
  readonly #options: ForgeOptions
  readonly #makeSearch: () => CodeSearch
  #search: CodeSearch | undefined
  #runtime: ProjectRuntime | undefined
  readonly #opened = new AsyncDisposableStack()
  #runs: RunStorage | undefined
  #memory: Memory | undefined

  private constructor(root: string, store: UnifiedGraphStore, options: ForgeOptions, keepFiles: boolean) {
    const { worker } = options
    this.root = root
    this.store = store
    this.#options = options
    const project = { project: projectName, beforeRead: () => this.#runtime?.fresh() }
    this.graph = createGraph(store.database, project)
    this.analysis = createAnalysis(store.database, project)
    this.#makeSearch = () => new CodeSearch(this.root, this.graph, createSearch(store.database, project))
    const files = { root: this.root, graph: this.graph }
    const kept = new KeptGraphs(files, () => createPdgStore(store.database, { project: projectName }))
    const dependence = new Dependence({ ...files, kept })
    this.cfg = dependence.flow
    this.pdg = {
      ...dependence.dependences,
      save: (saving) => kept.save(saving),
      get store() {
        return kept.store
      },
    }
    // What writes must not wait for what is written.
    this.#own = createGraph(store.database, { project: projectName })
    this.#indexer = createIndexer({ graph: this.#own, root, keepFiles, ...(worker === undefined ? {} : { worker }) })
  }

  /**
   * Opens the project in a folder, without watching it. The folder need not be indexed yet.
   *
   * Errors: those of {@link UnifiedGraphStore.open}.
   */
  static async open(root: string, options: ForgeOptions = {}): Promise<Forge> {
    return new Forge(path.resolve(root), await UnifiedGraphStore.open(root, options), options, false)
  }

  /**
   * Opens the project in a folder, brings its graph up to date and keeps it so: an answer reflects what was saved before it was asked for.
   * Of several processes that do so for one graph, one writes and the others follow; when it ends, another takes its place.
   *
   * Errors: those of {@link Forge.open}, of the first index, `FORGE_WATCH_` errors, the reason of the signal.
   *
   * @example
   * ```ts
   * await using forge = await Forge.withRuntime('./project')
   * const [symbol] = await forge.graph.findSymbol('createPool') // as it was saved a moment ago
   * ```
   */
  static async withRuntime(root: string, options: RuntimeOptions = {}): Promise<Forge> {
    const forge = new Forge(path.resolve(root), await UnifiedGraphStore.open(root, options), options, true)
    try {
      forge.#runtime = await ProjectRuntime.start(
        {
          root: forge.root,
          indexer: forge.#indexer,
          graph: forge.#own,
          pool: forge.store.database.pool,
          lock: new WriterLock(options.database ?? path.join(forge.root, '.forge', 'graph.db')),
          watchWorker: options.watchWorker,
          onProgress: options.onProgress,
        },
        options.signal,
      )
      return forge
    } catch (error) {
      await forge.close()
      throw error
    }
  }

  /**
   * What keeps the graph fresh.
   *
   * @throws `FORGE_RUNTIME_MISSING` where the project was opened by {@link Forge.open}.
   */
  runtime(): Runtime {
    if (this.#runtime === undefined) {
      throw new RuntimeMissingError('Nothing watches this project', { hint: 'Open it with Forge.withRuntime' })
    }
    return this.#runtime
  }

  /** Symbols by what is said and true of them, and lines by what they say. */
  get search(): CodeSearch {
    return (this.#search ??= this.#makeSearch())
  }

  /** What agents did. The file is made and opened when it is first asked; there is one storage for each `Forge`. */
  get runs(): RunStorage {
    return (this.#runs ??= this.#openRuns())
  }

  /** What agents learned, opened as {@link Forge.runs} is. */
  get memory(): Memory {
    return (this.#memory ??= this.#openMemory())
  }

  /** Brings the graph up to date with the folder; does nothing where nothing has changed. */
  index(options: RunOptions = {}): Promise<IndexReport> {
    return this.#indexer.run(options)
  }

  /**
   * How many commits have changed each file, by path, as git knows it now; for `forge.analysis.hotspots({ churn })`.
   *
   * Errors: `FORGE_GIT_HISTORY` where the project is in no git repository.
   */
  churn(options: ChangeOptions = {}): Promise<ReadonlyMap<string, number>> {
    return countChanges(this.root, options)
  }

  /** A path as the graph has it, relative to the root and with `/`: from one that is relative to `folder`, or to the root. */
  pathInProject(file: string, folder: string): string {
    const fromRoot = path.relative(this.root, path.resolve(folder, file))
    const outside = fromRoot === '..' || fromRoot.startsWith(`..${path.sep}`) || path.isAbsolute(fromRoot)
    return (outside ? file : fromRoot).replaceAll(path.sep, '/')
  }

  /** Compares the folder with the graph by size and time of the files; writes nothing. */
  async freshness(): Promise<Freshness> {
    await this.#runtime?.fresh()
    const [revision, { stale, pending }] = await Promise.all([this.#own.revision(), this.#indexer.freshness()])
    return { revision, stale, pending }
  }

  /** Closes the database; harmless to call again. */
  async close(): Promise<void> {
    await this.#runtime?.[Symbol.asyncDispose]()
    await this.#indexer[Symbol.asyncDispose]()
    await this.#opened.disposeAsync()
    await this.store.close()
  }

  #openRuns(): RunStorage {
    const { runs } = this.#options
    if (typeof runs === 'object') return runs
    this.#requireOpen()
    const history = openRunHistory(runs ?? path.join(this.root, '.forge', 'runs.db'), this.#ownOptions())
    return this.#opened.use(history).storage
  }

  #openMemory(): Memory {
    const { memory } = this.#options
    if (typeof memory === 'object') return memory
    this.#requireOpen()
    return this.#opened.use(openMemory(memory ?? path.join(this.root, '.forge', 'memory.db'), this.#ownOptions()))
  }

  #requireOpen(): void {
    if (this.#opened.disposed) throw new StoreClosedError('Forge is closed', { hint: 'Open it again with Forge.open' })
  }

  #ownOptions(): OwnStoreOptions {
    const { readOnly = false, busyDeadline, threads } = this.#options
    return {
      create: !readOnly,
      ...(busyDeadline === undefined ? {} : { busyDeadline }),
      ...(threads === undefined ? {} : { threads }),
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
