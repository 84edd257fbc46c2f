import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import {
  createSchemaManager,
  sqliteBackup,
  type BackupInfo,
  type SqliteBackupConnection,
  type SqliteBackupOptions,
} from '@forge/migrate'
import { open, rejection, schemaOf, temporaryFile } from './database.ts'
import { edges, fragment, names, nodes } from './migrations.ts'

const connect = (file: string): SqliteBackupConnection => new Database(file, { readonly: true })

/** The copies beside `path`. */
function copiesOf(path: string): readonly string[] {
  return readdirSync(dirname(path)).filter((name) => !name.startsWith('test.db'))
}

test('copies an existing database before it is migrated, and a fresh one not at all', async () => {
  const path = temporaryFile()
  const backup = sqliteBackup({ file: path, open: connect, clock: () => Date.UTC(2030, 0, 2, 3, 4, 5, 6) })
  const { db } = open(path)
  await createSchemaManager({ db, migrations: [nodes], backup }).up()
  expect(copiesOf(path)).toEqual([])
  await createSchemaManager({ db, migrations: [nodes, names, edges], backup }).up()
  expect(copiesOf(path)).toEqual(['test-v1-2030-01-02T03-04-05-006Z.db'])
  const copy = open(join(dirname(path), copiesOf(path)[0]!))
  expect(schemaOf(copy.driver)).toEqual(['forge_migrations', 'forge_schema_version', 'nodes'])
  expect(await createSchemaManager({ db: copy.db, migrations: [nodes, names] }).up()).toEqual({
    applied: [names.id],
    version: 2,
  })
})

test('is told once what is about to happen, in both directions', async () => {
  const { db } = open()
  const told: BackupInfo[] = []
  const migrations = [nodes, names, edges]
  const manager = createSchemaManager({ db, migrations, backup: async (info) => void told.push(info) })
  await manager.up({ to: 1 })
  await manager.up()
  await manager.up()
  await manager.plan({ direction: 'down' })
  await manager.down({ to: 1 })
  expect(told).toEqual([
    {
      version: 1,
      steps: [
        { id: edges.id, direction: 'up' },
        { id: names.id, direction: 'up' },
      ],
      signal: undefined,
    },
    {
      version: 3,
      steps: [
        { id: names.id, direction: 'down' },
        { id: edges.id, direction: 'down' },
      ],
      signal: undefined,
    },
  ])
})

test('copies a database that has tables and no ledger', async () => {
  const path = temporaryFile()
  const { db, driver } = open(path)
  driver.exec('create table theirs (x); insert into theirs values (1)')
  await createSchemaManager({ db, migrations: [nodes], backup: sqliteBackup({ file: path, open: connect }) }).up()
  const copy = open(join(dirname(path), copiesOf(path)[0]!)).driver
  expect(schemaOf(copy)).toEqual(['theirs'])
})

test('stops the migration where the backup fails, and leaves not even a ledger', async () => {
  const { db, driver } = open()
  driver.exec('create table theirs (x)')
  const cause = new Error('the disk is full')
  const manager = createSchemaManager({ db, migrations: [nodes], backup: () => Promise.reject(cause) })
  expect(await rejection(manager.up())).toMatchObject({
    code: 'FORGE_MIGRATE_BACKUP',
    message: 'The database was not migrated, because its backup failed: the disk is full',
    cause,
  })
  expect(schemaOf(driver)).toEqual(['theirs'])
  expect(driver.inTransaction).toBe(false)
})

