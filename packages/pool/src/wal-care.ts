import {
  type CheckpointMode,
  type CheckpointResult,
  checkpointResult,
  frameBytes,
  runCheckpoint,
  walCounter,
  type WalSize,
  walSize,
} from './checkpoint.ts'
import type { Clock } from './clock.ts'
import { DeadlineTimer } from './deadline-timer.ts'
import { type HeldReader, LongReaders, type LongReadersContext } from './long-readers.ts'
import { PoolClosedError } from './pool-errors.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { checkpointFor, type WalSettings } from './wal-options.ts'
import type { CheckpointCounts } from './worker/worker-protocol.ts'

/** The writer, lent to the care of the WAL. */
export interface LentWriter {
  readonly connection: SqliteConnection
  release(): void
}

/** A checkpoint that runs in a thread. */
type ThreadCheckpoint = (mode: CheckpointMode, signal?: AbortSignal) => Promise<CheckpointCounts>

/** What {@link WalCare} needs of the pool. */
export interface WalCareContext<R extends HeldReader> extends Omit<LongReadersContext<R>, 'report'> {
  readonly settings: WalSettings
  readonly clock: Clock
  /** Runs a checkpoint in a thread, so that the event loop does not wait for the disk. Absent: it runs on the writer. */
  readonly inThread?: ThreadCheckpoint | undefined
  /** The writer, if it is free now. */
  readonly tryWriter: () => LentWriter | undefined
  /** The writer in its turn. */
  readonly writer: (signal?: AbortSignal) => Promise<LentWriter>
  /** Called when a checkpoint ended, whatever it reached; `error` is why one failed that nobody asked for. */
  readonly onCheckpoint: (result: CheckpointResult, milliseconds: number, error?: unknown) => void
  /** Called once for each reader that is in the way for long, and once more when it was ended. */
  readonly onLongReader: (reader: R, heldFor: number, walBytes: number, ended: boolean) => void
}

/** The WAL in numbers. */
export interface WalStats extends WalSize {
  /** Checkpoints that did all they were to do, since the pool was made. */
  readonly checkpoints: number
  /** Checkpoints that did not: a reader, a writer or another process was in the way. */
  readonly incomplete: number
  /** Checkpoints that failed, as on a full disk. */
  readonly failed: number
  /** How long the reader has been lent that is lent longest now, in milliseconds. */
  readonly longestReaderMs: number
  /** Readers whose connections were closed because they were in the way for too long. */
  readonly endedReaders: number
}

interface Gauge {
  readonly connection: SqliteConnection
  readonly count: () => CheckpointCounts
  readonly frame: number
}

/** Milliseconds between two looks, at least: a look costs a microsecond or two, and a fast disk takes 200 KiB meanwhile. */
const lookEvery = 1
/** Milliseconds after which it looks once more when no writer has come back. */
const lookAfter = 10
const shortestPause = 50
const longestPause = 1_000

/**
 * Keeps the WAL small: looks at it when a writer is done, and runs the checkpoint that its size asks for.
 *
 * Invariant: nothing here waits for a lock. A checkpoint that a reader is in the way of is tried again later.
 */
export class WalCare<R extends HeldReader> {
  readonly #context: WalCareContext<R>
  readonly #longReaders: LongReaders<R>
  readonly #timer: DeadlineTimer
  #gauge: Gauge | undefined
  #size: WalSize = { bytes: 0, pendingBytes: 0 }
  #nextLook = 0
  /** How long it waits before it tries again what was in vain; 0 after a success. */
  #pause = 0
  #pausedUntil = 0
  /** The care that goes on in the thread. */
  #running: Promise<void> | undefined
  /** The part of it that goes on while others write. */
  #moving: Promise<CheckpointResult> | undefined
  /** Whether writers wait for that part to end. */
  #writersWait = false
  /** Whether it is this one that gives the writer back. */
  #givesBack = false
  #stopped = false
  #checkpoints = 0
  #incomplete = 0
  #failed = 0

