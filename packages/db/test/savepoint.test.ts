import type { Transaction } from '@forge/db'
import { expect, it } from 'vitest'
import { whoWaits } from './engine.ts'
import { failure, firstFrame, names, people, type People } from './people.ts'

const add = (tx: Transaction<People>, name: string) => tx.kysely.insertInto('person').values({ name, age: 1 }).execute()

it('keeps what a savepoint did when its body is done', async () => {
  const db = await people()
  await db.transaction(async (tx) => {
    const inner = await tx.savepoint(async (savepoint) => {
      await add(savepoint, 'Cyd')
      return savepoint
    })
    expect(inner.state).toBe('committed')
    expect(tx.state).toBe('active')
  })
  expect(await names(db)).toContain('Cyd')
})

it('undoes what a savepoint did when its body throws, and goes on', async () => {
  const db = await people()
  const mine = new Error('mine')
  await db.transaction(async (tx) => {
    await add(tx, 'Cyd')
    let inner: Transaction<People> | undefined
    const error = await failure(() =>
      tx.savepoint(async (savepoint) => {
        inner = savepoint
        await add(savepoint, 'Dan')
        await savepoint.savepoint((deeper) => add(deeper, 'Eve'))
        throw mine
      }),
    )
    expect(error).toBe(mine)
    expect(inner?.state).toBe('rolled-back')
    expect(() => inner?.runMany(undefined as never, [])).toThrow(
      expect.objectContaining({ code: 'FORGE_TRANSACTION_FINISHED' }),
    )
    expect(await names(tx)).toStrictEqual(['Ada', 'Bob', 'Cyd'])
  })
  expect(await names(db)).toStrictEqual(['Ada', 'Bob', 'Cyd'])
})

it('counts the statements of the transaction around it as its own', async () => {
  const db = await people()
  await db.transaction(async (tx) => {
    await failure(() =>
      tx.savepoint(async () => {
        await add(tx, 'Cyd')
        throw new Error('undo')
      }),
    )
    expect(await names(tx)).not.toContain('Cyd')
  })
})

it('rolls back to a savepoint and ends those inside it', async () => {
  const db = await people()
  await db.transaction(async (tx) => {
    await tx.savepoint(async (outer) => {
      await add(outer, 'Cyd')
      const inner = await failure(() =>
        outer.savepoint(async (inner) => {
          await add(inner, 'Dan')
          tx.rollbackTo(outer)
          expect(inner.state).toBe('rolled-back')
          expect(outer.state).toBe('active')
          expect(await names(outer)).toStrictEqual(['Ada', 'Bob'])
        }),
      )
      expect(inner).toMatchObject({ code: 'FORGE_TRANSACTION_FINISHED' })
      await add(outer, 'Eve')
    })
  })
  expect(await names(db)).toStrictEqual(['Ada', 'Bob', 'Eve'])
})

it('opens savepoints side by side one after the other', async () => {
  const db = await people()
  await db.transaction(async (tx) => {
    const one = async (name: string, fails: boolean) => {
      await tx.savepoint(async (savepoint) => {
        await add(savepoint, name)
        await new Promise((resolve) => setTimeout(resolve, 2))
        await add(savepoint, `${name} again`)
        if (fails) throw new Error('mine')
      })
    }
    const results = await Promise.allSettled([one('Cyd', false), one('Dan', true), one('Eve', false)])
    expect(results.map((result) => result.status)).toStrictEqual(['fulfilled', 'rejected', 'fulfilled'])
  })
  expect(await names(db)).toStrictEqual(['Ada', 'Bob', 'Cyd', 'Cyd again', 'Eve', 'Eve again'])
})

it('refuses to open a savepoint beside the one whose body opens it', async () => {
  const db = await people()
  await db.transaction(async (tx) => {
    await tx.savepoint(async (savepoint) => {
      async function asking(): Promise<void> {
        await tx.savepoint(() => {})
      }
      const error = await failure(asking)
      expect(error).toMatchObject({ code: 'FORGE_SAVEPOINT_ORDER', hint: expect.stringContaining('body') })
      expect(firstFrame(error)).toContain(whoWaits('asking'))
      await savepoint.savepoint(() => {})
    })
    await tx.savepoint(() => {})
  })
})

it('refuses to roll back to what is no open savepoint of the transaction', async () => {
  const db = await people()
  await db.transaction(async (tx) => {
    const ended = await tx.savepoint((savepoint) => savepoint)
    const order = expect.objectContaining({ code: 'FORGE_SAVEPOINT_ORDER' })
    expect(() => tx.rollbackTo(ended)).toThrow(order)
    expect(() => tx.rollbackTo(tx)).toThrow(order)
    await tx.savepoint((savepoint) => expect(() => savepoint.rollbackTo(tx)).toThrow(order))
  })
})

it('undoes a transaction that is to end before a savepoint in it', async () => {
  const db = await people()
  let late: Promise<Error> | undefined
  async function asking(): Promise<void> {
    await db.transaction(async (tx) => {
      await add(tx, 'Cyd')
      late = failure(() =>
        tx.savepoint(async (savepoint) => {
          await add(savepoint, 'Dan')
          await new Promise((resolve) => setTimeout(resolve, 5))
          await add(savepoint, 'Eve')
        }),
      )
    })
  }
  const error = await failure(asking)
  expect(error).toMatchObject({ code: 'FORGE_SAVEPOINT_ORDER', hint: expect.stringContaining('Await') })
  expect(firstFrame(error)).toContain(whoWaits('asking'))
  expect(await late).toMatchObject({ code: 'FORGE_TRANSACTION_FINISHED' })
  expect(await names(db)).toStrictEqual(['Ada', 'Bob'])
})
