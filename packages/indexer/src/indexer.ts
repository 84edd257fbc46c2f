import { accessSync, constants, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Graph, GraphWriter } from '@forge/graph'
import { discover, discoverAgain, type Discovery } from './discover.ts'
import { ExtractPool } from './extract-pool.ts'
import { IndexerOptionError } from './index-errors.ts'
import type { Freshness, IndexProgress, IndexReport } from './index-report.ts'
import { IndexRun, type IndexRunOptions, type KeptIndex } from './index-run.ts'
import { digest, parseState, planIndex, stateKey, versionOf, type IndexPlan, type IndexState } from './index-state.ts'

/** What an indexer is made from. */
export interface IndexerOptions {
  /** The graph to keep equal to the folder. */
  readonly graph: Graph
  /** The folder of the project. */
  readonly root: string
  /** The module extraction threads run; default the package's own `@forge/indexer/worker`. A bundle gives its copy of it. */
  readonly worker?: URL
  /** Files larger than this are left out with a diagnostic. Bytes, default 16 MiB. */
  readonly maxFileSize?: number
  /** Milliseconds since the epoch, in step with the file system. Default `Date.now`. */
  readonly clock?: () => number
  /**
   * Keeps in memory what is known of all files and how they are linked, for whoever runs often: a run after an edit looks at no more than
   * what the edit reaches. Default false.
   */
  readonly keepFiles?: boolean
}

/** How a run goes about it. */
export interface RunOptions {
  /** Reads and extracts all files, whatever is known about them. */
  readonly full?: boolean
  /** Extraction threads. Default 1: the collector and the compiler of a thread keep a second core busy. */
  readonly jobs?: number
  /**
   * The files that may have changed since the last run, for whoever watches the folder: no other one is looked at, where files are kept
   * (see {@link IndexerOptions.keepFiles}) and all of these are in the graph. Default any file.
   */
  readonly changed?: ReadonlySet<string>
  readonly signal?: AbortSignal
  /** Called for each file that a phase is done with. */
  readonly onProgress?: (progress: IndexProgress) => void
}

