import { type Database, openDatabase } from '@forge/db'
import Driver from 'better-sqlite3'
import { expect, it, onTestFinished, type TestContext } from 'vitest'
import { databaseFile, failure } from './people.ts'
import { type SmallDisk, smallDisk } from './small-disk.ts'

interface Blobs {
  blob: { n: number; body: Uint8Array }
}

const full = { code: 'FORGE_DB_FULL', hint: expect.stringMatching(/space|room/i) }

async function blobs(file: string, open = () => new Driver(file)): Promise<Database<Blobs>> {
  const db = openDatabase<Blobs>({ open, wal: { passiveAt: 2 ** 30 } })
  onTestFinished(() => db.close({ deadline: 0 }).catch(() => {}))
  await db.pool.write((connection) => connection.exec('create table if not exists blob (n integer, body blob)'))
  return db
}

/** The numbers that are there, and whether the file is whole. */
async function contents(db: Database<Blobs>): Promise<{ readonly numbers: number[]; readonly integrity: unknown }> {
  const rows = await db.kysely.selectFrom('blob').select('n').orderBy('n').execute()
  const integrity = await db.pool.read((connection) => connection.prepare('pragma integrity_check').get())
  return { numbers: rows.map((row) => row.n), integrity }
}

const whole = { integrity_check: 'ok' }

function insert(db: Pick<Database<Blobs>, 'kysely'>, n: number, kibibytes: number): Promise<unknown> {
  return db.kysely
    .insertInto('blob')
    .values({ n, body: Buffer.alloc(kibibytes * 1_024, n) })
    .execute()
}

function diskFor({ skip }: TestContext, mebibytes?: number): SmallDisk {
  return smallDisk(mebibytes) ?? skip('this user, or this machine, may not mount a small disk')
}

it('says that a database has reached its largest size, keeps what was committed, and goes on when it may grow', async () => {
  const file = databaseFile()
  let pages = 40
  const limited = () => {
    const driver = new Driver(file)
    driver.pragma(`max_page_count = ${pages}`)
    return driver
  }
  const db = await blobs(file, limited)
  await insert(db, 1, 60)
  expect(await failure(() => insert(db, 2, 300))).toMatchObject(full)
  const transaction = db.transaction(async (tx) => {
    await insert(tx, 3, 10)
    await insert(tx, 4, 300)
  })
  expect(await failure(() => transaction)).toMatchObject(full)
  expect(await contents(db)).toStrictEqual({ numbers: [1], integrity: whole })
  await insert(db, 5, 10)
  pages = 4_000
  await db.close()
  const larger = await blobs(file, limited)
  await insert(larger, 6, 300)
  expect(await contents(larger)).toStrictEqual({ numbers: [1, 5, 6], integrity: whole })
})

it('ends a transaction in which SQLite ran out of room, and lets the next one begin', async () => {
  const file = databaseFile()
  const db = await blobs(file, () => {
    const driver = new Driver(file)
    driver.pragma('max_page_count = 40')
    return driver
  })
  const transaction = db.transaction(async (tx) => {
    await insert(tx, 1, 10)
    expect(await failure(() => insert(tx, 2, 300))).toMatchObject(full)
    if (tx.state === 'active') await insert(tx, 3, 10)
  })
  const numbers = await transaction.then(
    () => [1, 3],
    () => [],
  )
  expect(await contents(db)).toStrictEqual({ numbers, integrity: whole })
  await insert(db, 4, 10)
})

it('says that the disk is full when it commits, leaves nothing half there, and goes on when there is room', async (context) => {
  const disk = diskFor(context)
  const db = await blobs(disk.path('blobs.db'))
  await insert(db, 1, 100)
  disk.fill(20)
  const transaction = db.transaction(async (tx) => {
    await insert(tx, 2, 30)
    await insert(tx, 3, 30)
  })
  expect(await failure(() => transaction)).toMatchObject(full)
  expect(await failure(() => insert(db, 4, 100))).toMatchObject(full)
  expect(await contents(db)).toStrictEqual({ numbers: [1], integrity: whole })
  disk.free()
  await insert(db, 5, 100)
  expect(await contents(db)).toStrictEqual({ numbers: [1, 5], integrity: whole })
})

it('says that the disk is full in the middle of a transaction that is larger than the cache', async (context) => {
  const disk = diskFor(context, 8)
  const file = disk.path('blobs.db')
  const db = openDatabase<Blobs>({ open: () => new Driver(file), cacheSizeKiB: 64 })
  onTestFinished(() => db.close({ deadline: 0 }).catch(() => {}))
  await db.pool.write((connection) => connection.exec('create table blob (n integer, body blob)'))
  disk.fill(300)
  const transaction = db.transaction(async (tx) => {
    for (let n = 0; n < 100; n++) await insert(tx, n, 20)
  })
  expect(await failure(() => transaction)).toMatchObject(full)
  expect(await contents(db)).toStrictEqual({ numbers: [], integrity: whole })
  disk.free()
  await insert(db, 1, 100)
  expect(await contents(db)).toStrictEqual({ numbers: [1], integrity: whole })
})

it('says that the disk is full at a checkpoint, loses nothing, and moves the WAL when there is room', async (context) => {
  const disk = diskFor(context)
  const db = await blobs(disk.path('blobs.db'))
  await db.pool.checkpoint('truncate')
  await insert(db, 1, 400)
  disk.fill()
  expect(await failure(() => db.pool.checkpoint('truncate'))).toMatchObject(full)
  expect(await contents(db)).toStrictEqual({ numbers: [1], integrity: whole })
  disk.free()
  expect(await db.pool.checkpoint('truncate')).toMatchObject({ complete: true })
  expect(await contents(db)).toStrictEqual({ numbers: [1], integrity: whole })
})

it('tries a checkpoint of its own again when the disk was full', async (context) => {
  const disk = diskFor(context)
  const file = disk.path('blobs.db')
  const db = openDatabase<Blobs>({ open: () => new Driver(file), wal: { passiveAt: 100 * 1_024 } })
  onTestFinished(() => db.close({ deadline: 0 }).catch(() => {}))
  await db.pool.write(async (connection) => {
    connection.exec('create table blob (n integer, body blob)')
    connection.exec('insert into blob values (1, zeroblob(400000))')
    disk.fill()
  })
  await expect.poll(() => db.pool.stats().wal.failed).toBeGreaterThan(0)
  disk.free()
  await expect.poll(() => db.pool.stats().wal.pendingBytes, { timeout: 10_000 }).toBe(0)
  expect(await contents(db)).toStrictEqual({ numbers: [1], integrity: whole })
})

it('says that the disk is full when there is no room for a new database', async (context) => {
  const disk = diskFor(context)
  disk.fill()
  const db = openDatabase<Blobs>({ open: () => new Driver(disk.path('blobs.db')) })
  onTestFinished(() => db.close())
  const create = () => db.pool.write((connection) => connection.exec('create table blob (n integer, body blob)'))
  expect(await failure(create)).toMatchObject(full)
  disk.free()
  await create()
  expect(await contents(db)).toStrictEqual({ numbers: [], integrity: whole })
})
