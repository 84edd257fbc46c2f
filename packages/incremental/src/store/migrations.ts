import { defineMigration, type Migration } from '@forge/migrate'
import { sql } from 'kysely'

/** The tables of the traces and of the analysis cache, for `createSchemaManager` of `@forge/migrate`. */
export const incrementalMigrations: readonly Migration[] = [
  defineMigration({
    id: 'incremental/0001-store',
    up: () => [
      sql`create table incremental_projects (id integer primary key, name text not null unique)`,
      sql`create table incremental_traces (
        project integer not null references incremental_projects (id) on delete cascade,
        query text not null,
        "key" text not null,
        digest blob not null,
        number bigint not null,
        dependencies text not null,
        value blob not null,
        primary key (project, query, "key", digest)
      )`,
      sql`create index incremental_traces_number on incremental_traces (project, number)`,
      sql`create table incremental_analyses (
        project integer not null references incremental_projects (id) on delete cascade,
        hash blob not null,
        cfg blob,
        metrics text not null,
        computed_at bigint not null,
        primary key (project, hash)
      )`,
      sql`create index incremental_analyses_time on incremental_analyses (project, computed_at)`,
      sql`create table incremental_analysis_files (
        project integer not null,
        file text not null,
        hash blob not null,
        primary key (project, file, hash),
        foreign key (project, hash) references incremental_analyses (project, hash) on delete cascade
      )`,
      sql`create index incremental_analysis_files_hash on incremental_analysis_files (project, hash)`,
      sql`create table incremental_analysis_uses (
        project integer not null,
        hash blob not null,
        uses blob not null,
        primary key (project, hash, uses),
        foreign key (project, hash) references incremental_analyses (project, hash) on delete cascade
      )`,
      sql`create index incremental_analysis_uses_uses on incremental_analysis_uses (project, uses)`,
    ],
    down: () => [
      sql`drop table incremental_analysis_uses`,
      sql`drop table incremental_analysis_files`,
      sql`drop table incremental_analyses`,
      sql`drop table incremental_traces`,
      sql`drop table incremental_projects`,
    ],
  }),
]
