import { isForgeError } from '@forge/errors'

/** What kind of constraint a row broke. */
export type ConstraintKind = 'unique' | 'foreign-key' | 'not-null' | 'check' | 'exclusion'

/** The codes of SQLite and the SQLSTATEs of PostgreSQL; a primary key is unique too. */
const kinds: Readonly<Record<string, ConstraintKind>> = {
  SQLITE_CONSTRAINT_UNIQUE: 'unique',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'unique',
  SQLITE_CONSTRAINT_ROWID: 'unique',
  SQLITE_CONSTRAINT_FOREIGNKEY: 'foreign-key',
  SQLITE_CONSTRAINT_NOTNULL: 'not-null',
  SQLITE_CONSTRAINT_CHECK: 'check',
  '23505': 'unique',
  '23503': 'foreign-key',
  '23001': 'foreign-key',
  '23502': 'not-null',
  '23514': 'check',
  '23P01': 'exclusion',
}

/**
 * What kind of constraint was broken, where `error` is a `FORGE_DB_CONSTRAINT` and the database said; the same on SQLite and
 * on PostgreSQL.
 *
 * @example
 * ```ts
 * if (brokenConstraint(error) === 'unique') throw new Error('This name is taken', { cause: error })
 * ```
 */
export function brokenConstraint(error: unknown): ConstraintKind | undefined {
  if (!isForgeError(error) || error.code !== 'FORGE_DB_CONSTRAINT') return undefined
  const { sqliteCode, sqlState } = error.details ?? {}
  return kinds[String(sqliteCode ?? sqlState)]
}
