import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { DatabaseSync } from 'node:sqlite'
import Database from 'better-sqlite3'
import { Kysely, sql, SqliteDialect, type SqliteDatabase } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { createSchemaManager, defineMigration } from '@forge/migrate'
import { open, rejection, schemaOf, temporaryFile } from './database.ts'
import type { Answer, Order } from './fixtures/migrator.ts'
import { edges, names, nodes } from './migrations.ts'

test('waits for a writer and goes on when it ends', async () => {
  const path = temporaryFile()
  const writer = open(path).driver
  writer.exec('begin immediate')
  const { db, sent } = open(path)
  const migrating = createSchemaManager({ db, migrations: [nodes] }).up()
  await expect.poll(() => sent.filter((text) => text.startsWith('create table')).length).toBeGreaterThan(2)
  writer.exec('commit')
  expect(await migrating).toEqual({ applied: ['graph/0001-nodes'], version: 1 })
})

test('gives up on a writer that does not end', async () => {
  const path = temporaryFile()
  const writer = open(path).driver
  writer.exec('begin immediate')
  const { db } = open(path)
  const error = await rejection(createSchemaManager({ db, migrations: [nodes], busyTimeoutMs: 20 }).up())
  expect(error).toMatchObject({
    code: 'FORGE_MIGRATE_BUSY',
    message: 'The database was busy for 20 ms',
    details: { busyTimeoutMs: 20 },
    cause: expect.objectContaining({ code: 'SQLITE_BUSY' }),
  })
})

test('does not wait for ever for a connection that its own caller holds', async () => {
  const { db, driver, sent } = open()
  const manager = createSchemaManager({ db, migrations: [nodes], busyTimeoutMs: 20 })
  const calls = [manager.up, manager.down, manager.plan, manager.status, manager.repair, manager.baseline]
  await db.transaction().execute(async () => {
    for (const call of calls) {
      expect(await rejection(call())).toMatchObject({
        code: 'FORGE_MIGRATE_BUSY',
        message: 'The connection of db was in use for 20 ms',
        details: { busyTimeoutMs: 20 },
      })
    }
  })
  // What was given up has its turn before this one, and uses it for nothing.
  await sql`select 1`.execute(db)
  expect(sent).toEqual(['begin', 'commit', 'select 1'])
  expect(schemaOf(driver)).toEqual([])
  expect(await manager.up()).toEqual({ applied: ['graph/0001-nodes'], version: 1 })
})

test('hears an abort while it waits for the connection', async () => {
  const { db, driver } = open()
  const manager = createSchemaManager({ db, migrations: [nodes], busyTimeoutMs: Infinity })
  const stop = new AbortController()
  const reason = new Error('stopped')
  await db.transaction().execute(async () => {
    const outcome = rejection(manager.up({ signal: stop.signal }))
    stop.abort(reason)
    expect(await outcome).toBe(reason)
  })
  await sql`select 1`.execute(db)
  expect(schemaOf(driver)).toEqual([])
  expect(await manager.up()).toMatchObject({ version: 1 })
})

/** Parameters as node:sqlite takes them; the tests bind nothing else. */
function values(parameters: readonly unknown[]): (string | number)[] {
  return parameters.filter((value) => typeof value === 'string' || typeof value === 'number')
}

/** node:sqlite as Kysely's dialect wants a driver to be. */
function nodeSqlite(path: string): SqliteDatabase {
  const driver = new DatabaseSync(path, { timeout: 0 })
  return {
    close: () => driver.close(),
    prepare: (text) => {
      const statement = driver.prepare(text)
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      }
    },
  }
}

test('knows a busy database through node:sqlite too', async () => {
  const path = temporaryFile()
  // Two SQLite libraries in one process do not see each other's locks.
  const writer = new DatabaseSync(path)
  onTestFinished(() => writer.close())
  writer.exec('begin immediate')
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: nodeSqlite(path) }) })
  const hurried = createSchemaManager({ db, migrations: [nodes], busyTimeoutMs: 5 })
  expect(await rejection(hurried.up())).toMatchObject({ code: 'FORGE_MIGRATE_BUSY' })
  writer.exec('rollback')
  expect(await hurried.up()).toEqual({ applied: ['graph/0001-nodes'], version: 1 })
  await db.destroy()
})