test('does not take a busy backup for a busy database', async () => {
  const { db, driver } = open()
  driver.exec('create table theirs (x)')
  let calls = 0
  const backup = (): Promise<never> => {
    calls += 1
    return Promise.reject(Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' }))
  }
  const manager = createSchemaManager({ db, migrations: [nodes], backup })
  expect(await rejection(manager.up())).toMatchObject({ code: 'FORGE_MIGRATE_BACKUP' })
  expect(calls).toBe(1)
})

test('lets nobody write between the copy and the first step', async () => {
  const path = temporaryFile()
  await createSchemaManager({ db: open(path).db, migrations: [nodes] }).up()
  const { driver: other } = open(path)
  const write = (): unknown => other.exec("insert into nodes values (2, 'late')")
  const backup = async (): Promise<void> => {
    expect(write).toThrow('database is locked')
  }
  await createSchemaManager({ db: open(path).db, migrations: [nodes, names], backup }).up()
  expect(write).not.toThrow()
})

test('keeps the newest copies, and nothing else of the folder is touched', async () => {
  const path = temporaryFile()
  const folder = join(dirname(path), 'copies')
  mkdirSync(folder)
  const others = ['test-v1.db', 'test-vx-2030-01-01T00-00-00-000Z.db', 'rest-v1-2020-01-01T00-00-00-000Z.db']
  for (const name of others) writeFileSync(join(folder, name), '')
  let day = 1
  const backup = sqliteBackup({ file: path, open: connect, folder, keep: 2, clock: () => Date.UTC(2030, 0, day++) })
  const { db } = open(path)
  const manager = createSchemaManager({ db, migrations: [nodes, names, edges], backup })
  await manager.up({ to: 1 })
  await manager.up()
  await manager.down()
  await manager.up()
  expect(readdirSync(folder).toSorted()).toEqual(
    [...others, 'test-v2-2030-01-03T00-00-00-000Z.db', 'test-v3-2030-01-02T00-00-00-000Z.db'].toSorted(),
  )
})

test('gives the copy the permissions of the database', async () => {
  const path = temporaryFile()
  const { db } = open(path)
  chmodSync(path, 0o640)
  const backup = sqliteBackup({ file: path, open: connect })
  await createSchemaManager({ db, migrations: [nodes] }).up()
  await createSchemaManager({ db, migrations: [nodes, names], backup }).up()
  expect(statSync(join(dirname(path), copiesOf(path)[0]!)).mode & 0o777).toBe(0o640)
})

test('copies more than one turn of the event loop takes, and stops when it is told to', async () => {
  const path = temporaryFile()
  const { db, driver } = open(path)
  driver.exec('create table big (x)')
  driver.exec(
    'with recursive n (i) as (select 1 union all select i + 1 from n where i < 2000) insert into big select zeroblob(1000) from n',
  )
  const backup = sqliteBackup({ file: path, open: connect })
  const controller = new AbortController()
  const reason = new Error('stopped')
  const stopped = createSchemaManager({
    db,
    migrations: [nodes],
    backup: (info) => {
      setImmediate(() => controller.abort(reason))
      return backup(info)
    },
  })
  expect(await rejection(stopped.up({ signal: controller.signal }))).toBe(reason)
  expect(copiesOf(path)).toEqual([])
  await createSchemaManager({ db, migrations: [nodes], backup }).up()
  const copy = open(join(dirname(path), copiesOf(path)[0]!)).driver
  expect(copy.prepare('select count(*) from big').pluck().get()).toBe(2000)
})

test('overwrites what a process that died left behind', async () => {
  const path = temporaryFile()
  const { db } = open(path)
  await createSchemaManager({ db, migrations: [nodes] }).up()
  writeFileSync(join(dirname(path), 'test-backup.tmp'), 'half a copy')
  writeFileSync(join(dirname(path), 'test-backup.tmp-journal'), 'half a journal')
  const backup = sqliteBackup({ file: path, open: connect })
  await createSchemaManager({ db, migrations: [nodes, names], backup }).up()
  expect(copiesOf(path)).toHaveLength(1)
})

test('refuses a copy that is damaged', async () => {
  const path = temporaryFile()
  const { db } = open(path)
  await createSchemaManager({ db, migrations: [nodes] }).up()
  const damaging = (file: string): SqliteBackupConnection => ({
    backup: async (destination) => writeFileSync(destination, 'not a database'.repeat(1000)),
    prepare: (text) => new Database(file, { readonly: true }).prepare(text),
    close: () => undefined,
  })
  const backup = sqliteBackup({ file: path, open: damaging })
  expect(await rejection(createSchemaManager({ db, migrations: [nodes, names], backup }).up())).toMatchObject({
    code: 'FORGE_MIGRATE_BACKUP',
    cause: expect.objectContaining({ code: 'SQLITE_NOTADB' }),
  })
  expect(copiesOf(path)).toEqual([])
})

test.each<[string, () => SqliteBackupConnection]>([
  ['in memory', () => new Database(':memory:')],
  ['of another file', () => new Database(temporaryFile())],
])('does not take the copy of a database %s for a backup', async (_, another) => {
  const path = temporaryFile()
  const { db, driver } = open(path)
  driver.exec('create table theirs (x)')
  const backup = sqliteBackup({ file: path, open: another })
  expect(await rejection(createSchemaManager({ db, migrations: [nodes], backup }).up())).toMatchObject({
    code: 'FORGE_MIGRATE_BACKUP',
    message: expect.stringContaining(`open was given ${path} and opened `),
  })
  expect(schemaOf(driver)).toEqual(['theirs'])
  expect(copiesOf(path)).toEqual([])
})

test('says that there is no folder for the copies', async () => {
  const path = temporaryFile()
  const { db } = open(path)
  await createSchemaManager({ db, migrations: [nodes] }).up()
  const folder = join(dirname(path), 'nowhere')
  const backup = sqliteBackup({ file: path, open: connect, folder })
  expect(await rejection(createSchemaManager({ db, migrations: [nodes, names], backup }).up())).toMatchObject({
    code: 'FORGE_MIGRATE_BACKUP',
    cause: expect.objectContaining({ code: 'ENOENT' }),
  })
  rmSync(folder, { recursive: true, force: true })
  expect(existsSync(folder)).toBe(false)
})

test.each<[string, Partial<Record<keyof SqliteBackupOptions, unknown>>, string]>([
  ['memory', { file: ':memory:' }, 'file is not the path of a database'],
  ['no way to open', { open: undefined }, 'open is not a function'],
  ['no copies to keep', { keep: 0 }, 'keep is 0; give how many copies to keep, 1 or more'],
])('refuses %s', (_, part, message) => {
  const options = { file: 'a.db', open: connect, ...part } as SqliteBackupOptions
  expect(() => sqliteBackup(options)).toThrow(message)
})

test('refuses a backup that is no function', () => {
  const options = {
    db: open().db,
    migrations: [fragment('a/1', 'select 1')],
    backup: 'copy.db' as unknown as undefined,
  }
  expect(() => createSchemaManager(options)).toThrow('backup is not a function')
})
