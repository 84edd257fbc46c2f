import type { Compilable, Kysely, RawBuilder } from 'kysely'
import { MigrateInvalidError } from './errors.ts'

/**
 * The tables a migration may speak of: any name, any column.
 *
 * The types of an application describe its newest schema; a migration is
 * written against the schema of its own day.
 */
export type MigrationDatabase = Record<string, Record<string, unknown>>

/** One statement: a Kysely builder that was not executed, or a `` sql`…` `` fragment. */
export type MigrationStatement = Compilable | RawBuilder<unknown>

/** What {@link defineMigration} is given. */
export interface MigrationDefinition {
  /**
   * The name in the ledger, for ever: lower-case letters, digits, `.`, `_` and `-`, in parts joined by `/`.
   *
   * Migrations that share everything before the last `/` are one line and run
   * in the order of their ids, so numbers are zero-padded: `graph/0001-nodes`.
   */
  readonly id: string
  /** Migrations of other lines that run before this one. */
  readonly dependsOn?: readonly string[]
  /**
   * The statements, in order. `db` compiles them and cannot run them.
   *
   * The checksum is taken over the SQL and its parameters, so the function
   * must return the same statements every time: no clock, no randomness.
   */
  readonly up: (db: Kysely<MigrationDatabase>) => readonly MigrationStatement[]
}

/** One change of a schema, made by {@link defineMigration}. */
export interface Migration {
  readonly id: string
  readonly dependsOn: readonly string[]
  readonly up: (db: Kysely<MigrationDatabase>) => readonly MigrationStatement[]
}

const idPattern = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/

/**
 * Names one change of a schema.
 *
 * A wrong id or a wrong shape throws `FORGE_MIGRATE_INVALID`.
 *
 * @example
 * ```ts
 * export const nodes = defineMigration({
 *   id: 'graph/0001-nodes',
 *   up: (db) => [
 *     db.schema.createTable('nodes').addColumn('id', 'integer', (column) => column.primaryKey()),
 *     sql`create index nodes_id on nodes (id desc)`,
 *   ],
 * })
 * ```
 */
export function defineMigration(definition: MigrationDefinition): Migration {
  const { id, dependsOn = [], up } = definition
  const migration = { id, dependsOn, up }
  const problem = problemOf(migration)
  if (problem !== undefined) throw new MigrateInvalidError(problem, { details: { id }, callSite: defineMigration })
  return Object.freeze({ id, dependsOn: Object.freeze([...dependsOn]), up })
}

/** What is wrong with the shape of `migration`, if anything. */
export function problemOf(migration: Migration): string | undefined {
  const { id, dependsOn, up } = migration
  if (!isId(id))
    return `${JSON.stringify(id)} is no migration id: write lower-case parts joined by "/", as in "graph/0001-nodes"`
  if (!Array.isArray(dependsOn)) return `dependsOn of migration "${id}" is not an array`
  const wrong = dependsOn.find((dependency) => !isId(dependency))
  if (wrong !== undefined)
    return `dependsOn of migration "${id}" holds ${JSON.stringify(wrong)}, which is no migration id`
  if (typeof up !== 'function') return `up of migration "${id}" is not a function`
  return undefined
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && idPattern.test(value)
}
