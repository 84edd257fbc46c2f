import { Kysely, PostgresDialect, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSchemaManager, defineMigration, type Migration } from '@forge/migrate'
// @boundaries-ignore the server belongs to the workspace and is no part of a package
import { startPostgres, type PostgresServer } from '../../../scripts/postgres-server.ts'
import { rejection } from './database.ts'
import { edges, fragment, names, nodes, reversible } from './migrations.ts'

const migrations = [nodes, names, edges]

let server: PostgresServer
/** Another connection pool to the database of this test. */
let connect: () => Kysely<unknown>
let db: Kysely<unknown>

beforeAll(async () => {
  server = await startPostgres()
})

afterAll(() => server[Symbol.asyncDispose]())

beforeEach(async () => {
  const createPool = await server.createDatabase()
  connect = () => {
    const pool = createPool()
    // `pool.end()` does not wait for the sockets: the server may end them first, and says so.
    pool.on('error', () => undefined)
    pool.on('connect', (client) => client.on('error', () => undefined))
    return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  }
  db = connect()
})

/** The names of all tables and indexes, sorted. */
async function schema(): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'i', 'v') and relname not like 'forge\\_%'
    order by relname
  `.execute(db)
  return rows.map(({ name }) => name)
}

/** One value of the answer to `query`. */
async function value(query: string): Promise<unknown> {
  const { rows } = await sql.raw<object>(query).execute(db)
  return Object.values(rows[0] ?? {})[0]
}

test('goes up, plans, tells and goes down', async () => {
  const manager = createSchemaManager({ db, migrations, clock: () => 0 })
  const { steps } = await manager.plan()
  expect(steps.map(({ id, version }) => [id, version])).toEqual([
    [nodes.id, 1],
    [edges.id, 2],
    [names.id, 3],
  ])
  expect(steps[0]!.sql).toContain('insert into "nodes" ("id", "name") values ($1, $2)\n-- parameters: [1,"root"]')
  expect(await value("select to_regclass('forge_migrations')::text")).toBe(null)

  expect(await manager.up()).toEqual({ applied: [nodes.id, edges.id, names.id], version: 3 })
  expect(await manager.up()).toEqual({ applied: [], version: 3 })
  expect(await schema()).toEqual(['edges', 'nodes', 'nodes_name', 'nodes_pkey'])
  expect(await manager.status()).toEqual({
    version: 3,
    applied: [
      { id: nodes.id, version: 1, appliedAt: '1970-01-01T00:00:00.000Z', state: 'current' },
      { id: edges.id, version: 2, appliedAt: '1970-01-01T00:00:00.000Z', state: 'current' },
      { id: names.id, version: 3, appliedAt: '1970-01-01T00:00:00.000Z', state: 'current' },
    ],
    pending: [],
    damage: undefined,
  })
  expect(await manager.down({ to: 1 })).toEqual({ undone: [names.id, edges.id], version: 1 })
  expect(await manager.down()).toEqual({ undone: [nodes.id], version: 0 })
  expect(await schema()).toEqual([])
})

test('leaves nothing of a migration that fails in its second statement, up or down', async () => {
  const broken = fragment('graph/0002', 'create table half (x integer)')
  const twice: Migration = {
    ...broken,
    up: () => [sql`create table half (x integer)`, sql`insert into missing values (1)`],
  }
  const manager = createSchemaManager({ db, migrations: [nodes, twice] })
  expect(await rejection(manager.up())).toMatchObject({
    code: 'FORGE_MIGRATE_FAILED',
    details: { id: 'graph/0002', statement: 2, sql: 'insert into missing values (1)' },
    cause: expect.objectContaining({ code: '42P01' }),
  })
  expect(await schema()).toEqual(['nodes', 'nodes_pkey'])
  expect(await manager.status()).toMatchObject({ version: 1, pending: ['graph/0002'] })

  const sinking = reversible('graph/0002', ['create table whole (x integer)'], ['drop table whole', 'drop table nope'])
  const lower = createSchemaManager({ db, migrations: [nodes, sinking] })
  await lower.up()
  expect(await rejection(lower.down())).toMatchObject({ code: 'FORGE_MIGRATE_FAILED', details: { statement: 2 } })
  expect(await schema()).toContain('whole')
})

test('names the migration whose commit fails', async () => {
  const dangling = defineMigration({
    id: 'graph/0002',
    up: () => [
      sql`create table child (node integer references nodes (id) deferrable initially deferred)`,
      sql`insert into child values (99)`,
    ],
  })
  const manager = createSchemaManager({ db, migrations: [nodes, dangling] })
  expect(await rejection(manager.up())).toMatchObject({
    code: 'FORGE_MIGRATE_FAILED',
    message: expect.stringContaining('Migration "graph/0002" could not be committed'),
    details: { statement: null },
    cause: expect.objectContaining({ code: '23503' }),
  })
  expect(await schema()).not.toContain('child')
})

test('lets six processes open one fresh database at once', async () => {
  for (let round = 0; round < 3; round++) {
    const managers = Array.from({ length: 6 }, () => createSchemaManager({ db: connect(), migrations }))
    const results = await Promise.all(managers.map((manager) => manager.up()))
    expect(results.map(({ version }) => version)).toEqual([3, 3, 3, 3, 3, 3])
    expect(results.flatMap(({ applied }) => applied)).toHaveLength(3)
    const back = await Promise.all(managers.map((manager) => manager.down({ to: 0 })))
    expect(back.flatMap(({ undone }) => undone).toSorted()).toEqual([edges.id, nodes.id, names.id])
    await sql`drop table forge_migrations, forge_schema_version`.execute(db)
  }
})

test('waits for whoever migrates without keeping a transaction open, and gives up in time', async () => {
  await createSchemaManager({ db, migrations: [nodes] }).up()
  let entered!: () => void
  const inside = new Promise<void>((resolve) => (entered = resolve))
  let leave!: () => void
  const released = new Promise<void>((resolve) => (leave = resolve))
  const slow = createSchemaManager({
    db: connect(),
    migrations: [nodes, names],
    backup: async () => {
      entered()
      await released
    },
  }).up()
  await inside
  const hurried = createSchemaManager({ db, migrations: [nodes, names], busyTimeoutMs: 30 })
  expect(await rejection(hurried.up())).toMatchObject({ code: 'FORGE_MIGRATE_BUSY', details: { busyTimeoutMs: 30 } })
  const controller = new AbortController()
  const reason = new Error('stopped')
  const stopped = rejection(createSchemaManager({ db, migrations: [nodes, names] }).up({ signal: controller.signal }))
  controller.abort(reason)
  expect(await stopped).toBe(reason)
  leave()
  expect(await slow).toEqual({ applied: [names.id], version: 2 })
})

test('waits for a table that somebody uses, and gives up in time', async () => {
  await createSchemaManager({ db, migrations: [nodes] }).up()
  const reader = await connect().startTransaction().execute()
  await sql`select * from nodes`.execute(reader)
  const altering = fragment('graph/0002', 'alter table nodes add column extra text')
  const manager = createSchemaManager({ db, migrations: [nodes, altering], busyTimeoutMs: 50 })
  expect(await rejection(manager.up())).toMatchObject({
    code: 'FORGE_MIGRATE_BUSY',
    cause: expect.objectContaining({ code: 'FORGE_MIGRATE_FAILED' }),
  })
  await reader.rollback().execute()
  expect(await manager.up()).toMatchObject({ version: 2 })
})

test('refuses a newer database, a changed migration and one that comes too late', async () => {
  await createSchemaManager({ db, migrations: [nodes, names] }).up()
  expect(await rejection(createSchemaManager({ db, migrations: [nodes] }).up())).toMatchObject({
    code: 'FORGE_MIGRATE_NEWER',
    details: { unknown: [names.id] },
  })
  const edited = fragment(names.id, 'create index nodes_name on nodes (name desc)')
  const changed = createSchemaManager({ db, migrations: [nodes, edited] })
  expect(await rejection(changed.up())).toMatchObject({
    code: 'FORGE_MIGRATE_CHANGED',
    details: { changes: [{ id: names.id, diff: expect.stringContaining('+  name desc') }] },
  })
  expect(await changed.repair({ accept: [names.id] })).toMatchObject({ accepted: [names.id], version: 2 })
  expect(await changed.up()).toEqual({ applied: [], version: 2 })
  const late = fragment('graph/0001-z', 'create table late (x integer)')
  expect(await rejection(createSchemaManager({ db, migrations: [nodes, late, edited] }).up())).toMatchObject({
    code: 'FORGE_MIGRATE_ORDER',
  })
})

test('mends a damaged ledger', async () => {
  const manager = createSchemaManager({ db, migrations })
  await manager.up()
  await sql`delete from forge_migrations where position = 2`.execute(db)
  expect(await rejection(manager.up())).toMatchObject({ code: 'FORGE_MIGRATE_DAMAGED' })
  expect(await manager.repair()).toMatchObject({ version: 2 })
  await sql`drop table forge_schema_version`.execute(db)
  expect(await manager.repair()).toMatchObject({ mended: 'the table forge_schema_version is missing', version: 2 })
  await sql`drop table edges`.execute(db)
  expect(await manager.up()).toEqual({ applied: [edges.id], version: 3 })
})

test('adopts a database that was made without a ledger', async () => {
  await sql`create table nodes (id integer primary key, name text)`.execute(db)
  const manager = createSchemaManager({ db, migrations })
  expect(await rejection(manager.baseline())).toMatchObject({
    code: 'FORGE_MIGRATE_BASELINE',
    details: { missing: ['edges'] },
  })
  expect(await manager.baseline({ to: nodes.id })).toEqual({ marked: [nodes.id], version: 1 })
  expect(await manager.up()).toEqual({ applied: [edges.id, names.id], version: 3 })
})

test('calls the backup where there are tables, and only in the schemas it would touch', async () => {
  await sql`create schema other`.execute(db)
  await sql`create table other.theirs (x integer)`.execute(db)
  let calls = 0
  const backup = async (): Promise<void> => void (calls += 1)
  const manager = createSchemaManager({ db, migrations: [nodes, names], backup })
  await manager.up({ to: 1 })
  expect(calls).toBe(0)
  await manager.up()
  expect(calls).toBe(1)
})

test('keeps one ledger a schema', async () => {
  await createSchemaManager({ db, migrations }).up()
  await sql`create schema tenant`.execute(db)
  await sql
    .raw(`alter database "${String(await value('select current_database()'))}" set search_path to tenant`)
    .execute(db)
  expect(await createSchemaManager({ db: connect(), migrations }).up()).toMatchObject({ version: 3 })
  expect(await value("select count(*)::int from pg_class where relname = 'nodes'")).toBe(2)
})

test('runs a migration that SQLite would need foreign keys off for', async () => {
  const rebuild = defineMigration({
    id: 'graph/0003',
    up: () => [sql`alter table nodes alter column name set not null`],
    down: () => [sql`alter table nodes alter column name drop not null`],
    foreignKeys: 'check-at-end',
  })
  const manager = createSchemaManager({ db, migrations: [...migrations, rebuild] })
  expect(await manager.up()).toMatchObject({ version: 4 })
  expect(await manager.down()).toEqual({ undone: [rebuild.id], version: 3 })
})

test.each([
  ['create index concurrently i on leaf (name)', 'create index concurrently'],
  ['CREATE UNIQUE INDEX CONCURRENTLY i ON leaf (name)', 'create index concurrently'],
  ['drop index concurrently leaf_name', 'drop index concurrently'],
  ['reindex (verbose) table concurrently leaf', 'reindex concurrently'],
  ['reindex database test', 'reindex database'],
  ['alter table nodes detach partition leaf concurrently', 'detach partition concurrently'],
  ['create database other', 'create or drop database'],
  ['drop tablespace fast', 'create or drop tablespace'],
  ["-- why\nalter system set work_mem = '1MB'", 'alter system'],
])('refuses %j, which PostgreSQL refuses inside a transaction', async (statement, name) => {
  expect(() => createSchemaManager({ db, migrations: [fragment('a/1', statement)] })).toThrow(
    `Migration "a/1": statement 1 is "${name}", which PostgreSQL refuses inside a transaction`,
  )
  // The server agrees, so that nobody is kept from what would work.
  await sql`create table nodes (name text) partition by list (name)`.execute(db)
  await sql`create table leaf partition of nodes for values in ('x')`.execute(db)
  await sql`create index leaf_name on leaf (name)`.execute(db)
  const sent = rejection(db.transaction().execute((transaction) => sql.raw(statement).execute(transaction)))
  expect(await sent).toMatchObject({ code: '25001' })
})

test('allows words that only look like it', async () => {
  const harmless = fragment('a/1', "create table concurrently_made (x text default 'create index concurrently')")
  expect(await createSchemaManager({ db, migrations: [harmless] }).up()).toMatchObject({ version: 1 })
})

test('says that the server cannot be reached', async () => {
  const gone = connect()
  await sql`select 1`.execute(gone)
  await gone.destroy()
  expect(await rejection(createSchemaManager({ db: gone, migrations }).up())).toMatchObject({
    code: 'FORGE_MIGRATE_LEDGER',
  })
})

test.each<[string, string]>([
  ['create table a (); commit; create table b ()', 'commit'],
  ['create table a (); /* a /* b */ ; */ -- c\n Rollback and chain; create table b ()', 'Rollback'],
  ['abort', 'abort'],
  ['/* a /* b */ */ commit', 'commit'],
  ["select 'a''', e'\\''; end", 'end'],
  ["select $a$ ' $a$; begin; select $a$ $a$", 'begin'],
  ['select 1 as x$a; commit; select 2 as y$a', 'commit'],
  ["create table a (); prepare  transaction 'a'", 'prepare  transaction'],
  ['create function f() returns int begin atomic select 1; end; end', 'end'],
  ['create function f() returns int begin atomic select 1; commit; end', 'commit'],
])('refuses %j, which would leave half of it', async (text, words) => {
  const error = await rejection((async () => createSchemaManager({ db, migrations: [fragment('a/0001', text)] }))())
  expect(error).toMatchObject({
    code: 'FORGE_MIGRATE_INVALID',
    message: expect.stringMatching(new RegExp(`(?:is|contains) "${words}"`)),
  })
})

test('runs several statements as one, with functions, quoted words and comments', async () => {
  const manager = createSchemaManager({
    db,
    migrations: [
      fragment(
        'a/0001',
        `create table a (x text default '; commit; ', "; end" text default e'\\'; commit; ');
        create function f() returns trigger language plpgsql as $$ begin perform 1; return new; end; $$;
        create function g() returns int language plpgsql as $body$ begin return 1; /* $$; commit; */ end; $body$;
        create function h() returns int begin atomic select 1; select case when true then 2 else 3 end; end;
        create function i() returns void begin atomic end;
        -- ; commit;
        /* ; commit; /* ; end */ ; rollback; */ create table b ()`,
      ),
    ],
  })
  expect(await manager.up()).toMatchObject({ version: 1 })
  expect(await schema()).toEqual(['a', 'b'])
})
