import { setTimeout as sleep } from 'node:timers/promises'
import { createQueryCache, type QueryCache } from '@forge/incremental'
import type { Graph } from '@forge/graph'
import { type Indexer, type IndexReport, mayConcernGraph, type RunOptions } from '@forge/indexer'
import type { PoolStats } from '@forge/pool'
import { type ChangeBatch, type FolderWatcher, watchFolder } from '@forge/watch'
import { StoreClosedError } from '../errors.ts'
import { EventStreams } from './event-streams.ts'
import type { Runtime, RuntimeEvent, RuntimeRole } from './runtime.ts'
import type { WriterLock } from './writer-lock.ts'

/** What a runtime is made from. */
export interface ProjectRuntimeOptions {
  readonly root: string
  readonly indexer: Indexer
  /** The graph, asked without waiting for this runtime. */
  readonly graph: Graph
  readonly pool: { stats(): PoolStats }
  readonly lock: WriterLock
  /** The module of the thread that watches; for bundles. */
  readonly watchWorker: URL | undefined
  /** Told how the first index goes. */
  readonly onProgress: RunOptions['onProgress'] | undefined
}

/** Milliseconds between two looks of a follower: whether the writer is gone, and what it has written. */
const followInterval = 500
/** Milliseconds a follower waits for the writer to write what has changed, before it does so itself. */
const patience = 15_000
/** Milliseconds before watching is tried again after its thread has died. */
const watchAgain = 1000

/** Watches a folder and keeps its graph up to date: in turn with other processes that do, one of which writes. */
export class ProjectRuntime implements Runtime, AsyncDisposable {
  readonly #options: ProjectRuntimeOptions
  readonly #events = new EventStreams<RuntimeEvent>()
  readonly #stop = new AbortController()
  readonly #cache: QueryCache
  #watcher: FolderWatcher | undefined
  /** How many watchers were started. */
  #watchers = 0
  #role: RuntimeRole = 'follower'
  /** Whether something has changed since the last update began. */
  #isDue = false
  #dueSince = 0
  /** The files that have, where it is known that no other one has. */
  #dueFiles: Set<string> | undefined
  /** Ends when there is nothing to do any more. */
  #updating: Promise<void> | undefined
  /** Updates that were begun, and what the last one to end failed with. */
  #begun = 0
  #failure: Error | undefined
  /** Those who wait for an update to end, by its number. */
  #waiting: { readonly update: number; readonly resolve: () => void }[] = []
  #revision = 0
  #following: Promise<void> = Promise.resolve()

