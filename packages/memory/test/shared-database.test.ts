import path from 'node:path'
import { openDatabase } from '@forge/db'
import { createMemory, memoryMigrations, type MemoryTables } from '@forge/memory'
import { createSchemaManager } from '@forge/migrate'
import Driver from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder, uuid } from './memories.ts'

test('a memory in a database of others takes part in their transactions, and leaves it open', async () => {
  const file = path.join(temporaryFolder(), 'shared.db')
  const db = openDatabase<MemoryTables>({ open: () => new Driver(file, { timeout: 0 }) })
  onTestFinished(() => db.close())
  await createSchemaManager({ db: db.kysely, migrations: memoryMigrations }).up()
  const memory = createMemory({ db })
  await memory.write(uuid(1), { type: 'tool', content: 'stays' })
  const undone = db.transaction(async () => {
    await memory.write(uuid(2), { type: 'tool', content: 'undone' })
    throw new Error('changed my mind')
  })
  await expect(undone).rejects.toThrow('changed my mind')
  expect(await memory.read(uuid(2))).toBeUndefined()
  await memory.close()
  expect(await db.kysely.selectFrom('memories').select('id').execute()).toEqual([{ id: uuid(1) }])
})

test('a memory in memory is gone when it is closed', async () => {
  const memory = createMemory({ path: ':memory:', driver: Driver })
  const other = createMemory({ path: ':memory:', driver: Driver })
  onTestFinished(() => other.close())
  await Promise.all([1, 2, 3].map((n) => memory.write(uuid(n), { type: 'tool', content: `the tool number ${n}` })))
  expect(await memory.search('number 2')).toHaveLength(1)
  expect((await memory.stats()).entries).toBe(3)
  expect((await other.stats()).entries).toBe(0)
  await memory.close()
})
