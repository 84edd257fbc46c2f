import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolTransaction } from '@forge/pool'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { failure, firstFrame, notes, texts, write } from './notes.ts'

type Notes = Pool<Database.Database>

/** Code that knows nothing of its callers: it writes two notes in a transaction of its own. */
async function writeTwo(pool: Notes, text: string, fails = false): Promise<void> {
  await pool.transaction(async (tx) => {
    write(tx.connection, text)
    await sleep(1)
    write(tx.connection, `${text} again`)
    if (fails) throw new Error(text)
  })
}

it('is a savepoint inside a transaction of the same task, through any number of awaits', async () => {
  const pool = await notes()
  await pool.transaction(async (outer) => {
    await sleep(1)
    const later = async () => {
      await Promise.resolve()
      await pool.transaction(async (inner) => {
        expect(inner.connection).toBe(outer.connection)
        await sleep(1)
        await writeTwo(pool, 'a')
      })
    }
    await later()
    expect(outer.state).toBe('active')
    expect(await texts(pool)).toStrictEqual([])
  })
  expect(await texts(pool)).toStrictEqual(['a', 'a again'])
})

it('undoes only the inner transaction when the inner one throws', async () => {
  const pool = await notes()
  await pool.transaction(async (outer) => {
    write(outer.connection, 'a')
    expect(await failure(() => writeTwo(pool, 'b', true))).toMatchObject({ message: 'b' })
    write(outer.connection, 'c')
  })
  expect(await texts(pool)).toStrictEqual(['a', 'c'])
})

it('undoes the inner transaction with the outer one', async () => {
  const pool = await notes()
  let inner: PoolTransaction<Database.Database> | undefined
  const error = await failure(() =>
    pool.transaction(async () => {
      await pool.transaction((tx) => {
        inner = tx
        write(tx.connection, 'a')
      })
      expect(inner?.state).toBe('committed')
      throw new Error('mine')
    }),
  )
  expect(error.message).toBe('mine')
  expect(await texts(pool)).toStrictEqual([])
})

it('runs transactions that stand side by side in another one after the other', async () => {
  const pool = await notes()
  await pool.transaction(async () => {
    const all = [writeTwo(pool, 'a'), writeTwo(pool, 'b', true), writeTwo(pool, 'c'), writeTwo(pool, 'd')]
    expect((await Promise.allSettled(all)).map((each) => each.status)).toStrictEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
  })
  expect(await texts(pool)).toStrictEqual(['a', 'a again', 'c', 'c again', 'd', 'd again'])
})

it('is a transaction of its own in another task, and after the outer one has ended', async () => {
  const pool = await notes()
  const started = Promise.withResolvers<void>()
  const other = started.promise.then(() => writeTwo(pool, 'other'))
  let late: Promise<void> | undefined
  await pool.transaction(async (tx) => {
    started.resolve()
    late = sleep(5).then(() => writeTwo(pool, 'late'))
    await sleep(1)
    write(tx.connection, 'mine')
  })
  await Promise.all([other, late])
  expect(await texts(pool)).toStrictEqual(['mine', 'other', 'other again', 'late', 'late again'])
})

it('is refused where the savepoint it was started in has ended meanwhile', async () => {
  const pool = await notes()
  let late: Promise<Error> | undefined
  await pool.transaction(async (tx) => {
    await tx.savepoint(() => {
      late = failure(async () => {
        await sleep(1)
        await writeTwo(pool, 'late')
      })
    })
    expect(await late).toMatchObject({ code: 'FORGE_TRANSACTION_FINISHED' })
  })
  expect(await texts(pool)).toStrictEqual([])
})

it('is a savepoint of the innermost savepoint', async () => {
  const pool = await notes()
  await pool.transaction(async (tx) => {
    const error = await failure(() =>
      tx.savepoint(async (savepoint) => {
        await writeTwo(pool, 'a')
        await savepoint.savepoint(() => writeTwo(pool, 'b'))
        throw new Error('mine')
      }),
    )
    expect(error.message).toBe('mine')
    await writeTwo(pool, 'c')
  })
  expect(await texts(pool)).toStrictEqual(['c', 'c again'])
})

it('reads inside a transaction what that has written, and writes nothing meanwhile', async () => {
  const pool = await notes()
  await pool.transaction(async (outer) => {
    write(outer.connection, 'a')
    await pool.transaction(
      async (inner) => {
        expect(inner.mode).toBe('read')
        expect(inner.connection.prepare('select text from note').pluck().all()).toStrictEqual(['a'])
        expect(() => write(inner.connection, 'b')).toThrow('readonly')
        await inner.savepoint(() => expect(() => write(outer.connection, 'c')).toThrow('readonly'))
      },
      { mode: 'read' },
    )
    write(outer.connection, 'd')
    await failure(() =>
      pool.transaction(
        () => {
          throw new Error('mine')
        },
        { mode: 'read' },
      ),
    )
    write(outer.connection, 'e')
  })
  expect(await texts(pool)).toStrictEqual(['a', 'd', 'e'])
})

