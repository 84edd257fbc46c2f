import { isBusy, type ConnectionRole, type Lease, type Pool } from '@forge/pool'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult, TransactionSettings } from 'kysely'
import type { CachedConnection } from './cached-connection.ts'
import { executeOnPool, type Execution, looksReadOnly, queryFailure, queryResult, runHere } from './execute.ts'
import { begin, commit, rollback } from './transaction-control.ts'

interface Options {
  readonly signal?: AbortSignal | undefined
}

/** Gives Kysely the connections of a pool. */
export class PoolDriver implements Driver {
  readonly #pool: Pool<CachedConnection>

  constructor(pool: Pool<CachedConnection>) {
    this.#pool = pool
  }

  async init(): Promise<void> {
    // The pool opens connections when they are needed.
  }

  async acquireConnection(): Promise<RoutedConnection> {
    return new RoutedConnection(this.#pool)
  }

  async beginTransaction(connection: RoutedConnection, settings: TransactionSettings): Promise<void> {
    await connection.begin(settings.accessMode === 'read only')
  }

  async commitTransaction(connection: RoutedConnection): Promise<void> {
    await commit(this.#pool, connection.held)
    connection.forgetSnapshot()
  }

  async rollbackTransaction(connection: RoutedConnection): Promise<void> {
    rollback(connection.held)
    connection.forgetSnapshot()
  }

  async savepoint(connection: RoutedConnection, name: string): Promise<void> {
    const sql = `savepoint ${quote(name)}`
    runMapped(sql, () => connection.held.run(sql))
  }

  async rollbackToSavepoint(connection: RoutedConnection, name: string): Promise<void> {
    connection.endSavepoint(`rollback to ${quote(name)}`)
  }

  async releaseSavepoint(connection: RoutedConnection, name: string): Promise<void> {
    connection.endSavepoint(`release ${quote(name)}`)
  }

  async releaseConnection(connection: RoutedConnection): Promise<void> {
    connection.release()
  }

  async destroy(): Promise<void> {
    await this.#pool.close()
  }
}

/**
 * What Kysely takes for a connection: it borrows a reader for each read, until the first write, or the begin of a
 * transaction, makes it keep one connection for everything, so that it sees what it wrote.
 */
export class RoutedConnection implements DatabaseConnection {
  readonly #pool: Pool<CachedConnection>
  #lease: Lease<CachedConnection> | undefined

  constructor(pool: Pool<CachedConnection>) {
    this.#pool = pool
  }

  /** The connection it keeps. */
  get held(): CachedConnection {
    if (this.#lease === undefined) throw new TypeError('no transaction was begun on this connection')
    return this.#lease.connection
  }

  async begin(readOnly: boolean): Promise<void> {
    const connection = await this.#keep(readOnly ? 'reader' : 'writer')
    await begin(this.#pool, connection, readOnly ? 'deferred' : 'immediate', undefined)
  }

  executeQuery<R>(compiled: CompiledQuery, options?: Options): Promise<QueryResult<R>> {
    const { sql } = compiled
    const execution = { sql, key: sql, values: compiled.parameters, read: queryResult<R> }
    if (this.#lease !== undefined || !looksReadOnly(compiled)) return this.#executeHere(execution, options)
    return executeOnPool(this.#pool, 'reader', execution, options)
  }

  async *streamQuery<R>(
    compiled: CompiledQuery,
    chunkSize: number,
    options?: Options,
  ): AsyncIterableIterator<QueryResult<R>> {
    if (!looksReadOnly(compiled)) {
      // Invariant: only reads are iterated; an iteration that writes would hold the write lock as long as it pleases.
      yield await this.executeQuery<R>(compiled, options)
      return
    }
    const own = this.#lease === undefined ? await this.#pool.acquire('reader', options) : undefined
    const connection = own?.connection ?? this.held
    let rows: Generator<unknown, void, undefined> | undefined
    const start = () => {
      rows = connection.iterate(compiled.sql, compiled.parameters)
      return takeChunk(rows, chunkSize)
    }
    try {
      const first = await this.#pool.retryBusy(start, { signal: options?.signal, sql: compiled.sql })
      if (first.length > 0) yield { rows: first as R[] }
      if (rows !== undefined)
        yield* chunks<R>(rows, (each) => runMapped(compiled.sql, () => takeChunk(each, chunkSize)))
    } finally {
      rows?.return()
      own?.release()
    }
  }

  /** Ends a savepoint, or undoes it, and with it every stream that is still open. */
  endSavepoint(sql: string): void {
    this.held.endIterations()
    runMapped(sql, () => this.held.run(sql))
  }

  /** After a read-only transaction the next statement may be one that writes. */
  forgetSnapshot(): void {
    if (this.held.role === 'reader') this.release()
  }

  release(): void {
    this.#lease?.connection.endIterations()
    this.#lease?.release()
    this.#lease = undefined
  }

  async #keep(role: ConnectionRole, options?: Options): Promise<CachedConnection> {
    this.#lease ??= this.#pool.tryAcquire(role) ?? (await this.#pool.acquire(role, options))
    return this.#lease.connection
  }

  async #executeHere<T>(execution: Execution<T>, options?: Options): Promise<T> {
    const { sql } = execution
    const connection = await this.#keep('writer', options)
    try {
      return runHere(connection, execution)
    } catch (error) {
      if (!isBusy(error) || connection.inTransaction) throw queryFailure(error, sql)
    }
    return await this.#pool.retryBusy(() => runHere(connection, execution), { signal: options?.signal, sql })
  }
}

/** What Kysely takes for a connection inside a transaction that Forge controls. */
export class TransactionConnection implements DatabaseConnection {
  readonly #connection: CachedConnection
  readonly #run: <T>(sql: string, work: () => T) => T

  /** @param run does the work if the transaction still goes on, and looks after what fails */
  constructor(connection: CachedConnection, run: <T>(sql: string, work: () => T) => T) {
    this.#connection = connection
    this.#run = run
  }

  async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    const execution = { key: compiled.sql, values: compiled.parameters, read: queryResult<R> }
    return this.#run(compiled.sql, () => runHere(this.#connection, execution))
  }

  async *streamQuery<R>(compiled: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    if (!looksReadOnly(compiled)) {
      yield await this.executeQuery<R>(compiled)
      return
    }
    const rows = this.#connection.iterate(compiled.sql, compiled.parameters)
    yield* chunks<R>(rows, (each) => this.#run(compiled.sql, () => takeChunk(each, chunkSize)))
  }
}

/** The rows of an iteration in chunks of Kysely's form; the iteration ends with its consumer. */
function* chunks<R>(
  rows: Generator<unknown, void, undefined>,
  take: (rows: Iterator<unknown>) => unknown[],
): Generator<QueryResult<R>, void, undefined> {
  try {
    for (let chunk = take(rows); chunk.length > 0; chunk = take(rows)) yield { rows: chunk as R[] }
  } finally {
    rows.return()
  }
}

function takeChunk(rows: Iterator<unknown>, size: number): unknown[] {
  const chunk: unknown[] = []
  while (chunk.length < size) {
    const next = rows.next()
    if (next.done === true) break
    chunk.push(next.value)
  }
  return chunk
}

function runMapped<T>(sql: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw queryFailure(error, sql)
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
