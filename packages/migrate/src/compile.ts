import { createHash } from 'node:crypto'
import { DummyDriver, Kysely, type CompiledQuery, type Dialect } from 'kysely'
import { MigrateInvalidError } from './errors.ts'
import type { Migration, MigrationDatabase, MigrationStatement } from './migration.ts'

type CallSite = (...args: never[]) => unknown

/** A migration as the SQL it runs. */
export interface CompiledMigration {
  readonly id: string
  readonly queries: readonly CompiledQuery[]
  /** All statements as text, with their parameters: what the ledger keeps. */
  readonly text: string
  /** SHA-256 of `text`, 64 hex characters. */
  readonly checksum: string
}

/** What ends or starts a transaction, or cannot run in one. */
const transactionControl =
  /^(?:\s|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*(begin|start|commit|end|rollback|savepoint|release|vacuum)\b/i

/** A database that turns builders into the SQL of `db`'s dialect and never runs any. */
export function compileOnly<DB>(db: Kysely<DB>): Kysely<MigrationDatabase> {
  const executor = db.withoutPlugins().getExecutor()
  const dialect: Dialect = {
    createAdapter: () => executor.adapter,
    createDriver: () => new DummyDriver(),
    createIntrospector: () => db.introspection,
    createQueryCompiler: () => ({ compileQuery: (node, queryId) => executor.compileQuery(node, queryId) }),
  }
  return new Kysely({ dialect })
}

/** The SQL of `migration`, or `FORGE_MIGRATE_INVALID` with what is wrong. */
export function compileMigration(
  migration: Migration,
  db: Kysely<MigrationDatabase>,
  callSite: CallSite,
): CompiledMigration {
  const { id } = migration
  const invalid = (problem: string, cause?: { readonly cause: unknown }): MigrateInvalidError =>
    new MigrateInvalidError(`Migration "${id}": ${problem}`, { details: { id }, callSite, ...cause })

  const statements = attempt(
    () => migration.up(db),
    (cause) => invalid('its up function threw', { cause }),
  )
  if (!Array.isArray(statements)) throw invalid('its up function has to return an array at once, not a promise')
  if (statements.length === 0) throw invalid('it has no statements')
  const queries = statements.map((statement: unknown, index) => {
    if (!isStatement(statement)) {
      throw invalid(`statement ${index + 1} is no query; return the builder itself and do not execute it`)
    }
    const query = attempt(
      () => statement.compile(db),
      (cause) => invalid(`statement ${index + 1} does not compile`, { cause }),
    )
    const keyword = transactionControl.exec(query.sql)?.[1]
    if (keyword !== undefined) {
      throw invalid(`statement ${index + 1} is "${keyword}"; a migration runs inside one transaction of its own`)
    }
    return query
  })
  const text = queries.map(textOf).join(';\n')
  return { id, queries, text, checksum: createHash('sha256').update(text).digest('hex') }
}

function attempt<T>(run: () => T, toError: (cause: unknown) => Error): T {
  try {
    return run()
  } catch (error) {
    throw toError(error)
  }
}

function isStatement(value: unknown): value is MigrationStatement {
  return typeof value === 'object' && value !== null && 'compile' in value && typeof value.compile === 'function'
}

function textOf({ sql, parameters }: CompiledQuery): string {
  return parameters.length === 0 ? sql : `${sql}\n-- parameters: ${JSON.stringify(parameters.map(plainParameter))}`
}

/** JSON has neither big integers nor bytes; both are written so that they look like nothing else. */
function plainParameter(value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: value.toString() }
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') }
  return value
}
