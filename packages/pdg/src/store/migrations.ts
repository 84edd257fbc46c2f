import { defineMigration, type Migration } from '@forge/migrate'
import { sql } from 'kysely'
import { clustered } from './clustered.sqlite.ts'

/** The tables of the store, for `createSchemaManager` of `@forge/migrate`. */
export const pdgMigrations: readonly Migration[] = [
  defineMigration({
    id: 'pdg/0001-store',
    up: () => [
      sql`create table pdg_projects (id integer primary key, name text not null unique)`,
      // Not clustered, as are the graphs: in a key, long rows leave twice as much of their last pages empty.
      sql`create table pdg_files (
        project integer not null references pdg_projects (id) on delete cascade,
        id integer not null,
        path text not null,
        content_hash text,
        functions integer not null,
        layout blob not null,
        primary key (project, id)
      )`,
      sql`create unique index pdg_files_path on pdg_files (project, path)`,
      sql`create table pdg_functions (
        project integer not null references pdg_projects (id) on delete cascade,
        id integer not null,
        hash blob not null,
        kind integer not null,
        instructions integer not null,
        blocks integer not null,
        merges integer not null,
        data_edges integer not null,
        control_edges integer not null,
        bytes integer not null,
        place blob,
        primary key (project, id)
      ) ${clustered}`,
      sql`create unique index pdg_functions_hash on pdg_functions (project, hash)`,
      sql`create table pdg_graphs (
        project integer not null,
        function integer not null,
        ir blob not null,
        pdg blob not null,
        primary key (project, function),
        foreign key (project, function) references pdg_functions (project, id) on delete cascade
      )`,
      sql`create table pdg_embeddings (
        project integer not null,
        function integer not null,
        vector blob not null,
        primary key (project, function),
        foreign key (project, function) references pdg_functions (project, id) on delete cascade
      )`,
      sql`create table pdg_uses (
        project integer not null,
        function integer not null,
        file integer not null,
        primary key (project, function, file),
        foreign key (project, function) references pdg_functions (project, id) on delete cascade
      ) ${clustered}`,
    ],
    down: () => [
      sql`drop table pdg_uses`,
      sql`drop table pdg_embeddings`,
      sql`drop table pdg_graphs`,
      sql`drop table pdg_functions`,
      sql`drop table pdg_files`,
      sql`drop table pdg_projects`,
    ],
  }),
]
