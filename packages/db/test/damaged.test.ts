import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { openDatabase } from '@forge/db'
import Driver from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { databaseFile, failure } from './people.ts'

interface Words {
  word: { id: number; text: string }
}

const pageBytes = 4_096
const corrupt = { code: 'FORGE_DB_CORRUPT', hint: expect.stringContaining('backup') }

/** A database of two thousand words over some hundred pages. */
function words(): string {
  const file = databaseFile()
  const driver = new Driver(file)
  driver.exec(`
    create table word (id integer primary key, text text);
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 2000)
    insert into word select i, printf('%0200d', i) from n`)
  driver.close()
  return file
}

function open(file: string) {
  const db = openDatabase<Words>({ open: () => new Driver(file) })
  onTestFinished(() => db.close({ deadline: 0 }).catch(() => {}))
  return db
}

/** Puts other bytes in the middle of a file that nobody has open. */
function overwrite(file: string, at: number, bytes: Buffer): void {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, bytes, 0, bytes.length, at)
  closeSync(descriptor)
}

it('says that a page is damaged when it is read, and goes on with the others', async () => {
  const file = words()
  overwrite(file, Math.floor(statSync(file).size / pageBytes / 2) * pageBytes, Buffer.alloc(pageBytes, 0xab))
  const db = open(file)
  const all = db.kysely.selectFrom('word').selectAll()
  expect(await failure(() => all.execute())).toMatchObject(corrupt)
  expect(await failure(() => all.where('text', 'like', '%x%').execute())).toMatchObject(corrupt)
  const last = db.prepared((kysely) => kysely.selectFrom('word').selectAll().where('id', '=', 2_000))
  expect(await last.first()).toMatchObject({ id: 2_000 })
  const stream = async () => {
    for await (const row of all.stream(100)) expect(row.id).toBeGreaterThan(0)
  }
  expect(await failure(stream)).toMatchObject(corrupt)
  expect(await failure(() => db.transaction((tx) => tx.kysely.deleteFrom('word').execute()))).toMatchObject(corrupt)
  expect(await last.first()).toMatchObject({ id: 2_000 })
})

it('says that the schema is damaged before anything is read', async () => {
  const file = words()
  overwrite(file, 100, Buffer.alloc(200, 0xcd))
  expect(await failure(() => open(file).kysely.selectFrom('word').selectAll().execute())).toMatchObject(corrupt)
})

it('says that a file is no database, or was cut off', async () => {
  const text = databaseFile()
  writeFileSync(text, 'This is a shopping list: eggs, flour, milk.\n'.repeat(100))
  const cut = words()
  truncateSync(cut, 5 * pageBytes)
  for (const file of [text, cut]) {
    const before = readFileSync(file)
    const db = open(file)
    expect(await failure(() => db.kysely.selectFrom('word').selectAll().execute())).toMatchObject(corrupt)
    expect(await failure(() => db.transaction(() => {}))).toMatchObject(corrupt)
    await db.close()
    expect(readFileSync(file).equals(before)).toBe(true)
  }
})

it('keeps what was committed before the place where a WAL is damaged', async () => {
  const file = words()
  const driver = new Driver(file)
  driver.pragma('journal_mode = wal')
  driver.exec("insert into word values (3000, 'kept')")
  const kept = statSync(`${file}-wal`).size
  driver.exec("insert into word values (3001, 'lost')")
  for (const damage of [
    (wal: string) => truncateSync(wal, kept + 1_000),
    (wal: string) => overwrite(wal, kept + 1_000, Buffer.alloc(500, 0xef)),
  ]) {
    // What a process leaves that is killed: the file and its WAL, as they are.
    const left = databaseFile()
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, left + suffix)
    damage(`${left}-wal`)
    const db = open(left)
    expect(await db.kysely.selectFrom('word').select('id').where('id', '>', 2_000).execute()).toStrictEqual([
      { id: 3_000 },
    ])
    expect(await db.pool.all('pragma integrity_check')).toStrictEqual([{ integrity_check: 'ok' }])
    await db.close()
  }
  driver.close()
})
