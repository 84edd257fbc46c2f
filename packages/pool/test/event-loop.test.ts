import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Pool } from '@forge/pool'
import type Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { manualClock } from './manual-clock.ts'
import { openPool } from './open-pool.ts'

describe('a task that never awaits anything but the pool', () => {
  it.each([
    ['reads', 3, (pool) => pool.all('select 1')],
    ['writes', 1, (pool) => pool.run('update note set text = text')],
    ['transactions of several tasks', 8, (pool) => pool.transaction((tx) => void tx.connection.exec('select 1'))],
    ['acquires', 2, async (pool) => (await pool.acquire('reader')).release()],
  ] satisfies readonly (readonly [string, number, (pool: Pool<Database.Database>) => Promise<unknown>])[])(
    'lets the event loop go on: %s',
    async (_name, tasks, call) => {
      const pool = openPool()
      await pool.write((connection) => connection.exec('create table note (text)'))
      const stop = new AbortController()
      const task = async () => {
        while (!stop.signal.aborted) await call(pool)
      }
      const all = Promise.all(Array.from({ length: tasks }, task))
      // These turns never come where the tasks keep the event loop for themselves.
      for (let turn = 0; turn < 5; turn++) await nextTurn()
      stop.abort()
      await all
      expect(pool.stats()).toMatchObject({ leased: 0, waiting: 0 })
    },
  )
})

describe('a turn of the event loop that is over', () => {
  it('serves those who wait in the order in which they came, and before those who come then', async () => {
    const clock = manualClock()
    const pool = openPool({ clock })
    await pool.run('create table note (text)')
    ;(await pool.acquire('writer')).release()
    clock.advance(10)
    const order: number[] = []
    const first = [1, 2, 3].map(async (each) => {
      const lease = await pool.acquire('writer')
      order.push(each)
      lease.release()
    })
    expect(pool.stats()).toMatchObject({ idle: 1, waiting: 3 })
    await nextTurn()
    const late = pool.write(() => void order.push(4))
    await Promise.all([...first, late])
    expect(order).toStrictEqual([1, 2, 3, 4])
  })
})
