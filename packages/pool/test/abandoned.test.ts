import { expect, it } from 'vitest'
import { databaseFile } from './database-file.ts'
import { openPool } from './open-pool.ts'

const script = 'create table t (a); insert into t values (1), (2), (3)'

it('writes on where an iteration was left open by a write', async () => {
  const pool = openPool()
  await pool.write((connection) => connection.exec(script))
  let rows: IterableIterator<unknown> | undefined
  await pool.write((connection) => {
    rows = connection.prepare('select a from t').iterate()
    rows.next()
  })
  expect(await pool.run('insert into t values (4)')).toMatchObject({ changes: 1 })
  await pool.transaction(({ connection }) => connection.exec('insert into t values (5)'))
  expect(await pool.get('select count(*) as n from t')).toStrictEqual({ n: 5 })
  expect(pool.stats()).toMatchObject({ leased: 0, closed: 1 })
  rows?.return?.()
})

it('lets go of the write lock of an iteration that writes, and undoes it', async () => {
  const file = databaseFile()
  const pool = openPool({}, file)
  const other = openPool({ busyDeadline: 0 }, file)
  await pool.write((connection) => connection.exec(script))
  const lease = await pool.acquire('writer')
  const rows = lease.connection.prepare('insert into t select a + 10 from t returning a').iterate()
  rows.next()
  lease.release()
  await other.run('insert into t values (4)')
  expect(await pool.all('select a from t')).toStrictEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }])
  rows.return?.()
})

it('lends no reader again on which an iteration was left open', async () => {
  const pool = openPool({ maxConnections: 2 })
  await pool.write((connection) => connection.exec(script))
  let rows: IterableIterator<unknown> | undefined
  const first = await pool.read((connection) => {
    rows = connection.prepare('select a from t').iterate()
    rows.next()
    return connection
  })
  expect(await pool.read((connection) => connection)).not.toBe(first)
  rows?.return?.()
})
