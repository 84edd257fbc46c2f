import { defineMigration, type Migration } from '@forge/migrate'
import { sql } from 'kysely'
import { clustered } from './clustered.sqlite.ts'
import { createRunWords, dropRunWords } from './text-index.sqlite.ts'

/** The tables of the run history, for `createSchemaManager` of `@forge/migrate`. */
export const runMigrations: readonly Migration[] = [
  defineMigration({
    id: 'runs/0001-runs',
    up: () => [
      sql`create table run_projects (
        id integer primary key,
        name text not null unique,
        change bigint not null default 0,
        last_number bigint not null default 0,
        forgotten bigint not null default 0
      )`,
      sql`create table runs (
        project integer not null references run_projects (id) on delete cascade,
        number bigint not null,
        id text not null,
        plan_id text,
        objective text not null,
        status text not null check (status in ('running', 'succeeded', 'failed', 'cancelled', 'lost')),
        success integer,
        error text,
        parent text,
        revision bigint,
        code_commit text,
        tags text not null,
        started_at bigint not null,
        ended_at bigint,
        duration_ms bigint,
        heartbeat_at bigint not null,
        step_count integer not null,
        plan_bytes bigint,
        execution_bytes bigint,
        host text not null,
        pid integer not null,
        process_start text,
        change bigint not null,
        primary key (project, number)
      )`,
      sql`create unique index runs_id on runs (project, id)`,
      sql`create unique index runs_change on runs (project, change)`,
      sql`create index runs_started on runs (project, started_at, number)`,
      sql`create index runs_status on runs (project, status, started_at, number)`,
      sql`create index runs_plan on runs (project, plan_id, started_at, number) where plan_id is not null`,
      sql`create index runs_parent on runs (project, parent, started_at, number) where parent is not null`,
      sql`create index runs_duration on runs (project, duration_ms, number) where duration_ms is not null`,
      sql`create table run_snapshots (
        project integer not null,
        run bigint not null,
        part integer not null,
        encoding integer not null,
        data blob not null,
        primary key (project, run, part),
        foreign key (project, run) references runs (project, number) on delete cascade
      )`,
      sql`create table run_steps (
        project integer not null,
        run bigint not null,
        position integer not null,
        step_id text,
        name text not null,
        tool text,
        status text not null check (status in ('succeeded', 'failed', 'skipped')),
        error text,
        started_at bigint,
        ended_at bigint not null,
        duration_ms bigint,
        output_bytes bigint,
        primary key (project, run, position),
        foreign key (project, run) references runs (project, number) on delete cascade
      ) ${clustered}`,
      sql`create table run_tags (
        project integer not null,
        tag text not null,
        run bigint not null,
        primary key (project, tag, run),
        foreign key (project, run) references runs (project, number) on delete cascade
      ) ${clustered}`,
      sql`create index run_tags_run on run_tags (project, run)`,
      sql`create table run_deletions (
        project integer not null references run_projects (id) on delete cascade,
        change bigint not null,
        id text not null,
        primary key (project, change)
      ) ${clustered}`,
    ],
    down: () => [
      sql`drop table run_deletions`,
      sql`drop table run_tags`,
      sql`drop table run_steps`,
      sql`drop table run_snapshots`,
      sql`drop table runs`,
      sql`drop table run_projects`,
    ],
  }),
  defineMigration({
    id: 'runs/0002-full-text',
    up: () => [
      sql`create table run_unindexed (
        project integer not null,
        run bigint not null,
        part integer not null,
        primary key (project, run, part),
        foreign key (project, run) references runs (project, number) on delete cascade
      ) ${clustered}`,
      ...createRunWords(),
    ],
    down: () => [...dropRunWords(), sql`drop table run_unindexed`],
  }),
]
