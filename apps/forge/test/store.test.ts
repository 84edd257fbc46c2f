import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { defineMigration } from '@forge/migrate'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { Forge, UnifiedGraphStore } from '../src/index.ts'
import { openStore, Store, type StoreKind } from '../src/store.ts'
import { folder, write } from './forge-process.ts'

const filesOf = (store: UnifiedGraphStore): Promise<unknown[]> =>
  store.database.kysely.selectFrom('files').select('path').execute()

describe('the store of a project', () => {
  it('is made in a folder that hides itself, with every table, in WAL mode', async () => {
    const root = folder()
    await using store = await UnifiedGraphStore.open(root)
    expect(store.file).toBe(path.join(root, '.forge/graph.db'))
    expect(readFileSync(path.join(root, '.forge/.gitignore'), 'utf8')).toBe('*\n')
    expect(await filesOf(store)).toStrictEqual([])
    expect(await store.schema.status()).toMatchObject({ pending: [], damage: undefined })
    const pragmas = await store.write((connection) =>
      ['journal_mode', 'synchronous', 'foreign_keys'].map((name) => connection.prepare(`pragma ${name}`).all()[0]),
    )
    expect(pragmas).toStrictEqual([{ journal_mode: 'wal' }, { synchronous: 1 }, { foreign_keys: 1 }])
  })

  it('lends connections, and takes them back', async () => {
    await using store = await UnifiedGraphStore.open(folder())
    const writer = await store.acquire('writer')
    expect(store.stats()).toMatchObject({ leased: 1 })
    writer.release()
    expect(store.stats()).toMatchObject({ leased: 0 })
    expect(await store.read((connection) => connection.prepare('select 1 as one').all())).toStrictEqual([{ one: 1 }])
  })

  it('reads in a thread what would take long, and starts none before', async () => {
    await using store = await UnifiedGraphStore.open(folder())
    expect(store.stats().worker).toMatchObject({ threads: 0 })
    expect(await store.database.pool.readInWorker('select count(*) as files from files')).toStrictEqual([{ files: 0 }])
    expect(store.stats().worker).toMatchObject({ threads: 1, finished: 1 })
    await store.close()
    await using without = await UnifiedGraphStore.open(folder(), { threads: false })
    await expect(without.database.pool.readInWorker('select 1')).rejects.toMatchObject({ code: 'FORGE_POOL_NO_WORKER' })
  })

  it('keeps what a transaction did, and nothing of one that failed', async () => {
    await using store = await UnifiedGraphStore.open(folder())
    const add = (name: string) => store.database.prepared((db) => db.insertInto('projects').values({ id: 7, name }))
    await expect(
      store.transaction((tx) => {
        tx.run(add('lost'))
        throw new RangeError('on purpose')
      }),
    ).rejects.toThrow('on purpose')
    await store.transaction((tx) => tx.run(add('kept')))
    expect(await store.database.kysely.selectFrom('projects').selectAll().execute()).toStrictEqual([
      { id: 7, name: 'kept' },
    ])
  })

  it('may be closed twice and at the same time, and refuses everything afterwards', async () => {
    const store = await UnifiedGraphStore.open(folder())
    const query = store.database.prepared((db) => db.selectFrom('files').select('path'))
    await Promise.all([store.close(), store.close()])
    await store.close()
    await store[Symbol.asyncDispose]()
    const uses: readonly (() => Promise<unknown>)[] = [
      () => store.acquire('reader'),
      () => store.read(() => 1),
      () => store.write(() => 1),
      () => store.transaction(() => 1),
      () => filesOf(store),
      () => query.all(),
      () => store.schema.status(),
      () => store.schema.up(),
    ]
    for (const use of uses) await expect(use()).rejects.toMatchObject({ code: 'FORGE_POOL_CLOSED' })
    expect(readdirSync(path.dirname(store.file)).toSorted()).toStrictEqual(['.gitignore', 'graph.db'])
  })

  it('is opened by many at once where there is none yet', async () => {
    const root = folder()
    const stores = await Promise.all(Array.from({ length: 8 }, () => UnifiedGraphStore.open(root)))
    for (const store of stores) expect(await filesOf(store)).toStrictEqual([])
    await Promise.all(stores.map((store) => store.close()))
  })

  it('is not made where it is only to be looked at, or not to be made', async () => {
    const root = folder()
    for (const options of [{ readOnly: true }, { create: false }]) {
      await expect(UnifiedGraphStore.open(root, options)).rejects.toMatchObject({ code: 'FORGE_STORE_NOT_INDEXED' })
    }
    expect(existsSync(path.join(root, '.forge'))).toBe(false)
  })

  it('takes its tables as they are where it is only to be looked at', async () => {
    const root = folder()
    await using before = await UnifiedGraphStore.open(root)
    await before.schema.down({ to: 1 })
    await before.close()
    await using looking = await UnifiedGraphStore.open(root, { readOnly: true })
    expect(await looking.schema.status()).toMatchObject({ version: 1 })
    await expect(looking.write(() => 1)).rejects.toMatchObject({ code: 'FORGE_POOL_READ_ONLY' })
    await expect(looking.schema.up()).rejects.toMatchObject({ code: 'FORGE_POOL_READ_ONLY' })
    await looking.close()
    await using after = await UnifiedGraphStore.open(root)
    expect(await after.schema.status()).toMatchObject({ version: 9, pending: [] })
  })

  it('of another version is refused and closed again', async () => {
    const root = folder()
    const store = await UnifiedGraphStore.open(root)
    await store.close()
    const other = new Sqlite(store.file)
    other.exec(`update forge_migrations set checksum = 'other' where id = 'graph/0002-files'`)
    other.close()
    await expect(UnifiedGraphStore.open(root)).rejects.toMatchObject({
      code: 'FORGE_STORE_NEWER',
      cause: { code: 'FORGE_MIGRATE_CHANGED' },
    })
    expect(readdirSync(path.dirname(store.file))).toContain('graph.db')
    await using looking = await UnifiedGraphStore.open(root, { readOnly: true })
    expect(await looking.schema.status()).toMatchObject({ version: 9 })
  })

  it('is not opened for one who has given up, nor in a folder that is not there', async () => {
    const root = folder()
    const signal = AbortSignal.abort(new RangeError('given up'))
    await expect(UnifiedGraphStore.open(root, { signal })).rejects.toThrow('given up')
    expect(existsSync(path.join(root, '.forge'))).toBe(false)
    await expect(UnifiedGraphStore.open(path.join(root, 'no'))).rejects.toMatchObject({ code: 'FORGE_ROOT_NOT_FOUND' })
    write(path.join(root, 'file'), '')
    await expect(UnifiedGraphStore.open(path.join(root, 'file'))).rejects.toMatchObject({
      code: 'FORGE_ROOT_NOT_DIRECTORY',
    })
  })

  it('is the one its Forge works with', async () => {
    const root = folder()
    write(path.join(root, 'a.ts'), 'export const a = 1\n')
    const forge = await Forge.open(root)
    await forge.index()
    expect(await filesOf(forge.store)).toStrictEqual([{ path: 'a.ts' }])
    await forge.close()
    await forge.close()
    await expect(forge.graph.revision()).rejects.toMatchObject({ code: 'FORGE_POOL_CLOSED' })
  })
})

