import { realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ForgeError } from '@forge/errors'
import {
  WatchClosedError,
  WatchFailedError,
  WatchLimitError,
  WatchOptionError,
  WatchRootError,
  WatchUnreadableError,
} from './errors.ts'
import type { ChangeBatch, FileStamp, Snapshot } from './file-change.ts'
import type { WatchProblem, WatchReply, WatchRequest, WatchStats, WatchWorkerData } from './watch-protocol.ts'

/** What is watched, and who is told. */
export interface WatchOptions {
  /** The folder. */
  readonly root: string
  /** Told of changes, in order. */
  readonly onChanges: (batch: ChangeBatch) => void
  /**
   * Told of what is wrong: `FORGE_WATCH_LIMIT` (polling from here on), `FORGE_WATCH_ROOT` (gone until it is back), `FORGE_WATCH_UNREADABLE` (a part
   * is not watched), `FORGE_WATCH_FAILED` (the thread has died, and the watcher is closed, or `onChanges` has thrown).
   */
  readonly onError: (error: ForgeError) => void
  /**
   * The files as they were when somebody looked last: the first batch, `start`, tells what has changed since. Default: as they are when the
   * watcher is ready.
   */
  readonly snapshot?: Snapshot
  /** Names of files that say what is not watched, by the rules of `.gitignore`. Default `.gitignore` and `.forgeignore`. */
  readonly ignoreFiles?: readonly string[]
  /** Names that are never watched, wherever they are. Default `.git`, `.forge` and `node_modules`. */
  readonly never?: readonly string[]
  /** Paths of files that are watched whatever ignore files say, such as those that git tracks all the same. */
  readonly include?: readonly string[]
  /** Larger files are told of without their hash. Bytes, default 16 MiB. */
  readonly maxHashBytes?: number
  /** Looks through the folder now and then, in place of being told by the system; for network drives. Default false. */
  readonly polling?: boolean
  /** Milliseconds between two looks of polling. Default 1,000. */
  readonly pollingInterval?: number
  /** The module the thread runs; default the package's own `@forge/watch/worker`. A bundle gives its copy of it. */
  readonly worker?: URL
  /** Stops the starting. */
  readonly signal?: AbortSignal
}

