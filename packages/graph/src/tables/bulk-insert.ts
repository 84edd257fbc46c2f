import type { Database, PreparedQuery, Transaction } from '@forge/db'
import type { GraphTables } from '../schema.ts'

/** Values bound at a time: filling one statement with many rows costs half of running one for each [measured]. */
const valuesPerStatement = 350

type Query = PreparedQuery<Record<string, never>, unknown>

/** The statements that insert rows of a table: many rows at a time, and one. */
export interface BulkStatements {
  readonly many: Query
  readonly one: Query
  readonly rows: number
}

/** Compiles {@link BulkStatements}; the values of a row come in the order of `columns`. */
export function prepareBulkInsert<T extends keyof GraphTables>(
  db: Database<GraphTables>,
  table: T,
  columns: readonly (keyof GraphTables[T] & string)[],
): BulkStatements {
  const rows = Math.floor(valuesPerStatement / columns.length)
  const prepare = (count: number): Query =>
    db.prepared((kysely, param: Record<string, never>) =>
      kysely
        .insertInto<keyof GraphTables>(table)
        .values(
          Array.from({ length: count }, (_, row) =>
            Object.fromEntries(columns.map((column) => [column, param[`${column}${row}`]])),
          ) as never,
        ),
    )
  return { many: prepare(rows), one: prepare(1), rows }
}

/** Collects rows of one table and inserts many of them at a time. */
export class BulkInsert {
  readonly #tx: Transaction<GraphTables>
  readonly #statements: BulkStatements
  readonly #parents: BulkInsert | undefined
  #rows: (readonly unknown[])[] = []

  /** `parents` collects rows that foreign keys of these rows lead to: they are inserted first. */
  constructor(tx: Transaction<GraphTables>, statements: BulkStatements, parents?: BulkInsert) {
    this.#tx = tx
    this.#statements = statements
    this.#parents = parents
  }

  /** Takes a row; it is in the table after {@link BulkInsert.flush} at the latest. */
  add(row: readonly unknown[]): void {
    if (this.#rows.push(row) < this.#statements.rows) return
    const values = this.#rows.flat()
    this.#rows = []
    this.#parents?.flush()
    this.#tx.runMany(this.#statements.many, [values])
  }

  /** Inserts what is left. */
  flush(): void {
    if (this.#rows.length === 0) return
    const rows = this.#rows
    this.#rows = []
    this.#parents?.flush()
    this.#tx.runMany(this.#statements.one, rows)
  }
}
