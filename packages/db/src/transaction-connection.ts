import {
  type CompiledQuery,
  type DatabaseConnection,
  type Kysely,
  type KyselyProps,
  type QueryResult,
  Transaction,
} from 'kysely'
import type { CachedConnection } from './cached-connection.ts'
import { looksReadOnly, queryResult, refuseControl, runHere } from './execute.ts'
import { chunksOf, takeChunk } from './row-chunks.ts'

/** What Kysely takes for a connection inside a transaction that the pool controls. */
export class TransactionConnection implements DatabaseConnection {
  readonly #connection: CachedConnection
  readonly #run: <T>(sql: string, work: () => T) => T

  /** @param run does the work if the transaction still goes on, and looks after what fails */
  constructor(connection: CachedConnection, run: <T>(sql: string, work: () => T) => T) {
    this.#connection = connection
    this.#run = run
  }

  async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    refuseControl(compiled, this.executeQuery)
    const execution = { key: compiled.sql, values: compiled.parameters, read: queryResult<R> }
    return this.#run(compiled.sql, () => runHere(this.#connection, execution))
  }

  async *streamQuery<R>(compiled: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    if (!looksReadOnly(compiled)) {
      yield await this.executeQuery<R>(compiled)
      return
    }
    const rows = this.#connection.iterate(compiled.sql, compiled.parameters)
    yield* chunksOf<R>(rows, (each) => this.#run(compiled.sql, () => takeChunk(each, chunkSize)))
  }
}

/** Makes a Kysely whose every query runs on `connection`. */
export function bindKysely<S>(props: KyselyProps, connection: TransactionConnection): Kysely<S> {
  const executor = props.executor.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) })
  return new Transaction<S>({ ...props, executor })
}