/** A folder that is watched until it is closed. */
export interface FolderWatcher extends AsyncDisposable {
  /** Absolute, without links. */
  readonly root: string
  /**
   * Done when everything that happened to the files before the call has been told to `onChanges`.
   *
   * @throws `FORGE_WATCH_CLOSED`, `FORGE_WATCH_FAILED`, the reason of the signal
   */
  sync(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Looks through the whole folder; done when what was found has been told. Throws as {@link FolderWatcher.sync}. */
  rescan(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** All files as they were seen last. */
  snapshot(): Promise<Snapshot>
  stats(): Promise<WatchStats>
  /** Ends the thread. Nothing is told after that. */
  close(): Promise<void>
}

/**
 * Watches the files of a folder, in a thread of its own. Done when it watches.
 *
 * @throws `FORGE_WATCH_OPTION`, `FORGE_WATCH_ROOT`, `FORGE_WATCH_FAILED`, the reason of the signal
 * @example
 * ```ts
 * await using watcher = await watchFolder({
 *   root: './project',
 *   onChanges: ({ changes }) => changes.forEach(({ type, path }) => console.log(type, path)),
 *   onError: (error) => console.error(error.message, error.hint),
 * })
 * await watcher.sync()
 * ```
 */
export async function watchFolder(options: WatchOptions): Promise<FolderWatcher> {
  const { maxHashBytes = 16 * 1024 * 1024, pollingInterval = 1000, signal } = options
  for (const [option, value] of Object.entries({ maxHashBytes, pollingInterval })) {
    if (Number.isSafeInteger(value) && value >= 1) continue
    throw new WatchOptionError(`${option} cannot be ${value}`, {
      hint: 'Give it a whole number, 1 or more',
      details: { option, value },
      callSite: watchFolder,
    })
  }
  signal?.throwIfAborted()
  const watcher = new ThreadWatcher(options, {
    root: openRoot(options.root),
    snapshot: options.snapshot === undefined ? undefined : [...options.snapshot],
    ignoreFiles: options.ignoreFiles ?? ['.gitignore', '.forgeignore'],
    never: options.never ?? ['.git', '.forge', 'node_modules'],
    include: options.include ?? [],
    maxHashBytes,
    polling: options.polling ?? false,
    pollingInterval,
  })
  try {
    await orAborted(watcher.ready, signal)
  } catch (error) {
    await watcher.close()
    throw error
  }
  return watcher
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Milliseconds a thread has to end by itself. */
const endWithin = 5000

class ThreadWatcher implements FolderWatcher {
  readonly root: string
  readonly ready: Promise<void>
  readonly #options: WatchOptions
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #exited: Promise<void>
  #count = 0
  #closing: Promise<void> | undefined
  #failure: WatchFailedError | undefined

  constructor(options: WatchOptions, data: WatchWorkerData) {
    this.root = data.root
    this.#options = options
    const worker = new Worker(options.worker ?? ownWorker(), { workerData: data })
    this.#worker = worker
    let becomeReady: Waiting | undefined
    this.ready = new Promise<void>((resolve, reject) => {
      becomeReady = { resolve: () => resolve(), reject }
    })
    worker.on('message', (reply: WatchReply) => {
      if (this.#closing !== undefined) return
      if (reply.kind === 'ready') becomeReady!.resolve(undefined)
      else this.#take(reply)
    })
    let cause: unknown
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('messageerror', (error) => {
      cause = error
      void worker.terminate()
    })
    this.#exited = new Promise((resolve) => {
      worker.on('exit', (code) => {
        resolve()
        if (this.#closing !== undefined) return
        this.#failure = new WatchFailedError(`The thread that watches ${data.root} has died`, {
          hint: 'Start another watcher; tell it what was known with `snapshot`',
          details: { root: data.root, exitCode: code },
          cause,
        })
        this.#closing = Promise.resolve()
        becomeReady!.reject(this.#failure)
        for (const { reject } of this.#waiting.values()) reject(this.#failure)
        this.#waiting.clear()
        this.#options.onError(this.#failure)
      })
    })
    // Whoever starts it is told; a watcher that fails later has nobody who waits for that.
    this.ready.catch(() => undefined)
  }

  async sync({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.#ask('sync', this.sync, signal)
  }

  async rescan({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.#ask('rescan', this.rescan, signal)
  }

  async snapshot(): Promise<Snapshot> {
    return new Map((await this.#ask('snapshot', this.snapshot)) as readonly (readonly [string, FileStamp])[])
  }

  async stats(): Promise<WatchStats> {
    return (await this.#ask('stats', this.stats)) as WatchStats
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #ask(
    kind: 'sync' | 'rescan' | 'snapshot' | 'stats',
    callSite: (...args: never[]) => unknown,
    signal?: AbortSignal,
  ): Promise<unknown> {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#closing !== undefined) throw closed(this.root, callSite)
    signal?.throwIfAborted()
    const id = ++this.#count
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#send({ kind, id })
    })
    try {
      return await orAborted(answer, signal)
    } finally {
      this.#waiting.delete(id)
    }
  }

  #send(request: WatchRequest): void {
    this.#worker.postMessage(request, [])
  }

  #take(reply: Exclude<WatchReply, { kind: 'ready' }>): void {
    const { onChanges, onError } = this.#options
    if (reply.kind === 'done') {
      this.#waiting.get(reply.id)?.resolve(reply.value)
    } else if (reply.kind === 'problem') {
      onError(errorOf(reply.problem, this.root))
    } else {
      try {
        onChanges(reply.batch)
      } catch (cause) {
        onError(
          new WatchFailedError('Whoever is told of changes has thrown', {
            hint: 'Catch errors in onChanges; the batch is not told again',
            details: { changes: reply.batch.changes.length },
            cause,
          }),
        )
      }
    }
  }

  async #end(): Promise<void> {
    for (const { reject } of this.#waiting.values()) reject(closed(this.root, this.close))
    this.#waiting.clear()
    this.#send({ kind: 'end' })
    const stuck = setTimeout(() => void this.#worker.terminate(), endWithin)
    await this.#exited
    clearTimeout(stuck)
  }
}

/** The worker next to this module, in the same form: source or built. */
function ownWorker(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './watch-worker.ts' : './watch-worker.js', import.meta.url)
}

function openRoot(root: string): string {
  const absolute = resolve(root)
  try {
    if (statSync(absolute).isDirectory()) return realpathSync(absolute)
  } catch (cause) {
    throw new WatchRootError(`There is no folder ${absolute}`, {
      hint: 'Give a folder that is there and can be read',
      details: { root: absolute },
      cause,
      callSite: watchFolder,
    })
  }
  throw new WatchRootError(`${absolute} is no folder`, {
    hint: 'Give a folder; to watch a file, watch the one it is in',
    details: { root: absolute },
    callSite: watchFolder,
  })
}

function closed(root: string, callSite: (...args: never[]) => unknown): WatchClosedError {
  return new WatchClosedError(`The watcher of ${root} is closed`, {
    hint: 'Start another one',
    details: { root },
    callSite,
  })
}

function errorOf({ kind, path, systemCode, message }: WatchProblem, root: string): ForgeError {
  const details = { root, path, systemCode }
  if (kind === 'limit') {
    const hint =
      systemCode === 'ENOSPC'
        ? 'Raise the limit with `sysctl fs.inotify.max_user_watches=524288`, or ignore folders that need no watching'
        : 'Raise the limit of open files (`ulimit -n`), or close other programs'
    return new WatchLimitError(`The system watches no more of ${root} (${systemCode}): it is polled`, { hint, details })
  }
  if (kind === 'root') {
    return new WatchRootError(`The folder ${root} is gone`, {
      hint: 'Put it back: it is watched again then, or close the watcher',
      details,
    })
  }
  if (kind === 'unreadable') {
    return new WatchUnreadableError(`${path === '' ? root : path} cannot be read (${systemCode})`, {
      hint: 'Change its permissions, or have it ignored',
      details,
    })
  }
  return new WatchFailedError(`Watching ${root} failed: ${message}`, {
    hint: 'Nothing is lost: the folder is looked through. Report it where it happens again',
    details,
  })
}

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  let abort: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
