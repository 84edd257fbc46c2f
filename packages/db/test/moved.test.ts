import { existsSync, renameSync, rmSync } from 'node:fs'
import { type Database, openDatabase } from '@forge/db'
import Driver from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { databaseFile, failure } from './people.ts'

interface Notes {
  note: { text: string }
}

const moved = { code: 'FORGE_DB_MOVED', hint: expect.any(String), details: { file: expect.any(String) } }

/** A database with one note of that text. */
function noteFile(text: string): string {
  const file = databaseFile()
  const driver = new Driver(file)
  driver.exec('create table note (text text)')
  driver.prepare('insert into note values (?)').run(text)
  driver.close()
  return file
}

function open(file: string): Database<Notes> {
  const db = openDatabase<Notes>({ open: () => new Driver(file) })
  onTestFinished(() => db.close({ deadline: 0 }).catch(() => {}))
  return db
}

async function texts(db: Database<Notes>): Promise<string[]> {
  const rows = await db.kysely.selectFrom('note').select('text').execute()
  return rows.map((row) => row.text)
}

function add(db: Pick<Database<Notes>, 'kysely'>, text: string): Promise<unknown> {
  return db.kysely.insertInto('note').values({ text }).execute()
}

function remove(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
}

it('acknowledges nothing that was written to a file that was deleted', async () => {
  const file = noteFile('old')
  const db = open(file)
  await add(db, 'older')
  remove(file)
  async function writing(): Promise<void> {
    await add(db, 'lost')
  }
  const error = await failure(writing)
  expect(error).toMatchObject(moved)
  expect(error.stack).toContain('writing')
  expect(existsSync(file)).toBe(false)
  await db.pool.write((connection) => connection.exec('create table note (text text)'))
  await add(db, 'new')
  expect(await texts(db)).toStrictEqual(['new'])
})

it('acknowledges no transaction on a file that was replaced, and goes on with the one that is there', async () => {
  const file = noteFile('old')
  const db = open(file)
  expect(await texts(db)).toStrictEqual(['old'])
  const transaction = db.transaction(async (tx) => {
    await add(tx, 'lost')
    remove(file)
    renameSync(noteFile('other'), file)
  })
  expect(await failure(() => transaction)).toMatchObject(moved)
  await expect.poll(() => texts(db).catch(() => [])).toStrictEqual(['other'])
  await add(db, 'more')
  expect(await texts(db)).toStrictEqual(['other', 'more'])
  await db.close()
  const driver = new Driver(file)
  expect(driver.prepare('select text from note').pluck().all()).toStrictEqual(['other', 'more'])
  driver.close()
})

it('notices when it reads that the file is another one', async () => {
  const file = noteFile('old')
  const db = open(file)
  expect(await texts(db)).toStrictEqual(['old'])
  remove(file)
  renameSync(noteFile('other'), file)
  const answers: unknown[] = []
  await expect
    .poll(async () => {
      const answer = await texts(db).catch((error: unknown) => (error as { readonly code?: string }).code)
      answers.push(answer)
      return answer
    })
    .toStrictEqual(['other'])
  expect(answers).toContain('FORGE_DB_MOVED')
})
