import { createHash } from 'node:crypto'
import { DummyDriver, Kysely, type CompiledQuery, type Dialect } from 'kysely'
import type { MigrationDialect } from './dialect.ts'
import { MigrateInvalidError } from './errors.ts'
import { withoutLeadingComments } from './leading-comments.ts'
import type { Migration, MigrationDatabase, MigrationStatement } from './migration.ts'

type CallSite = (...args: never[]) => unknown

/** The statements of one direction as SQL. */
export interface Script {
  readonly queries: readonly CompiledQuery[]
  /** All statements as text, with their parameters. */
  readonly text: string
}

/** A migration as the SQL it runs. */
export interface CompiledMigration {
  readonly id: string
  readonly up: Script
  readonly down: Script | undefined
  /** SHA-256 of the text of `up`, 64 hex characters. */
  readonly checksum: string
  readonly foreignKeys: 'check-at-end' | undefined
}

/** What ends or starts a transaction, or cannot run in one anywhere. */
const transactionControl = /^(?:begin|start|commit|end|rollback|savepoint|release|vacuum)\b/i

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

/** Turns migrations into the SQL that one database understands. */
export interface MigrationCompiler {
  readonly db: Kysely<MigrationDatabase>
  readonly dialect: MigrationDialect
  readonly callSite: CallSite
}

/** The SQL of `migration`, or `FORGE_MIGRATE_INVALID` with what is wrong. */
export function compileMigration(migration: Migration, compiler: MigrationCompiler): CompiledMigration {
  const { id, foreignKeys } = migration
  const up = compileScript(migration, 'up', compiler)
  if (up.queries.length === 0) {
    throw new MigrateInvalidError(`Migration "${id}": it has no statements`, {
      details: { id },
      callSite: compiler.callSite,
    })
  }
  return {
    id,
    up,
    down: migration.down === undefined ? undefined : compileScript(migration, 'down', compiler),
    checksum: createHash('sha256').update(up.text).digest('hex'),
    foreignKeys,
  }
}

function compileScript(
  migration: Migration,
  direction: 'up' | 'down',
  { db, dialect, callSite }: MigrationCompiler,
): Script {
  const { id } = migration
  const invalid = (problem: string, cause?: { readonly cause: unknown }): MigrateInvalidError =>
    new MigrateInvalidError(`Migration "${id}": ${problem}`, { details: { id }, callSite, ...cause })

  const statements: unknown = attempt(
    () => migration[direction]?.(db),
    (cause) => invalid(`its ${direction} function threw`, { cause }),
  )
  if (!Array.isArray(statements))
    throw invalid(`its ${direction} function has to return an array at once, not a promise`)
  const queries = statements.map((statement: unknown, index) => {
    const which = direction === 'up' ? `statement ${index + 1}` : `statement ${index + 1} of down`
    if (!isStatement(statement)) {
      throw invalid(`${which} is no query; return the builder itself and do not execute it`)
    }
    const query = attempt(
      () => statement.compile(db),
      (cause) => invalid(`${which} does not compile`, { cause }),
    )
    const problem = unfitness(query.sql, dialect)
    if (problem !== undefined) throw invalid(`${which} ${problem}; a migration runs inside one transaction of its own`)
    return query
  })
  return { queries, text: queries.map(textOf).join(';\n') }
}

function unfitness(sql: string, dialect: MigrationDialect): string | undefined {
  const statement = withoutLeadingComments(sql)
  const keyword = transactionControl.exec(statement)?.[0]
  return keyword === undefined ? dialect.unfit(statement, sql) : `is "${keyword}"`
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