it('reads apart from the transaction it stands in where it is asked to', async () => {
  const pool = await notes()
  await pool.transaction(async (outer) => {
    write(outer.connection, 'a')
    const seen = await pool.transaction((tx) => tx.connection.prepare('select text from note').all(), {
      mode: 'read',
      separate: true,
    })
    expect(seen).toStrictEqual([])
    expect(await failure(() => pool.transaction(() => {}, { separate: true }))).toMatchObject({
      code: 'FORGE_POOL_DEADLOCK',
    })
  })
})

it('cannot write inside a transaction that only reads', async () => {
  const pool = await notes()
  await pool.transaction(
    async () => {
      for (const mode of ['immediate', 'deferred'] as const) {
        async function asking(): Promise<void> {
          await pool.transaction(() => expect.unreachable(), { mode })
        }
        const error = await failure(asking)
        expect(error).toMatchObject({ code: 'FORGE_TRANSACTION_READ_ONLY', details: { mode } })
        expect(firstFrame(error)).toContain('asking')
      }
      expect(await pool.transaction((tx) => tx.mode, { mode: 'read' })).toBe('read')
    },
    { mode: 'read' },
  )
})

it('rolls back to a savepoint and ends those inside it', async () => {
  const pool = await notes()
  await pool.transaction(async (tx) => {
    await tx.savepoint(async (outer) => {
      write(outer.connection, 'a')
      const inner = await failure(() =>
        outer.savepoint(async (inner) => {
          write(inner.connection, 'b')
          tx.rollbackTo(outer)
          expect(inner.state).toBe('rolled-back')
          expect(outer.state).toBe('active')
        }),
      )
      expect(inner).toMatchObject({ code: 'FORGE_TRANSACTION_FINISHED' })
      write(outer.connection, 'c')
    })
  })
  expect(await texts(pool)).toStrictEqual(['c'])
})

it('refuses to roll back to what is no open savepoint inside', async () => {
  const pool = await notes()
  await pool.transaction(async (tx) => {
    const ended = await tx.savepoint((savepoint) => savepoint)
    for (const wrong of [ended, tx, undefined as never]) {
      function asking(): void {
        tx.rollbackTo(wrong)
      }
      const error = await failure(asking)
      expect(error).toMatchObject({ code: 'FORGE_SAVEPOINT_ORDER' })
      expect(firstFrame(error)).toContain('asking')
    }
  })
})

it('refuses to wait for itself', async () => {
  const pool = await notes({ acquireTimeout: 10 })
  await pool.transaction(async (tx) => {
    await tx.savepoint(async () => {
      async function asking(): Promise<void> {
        await tx.savepoint(() => expect.unreachable())
      }
      const error = await failure(asking)
      expect(error).toMatchObject({ code: 'FORGE_SAVEPOINT_ORDER' })
      expect(firstFrame(error)).toContain('asking')
    })
    // What waits for a later one in the line is no task of that one, and noticed by the time it takes only.
    const first: Promise<void> = tx.savepoint(async () => {
      await sleep(1)
      await second
    })
    const second = tx.savepoint(() => {})
    expect(await failure(() => first)).toMatchObject({ code: 'FORGE_SAVEPOINT_ORDER', details: { milliseconds: 10 } })
    await tx.savepoint(() => {})
  })
})

it('stops waiting for the savepoint before it when the signal is aborted', async () => {
  const pool = await notes()
  const reason = new Error('enough')
  await pool.transaction(async (tx) => {
    const controller = new AbortController()
    const first = tx.savepoint(() => sleep(5))
    const second = tx.savepoint(() => expect.unreachable(), { signal: controller.signal })
    const third = tx.savepoint(() => write(tx.connection, 'third'))
    controller.abort(reason)
    await expect(second).rejects.toBe(reason)
    await Promise.all([first, third])
    const late = new AbortController()
    const undone = tx.savepoint(
      () => {
        write(tx.connection, 'undone')
        late.abort(reason)
      },
      { signal: late.signal },
    )
    await expect(undone).rejects.toBe(reason)
  })
  expect(await texts(pool)).toStrictEqual(['third'])
})

it('undoes everything when it is to end before what is inside it', async () => {
  const pool = await notes()
  const inside: Promise<unknown>[] = []
  async function asking(): Promise<void> {
    await pool.transaction((tx) => {
      write(tx.connection, 'a')
      inside.push(
        failure(() => writeTwo(pool, 'b')),
        failure(() => writeTwo(pool, 'c')),
      )
    })
  }
  const error = await failure(asking)
  expect(error).toMatchObject({ code: 'FORGE_SAVEPOINT_ORDER' })
  expect(firstFrame(error)).toContain('asking')
  const finished = expect.objectContaining({ code: 'FORGE_TRANSACTION_FINISHED' })
  expect(await Promise.all(inside)).toStrictEqual([finished, finished])
  expect(await texts(pool)).toStrictEqual([])
  expect(pool.stats()).toMatchObject({ leased: 0 })
})

it('runs on the connection of its own pool inside a transaction of another', async () => {
  const one = await notes()
  const other = await notes()
  await one.transaction(async (tx) => {
    write(tx.connection, 'one')
    await writeTwo(other, 'other')
    expect(await failure(() => writeTwo(other, 'undone', true))).toMatchObject({ message: 'undone' })
    expect(await texts(other)).toStrictEqual(['other', 'other again'])
  })
  expect(await texts(one)).toStrictEqual(['one'])
})
