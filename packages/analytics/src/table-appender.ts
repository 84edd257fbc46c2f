import type { DuckDBAppender, DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api'
import type { Session } from './database-file.ts'

/** The most rows that DuckDB takes at once. */
const chunkRows = 2048

/** Appends rows to a table, many at a time and column by column: 2.7 million a second, where value by value it is one million [measured]. */
export class TableAppender {
  readonly #appender: DuckDBAppender
  readonly #chunk: DuckDBDataChunk
  readonly #columns: DuckDBValue[][]
  /** How many rows it was given. */
  rows = 0

  private constructor(appender: DuckDBAppender, chunk: DuckDBDataChunk) {
    this.#appender = appender
    this.#chunk = chunk
    this.#columns = Array.from({ length: appender.columnCount }, () => [])
  }

  /** Appends to a table of the mirror, within the transaction that goes on. */
  static async open({ duckdb, connection }: Session, table: string): Promise<TableAppender> {
    const appender = await connection.createAppender(table, 'mirror')
    const types = Array.from({ length: appender.columnCount }, (_, column) => appender.columnType(column))
    return new TableAppender(appender, duckdb.DuckDBDataChunk.create(types))
  }

  /** Takes the values of a row, in the order of the columns. */
  add(...values: readonly DuckDBValue[]): void {
    const columns = this.#columns
    for (let column = 0; column < columns.length; column++) columns[column]!.push(values[column] ?? null)
    this.rows++
    if (columns[0]!.length === chunkRows) this.#flush()
  }

  /** Writes what is left. Needed before anything else is asked of the table. */
  close(): void {
    this.#flush()
    this.#appender.closeSync()
  }

  #flush(): void {
    const rows = this.#columns[0]!.length
    if (rows === 0) return
    this.#chunk.rowCount = rows
    for (const [column, values] of this.#columns.entries()) {
      this.#chunk.setColumnValues(column, values)
      values.length = 0
    }
    this.#appender.appendDataChunk(this.#chunk)
    this.#chunk.reset()
  }
}
