import { execFile } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Driver from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { databaseFile } from './people.ts'

const script = fileURLToPath(new URL('./as-nobody.ts', import.meta.url))
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/** A database of one person, in a folder anybody may look into. */
function person(): { readonly file: string; readonly folder: string } {
  const file = databaseFile()
  const folder = dirname(file)
  const driver = new Driver(file)
  driver.exec("create table person (name text, age integer); insert into person values ('Ada', 36)")
  driver.pragma('journal_mode = wal')
  driver.close()
  chmodSync(folder, 0o777)
  onTestFinished(() => chmodSync(folder, 0o777))
  return { file, folder }
}

/** How a query, an insert and a transaction went for a user without privileges: `done`, or the code of the error. */
async function outcomes(file: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@forge/source', script, file], nobody)
  return JSON.parse(stdout)
}

const unavailable = 'FORGE_DB_UNAVAILABLE'
const noWriter = ['FORGE_POOL_READ_ONLY', 'FORGE_POOL_READ_ONLY']

/** The names that are there for a user with all privileges. */
function names(file: string): unknown[] {
  const driver = new Driver(file)
  try {
    return driver.prepare('select name from person').pluck().all()
  } finally {
    driver.close()
  }
}

it('reads a file that may not be written, and says so when it is to write', async () => {
  const { file } = person()
  chmodSync(file, 0o444)
  expect(await outcomes(file)).toStrictEqual({
    readWrite: ['done', 'FORGE_DB_READ_ONLY', 'FORGE_DB_READ_ONLY'],
    readOnly: ['done', ...noWriter],
  })
  expect(names(file)).toStrictEqual(['Ada'])
})

it('says that a folder may not be written, where a database in WAL mode cannot even be read', async () => {
  const { file, folder } = person()
  chmodSync(file, 0o666)
  chmodSync(folder, 0o555)
  expect(await outcomes(file)).toStrictEqual({
    readWrite: [unavailable, unavailable, unavailable],
    readOnly: [unavailable, ...noWriter],
  })
  expect(names(file)).toStrictEqual(['Ada'])
})

it('says that a file may not be read', async () => {
  const { file } = person()
  chmodSync(file, 0)
  expect(await outcomes(file)).toStrictEqual({
    readWrite: [unavailable, unavailable, unavailable],
    readOnly: [unavailable, ...noWriter],
  })
})

it('says that no file may be made in a folder', async () => {
  const { file, folder } = person()
  chmodSync(folder, 0o555)
  expect(await outcomes(`${file}-new`)).toStrictEqual({
    readWrite: [unavailable, unavailable, unavailable],
    readOnly: [unavailable, ...noWriter],
  })
})