  private constructor(options: ProjectRuntimeOptions) {
    this.#options = options
    this.#cache = createQueryCache({
      revision: async () => {
        await this.fresh()
        return options.graph.revision()
      },
    })
  }

  /** Starts watching; done when the graph is up to date. */
  static async start(options: ProjectRuntimeOptions, signal: AbortSignal | undefined): Promise<ProjectRuntime> {
    const runtime = new ProjectRuntime(options)
    try {
      await runtime.#start(signal)
      return runtime
    } catch (error) {
      await runtime[Symbol.asyncDispose]()
      throw error
    }
  }

  get role(): RuntimeRole {
    return this.#role
  }

  async fresh({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    this.#requireOpen()
    const within = signal === undefined ? {} : { signal }
    try {
      await this.#watcher?.sync(within)
    } catch (error) {
      signal?.throwIfAborted()
      this.#requireOpen()
      // Without a watcher the folder is compared as a whole, below.
      if (this.#watcher !== undefined) throw error
    }
    if (this.#watcher === undefined) this.#changed()
    await this.#settled(signal)
    this.#requireOpen()
    const failure = this.#failure
    if (failure === undefined) return
    // The next one to ask tries again.
    this.#changed()
    throw failure
  }

  events({ signal }: { readonly signal?: AbortSignal } = {}): AsyncIterable<RuntimeEvent> {
    return this.#events.read(signal)
  }

  cache(): QueryCache {
    return this.#cache
  }

  pool(): { stats(): PoolStats } {
    return this.#options.pool
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#watcher?.close()
    await this.#updating
    await this.#following
    await this.#options.lock[Symbol.asyncDispose]()
    this.#events.end()
  }

  async #start(signal: AbortSignal | undefined): Promise<void> {
    const { indexer, onProgress } = this.#options
    await this.#lead()
    const first = { ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) }
    if (this.#role === 'writer') await indexer.run(first)
    await this.#watch(signal)
    // What has changed before the watcher was there.
    this.#changed()
    await this.#settled(signal)
    if (this.#failure !== undefined) throw this.#failure
    this.#following = Promise.all([this.#follow(), this.#prepare()]).then(() => undefined)
  }

  /** Gets ready for the first save, where this process is the one to write it. */
  async #prepare(): Promise<void> {
    const { signal } = this.#stop
    if (this.#role !== 'writer') return
    try {
      await this.#options.indexer.prepare({ signal })
    } catch (error) {
      if (!signal.aborted) this.#events.push({ type: 'error', error: asError(error) })
    }
  }

  async #watch(signal?: AbortSignal): Promise<void> {
    const { root, graph, watchWorker } = this.#options
    // Errors come while it starts as well, when there is no watcher yet to compare with.
    const number = ++this.#watchers
    const watcher = await watchFolder({
      root,
      // What git tracks is indexed whatever ignore files say.
      include: [...(await graph.files()).keys()],
      onChanges: (batch) => this.#take(batch),
      onError: (error) => this.#watchFailed(number, error),
      ...(watchWorker === undefined ? {} : { worker: watchWorker }),
      ...(signal === undefined ? {} : { signal }),
    })
    if (this.#stop.signal.aborted) await watcher.close()
    else this.#watcher = watcher
  }

  #take({ changes }: ChangeBatch): void {
    const concerned = changes.filter((change) => change.type !== 'modified' || mayConcernGraph(change.path))
    if (concerned.length === 0) return
    // Which files there are is for discovery to say.
    const onlyBytes = concerned.every((change) => change.type === 'modified')
    this.#changed(onlyBytes ? concerned.map((change) => change.path) : undefined)
  }

  #watchFailed(number: number, error: Error & { readonly code?: string }): void {
    this.#events.push({ type: 'error', error })
    const watcher = this.#watcher
    if (error.code !== 'FORGE_WATCH_FAILED' || watcher === undefined || number !== this.#watchers) return
    // Its thread may live; a second one does not harm, and a dead one must not be taken for silence.
    this.#watcher = undefined
    this.#following = Promise.all([this.#following, this.#watchAgain(watcher)]).then(() => undefined)
  }

  async #watchAgain(before: FolderWatcher): Promise<void> {
    await before.close()
    while (!this.#stop.signal.aborted) {
      try {
        await this.#watch()
        this.#changed()
        return
      } catch (error) {
        this.#events.push({ type: 'error', error: asError(error) })
        await sleep(watchAgain, undefined, { signal: this.#stop.signal }).catch(() => undefined)
      }
    }
  }

  /** Notes that something has changed, no more than the bytes of these files where they are given, and updates. */
  #changed(files?: readonly string[]): void {
    if (this.#stop.signal.aborted) return
    if (!this.#isDue) {
      this.#dueSince = performance.now()
      this.#dueFiles = new Set()
    }
    this.#isDue = true
    if (files === undefined) this.#dueFiles = undefined
    else for (const file of files) this.#dueFiles?.add(file)
    this.#updating ??= this.#updateAll()
  }

  async #updateAll(): Promise<void> {
    const { signal } = this.#stop
    while (this.#isDue && !signal.aborted) {
      this.#isDue = false
      const update = ++this.#begun
      const since = this.#dueSince
      const changed = this.#dueFiles
      const only = changed === undefined ? {} : { changed }
      try {
        const report =
          this.#role === 'writer' ? await this.#options.indexer.run({ signal, ...only }) : await this.#awaitWriter()
        this.#failure = undefined
        await this.#tellUpdate(report, since)
      } catch (error) {
        this.#failure = asError(error)
        if (!signal.aborted) this.#events.push({ type: 'error', error: this.#failure })
      }
      this.#release(update)
    }
    // At once: what changes from here on begins anew.
    this.#updating = undefined
    this.#release(Number.POSITIVE_INFINITY)
  }

  #release(update: number): void {
    const released = this.#waiting.filter((one) => one.update <= update)
    this.#waiting = this.#waiting.filter((one) => one.update > update)
    for (const { resolve } of released) resolve()
  }

  /**
   * Waits for the update that has what is known to have changed by now, and for none after it: where files change all the time, there is
   * always another one.
   */
  async #settled(signal: AbortSignal | undefined): Promise<void> {
    if (this.#updating === undefined) return
    const update = this.#begun + (this.#isDue ? 1 : 0)
    const done = new Promise<void>((resolve) => {
      this.#waiting.push({ update, resolve })
    })
    await orAborted(done, signal)
  }

  /** Waits until the writer has written what has changed. Does so itself where that takes too long, or there is none any more. */
  async #awaitWriter(): Promise<IndexReport | undefined> {
    const { indexer } = this.#options
    const { signal } = this.#stop
    const until = performance.now() + patience
    for (let pause = 10; ; pause = Math.min(pause * 2, 200)) {
      if (!(await indexer.freshness({ signal })).stale) return undefined
      if ((await this.#lead()) || performance.now() > until) return await indexer.run({ signal })
      await sleep(pause, undefined, { signal })
    }
  }

  async #tellUpdate(report: IndexReport | undefined, since: number): Promise<void> {
    const revision = report?.revision ?? (await this.#options.graph.revision())
    if (revision === this.#revision) return
    this.#revision = revision
    const { added = 0, changed = 0, removed = 0 } = report ?? {}
    const milliseconds = performance.now() - since
    this.#events.push({ type: 'update', revision, added, changed, removed, milliseconds })
  }

  /** Takes the place of the writer where there is none; whether this process is it. */
  async #lead(): Promise<boolean> {
    if (this.#role === 'writer') return true
    if (!(await this.#options.lock.tryTake())) return false
    this.#role = 'writer'
    this.#events.push({ type: 'role', role: 'writer' })
    return true
  }

  /** As long as another process writes: tells of what it has written, and looks whether it is still there. */
  async #follow(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted && this.#role === 'follower') {
      try {
        await sleep(followInterval, undefined, { signal })
        if (await this.#lead()) this.#changed()
        else await this.#tellUpdate(undefined, performance.now())
      } catch (error) {
        if (!signal.aborted) this.#events.push({ type: 'error', error: asError(error) })
      }
    }
  }

  #requireOpen(): void {
    if (this.#stop.signal.aborted) throw new StoreClosedError('Forge is closed', { hint: 'Open it again' })
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

async function orAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  let abort: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