describe("a store of the user's own", () => {
  const first = defineMigration({
    id: 'notes/0001',
    up: (db) => [db.schema.createTable('notes').addColumn('text', 'text')],
  })
  const second = defineMigration({
    id: 'notes/0002',
    up: (db) => [db.schema.alterTable('notes').addColumn('at', 'integer')],
  })
  const open = async (file: string, kind: StoreKind): Promise<Store<{ notes: { text: string } }>> =>
    new Store(await openStore<{ notes: { text: string } }>(file, kind, {}))

  it('loses nothing in a power cut, and is copied before a migration touches it', async () => {
    const file = path.join(folder(), 'notes.db')
    const one = await open(file, { migrations: [first], derived: false })
    expect(await one.write((connection) => connection.prepare('pragma synchronous').all())).toStrictEqual([
      { synchronous: 2 },
    ])
    await one.database.kysely.insertInto('notes').values({ text: 'mine' }).execute()
    await one.close()
    expect(readdirSync(path.dirname(file))).toStrictEqual(['notes.db'])

    await using two = await open(file, { migrations: [first, second], derived: false })
    expect(await two.schema.status()).toMatchObject({ version: 2 })
    const copies = readdirSync(path.dirname(file)).filter((name) => name.startsWith('notes-v1-'))
    expect(copies).toHaveLength(1)
    const copy = new Sqlite(path.join(path.dirname(file), copies[0]!), { readonly: true })
    expect(copy.prepare('select * from notes').all()).toStrictEqual([{ text: 'mine' }])
    copy.close()
  })
})
