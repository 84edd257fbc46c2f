import { sql, type Kysely } from 'kysely'
import type { MigrationDialect } from './dialect.ts'
import { ForeignKeyViolations, type ForeignKeyViolation } from './foreign-keys.ts'
import { inTransaction } from './transaction.ts'

const blank = String.raw`(?:\s|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*`

/** Inside a transaction the first is ignored without a word, and the second fails. */
const connectionPragma = new RegExp(
  String.raw`^pragma\b${blank}(?:[\w"'\[\]\x60]+${blank}\.${blank})?["'\[\x60]?(foreign_keys|journal_mode)["'\]\x60]?${blank}[=(]`,
  'i',
)

/** SQLite: the first write of a transaction locks the whole file, so the ledger's own row is all the lock there is. */
export const sqlite: MigrationDialect = {
  connectsAtOnce: true,

  unfit(statement) {
    const pragma = connectionPragma.exec(statement)?.[1]?.toLowerCase()
    if (pragma === undefined) return undefined
    const remedy = pragma === 'foreign_keys' ? '; write foreignKeys: "check-at-end" instead' : ''
    return `sets "pragma ${pragma}", which a transaction cannot${remedy}`
  },

  async tables(db) {
    const { rows } = await sql<{ name: string }>`
      select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'
    `.execute(db)
    return rows.map(({ name }) => name)
  },

  transaction(db, { checkForeignKeysAtEnd }, body) {
    if (!checkForeignKeysAtEnd) return inTransaction(db, body)
    return db.connection().execute((connection) =>
      withoutForeignKeys(connection, () =>
        inTransaction(connection, async (transaction) => {
          const result = await body(transaction)
          await checkForeignKeys(transaction)
          return result
        }),
      ),
    )
  },

  async lockOut() {
    // The first write does it.
  },
}

/**
 * Runs `body` with foreign keys off on this one connection and leaves them as they were.
 *
 * The order is that of section 7 of https://sqlite.org/lang_altertable.html:
 * the switch has no effect inside a transaction.
 */
async function withoutForeignKeys<DB, T>(connection: Kysely<DB>, body: () => Promise<T>): Promise<T> {
  if (!(await foreignKeysOn(connection))) return body()
  await sql`pragma foreign_keys = off`.execute(connection)
  try {
    if (await foreignKeysOn(connection)) throw new Error('foreign keys cannot be switched off on this connection')
    return await body()
  } finally {
    await switchOn(connection)
  }
}

async function switchOn<DB>(connection: Kysely<DB>): Promise<void> {
  await sql`pragma foreign_keys = on`.execute(connection)
  if (await foreignKeysOn(connection)) return
  // The transaction could not be ended, and ignored the switch: whoever uses the connection next would write unchecked.
  await sql`rollback`.execute(connection)
  await sql`pragma foreign_keys = on`.execute(connection)
}

async function foreignKeysOn<DB>(connection: Kysely<DB>): Promise<boolean> {
  const { rows } = await sql<{ foreign_keys: number | bigint }>`pragma foreign_keys`.execute(connection)
  return Number(rows[0]?.foreign_keys) === 1
}

async function checkForeignKeys<DB>(transaction: Kysely<DB>): Promise<void> {
  const { rows } = await sql<ForeignKeyViolation>`pragma foreign_key_check`.execute(transaction)
  if (rows.length > 0)
    throw new ForeignKeyViolations(rows.map(({ table, rowid, parent }) => ({ table, rowid, parent })))
}
