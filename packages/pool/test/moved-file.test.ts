import { copyFileSync, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { Pool } from '@forge/pool'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { whoWaits } from './engine.ts'
import { databaseFile } from './database-file.ts'
import { manualClock } from './manual-clock.ts'
import { failureOf, openPool } from './open-pool.ts'
import { recordEvents } from './recorded-events.ts'

const insert = (text: string) => (connection: Database.Database) =>
  connection.prepare('insert into note values (?)').run(text)

const notes = (connection: Database.Database) =>
  connection.prepare('select text from note order by rowid').pluck().all()

/** A database with one note. */
function database(file: string, note: string): string {
  const connection = new Database(file)
  connection.exec('create table note (text)')
  insert(note)(connection)
  connection.close()
  return file
}

function notesOf(file: string): unknown[] {
  const connection = new Database(file)
  try {
    return notes(connection)
  } finally {
    connection.close()
  }
}

/** A pool that has used its file, and reads it again. */
async function usedPool(file: string, name = 'used'): Promise<Pool<Database.Database>> {
  // Time stands still: only a commit looks for the file.
  const pool = openPool({ name, clock: manualClock() }, file)
  await pool.read(notes)
  await pool.write(insert('before'))
  return pool
}

it('does not acknowledge what was written to a deleted file, and opens the one that is there next', async () => {
  const file = database(databaseFile(), 'old')
  const pool = await usedPool(file, 'deleted')
  const events = recordEvents('deleted', 'moved', 'close')
  rmSync(file)
  async function writer(): Promise<void> {
    await pool.write(insert('lost'))
  }
  const error = await failureOf(writer)
  expect(error).toMatchObject({ code: 'FORGE_DB_MOVED', details: { file, now: 'missing' } })
  expect(error.stack?.split('\n')[1]).toContain(whoWaits('writer'))
  expect(events.map(({ event }) => event)).toStrictEqual(['moved', 'close', 'close'])
  database(file, 'new')
  expect(await pool.read(notes)).toStrictEqual(['new'])
  await pool.write(insert('kept'))
  await pool.close()
  expect(notesOf(file)).toStrictEqual(['new', 'kept'])
})

it('notices a file that was replaced, and takes nothing of the old one over', async () => {
  const file = database(databaseFile(), 'old')
  const pool = await usedPool(file)
  renameSync(database(databaseFile(), 'new'), file)
  expect(await failureOf(() => pool.write(insert('lost')))).toMatchObject({
    code: 'FORGE_DB_MOVED',
    details: { file, now: 'other' },
    hint: expect.stringContaining('next call'),
  })
  expect(await pool.read(notes)).toStrictEqual(['new'])
  await pool.write(insert('kept'))
  await pool.close()
  expect(notesOf(file)).toStrictEqual(['new', 'kept'])
})

it('leaves in a renamed file all that was acknowledged', async () => {
  const file = database(databaseFile(), 'old')
  const pool = await usedPool(file)
  const elsewhere = `${file}.bak`
  renameSync(file, elsewhere)
  expect(await failureOf(() => pool.write(insert('late')))).toMatchObject({ code: 'FORGE_DB_MOVED' })
  expect(statSync(`${file}-wal`).size).toBe(0)
  expect(notesOf(elsewhere)).toStrictEqual(['old', 'before', 'late'])
})

it('fails typed while there is no file, and works once there is one', async () => {
  const file = database(databaseFile(), 'old')
  const pool = openPool({ clock: manualClock(), open: () => new Database(file, { fileMustExist: true }) })
  await pool.read(notes)
  rmSync(file)
  expect(await failureOf(() => pool.write(insert('lost')))).toMatchObject({ code: 'FORGE_DB_MOVED' })
  expect(await failureOf(() => pool.write(insert('lost')))).toMatchObject({ code: 'FORGE_DB_UNAVAILABLE' })
  database(file, 'new')
  expect(await pool.read(notes)).toStrictEqual(['new'])
})

it('notices when a connection is lent that the file has gone', async () => {
  const file = database(databaseFile(), 'old')
  const clock = manualClock()
  const pool = openPool({ clock }, file)
  await pool.read(notes)
  rmSync(file)
  database(file, 'new')
  clock.advance(50)
  async function reader(): Promise<unknown> {
    return await pool.read(notes)
  }
  const error = await failureOf(reader)
  expect(error).toMatchObject({ code: 'FORGE_DB_MOVED' })
  expect(error.stack?.split('\n    at ')[1]).toContain('reader')
  expect(await pool.read(notes)).toStrictEqual(['new'])
})

it('opens the new file only when nobody uses the old one any more', async () => {
  const file = database(databaseFile(), 'old')
  const pool = await usedPool(file)
  const lease = await pool.acquire('reader')
  renameSync(database(databaseFile(), 'new'), file)
  expect(await failureOf(() => pool.write(insert('lost')))).toMatchObject({ code: 'FORGE_DB_MOVED' })
  const reading = pool.read(notes)
  await setImmediate()
  expect(pool.stats()).toMatchObject({ open: 1, leased: 1, waiting: 1 })
  expect(notes(lease.connection)).toContain('old')
  const { connection } = lease
  lease.release()
  expect(connection.open).toBe(false)
  expect(await reading).toStrictEqual(['new'])
})

it('refuses at once what would wait for the old file that the task itself still uses', async () => {
  const file = database(databaseFile(), 'old')
  const pool = await usedPool(file)
  const error = await failureOf(() =>
    pool.read(async () => {
      rmSync(file)
      await failureOf(() => pool.write(insert('lost')))
      await pool.write(insert('never'))
    }),
  )
  expect(error).toMatchObject({ code: 'FORGE_DB_MOVED' })
})

it('tells every call that wrote to the file while it was replaced', async () => {
  const file = database(databaseFile(), 'old')
  const clock = manualClock()
  const pool = openPool({ clock }, file)
  const nothing = () => {}
  let finish = nothing
  const writing = failureOf(() =>
    pool.write(async (connection) => {
      insert('lost')(connection)
      await new Promise<void>((resolve) => (finish = resolve))
    }),
  )
  await setImmediate()
  rmSync(file)
  database(file, 'new')
  expect(
    await failureOf(() => pool.transaction(() => {}, { mode: 'read' }).then(() => pool.checkpoint())),
  ).toBeDefined()
  finish()
  expect(await writing).toMatchObject({ code: 'FORGE_DB_MOVED' })
  expect(await pool.read(notes)).toStrictEqual(['new'])
})

it('notices that the WAL was deleted, and loses nothing of it', async () => {
  const file = database(databaseFile(), 'old')
  const pool = await usedPool(file)
  rmSync(`${file}-wal`)
  expect(await failureOf(() => pool.write(insert('late')))).toMatchObject({
    code: 'FORGE_DB_MOVED',
    details: { file: `${file}-wal`, now: 'missing' },
  })
  expect(await pool.read(notes)).toStrictEqual(['old', 'before', 'late'])
  await pool.close()
})

it('refuses a file beside which the WAL of another one is left', async () => {
  const file = database(databaseFile(), 'old')
  const pool = await usedPool(file)
  // A process that reads the old file keeps its WAL from being emptied.
  const reader = new Database(file)
  reader.exec('begin; select * from note')
  await pool.write(insert('more'))
  copyFileSync(`${file}-wal`, `${file}-copy`)
  renameSync(database(databaseFile(), 'new'), file)
  expect(await failureOf(() => pool.write(insert('lost')))).toMatchObject({ code: 'FORGE_DB_MOVED' })
  const error = await failureOf(() => pool.read(notes))
  expect(error).toMatchObject({ code: 'FORGE_DB_MOVED', details: { file, wal: `${file}-wal` } })
  reader.close()
  rmSync(`${file}-wal`)
  rmSync(`${file}-shm`, { force: true })
  expect(await pool.read(notes)).toStrictEqual(['new'])
})

it('takes a file for what it is when there is something else', async () => {
  const file = database(databaseFile(), 'old')
  const pool = await usedPool(file)
  rmSync(file)
  writeFileSync(file, 'This is a letter and no database, however long it is.\n'.repeat(100))
  expect(await failureOf(() => pool.write(insert('lost')))).toMatchObject({ code: 'FORGE_DB_MOVED' })
  expect(await failureOf(() => pool.write(insert('lost')))).toMatchObject({ code: 'FORGE_DB_CORRUPT' })
})

it('does not mind a database in memory, or one whose journal mode was changed', async () => {
  const clock = manualClock()
  const memory = openPool({ maxConnections: 1, clock }, ':memory:')
  await memory.write((connection) => connection.exec('create table note (text)'))
  clock.advance(1_000)
  await memory.write(insert('fine'))
  expect(await memory.read(notes)).toStrictEqual(['fine'])

  const file = database(databaseFile(), 'old')
  const single = openPool({ maxConnections: 1, clock }, file)
  await single.write(insert('wal'))
  await single.write((connection) => connection.pragma('journal_mode = delete'))
  expect(existsSync(`${file}-wal`)).toBe(false)
  await single.write(insert('delete'))
  expect(await single.read(notes)).toStrictEqual(['old', 'wal', 'delete'])
})

it('does not mind when users close the connections themselves', async () => {
  const file = database(databaseFile(), 'old')
  const clock = manualClock()
  const pool = openPool({ clock }, file)
  await pool.read(notes)
  const leases = await Promise.all([pool.acquire('writer'), pool.acquire('reader')])
  for (const lease of leases) lease.connection.close()
  expect(existsSync(`${file}-wal`)).toBe(false)
  const reader = await pool.acquire('reader')
  clock.advance(1_000)
  const another = await pool.acquire('reader')
  expect(notes(another.connection)).toStrictEqual(['old'])
  for (const lease of [...leases, reader, another]) lease.release()
  await pool.write(insert('fine'))
  expect(await pool.read(notes)).toStrictEqual(['old', 'fine'])
})
