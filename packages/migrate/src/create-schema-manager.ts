import { isForgeError } from '@forge/errors'
import type { Kysely } from 'kysely'
import { adoptDatabase } from './baseline.ts'
import { withCallerStack } from './caller-stack.ts'
import type { ManagerContext } from './context.ts'
import { dialectOf, type MigrationDialect } from './dialect.ts'
import { MigrateInvalidError, MigrateLedgerError } from './errors.ts'
import type { LedgerTables } from './ledger-tables.ts'
import { createMigrationGraph } from './migration-graph.ts'
import { readPlan } from './plan.ts'
import { repairLedger } from './repair.ts'
import { runSteps } from './run-steps.ts'
import type { SchemaManager, SchemaManagerOptions } from './schema-manager.ts'
import { readStatus } from './status.ts'
import { stepsDown, stepsUp } from './steps.ts'
import { checkTarget } from './target.ts'

/**
 * Checks, orders and compiles `migrations` for `db`, which is not touched yet.
 *
 * Throws `FORGE_MIGRATE_INVALID`, `FORGE_MIGRATE_DUPLICATE`,
 * `FORGE_MIGRATE_DEPENDENCY` or `FORGE_MIGRATE_CYCLE`.
 *
 * @example
 * ```ts
 * const manager = createSchemaManager({ db, migrations: [nodes, edges] })
 * const { applied, version } = await manager.up()
 * ```
 */
export function createSchemaManager<DB>(options: SchemaManagerOptions<DB>): SchemaManager {
  const context = contextOf(options)
  const { graph } = context

  const up: SchemaManager['up'] = (options = {}) => {
    const { to, signal, onStep } = options
    return entry(up, signal, async () => {
      checkTarget({ to })
      if ('steps' in options) checkDirection('up', options.steps)
      const { done, version } = await runSteps(context, stepsUp(graph, to), { signal, onStep })
      return { applied: done, version }
    })
  }

  const down: SchemaManager['down'] = ({ to, steps, signal, onStep } = {}) =>
    entry(down, signal, async () => {
      checkTarget({ to, steps })
      const { done, version } = await runSteps(context, stepsDown(graph, { to, steps }), { signal, onStep })
      return { undone: done, version }
    })

  const plan: SchemaManager['plan'] = ({ direction = 'up', to, steps, signal } = {}) =>
    entry(plan, signal, async () => {
      checkTarget({ to, steps })
      checkDirection(direction, steps)
      return readPlan(context, direction === 'up' ? stepsUp(graph, to) : stepsDown(graph, { to, steps }), signal)
    })

  const status: SchemaManager['status'] = ({ signal } = {}) => entry(status, signal, () => readStatus(context, signal))

  const repair: SchemaManager['repair'] = ({ accept = [], forget = [], signal } = {}) =>
    entry(repair, signal, async () => {
      checkIds('accept', accept)
      checkIds('forget', forget)
      return repairLedger(context, { accept, forget }, signal)
    })

  const baseline: SchemaManager['baseline'] = ({ to, signal } = {}) =>
    entry(baseline, signal, async () => {
      checkTarget({ to })
      return adoptDatabase(context, to, signal)
    })

  return { up, down, plan, status, repair, baseline }
}

function contextOf<DB>(options: SchemaManagerOptions<DB>): ManagerContext {
  const { db, migrations, clock = Date.now, random = Math.random, busyTimeoutMs = 30_000, backup } = options
  const invalid = (problem: string): MigrateInvalidError =>
    new MigrateInvalidError(problem, { callSite: createSchemaManager })
  const problem = optionProblem(options)
  if (problem !== undefined) throw invalid(problem)
  // The tables of a Kysely are types only; the ledger's are nobody else's.
  const ledgerDb = db.withoutPlugins() as unknown as Kysely<LedgerTables>
  const dialect: MigrationDialect | undefined = dialectOf(ledgerDb)
  if (dialect === undefined) {
    throw invalid('db is neither SQLite nor PostgreSQL; other databases commit at each change of a table')
  }
  const graph = createMigrationGraph(migrations, { db, dialect }, createSchemaManager)
  return { db: ledgerDb, dialect, graph, clock, busy: { timeoutMs: busyTimeoutMs, random }, backup }
}

function optionProblem<DB>({
  db,
  migrations,
  busyTimeoutMs = 0,
  backup,
}: SchemaManagerOptions<DB>): string | undefined {
  if (!(db instanceof Object && 'getExecutor' in db)) return 'db is not a Kysely database'
  if (db.isTransaction) return 'db is a transaction; a schema manager opens transactions of its own'
  if (!Array.isArray(migrations)) return 'migrations is not an array'
  if (!(busyTimeoutMs >= 0)) return `busyTimeoutMs is ${busyTimeoutMs}; give milliseconds, 0 or more`
  if (backup !== undefined && typeof backup !== 'function') return 'backup is not a function'
  return undefined
}

function checkDirection(direction: unknown, steps: unknown): void {
  if (direction !== 'up' && direction !== 'down') {
    throw new MigrateInvalidError(`direction is ${JSON.stringify(direction)}; give "up" or "down"`)
  }
  if (direction === 'up' && steps !== undefined) {
    throw new MigrateInvalidError('steps is given for going up; give "to"')
  }
}

function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return
  throw new MigrateInvalidError('signal is not an AbortSignal')
}

function checkIds(name: string, ids: unknown): void {
  if (Array.isArray(ids) && ids.every((id) => typeof id === 'string')) return
  throw new MigrateInvalidError(`${name} is not an array of migration ids`)
}

/** Runs one call; the errors of the driver that are not about a migration say that no ledger can be read or written. */
function entry<T>(
  method: (...args: never[]) => unknown,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  return withCallerStack(method, async () => {
    try {
      checkSignal(signal)
      return await run()
    } catch (error) {
      if (isForgeError(error) || (signal?.aborted && error === signal.reason)) throw error
      const message = error instanceof Error ? error.message : String(error)
      throw new MigrateLedgerError(`The ledger of migrations cannot be read or written: ${message}`, {
        hint: 'Check that the database is there, and that this process may write to it',
        cause: error,
      })
    }
  })
}