test('is not held up by an error whose causes lead in a circle', async () => {
  const { db } = open()
  const stop = new AbortController()
  const reason = new Error('stopped')
  reason.cause = new Error('because', { cause: reason })
  const run = createSchemaManager({ db, migrations: [nodes] }).up({
    signal: stop.signal,
    onStep: () => stop.abort(reason),
  })
  expect(await rejection(run)).toBe(reason)
})

test('stops waiting when it is told to', async () => {
  const path = temporaryFile()
  open(path).driver.exec('begin immediate')
  const { db, sent } = open(path)
  const controller = new AbortController()
  const migrating = rejection(createSchemaManager({ db, migrations: [nodes] }).up({ signal: controller.signal }))
  await expect.poll(() => sent.length).toBeGreaterThan(4)
  const reason = new Error('the user pressed Ctrl-C')
  controller.abort(reason)
  expect(await migrating).toBe(reason)
})

test('does nothing when it was told to stop before', async () => {
  const { db, sent } = open()
  const manager = createSchemaManager({ db, migrations: [nodes] })
  const reason = new Error('stopped')
  expect(await rejection(manager.up({ signal: AbortSignal.abort(reason) }))).toBe(reason)
  expect(await rejection(manager.status({ signal: AbortSignal.abort(reason) }))).toBe(reason)
  expect(sent).toEqual([])
})

test('leaves nothing of a migration that is stopped between two statements', async () => {
  const { db, driver } = open()
  const controller = new AbortController()
  driver.function('stop', () => {
    controller.abort(new Error('stopped'))
    return null
  })
  const slow = defineMigration({
    id: 'graph/0002-slow',
    up: () => [sql`update nodes set name = stop()`, sql`delete from nodes`],
  })
  const manager = createSchemaManager({ db, migrations: [nodes, slow] })
  expect(await rejection(manager.up({ signal: controller.signal }))).toMatchObject({ message: 'stopped' })
  expect(driver.prepare('select name from nodes').pluck().all()).toEqual(['root'])
  expect(await manager.status()).toMatchObject({ version: 1, pending: ['graph/0002-slow'] })
})

/** A process that migrates the files it is told. */
async function startMigrator(): Promise<ChildProcess> {
  const child = fork(new URL('fixtures/migrator.ts', import.meta.url), { execArgv: ['--conditions=@forge/source'] })
  onTestFinished(() => void child.kill())
  await once(child, 'message')
  return child
}

function ask(child: ChildProcess, order: Order): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`a migrating process ended with ${code}`))
    child.once('exit', failed)
    child.once('message', (answer: Answer) => {
      child.off('exit', failed)
      resolve(answer)
    })
    child.send(order)
  })
}

test.each(['wal', 'delete'] as const)(
  'lets six processes open one fresh file at once (journal mode %s)',
  async (journalMode) => {
    const children = await Promise.all(Array.from({ length: 6 }, startMigrator))
    for (let round = 0; round < 20; round++) {
      const path = temporaryFile()
      const answers = await Promise.all(children.map((child) => ask(child, { path, journalMode })))
      expect(answers.filter(({ error }) => error !== undefined)).toEqual([])
      expect(answers.map(({ version }) => version)).toEqual([3, 3, 3, 3, 3, 3])
      expect(answers.flatMap(({ applied }) => applied).toSorted()).toEqual([edges.id, nodes.id, names.id])
      const check = new Database(path)
      expect(check.prepare('select position, id from forge_migrations order by position').raw().all()).toEqual([
        [1, nodes.id],
        [2, edges.id],
        [3, names.id],
      ])
      check.close()
    }
  },
)

test('leaves nothing of a migration whose process is killed in the middle', async () => {
  const path = temporaryFile()
  const child = await startMigrator()
  child.send({ path, journalMode: 'wal', task: 'die' } satisfies Order)
  await once(child, 'exit')
  const { db, driver } = open(path)
  expect(driver.prepare('select id from forge_migrations').pluck().all()).toEqual([nodes.id])
  expect(await createSchemaManager({ db, migrations: [nodes, names] }).up()).toEqual({
    applied: [names.id],
    version: 2,
  })
})
