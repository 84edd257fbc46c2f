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

/**
 * Gives the statements of one direction, in order. `db` compiles them and cannot run them.
 *
 * It must return the same statements every time: no clock, no randomness.
 */
export type MigrationStatements = (db: Kysely<MigrationDatabase>) => readonly MigrationStatement[]

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
  /** Makes the change. The checksum is taken over its SQL and its parameters. */
  readonly up: MigrationStatements
  /**
   * Takes the change back; without it the migration cannot be undone. An empty list says that there is nothing to take back.
   *
   * It is no part of the checksum: it may be corrected later.
   */
  readonly down?: MigrationStatements
  /**
   * `'check-at-end'`: foreign keys are off while it runs, in both directions, and all of them are checked before the commit.
   *
   * It is what SQLite asks for where a table is rebuilt: to drop a table
   * others refer to deletes their rows or fails. PostgreSQL has no need of
   * it and ignores it.
   */
  readonly foreignKeys?: 'check-at-end'
}

/** One change of a schema, made by {@link defineMigration}. */
export interface Migration {
  readonly id: string
  readonly dependsOn: readonly string[]
  readonly up: MigrationStatements
  readonly down?: MigrationStatements | undefined
  readonly foreignKeys?: 'check-at-end' | undefined
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
 *   down: (db) => [db.schema.dropTable('nodes')],
 * })
 * ```
 */
export function defineMigration(definition: MigrationDefinition): Migration {
  const { id, dependsOn = [], up, down, foreignKeys } = definition
  const migration = { id, dependsOn, up, down, foreignKeys }
  const problem = problemOf(migration)
  if (problem !== undefined) throw new MigrateInvalidError(problem, { details: { id }, callSite: defineMigration })
  return Object.freeze({ ...migration, dependsOn: Object.freeze([...dependsOn]) })
}

/** What is wrong with the shape of `migration`, if anything. */
export function problemOf(migration: Migration): string | undefined {
  const { id, dependsOn, up, down, foreignKeys } = migration
  if (!isMigrationId(id))
    return `${JSON.stringify(id)} is no migration id: write lower-case parts joined by "/", as in "graph/0001-nodes"`
  if (!Array.isArray(dependsOn)) return `dependsOn of migration "${id}" is not an array`
  const wrong = dependsOn.find((dependency) => !isMigrationId(dependency))
  if (wrong !== undefined)
    return `dependsOn of migration "${id}" holds ${JSON.stringify(wrong)}, which is no migration id`
  if (typeof up !== 'function') return `up of migration "${id}" is not a function`
  if (down !== undefined && typeof down !== 'function') return `down of migration "${id}" is not a function`
  if (foreignKeys !== undefined && foreignKeys !== 'check-at-end')
    return `foreignKeys of migration "${id}" is ${JSON.stringify(foreignKeys)}; write "check-at-end" or leave it out`
  return undefined
}

function isMigrationId(value: unknown): boolean {
  return typeof value === 'string' && idPattern.test(value)
}