  constructor(context: WalCareContext<R>) {
    this.#context = context
    this.#timer = new DeadlineTimer({ clock: context.clock, onDue: (now) => this.#lookLater(now), keepAlive: false })
    this.#longReaders = new LongReaders({
      ...context,
      report: (reader, heldFor, ended) => context.onLongReader(reader, heldFor, this.#size.bytes, ended),
    })
  }

  /** Called with the writer whenever it comes back, at `now`, before it is lent again. */
  afterWrite(connection: SqliteConnection, now: number): void {
    if (this.#stopped || this.#givesBack) return
    if (now < this.#nextLook) this.#timer.cover(now + lookAfter)
    else this.#look(connection, now)
  }

  /** Runs a checkpoint that was asked for. Throws what the driver and the waiting for the writer throw. */
  async checkpoint(mode: CheckpointMode, signal?: AbortSignal): Promise<CheckpointResult> {
    const { inThread } = this.#context
    const lent = await this.#context.writer(signal)
    try {
      this.#measure(lent.connection)
      if (inThread === undefined) return this.#here(mode, lent.connection)
      // Others may write while a passive one runs; all other modes need the write lock themselves.
      if (mode === 'passive') this.#giveBack(lent)
      return await this.#inThread(mode, inThread, signal)
    } finally {
      this.#giveBack(lent)
    }
  }

  /** The WAL in numbers, as it was when it was looked at last. */
  stats(): WalStats {
    return {
      ...this.#size,
      checkpoints: this.#checkpoints,
      incomplete: this.#incomplete,
      failed: this.#failed,
      longestReaderMs: this.#longReaders.longest(this.#context.clock.now()),
      endedReaders: this.#longReaders.ended,
    }
  }

  /** Starts nothing from now on, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer.clear()
    await this.#running
  }

  #look(connection: SqliteConnection, now: number): void {
    this.#nextLook = now + lookEvery
    let mode: CheckpointMode | undefined
    try {
      this.#measure(connection)
      mode = checkpointFor(this.#size, this.#context.settings)
    } catch {
      // The connection is broken, and the pool closes it; the WAL is looked at with the next one.
    }
    if (mode === undefined) return
    if (this.#running !== undefined) this.#holdWriters()
    else if (now < this.#pausedUntil) this.#timer.cover(this.#pausedUntil)
    else this.#care(mode, connection)
  }

  #measure(connection: SqliteConnection): void {
    if (this.#gauge?.connection !== connection) {
      this.#gauge = { connection, count: walCounter(connection, 'noop'), frame: frameBytes(connection) }
    }
    this.#size = walSize(this.#gauge.count(), this.#gauge.frame)
  }

  #care(mode: CheckpointMode, connection: SqliteConnection): void {
    const { inThread } = this.#context
    if (inThread !== undefined) {
      this.#running = this.#careInThread(mode, inThread).finally(() => {
        this.#running = undefined
        // What was written meanwhile was not looked at.
        if (!this.#stopped) this.#timer.cover(this.#context.clock.now() + lookAfter)
      })
      return
    }
    try {
      this.#settle(this.#here(mode, connection))
    } catch (error) {
      this.#fail(mode, error)
    }
  }

  async #careInThread(mode: CheckpointMode, inThread: ThreadCheckpoint): Promise<void> {
    try {
      // Most is moved while others write; they wait only for what came in meanwhile.
      this.#moving = this.#inThread('passive', inThread)
      const first = await this.#moving
      this.#moving = undefined
      if (mode === 'passive' || this.#stopped) this.#settle(first)
      else {
        this.#settle(await this.#inThreadAlone(mode, inThread, first))
      }
    } catch (error) {
      this.#moving = undefined
      this.#fail(mode, error)
    }
  }

  /** Runs a checkpoint while no one of this pool writes; `otherwise` where the writer did not come free in time. */
  async #inThreadAlone(
    mode: CheckpointMode,
    inThread: ThreadCheckpoint,
    otherwise: CheckpointResult,
  ): Promise<CheckpointResult> {
    const lent = await this.#context.writer().catch(() => undefined)
    if (lent === undefined) return otherwise
    try {
      return await this.#inThread(mode, inThread)
    } finally {
      this.#giveBack(lent)
    }
  }

  /** Lets writers wait where they leave a checkpoint behind, or keep the event loop from hearing that it ended. */
  #holdWriters(): void {
    const moving = this.#moving
    if (moving === undefined || this.#writersWait || this.#size.bytes < this.#context.settings.truncateAt) return
    this.#writersWait = true
    const hold = async (): Promise<void> => {
      try {
        const lent = await this.#context.writer()
        await moving.catch(() => {})
        this.#giveBack(lent)
      } catch {
        // The writer did not come free in time, or the pool is closing: there is nobody to hold.
      } finally {
        this.#writersWait = false
      }
    }
    void hold()
  }

  #here(mode: CheckpointMode, connection: SqliteConnection): CheckpointResult {
    const start = this.#context.clock.now()
    return this.#ended(mode, runCheckpoint(connection, mode), start)
  }

  async #inThread(mode: CheckpointMode, inThread: ThreadCheckpoint, signal?: AbortSignal): Promise<CheckpointResult> {
    const start = this.#context.clock.now()
    return this.#ended(mode, await inThread(mode, signal), start)
  }

  #ended(mode: CheckpointMode, counts: CheckpointCounts, start: number): CheckpointResult {
    const result = checkpointResult(mode, counts, this.#gauge?.frame ?? 0)
    this.#size = { bytes: result.bytes, pendingBytes: result.pendingBytes }
    if (result.complete) this.#checkpoints++
    else this.#incomplete++
    this.#context.onCheckpoint(result, this.#context.clock.now() - start)
    return result
  }

  /** After a checkpoint: goes on as before, or looks at who is in the way and tries again later. */
  #settle(result: CheckpointResult): void {
    const { mode, complete, pendingBytes } = result
    // A writer that is about to end its transaction keeps a passive one from moving the very last pages.
    if (complete || (mode === 'passive' && pendingBytes < this.#context.settings.passiveAt)) {
      this.#pause = 0
      return
    }
    const ended = this.#longReaders.check(this.#context.clock.now())
    this.#tryAgainIn(ended ? 0 : Math.min(longestPause, Math.max(shortestPause, this.#pause * 2)))
  }

  #fail(mode: CheckpointMode, error: unknown): void {
    if (this.#stopped || error instanceof PoolClosedError) return
    this.#failed++
    this.#context.onCheckpoint({ mode, complete: false, ...this.#size }, 0, error)
    this.#tryAgainIn(longestPause)
  }

  #tryAgainIn(pause: number): void {
    this.#pause = pause
    this.#pausedUntil = this.#context.clock.now() + pause
    this.#timer.cover(this.#pausedUntil)
  }

  /** Looks when no writer has come back in between: a WAL that nobody adds to is not left large. */
  #lookLater(now: number): number {
    const lent = this.#context.tryWriter()
    if (lent !== undefined) {
      this.#look(lent.connection, now)
      this.#giveBack(lent)
    }
    // What is to be looked at later was planned meanwhile.
    return Number.POSITIVE_INFINITY
  }

  #giveBack(lent: LentWriter): void {
    this.#givesBack = true
    lent.release()
    this.#givesBack = false
  }
}
