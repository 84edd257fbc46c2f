import { startStackAt } from '@forge/errors'
import type { ConnectionGroup } from './connection-group.ts'
import { DatabaseMovedError } from './database-errors.ts'
import { DatabaseFile } from './file-identity.ts'
import type { ConnectionLease } from './lease.ts'
import { openConnection } from './open-connection.ts'
import { PoolClosedError } from './pool-errors.ts'
import type { CloseReason, PoolEvents } from './pool-events.ts'
import type { PoolSettings } from './pool-options.ts'
import { PooledConnection } from './pooled-connection.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** How often it is looked whether the file is still there, at most, when connections are lent. */
const lookEvery = 50

/** What {@link ConnectionSupply} needs of the pool. */
export interface SupplyContext<C extends SqliteConnection> {
  readonly settings: PoolSettings<C>
  readonly writer: ConnectionGroup<C>
  readonly readers: ConnectionGroup<C>
  readonly events: PoolEvents
  readonly onRetry: () => void
  /** Called when an opening of a connection for the group has ended. */
  readonly onChanged: (group: ConnectionGroup<C>) => void
  /** Called when the file has moved; done when what else had it open has closed it. Absent: there is nothing else. */
  readonly onMoved?: (() => Promise<void>) | undefined
  /** Whether something else than the connections may have the file open. */
  readonly openElsewhere: () => boolean
}

/** Opens connections for those who wait, sees to it that all of them lead to one file, and closes them. */
export class ConnectionSupply<C extends SqliteConnection> {
  readonly file: DatabaseFile = new DatabaseFile()
  /** How many connections were opened and closed since the pool was made. */
  opened = 0
  closed = 0
  readonly #context: SupplyContext<C>
  readonly #ended = new AbortController()
  /** The opening of the writer, while it goes on. */
  #writerOpening: Promise<void> | undefined
  /** Connections to a file that is no longer the database, until they come back. */
  readonly #retired = new Set<PooledConnection<C>>()
  /** Whether something else than the connections has a file open that is no longer the database. */
  #openElsewhere = false
  /** How many connections are being opened. */
  #opening = 0
  /** How often the file was moved. */
  #generation = 0
  #nextLook = 0

  constructor(context: SupplyContext<C>) {
    this.#context = context
  }

  /** Connections that are still used although their file has moved. */
  get retired(): ReadonlySet<PooledConnection<C>> {
    return this.#retired
  }

