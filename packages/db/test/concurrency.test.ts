import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type DatabaseOptions, openDatabase } from '@forge/db'
import Driver from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { databaseFile, failure, names, people } from './people.ts'

const script = fileURLToPath(new URL('./increment.ts', import.meta.url))

it('loses no update of many tasks that read, then write', async () => {
  const db = await people()
  const age = db.prepared((db) => db.selectFrom('person').select('age').where('name', '=', 'Ada'))
  const set = db.prepared((db, param: { age: number }) =>
    db.updateTable('person').set({ age: param.age }).where('name', '=', 'Ada'),
  )
  const worker = async () => {
    for (let i = 0; i < 50; i++) {
      await db.transaction(async (tx) => {
        const before = tx.firstOrThrow(age).age
        await Promise.resolve()
        tx.run(set, { age: before + 1 })
      })
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  expect(await age.first()).toStrictEqual({ age: 36 + 400 })
})

it('loses no update of several processes', async () => {
  const file = databaseFile()
  const db = await people({ file })
  const run = () => promisify(execFile)(process.execPath, ['--conditions=@forge/source', script, file, '100'])
  await Promise.all([run(), run(), run()])
  const ada = db.kysely.selectFrom('person').select('age').where('name', '=', 'Ada')
  expect(await ada.executeTakeFirstOrThrow()).toStrictEqual({ age: 36 + 300 })
})

it('keeps reading, and says who is in the way of writing, while another process holds the lock', async () => {
  const file = databaseFile()
  const db = await people({ file, busyDeadline: 30 })
  const holder = spawn(
    process.execPath,
    [
      '-e',
      `const D = require('better-sqlite3'); const d = new D(process.argv[1]); d.exec('begin immediate'); console.log('locked'); setInterval(() => {}, 1000)`,
      file,
    ],
    { cwd: fileURLToPath(new URL('..', import.meta.url)) },
  )
  onTestFinished(() => void holder.kill('SIGKILL'))
  await once(holder.stdout, 'data')
  expect(await names(db)).toStrictEqual(['Ada', 'Bob'])
  const busy = { code: 'FORGE_DB_BUSY', hint: expect.stringContaining('busyDeadline') }
  expect(await failure(() => db.transaction(() => {}))).toMatchObject(busy)
  expect(await failure(() => db.kysely.deleteFrom('person').execute())).toMatchObject(busy)
  expect(await failure(() => db.kysely.transaction().execute(async () => {}))).toMatchObject(busy)
  const add = db.prepared((db) => db.insertInto('person').values({ name: 'Cyd', age: 1 }))
  expect(await failure(() => add.run())).toMatchObject(busy)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  expect(await add.run()).toMatchObject({ changes: 1 })
})

it('only reads where it is opened read-only', async () => {
  const file = databaseFile()
  await (await people({ file })).close()
  const db = openDatabase<{ person: { name: string; age: number } }>({
    open: () => new Driver(file, { readonly: true }),
    readOnly: true,
  })
  onTestFinished(() => db.close())
  expect(await db.kysely.selectFrom('person').select('name').execute()).toHaveLength(2)
  const readOnly = { code: 'FORGE_POOL_READ_ONLY' }
  expect(await failure(() => db.transaction(() => {}))).toMatchObject(readOnly)
  expect(await failure(() => db.kysely.deleteFrom('person').execute())).toMatchObject(readOnly)
  expect(await db.transaction((tx) => tx.state, { mode: 'read' })).toBe('active')
})

it('refuses options that cannot work before anything is opened', () => {
  const open = () => expect.unreachable()
  const wrong = (options: unknown) => () => openDatabase(options as DatabaseOptions)
  const poolOptions = expect.objectContaining({ code: 'FORGE_POOL_OPTIONS' })
  expect(wrong(undefined)).toThrow(poolOptions)
  expect(wrong({ open: 'people.db' })).toThrow(poolOptions)
  expect(wrong({ open, maxConnections: 0 })).toThrow(poolOptions)
  expect(wrong({ open, statementCache: { maxEntries: 0 } })).toThrow(
    expect.objectContaining({ code: 'FORGE_STATEMENT_CACHE_OPTIONS' }),
  )
})
