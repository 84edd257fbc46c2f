import {
  CompiledQuery,
  type ControlConnectionProvider,
  type DatabaseConnection,
  type QueryResult,
  RawNode,
  SelectQueryNode,
} from 'kysely'
import { refuseControl } from './execute.ts'
import type { PortableDriver } from './portable-driver.ts'
import { streamEnded } from './portable-errors.ts'

/** Milliseconds. */
const cancelAgainAfter = 250

/** A connection of a dialect's driver, as long as it is lent. */
export class PortableConnection implements DatabaseConnection {
  readonly #driver: PortableDriver
  readonly #inner: DatabaseConnection
  /** Whether nothing was run yet, so that a statement is a transaction of its own and can be repeated. */
  #fresh = true
  #inTransaction = false
  /** Counts what ends the streams that are open: the end of a transaction, and a rollback to a savepoint. */
  #epoch = 0
  /** What failed in the transaction, and was not undone since. */
  #failure: unknown
  /** Done when the statements that were cancelled are over; a driver cancels only the statement it was given last. */
  #cancelled: Promise<unknown> | undefined

  constructor(driver: PortableDriver, inner: DatabaseConnection) {
    this.#driver = driver
    this.#inner = inner
  }

  async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    refuseControl(compiled, this.executeQuery)
    return await this.execute(compiled, undefined)
  }

  /**
   * Runs a statement, which is cancelled when the signal is aborted.
   *
   * The result waits for that: use `orAborted` to free the caller at once, and keep the connection until it is there.
   */
  async execute<R>(compiled: CompiledQuery, signal: AbortSignal | undefined): Promise<QueryResult<R>> {
    signal?.throwIfAborted()
    const result = this.#begin<R>(compiled, signal)
    const cancel = (): void => this.#cancel(result)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await result
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  async *streamQuery<R>(compiled: CompiledQuery, chunkSize: number): AsyncGenerator<QueryResult<R>, void, undefined> {
    if (!canBeRead(compiled)) {
      yield await this.executeQuery<R>(compiled)
      return
    }
    const { stream } = this.#driver.backend
    if (stream === undefined) yield* this.#streamOfDriver<R>(compiled, chunkSize)
    else if (this.#inTransaction) yield* this.#pinned((execute) => stream<R>(execute, compiled, chunkSize))
    else {
      await this.#driver.beginTransaction(this, {})
      const epoch = this.#epoch
      try {
        yield* this.#pinned((execute) => stream<R>(execute, compiled, chunkSize))
      } finally {
        if (this.#epoch === epoch) await this.#driver.rollbackTransaction(this)
      }
    }
  }

  /** What Kysely calls before a statement that it may have to cancel. */
  async collectSessionInfo(): Promise<void> {
    await this.#inner.collectSessionInfo?.()
  }

  async cancelQuery(provider: ControlConnectionProvider): Promise<void> {
    await this.#inner.cancelQuery?.(provider)
  }

  async killSession(provider: ControlConnectionProvider): Promise<void> {
    await this.#inner.killSession?.(provider)
  }

  /** Begins or ends a transaction. */
  async control(sql: string, begins: boolean, work: (inner: DatabaseConnection) => Promise<void>): Promise<void> {
    this.#fresh = false
    this.#epoch++
    this.#inTransaction = begins
    await this.#cancelled
    await this.#mapped(sql, () => work(this.#inner))
    this.#failure = undefined
  }

  /** Runs a statement that gives nothing back. */
  async command(sql: string): Promise<void> {
    await this.execute(CompiledQuery.raw(sql), undefined)
  }

  /** @param savepoint its name, quoted */
  async rollbackTo(savepoint: string): Promise<void> {
    this.#epoch++
    await this.#cancelled
    await this.command(`rollback to savepoint ${savepoint}`)
    this.#failure = undefined
  }

  /** Ends every stream, and hands the connection of the driver back. */
  release(): DatabaseConnection {
    this.#epoch++
    return this.#inner
  }

  /** A stream in SQL, each statement of which runs only while its rows are there. */
  #pinned<R>(
    stream: (
      execute: <T>(sql: string, parameters: readonly unknown[]) => Promise<QueryResult<T>>,
    ) => AsyncGenerator<QueryResult<R>, void, undefined>,
  ): AsyncGenerator<QueryResult<R>, void, undefined> {
    const epoch = this.#epoch
    return stream(async (sql, parameters) => {
      if (this.#epoch !== epoch) throw streamEnded()
      return await this.executeQuery(CompiledQuery.raw(sql, [...parameters]))
    })
  }

  async *#streamOfDriver<R>(
    compiled: CompiledQuery,
    chunkSize: number,
  ): AsyncGenerator<QueryResult<R>, void, undefined> {
    this.#fresh = false
    const rows = this.#inner.streamQuery<R>(compiled, chunkSize)
    try {
      for (;;) {
        const next = await this.#mapped(compiled.sql, () => rows.next())
        if (next.done === true) return
        yield next.value
      }
    } finally {
      await rows.return?.()
    }
  }

  async #mapped<T>(sql: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const failure = this.#driver.backend.mapError(error, { sql, failure: this.#failure })
      if (this.#inTransaction) this.#failure ??= failure
      throw failure
    }
  }

  /** A statement that is a transaction of its own is run again where others were in its way. */
  #begin<R>(compiled: CompiledQuery, signal: AbortSignal | undefined): Promise<QueryResult<R>> {
    const attempt = (): Promise<QueryResult<R>> => this.#mapped(compiled.sql, () => this.#inner.executeQuery(compiled))
    if (!this.#fresh) return attempt()
    this.#fresh = false
    return this.#driver.runAgain(attempt, signal)
  }

  /** Cancels a statement, again and again until it is over: a request that comes before its statement has begun is lost. */
  #cancel(result: Promise<unknown>): void {
    const over = result.then(
      () => true,
      () => true,
    )
    this.#cancelled = Promise.all([this.#cancelled, over])
    const provide: ControlConnectionProvider = async (consumer) => {
      const other = await this.#driver.acquireConnection()
      try {
        await consumer(other)
      } finally {
        await this.#driver.releaseConnection(other)
      }
    }
    const request = async (): Promise<void> => {
      do await this.#inner.cancelQuery?.(provide).catch(() => undefined)
      while (!(await Promise.race([over, this.#driver.pause(cancelAgainAfter)])))
    }
    if (this.#inner.cancelQuery !== undefined) void request()
  }
}

/** Whether a query only reads, so that its rows can be fetched a few at a time. */
function canBeRead({ query, sql }: CompiledQuery): boolean {
  if (SelectQueryNode.is(query))
    return query.with?.expressions.every(({ expression }) => SelectQueryNode.is(expression)) ?? true
  return RawNode.is(query) && /^\s*(?:select|values|table)\b/i.test(sql)
}
