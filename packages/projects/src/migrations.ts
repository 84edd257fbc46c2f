import { defineMigration, type Migration } from '@forge/migrate'
import { sql } from 'kysely'
import { neverReused } from './never-reused.sqlite.ts'
import { symbolMigration } from './symbols/symbol-migration.ts'

/** The tables of the registry, for `createSchemaManager` of `@forge/migrate`. */
export const projectMigrations: readonly Migration[] = [
  defineMigration({
    id: 'projects/0001-registry',
    up: () => [
      sql`create table projects (
        id integer primary key ${neverReused},
        name text not null unique,
        identity text not null,
        root text not null unique,
        database text not null,
        added_at bigint not null
      )`,
      sql`create index projects_identity on projects (identity, id)`,
    ],
    down: () => [sql`drop table projects`],
  }),
  symbolMigration,
]