  /**
   * Opens what those who wait in `group` are worth.
   *
   * Invariant: two files under one path, the old one and the new one, are never open at once: they would share a WAL.
   */
  provide(group: ConnectionGroup<C>): void {
    if (this.#retired.size > 0 || this.#openElsewhere) return
    for (let wanted = group.wanted; wanted > 0; wanted--) {
      group.opening++
      void this.#open(group)
    }
  }

  /** Throws `FORGE_DB_MOVED` when the file is gone, which is looked for every now and then. */
  requireFileNowAndThen(now: number, callSite: (...args: never[]) => unknown): void {
    if (now < this.#nextLook) return
    this.#nextLook = now + lookEvery
    this.requireFile(callSite)
  }

  /** Throws `FORGE_DB_MOVED` when the file is gone. */
  requireFile(callSite: (...args: never[]) => unknown): void {
    const moved = this.#moved()
    if (moved === undefined) return
    startStackAt(moved, callSite)
    throw moved
  }

  /** The error to tell when what was written through `lease` went to a file that is gone. */
  movedUnder({ pooled }: ConnectionLease<C>): DatabaseMovedError | undefined {
    if (pooled?.state !== 'retired') return pooled === undefined ? undefined : this.#moved()
    return new DatabaseMovedError('The database file was deleted, renamed or replaced while this call used it', {
      hint: 'What it wrote went to the file that was there before; try again with the file that is there now',
      details: { file: this.file.path },
    })
  }

  /** Closes a connection that came back after its file had moved. */
  closeRetired(pooled: PooledConnection<C>): void {
    if (!this.#retired.delete(pooled)) return
    // A renamed file is still somebody's: what is in the WAL under the old name goes into it. The WAL that is left is
    // empty then, and no danger to the file that has taken the name.
    if (this.#retired.size === 0) ignoringErrors(() => pooled.connection.exec('pragma wal_checkpoint(truncate)'))
    pooled.state = 'closed'
    ignoringErrors(() => pooled.connection.close())
    this.noteClosed(pooled, 'moved')
    if (this.#retired.size === 0) this.file.forget({ moved: true })
  }

  /** Called when a connection has been closed. */
  noteClosed({ role }: PooledConnection<C>, reason: CloseReason): void {
    this.closed++
    this.#context.events.publish('close', { role, reason })
    if (reason !== 'moved') this.forgetUnlessOpen()
  }

  /** Called when somebody has closed the file: once nobody has it open, another one may take its place. */
  forgetUnlessOpen(): void {
    const closed = this.#groups().every((group) => group.open.size === 0) && this.#retired.size === 0
    if (!closed) return
    if (this.#context.openElsewhere()) this.file.forgetWal()
    else this.file.forget({ moved: false })
  }

  /** Opens nothing any more; what is being opened fails with `reason`. */
  end(reason: PoolClosedError): void {
    this.#ended.abort(reason)
  }

  /** Closes every connection, and returns the errors that caused. */
  closeAll(): unknown[] {
    for (const pooled of this.#retired) this.closeRetired(pooled)
    // Readers first: the last to close, which should be the writer, moves the WAL into the file.
    return this.#groups().flatMap((group) => group.closeAll())
  }

  async #open(group: ConnectionGroup<C>): Promise<void> {
    const { writer } = this.#context
    try {
      // Invariant: the writer is opened first; it makes the file, and turns it to WAL, before a reader looks at it.
      if (writer.max === 1 && writer.open.size === 0) {
        this.#writerOpening ??= this.#openInto(writer).finally(() => (this.#writerOpening = undefined))
        await this.#writerOpening
      }
      if (group !== writer && (writer.max === 0 || writer.open.size > 0)) await this.#openInto(group)
    } catch (error) {
      if (error instanceof DatabaseMovedError) this.#retireAll(error)
      group.turnAwayFirst(error)
    } finally {
      group.opening--
      this.#context.onChanged(group)
    }
  }

  async #openInto(group: ConnectionGroup<C>): Promise<void> {
    if (this.#retired.size > 0) return
    const { settings, events, onRetry } = this.#context
    const { clock } = settings
    const start = clock.now()
    const generation = this.#generation
    const { signal } = this.#ended
    this.#forgetWhatIsClosed()
    this.#opening++
    const connection = await openConnection(group.role, settings, { signal, onRetry, file: this.file }).finally(
      () => this.#opening--,
    )
    if (signal.aborted || generation !== this.#generation) {
      connection.close()
      signal.throwIfAborted()
      return
    }
    this.file.noteWal(connection)
    const now = clock.now()
    const pooled = new PooledConnection(connection, {
      role: group.role,
      now,
      inMemory: this.file.path === undefined,
    })
    group.open.add(pooled)
    this.opened++
    events.publish('open', { role: group.role, milliseconds: now - start })
    group.give(pooled, now)
  }

  /** Lets go of the file when it is gone, and returns the error that says so. */
  #moved(): DatabaseMovedError | undefined {
    const moved = this.file.moved()
    if (moved === undefined) return undefined
    const open = this.#firstOpen()
    if (open === undefined && this.#forgetWhatIsClosed()) return undefined
    if (open !== undefined && this.file.forgetWalUnlessUsed(open.connection)) return undefined
    this.#retireAll(moved)
    return moved
  }

  /** Where users have closed every connection themselves, the WAL went with the last one: the file is any file again. */
  #forgetWhatIsClosed(): boolean {
    const forgets = this.#opening === 0 && this.#firstOpen() === undefined && !this.#context.openElsewhere()
    if (forgets) this.file.forget({ moved: false })
    return forgets
  }

  /** A connection that its user has not closed. */
  #firstOpen(): PooledConnection<C> | undefined {
    for (const group of this.#groups()) for (const each of group.open) if (each.connection.open) return each
    return undefined
  }

  #retireAll(moved: DatabaseMovedError): void {
    this.#generation++
    const retired = this.#groups().flatMap((group) => group.retire())
    for (const pooled of retired) this.#retired.add(pooled)
    this.#context.events.publish('moved', { file: String(moved.details?.['file']) })
    if (retired.length === 0) this.file.forget({ moved: true })
    void this.#closeElsewhere()
    for (const pooled of retired) if (pooled.lease === undefined) this.closeRetired(pooled)
  }

  async #closeElsewhere(): Promise<void> {
    const { onMoved, onChanged } = this.#context
    if (onMoved === undefined) return
    this.#openElsewhere = true
    await onMoved()
    this.#openElsewhere = false
    for (const group of this.#groups()) onChanged(group)
  }

  #groups(): readonly ConnectionGroup<C>[] {
    const { readers, writer } = this.#context
    return readers === writer ? [writer] : [readers, writer]
  }
}

function ignoringErrors(work: () => void): void {
  try {
    work()
  } catch {
    // The file these connections led to is out of reach; whoever used it has had the error.
  }
}
