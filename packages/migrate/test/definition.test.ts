import { isForgeError } from '@forge/errors'
import { Kysely, sql, SqliteDialect } from 'kysely'
import { expect, test } from 'vitest'
import {
  createSchemaManager,
  defineMigration,
  type Migration,
  type MigrationDefinition,
  type SchemaManagerOptions,
} from '@forge/migrate'
import { open, rejection, schemaOf } from './database.ts'
import { fragment, nodes } from './migrations.ts'

/** A database nobody connects to. */
const unconnected = new Kysely({
  dialect: new SqliteDialect({ database: () => Promise.reject(new Error('unwanted')) }),
})

/** The order in which `migrations` run, given in any order. */
async function orderOf(migrations: readonly Migration[]): Promise<readonly string[]> {
  const { pending } = await createSchemaManager({ db: open().db, migrations }).status()
  return pending
}

/** The Forge error that `run` throws. */
function thrown(run: () => unknown): { readonly code: string; readonly message: string; readonly details: unknown } {
  try {
    run()
  } catch (error) {
    if (isForgeError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** What `createSchemaManager` says to `migrations`. */
function refusal(...migrations: readonly Migration[]): ReturnType<typeof thrown> {
  const { db } = open()
  return thrown(() => createSchemaManager({ db, migrations }))
}

/** The first line of the stack of `error`. */
function firstFrame(error: unknown): string | undefined {
  return (error as Error).stack?.split('\n').find((line) => line.startsWith('    at '))
}

const table = (id: string, ...dependsOn: string[]): Migration => fragment(id, 'create table t (x)', dependsOn)

test('runs each line in the order of its ids, and lines in the order of their dependencies', async () => {
  const migrations = [
    table('a/0002'),
    table('a/0001', 'z/0001'),
    table('b/0001'),
    table('z/0001'),
    table('z/0002', 'a/0002'),
    table('b/0002', 'z/0002'),
  ]
  const order = ['b/0001', 'z/0001', 'a/0001', 'a/0002', 'z/0002', 'b/0002']
  expect(await orderOf(migrations)).toEqual(order)
  expect(await orderOf(migrations.toReversed())).toEqual(order)
})

test('refuses two migrations of one id', () => {
  expect(refusal(table('a/0001'), table('a/0001'))).toMatchObject({
    code: 'FORGE_MIGRATE_DUPLICATE',
    details: { id: 'a/0001' },
  })
})

test('refuses a dependency that is not given', () => {
  expect(refusal(table('a/0001', 'b/0007'))).toMatchObject({
    code: 'FORGE_MIGRATE_DEPENDENCY',
    message: 'Migration "a/0001" depends on "b/0007", which is not among the migrations',
    details: { id: 'a/0001', missing: 'b/0007' },
  })
})

test('refuses a circle and shows it', () => {
  expect(
    refusal(table('a/0001', 'b/0002'), table('b/0001', 'a/0001'), table('b/0002'), table('c/1', 'a/0001')),
  ).toMatchObject({
    code: 'FORGE_MIGRATE_CYCLE',
    details: { cycle: ['a/0001', 'b/0002', 'b/0001', 'a/0001'] },
  })
  expect(refusal(table('a/0001', 'a/0001'))).toMatchObject({
    code: 'FORGE_MIGRATE_CYCLE',
    message: 'Migrations depend on each other in a circle: a/0001 -> a/0001',
  })
})

test.each(['', 'Graph/0001', 'graph/', '/graph', 'graph//1', 'graph 1', '../1', 7 as unknown as string])(
  'refuses %j as an id',
  (id) => {
    expect(thrown(() => table(id))).toMatchObject({ code: 'FORGE_MIGRATE_INVALID' })
    expect(thrown(() => table('a/0001', id))).toMatchObject({ code: 'FORGE_MIGRATE_INVALID' })
  },
)

test.each<[string, Partial<Record<keyof MigrationDefinition, unknown>>]>([
  ['dependencies that are no array', { dependsOn: 'a/0001' }],
  ['an up that is no function', { up: [] }],
])('refuses %s', (_, part) => {
  const definition = { id: 'b/0001', up: () => [], ...part } as MigrationDefinition
  expect(thrown(() => defineMigration(definition))).toMatchObject({ code: 'FORGE_MIGRATE_INVALID' })
  const plain = { dependsOn: [], ...definition } as Migration
  expect(refusal(plain)).toMatchObject({ code: 'FORGE_MIGRATE_INVALID' })
})

test.each<[string, unknown, string]>([
  ['returns nothing', () => [], 'Migration "a/0001": it has no statements'],
  [
    'is asynchronous',
    async () => [sql`select 1`],
    'Migration "a/0001": its up function has to return an array at once, not a promise',
  ],
  [
    'returns text',
    () => ['create table a (x)'],
    'Migration "a/0001": statement 1 is no query; return the builder itself and do not execute it',
  ],
  [
    'throws',
    () => {
      throw new Error('oops')
    },
    'Migration "a/0001": its up function threw',
  ],
])('refuses an up function that %s', (_, up, message) => {
  const migration = defineMigration({ id: 'a/0001', up: up as Migration['up'] })
  expect(refusal(migration)).toMatchObject({ code: 'FORGE_MIGRATE_INVALID', message })
})

test('refuses a builder that was executed, and runs nothing', async () => {
  const { db, driver } = open()
  const migration = defineMigration({
    id: 'a/0001',
    up: ((db) => [db.schema.createTable('t').execute()] as unknown) as Migration['up'],
  })
  expect(thrown(() => createSchemaManager({ db, migrations: [migration] }))).toMatchObject({
    code: 'FORGE_MIGRATE_INVALID',
  })
  await Promise.resolve()
  expect(schemaOf(driver)).toEqual([])
})

test.each([
  'commit',
  'BEGIN IMMEDIATE',
  ' -- a\n-- b -- c\n/* d *//* e */ rollback',
  ';commit',
  ' ; -- a\n;end',
  'savepoint s',
  'vacuum',
])('refuses %j, which would break the transaction', (statement) => {
  expect(refusal(fragment('a/0001', statement))).toMatchObject({ code: 'FORGE_MIGRATE_INVALID' })
})

test('allows a trigger, whose body begins and ends', async () => {
  const { db } = open()
  const trigger = fragment('graph/0002', 'create trigger t after insert on nodes begin delete from nodes; end')
  expect(await createSchemaManager({ db, migrations: [nodes, trigger] }).up()).toMatchObject({ version: 2 })
})

test('refuses a transaction as its database', async () => {
  const { db } = open()
  const error = await rejection(
    db.transaction().execute(async (transaction) => createSchemaManager({ db: transaction, migrations: [] })),
  )
  expect(error).toMatchObject({ code: 'FORGE_MIGRATE_INVALID' })
})

test.each<[string, unknown]>([
  ['no database', { migrations: [] }],
  ['a driver for a database', { db: open, migrations: [] }],
  ['migrations that are no array', { db: unconnected, migrations: nodes }],
])('refuses %s', (_, options) => {
  expect(thrown(() => createSchemaManager(options as SchemaManagerOptions<unknown>))).toMatchObject({
    code: 'FORGE_MIGRATE_INVALID',
  })
})

test.each([-1, Number.NaN])('refuses %d as the time to wait', (busyTimeoutMs) => {
  const { db } = open()
  expect(thrown(() => createSchemaManager({ db, migrations: [], busyTimeoutMs }))).toMatchObject({
    code: 'FORGE_MIGRATE_INVALID',
    message: `busyTimeoutMs is ${busyTimeoutMs}; give milliseconds, 0 or more`,
  })
})

test('starts the stack of its errors at the line of the caller', async () => {
  const { db } = open()
  expect(firstFrame(thrown(() => table('NO')))).toContain('migrations.ts')
  expect(firstFrame(refusal(table('a/1'), table('a/1')))).toContain('definition.test.ts')
  const manager = createSchemaManager({ db, migrations: [fragment('a/1', 'drop table nope')] })
  expect(firstFrame(await rejection(manager.up()))).toContain('definition.test.ts')
})
