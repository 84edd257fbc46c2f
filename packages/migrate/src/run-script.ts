import type { Kysely } from 'kysely'
import { MigrateFailedError, MigrateForeignKeysError } from './errors.ts'
import { ForeignKeyViolations } from './foreign-keys.ts'
import type { Step } from './steps.ts'
import { CommitFailure } from './transaction.ts'

/** Runs the statements of `step`; the first that fails is `FORGE_MIGRATE_FAILED`. */
export async function runScript<DB>(
  { migration: { id }, direction, script }: Step,
  transaction: Kysely<DB>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [index, query] of script.queries.entries()) {
    signal?.throwIfAborted()
    try {
      await transaction.executeQuery(query)
    } catch (cause) {
      const where = direction === 'up' ? '' : ' of its down'
      throw new MigrateFailedError(`Migration "${id}" failed at statement ${index + 1}${where}: ${messageOf(cause)}`, {
        hint: 'Nothing of it was applied: correct the statement and migrate again',
        details: { id, direction, statement: index + 1, sql: query.sql },
        cause,
      })
    }
  }
}

/** `error`, which ended the transaction of `step`, with the name of the migration. */
export function transactionError({ migration: { id }, direction }: Step, error: unknown): unknown {
  if (error instanceof ForeignKeyViolations) return foreignKeysError(id, error)
  if (!(error instanceof CommitFailure)) return error
  const { cause } = error
  return new MigrateFailedError(`Migration "${id}" could not be committed: ${messageOf(cause)}`, {
    hint: 'Nothing of it was applied: correct what its statements leave behind and migrate again',
    details: { id, direction, statement: null, sql: null },
    cause,
  })
}

function foreignKeysError(id: string, { violations }: ForeignKeyViolations): MigrateForeignKeysError {
  const places = new Set(violations.map(({ table, parent }) => `${table} -> ${parent}`))
  return new MigrateForeignKeysError(
    `Migration "${id}" leaves ${violations.length} rows that refer to nothing: ${[...places].join(', ')}`,
    {
      hint: 'Nothing of it was applied: let it keep or remove these rows and migrate again',
      details: { id, count: violations.length, violations: violations.slice(0, 50) },
    },
  )
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
