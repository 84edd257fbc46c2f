import { relative, sep } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import type { ChangeBatch } from './file-change.ts'
import { statPath, systemCode } from './file-stamps.ts'
import { FolderTracker } from './folder-tracker.ts'
import { SyncCookies } from './sync-cookies.ts'
import type { WatchProblem, WatchReply, WatchRequest, WatchStats, WatchWorkerData } from './watch-protocol.ts'

/** Milliseconds after the first hint in which others are waited for. */
const settle = 8
/** So many hints without a pause are a burst, such as a switch of branches: it is told as a whole. */
const burst = 100
/** Milliseconds without another hint after which a burst is over, and after which it is told in any case. */
const burstQuiet = 50
const burstLongest = 1000
/** More hints than this at once, and the system's queue (16,384 events by default) may have been full. */
const fullQueue = 8192
/** Milliseconds in which a cookie comes back, unless events were lost. */
const cookieWithin = 500
/** Milliseconds between two beats; so much later than it should be, and the thread was held up for so long that the queue may have been full. */
const beat = 200
const heldUp = 1500
/** Milliseconds a new folder is looked through again in each sync: what happens in it may not be told yet. */
const youth = 2000
/** Milliseconds after which files that change while they are read are read again. */
const restless = 25
/** What the system says when it watches, or opens, no more. */
const limits: ReadonlySet<string> = new Set(['ENOSPC', 'EMFILE', 'ENFILE'])
/** Milliseconds between two looks for a root that is gone. */
const rootInterval = 200

/** Watches one folder: chokidar says where something may have happened, {@link FolderTracker} what. */
export class WatchThread {
  readonly #data: WatchWorkerData
  readonly #reply: (reply: WatchReply) => void
  readonly #tracker: FolderTracker
  readonly #young = new Map<string, number>()
  readonly #reported = new Set<string>()
  #watcher: FSWatcher | undefined
  #cookies: SyncCookies | undefined
  #mode: WatchStats['mode']
  #isRootGone = false
  #rootInode: bigint | undefined
  /** Ends when the last look so far has ended. */
  #last: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #interval: NodeJS.Timeout | undefined
  #heart: NodeJS.Timeout | undefined
  #firstHint = 0
  #lastHint = 0
  #hintsSincePause = 0
  #hints = 0
  #hintsSinceLook = 0
  #rescans = 0
  #overflows = 0
  #isReady = false
  #hasEnded = false