/** Keeps a graph equal to a folder. Runs wait for each other. */
export interface Indexer extends AsyncDisposable {
  /**
   * Makes the graph equal to the folder, in one write transaction: readers see the revision before or the
   * one after. Where nothing has changed, nothing is written.
   *
   * @throws `FORGE_ROOT_NOT_FOUND`, `FORGE_ROOT_NOT_DIRECTORY`, `FORGE_ROOT_UNREADABLE`, `FORGE_INDEXER_OPTION`,
   * `FORGE_EXTRACT_WORKER`, what the graph throws, and the reason of the signal
   */
  run(options?: RunOptions): Promise<IndexReport>
  /**
   * Reads from the graph what a run after an edit needs, where files are kept and it is not known yet, so that the first edit is as fast as
   * the others. Does nothing where the graph is not equal to the folder. Runs wait for it.
   *
   * @throws what `run` throws
   */
  prepare(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Compares the folder with the graph by size and time of its files alone. Reads no file, writes nothing. */
  freshness(options?: { readonly signal?: AbortSignal }): Promise<Freshness>
}

export const defaultMaxFileSize: number = 16 * 1024 * 1024

/**
 * Makes an indexer. Nothing is read or started before it is asked to do something.
 *
 * @example
 * ```ts
 * await using indexer = createIndexer({ graph, root: './project' })
 * const report = await indexer.run()
 * ```
 */
export function createIndexer(options: IndexerOptions): Indexer {
  const { maxFileSize = defaultMaxFileSize } = options
  if (!Number.isSafeInteger(maxFileSize) || maxFileSize < 1) {
    throw new IndexerOptionError('maxFileSize', maxFileSize, 'a number of bytes, 1 or more')
  }
  return new FolderIndexer(options, maxFileSize)
}

class FolderIndexer implements Indexer {
  readonly #graph: Graph
  readonly #root: string
  readonly #clock: () => number
  readonly #maxFileSize: number
  readonly #version: string
  readonly #pool: ExtractPool
  readonly #keepFiles: boolean
  /** What is known of the graph at a revision. */
  #kept: { readonly revision: number; readonly index: KeptIndex } | undefined
  /** Ends when the last of the runs so far has ended. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: IndexerOptions, maxFileSize: number) {
    const { graph, root, worker = ownWorker(), clock = Date.now, keepFiles = false } = options
    this.#keepFiles = keepFiles
    this.#graph = graph
    this.#root = root
    this.#clock = clock
    this.#maxFileSize = maxFileSize
    this.#version = versionOf(maxFileSize)
    this.#pool = new ExtractPool({ worker, maxFileSize })
  }

  run(options: RunOptions = {}): Promise<IndexReport> {
    const run = this.#last.then(() => this.#run(options))
    this.#last = run.catch(() => undefined)
    return run
  }

  prepare(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const prepared = this.#last.then(() => this.#prepare(options.signal))
    this.#last = prepared.catch(() => undefined)
    return prepared
  }

  async freshness(options: { readonly signal?: AbortSignal } = {}): Promise<Freshness> {
    const discovery = await discover(this.#root, options)
    const { plan, state } = await this.#compare(discovery, false)
    return { stale: plan.relink || plan.pending.length > 0 || state === undefined, pending: plan.pending }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last
    await this.#pool[Symbol.asyncDispose]()
  }

  async #run(options: RunOptions): Promise<IndexReport> {
    const { full = false, jobs = 1, changed, signal, onProgress } = options
    if (!Number.isSafeInteger(jobs) || jobs < 1) throw new IndexerOptionError('jobs', jobs, 'a whole number, 1 or more')
    const started = performance.now()
    const checkedAt = this.#clock()
    const within = signal === undefined ? {} : { signal }
    onProgress?.({ phase: 'discover', done: 0, total: 0 })
    const known = changed === undefined || full ? undefined : this.#lookAgain(changed)
    const discovery = known?.discovery ?? (await discover(this.#root, within))
    onProgress?.({ phase: 'discover', done: discovery.sources.length, total: discovery.sources.length })
    const discovered = performance.now() - started
    if (known === undefined) {
      const { plan, state } = await this.#compare(discovery, full)
      if (state !== undefined && plan.candidates.length === 0 && plan.removed.length === 0 && !plan.relink) {
        return {
          ...state.totals,
          revision: await this.#graph.revision(),
          changed: 0,
          added: 0,
          removed: 0,
          diagnostics: state.diagnostics,
          timings: { discover: discovered, extract: 0, link: 0, store: 0 },
        }
      }
    }
    const before = this.#kept
    // What a run that fails has done to it is not in the graph.
    this.#kept = undefined
    const update = await this.#graph.update(async (writer: GraphWriter) => {
      const isAsKept = before !== undefined && writer.revision === before.revision + 1
      const stored = new Map(writer.files())
      const state = isAsKept ? before.index.state : parseState(writer.getMeta(stateKey), this.#version)
      const found = known === undefined || isAsKept ? discovery : await discover(this.#root, within)
      // Another process may have written since: what was compared above decides nothing here.
      const plan = known !== undefined && isAsKept ? known.plan : this.#plan(found, stored, state, full)
      const kept = isAsKept && !full ? before.index : undefined
      const run = this.#newRun({
        writer,
        discovery: found,
        stored,
        state,
        plan,
        full,
        jobs,
        checkedAt,
        kept,
        signal,
        onProgress,
      })
      return await run.finish()
    }, within)
    const { timings, kept, ...counts } = update.result
    if (kept !== undefined) this.#kept = { revision: update.revision, index: kept }
    return { ...counts, revision: update.revision, timings: { discover: discovered, ...timings } }
  }

  async #prepare(signal: AbortSignal | undefined): Promise<void> {
    if (!this.#keepFiles || this.#kept !== undefined) return
    const within = signal === undefined ? {} : { signal }
    const discovery = await discover(this.#root, within)
    const read = await this.#graph.update(async (writer: GraphWriter) => {
      const stored = new Map(writer.files())
      const state = parseState(writer.getMeta(stateKey), this.#version)
      const plan = this.#plan(discovery, stored, state, false)
      if (state === undefined || plan.relink || plan.pending.length > 0) return undefined
      const run = this.#newRun({ writer, discovery, stored, state, plan, signal })
      const files = await run.readFiles()
      return files && { run, files, state, revision: writer.revision - 1 }
    }, within)
    if (read.result === undefined) return
    const { run, files, state, revision } = read.result
    const index = await run.recall(files, state)
    this.#kept = { revision, index }
  }

  #newRun(
    given: Pick<IndexRunOptions, 'writer' | 'discovery' | 'stored' | 'state' | 'plan'> & Partial<IndexRunOptions>,
  ): IndexRun {
    return new IndexRun({
      full: false,
      jobs: 1,
      checkedAt: this.#clock(),
      kept: undefined,
      signal: undefined,
      onProgress: undefined,
      ...given,
      version: this.#version,
      maxFileSize: this.#maxFileSize,
      pool: this.#pool,
      keepFiles: this.#keepFiles,
    })
  }

  /** What there is to do where only these files may have changed; undefined where that takes a look at all of them. */
  #lookAgain(changed: ReadonlySet<string>): { readonly discovery: Discovery; readonly plan: IndexPlan } | undefined {
    if (this.#kept === undefined) return undefined
    const { discovery: before, state } = this.#kept.index
    const discovery = discoverAgain(before, changed)
    if (discovery === undefined) return undefined
    const candidates = discovery.sources.filter((file) => changed.has(file.path))
    const skipped = state.skipped.filter((file) => !changed.has(file.path))
    const { listing } = state
    return { discovery, plan: { candidates, pending: [...changed], removed: [], skipped, relink: false, listing } }
  }

  async #compare(
    discovery: Discovery,
    full: boolean,
  ): Promise<{ readonly plan: IndexPlan; readonly state: IndexState | undefined }> {
    const stored = await this.#graph.files()
    const state = parseState(await this.#graph.meta(stateKey), this.#version)
    return { plan: this.#plan(discovery, stored, state, full), state }
  }

  #plan(
    discovery: Discovery,
    stored: Awaited<ReturnType<Graph['files']>>,
    state: IndexState | undefined,
    full: boolean,
  ): IndexPlan {
    return planIndex({
      discovery,
      stored,
      state,
      full,
      digestOf: (path) => digestFile(join(discovery.root, path)),
      isReadable: (path) => isReadable(join(discovery.root, path)),
    })
  }
}

/** The worker next to this module, in the same form: source or built. */
function ownWorker(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './extract-worker.ts' : './extract-worker.js', import.meta.url)
}

function digestFile(location: string): string | undefined {
  try {
    return digest(readFileSync(location))
  } catch {
    return undefined
  }
}

function isReadable(location: string): boolean {
  try {
    accessSync(location, constants.R_OK)
    return true
  } catch {
    return false
  }
}
