import { defineMigration, type Migration } from '@forge/migrate'
import { sql } from 'kysely'
import { createMemoryTriggers, createMemoryWords, dropMemoryTriggers, dropMemoryWords } from './text-schema.sqlite.ts'

/** The tables of a memory, for `createSchemaManager` of `@forge/migrate`. */
export const memoryMigrations: readonly Migration[] = [
  defineMigration({
    id: 'memory/0001-memories',
    up: () => [
      sql`create table memory_projects (
        id integer primary key,
        name text not null unique,
        last_number bigint not null default 0
      )`,
      sql`create table memories (
        project integer not null references memory_projects (id) on delete cascade,
        number bigint not null,
        id text not null,
        type text not null check (type in ('tool', 'file', 'error', 'decision', 'context')),
        time bigint not null,
        created_at bigint not null,
        used_at bigint not null,
        pinned integer not null,
        bytes bigint not null,
        session text,
        encoding integer not null,
        content blob not null,
        metadata text not null,
        primary key (project, number)
      )`,
      sql`create unique index memories_id on memories (project, id)`,
      sql`create index memories_time on memories (project, time, number)`,
      sql`create index memories_type on memories (project, type, time, number)`,
      sql`create index memories_session on memories (project, session, time, number) where session is not null`,
      sql`create index memories_used on memories (project, used_at, number, bytes) where pinned = 0`,
      sql`create table memory_tags (
        project integer not null,
        tag text not null,
        number bigint not null,
        primary key (project, tag, number),
        foreign key (project, number) references memories (project, number) on delete cascade
      )`,
      sql`create index memory_tags_number on memory_tags (project, number)`,
      sql`create table memory_vectors (
        project integer not null,
        dimensions integer not null,
        number bigint not null,
        vector blob not null,
        primary key (project, dimensions, number),
        foreign key (project, number) references memories (project, number) on delete cascade
      )`,
      sql`create index memory_vectors_number on memory_vectors (project, number)`,
      sql`create table memory_totals (
        project integer not null references memory_projects (id) on delete cascade,
        type text not null,
        entries bigint not null,
        bytes bigint not null,
        primary key (project, type)
      )`,
    ],
    down: () => [
      sql`drop table memory_totals`,
      sql`drop table memory_vectors`,
      sql`drop table memory_tags`,
      sql`drop table memories`,
      sql`drop table memory_projects`,
    ],
  }),
  defineMigration({
    id: 'memory/0002-words',
    up: () => [...createMemoryWords(), ...createMemoryTriggers()],
    down: () => [...dropMemoryTriggers(), ...dropMemoryWords()],
  }),
]