  constructor(data: WatchWorkerData, reply: (reply: WatchReply) => void) {
    this.#data = data
    this.#reply = reply
    this.#mode = data.polling ? 'polling' : 'native'
    this.#tracker = new FolderTracker({
      ...data,
      onUnreadable: (path, code) => this.#report('unreadable', path, code),
      onNewFolder: (path) => this.#meetFolder(path),
    })
  }

  async start(): Promise<void> {
    const { snapshot } = this.#data
    this.#rootInode = statPath(this.#data.root)?.ino
    if (this.#mode === 'native') await this.#startNative()
    await this.#inOrder(async () => {
      if (snapshot === undefined) {
        await this.#tracker.lookFirst()
      } else {
        this.#tracker.begin(snapshot)
        this.#tell('start', await this.#tracker.look(true))
      }
    })
    if (this.#mode === 'polling') this.#poll()
    let due = performance.now() + beat
    this.#heart = setInterval(() => {
      const late = performance.now() - due
      due = performance.now() + beat
      if (late > heldUp) void this.#overflow()
    }, beat)
    this.#isReady = true
    this.#young.clear()
    this.#reply({ kind: 'ready' })
    if (this.#tracker.hints > 0) this.#arm(settle)
  }

  async answer(request: Exclude<WatchRequest, { kind: 'end' }>): Promise<void> {
    const { kind, id } = request
    let value: unknown
    if (kind === 'sync') await this.#sync()
    else if (kind === 'rescan') await this.#look(true, 'rescan')
    else if (kind === 'snapshot') value = this.#tracker.files()
    else value = this.#stats()
    this.#reply({ kind: 'done', id, value })
  }

  async end(): Promise<void> {
    this.#hasEnded = true
    clearTimeout(this.#timer)
    clearInterval(this.#interval)
    clearInterval(this.#heart)
    await this.#stopNative()
    await this.#last
  }

  #stats(): WatchStats {
    return {
      mode: this.#mode,
      ...this.#tracker.size(),
      hints: this.#hints,
      rescans: this.#rescans,
      overflows: this.#overflows,
    }
  }

  async #startNative(): Promise<void> {
    const { root } = this.#data
    try {
      this.#cookies ??= new SyncCookies()
    } catch (error) {
      await this.#fallBack(systemCode(error))
      return
    }
    const watcher = watch(root, {
      backend: 'auto',
      usePolling: false,
      ignoreInitial: true,
      atomic: false,
      followSymlinks: false,
      ignorePermissionErrors: true,
      // Files are looked at by the tracker; chokidar only needs to know the folders.
      ignored: (path, stats) => {
        const inside = this.#inside(path)
        if (inside === undefined || inside === '') return false
        return stats === undefined ? false : !stats.isDirectory() || this.#tracker.ignoresFolder(inside)
      },
    })
    this.#watcher = watcher
    watcher.on('raw', (_event, path, details) => {
      const { watchedPath } = details as { readonly watchedPath?: string }
      const folder = this.#inside(watchedPath ?? root) ?? ''
      this.#hint(typeof path !== 'string' || path === '' ? folder : [folder, toSlashes(path)].filter(Boolean).join('/'))
    })
    watcher.on('addDir', (path) => this.#hint(this.#inside(path) ?? ''))
    watcher.on('unlinkDir', (path) => this.#hint(this.#inside(path) ?? ''))
    const limit = await new Promise<string | undefined>((resolve) => {
      watcher.on('ready', () => resolve(undefined))
      watcher.on('error', (error) => {
        const code = systemCode(error)
        if (limits.has(code)) {
          resolve(code)
          if (this.#isReady) void this.#fallBack(code)
        } else if (code !== 'ENOENT' && code !== 'ENOTDIR') {
          this.#report('failed', '', code, error instanceof Error ? error.message : String(error))
          this.#hint('')
        }
      })
    })
    if (limit !== undefined) await this.#fallBack(limit)
  }

  async #stopNative(): Promise<void> {
    const watcher = this.#watcher
    this.#watcher = undefined
    this.#cookies?.close()
    this.#cookies = undefined
    await watcher?.close()
  }

  /** Looks through the folder now and then, as the system watches no more. */
  async #fallBack(code: string): Promise<void> {
    if (this.#mode === 'polling') return
    this.#mode = 'polling'
    this.#report('limit', '', code)
    await this.#stopNative()
    if (this.#isReady) this.#poll()
  }

  #poll(): void {
    if (this.#hasEnded || this.#interval !== undefined) return
    let isLooking = false
    this.#interval = setInterval(() => {
      if (isLooking) return
      isLooking = true
      void this.#look(true, 'poll').then(() => (isLooking = false))
    }, this.#data.pollingInterval)
  }

  #hint(path: string): void {
    const now = performance.now()
    this.#hints++
    this.#hintsSinceLook++
    this.#hintsSincePause = now - this.#lastHint < burstQuiet ? this.#hintsSincePause + 1 : 1
    if (this.#tracker.hints === 0) this.#firstHint = now
    this.#lastHint = now
    this.#tracker.hint(path)
    if (this.#isReady && this.#tracker.hints > 0) this.#arm(settle)
  }

  #arm(milliseconds: number): void {
    if (this.#hasEnded) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      const now = performance.now()
      const isBurst = this.#hintsSincePause > burst && now - this.#firstHint < burstLongest
      if (isBurst && now - this.#lastHint < burstQuiet) this.#arm(burstQuiet)
      else void this.#look(false, 'events')
    }, milliseconds)
  }

  /** A folder that has come up: what happened in it before it was watched was told by nobody. */
  #meetFolder(path: string): void {
    if (!this.#isReady || this.#mode === 'polling') return
    this.#young.set(path, performance.now())
    for (const later of [100, 500]) setTimeout(() => this.#hint(path), later).unref()
  }

  async #sync(): Promise<void> {
    // Only there, everything comes through one queue.
    const hasCookies = this.#cookies !== undefined && process.platform === 'linux' && !this.#isRootGone
    if (!hasCookies) return this.#look(true, 'rescan')
    if (!(await this.#cookies!.pass(cookieWithin))) return this.#overflow()
    const now = performance.now()
    for (const [folder, since] of this.#young) {
      if (now - since > youth) this.#young.delete(folder)
      else this.#tracker.hint(folder)
    }
    await this.#look(false, 'events')
    // A file that changes while it is read is looked at until it is told.
    while (this.#tracker.hints > 0 && !this.#hasEnded) await this.#look(false, 'events')
  }

  async #overflow(): Promise<void> {
    this.#overflows++
    await this.#look(true, 'rescan')
  }

  /** Looks, and tells what has changed. Looks wait for each other. */
  #look(all: boolean, cause: ChangeBatch['cause']): Promise<void> {
    return this.#inOrder(async () => {
      if (this.#hasEnded || !(await this.#checkRoot())) return
      if (all && cause === 'rescan') this.#rescans++
      const mayHaveLost = this.#hintsSinceLook > fullQueue
      this.#hintsSinceLook = 0
      const { rulesRead } = this.#tracker
      this.#tell(cause, await this.#tracker.look(all))
      if (mayHaveLost) {
        this.#overflows++
        this.#rescans++
        this.#tell('rescan', await this.#tracker.look(true))
      } else if (!all && this.#tracker.rulesRead > rulesRead && this.#mode === 'native') {
        // Folders that were ignored are not watched.
        await this.#restartNative()
        this.#tell('rescan', await this.#tracker.look(true))
      }
      if (this.#tracker.hints > 0) this.#arm(restless)
    })
  }

  async #restartNative(): Promise<void> {
    await this.#stopNative()
    if (!this.#hasEnded && this.#mode === 'native') await this.#startNative()
  }

  /** Whether the root is there. One that is not is looked for until it is. */
  async #checkRoot(): Promise<boolean> {
    const stats = statPath(this.#data.root)
    if (stats?.isDirectory() === true) {
      if (stats.ino === this.#rootInode) return true
      this.#rootInode = stats.ino
      if (this.#mode === 'native') await this.#restartNative()
      this.#tracker.hint('')
      return true
    }
    if (this.#isRootGone) return false
    this.#isRootGone = true
    this.#rootInode = undefined
    this.#tell('events', this.#tracker.forgetAll())
    this.#report('root', '', 'ENOENT')
    await this.#stopNative()
    const lookAgain = setInterval(() => {
      if (this.#hasEnded) return clearInterval(lookAgain)
      if (statPath(this.#data.root)?.isDirectory() !== true) return
      clearInterval(lookAgain)
      this.#isRootGone = false
      this.#reported.clear()
      void this.#look(true, 'rescan')
    }, rootInterval)
    return false
  }

  #tell(cause: ChangeBatch['cause'], changes: ChangeBatch['changes']): void {
    if (changes.length > 0 || cause === 'start') this.#reply({ kind: 'changes', batch: { changes, cause } })
  }

  #report(kind: WatchProblem['kind'], path: string, code: string, message = ''): void {
    const key = `${kind} ${path} ${code}`
    if (this.#reported.has(key)) return
    this.#reported.add(key)
    this.#reply({ kind: 'problem', problem: { kind, path, systemCode: code, message } })
  }

  #inOrder(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work)
    this.#last = done.catch((error: unknown) => {
      this.#report('failed', '', systemCode(error), error instanceof Error ? error.message : String(error))
    })
    return this.#last
  }

  /** The path relative to the root; undefined for one outside of it. */
  #inside(path: string): string | undefined {
    const inside = toSlashes(relative(this.#data.root, path))
    return inside === '..' || inside.startsWith('../') ? undefined : inside
  }
}

function toSlashes(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/')
}
