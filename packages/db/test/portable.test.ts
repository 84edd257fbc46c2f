import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import {
  brokenConstraint,
  type CompilableQuery,
  type Database,
  type PortableDatabase,
  type PortableQuery,
  type PortableTransaction,
  type PreparedQuery,
  type Transaction,
} from '@forge/db'
import { sql } from 'kysely'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { failure, firstFrame } from './people.ts'
import { accounts, type Accounts, openPostgres, openSqlite } from './portable-databases.ts'

type Db = PortableDatabase<Accounts>

/** Runs work outside any transaction, as another request would. */
const outside = AsyncLocalStorage.snapshot()

function queries(db: Db) {
  return {
    open: db.prepared((db, param: { owner: string; balance: number }) =>
      db.insertInto('account').values({ owner: param.owner, balance: param.balance }),
    ),
    balance: db.prepared((db, param: { owner: string }) =>
      db.selectFrom('account').select('balance').where('owner', '=', param.owner),
    ),
    set: db.prepared((db, param: { owner: string; balance: number }) =>
      db.updateTable('account').set({ balance: param.balance }).where('owner', '=', param.owner),
    ),
    owners: db.prepared((db) => db.selectFrom('account').select('owner').orderBy('owner')),
    transfer: db.prepared((db, param: { account: number; amount: number }) =>
      db.insertInto('transfer').values({ account: param.account, amount: param.amount }),
    ),
  }
}

const ownersOf = async (db: Pick<Db, 'kysely'>): Promise<readonly string[]> =>
  (await db.kysely.selectFrom('account').select('owner').orderBy('owner').execute()).map(({ owner }) => owner)

/** How many wait for a lock of the database, in the eyes of PostgreSQL. */
async function waitingFor(db: Pick<Db, 'kysely'>): Promise<number> {
  const waiting = sql`select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  return (await outside(() => waiting.execute(db.kysely))).rows.length
}

it('has SQLite and PostgreSQL behind one type', () => {
  expectTypeOf<Database<Accounts>>().toExtend<PortableDatabase<Accounts>>()
  expectTypeOf<Transaction<Accounts>>().toExtend<PortableTransaction<Accounts>>()
  expectTypeOf<PreparedQuery<{ a: 1 }, { b: 2 }>>().toExtend<PortableQuery<{ a: 1 }, { b: 2 }>>()
  expectTypeOf<Parameters<PortableDatabase<Accounts>['prepared']>[0]>().returns.toExtend<CompilableQuery<unknown>>()
})

describe.each([
  { name: 'SQLite', open: openSqlite<Accounts> },
  { name: 'PostgreSQL', open: openPostgres<Accounts> },
])('$name', ({ name, open }) => {
  const bank = async (): Promise<Db> => accounts(await open())

  describe('a prepared query', () => {
    it('is run with named values, each as often as it is named', async () => {
      const db = await bank()
      const { open, owners } = queries(db)
      const near = db.prepared((db, param: { balance: number }) =>
        db
          .selectFrom('account')
          .select('owner')
          .where('balance', '<=', param.balance)
          .where('balance', '>=', param.balance)
          .limit(10),
      )
      expect(near.parameters).toStrictEqual(['balance'])
      expect(await near.all({ balance: 50 })).toStrictEqual([{ owner: 'Bob' }])
      expect(await open.run({ owner: 'Cyd', balance: 0 })).toMatchObject({ changes: 1 })
      expect(await owners.first()).toStrictEqual({ owner: 'Ada' })
      expect(await near.first({ balance: 1 })).toBeUndefined()
      expect(await near.firstOrThrow({ balance: 0 })).toStrictEqual({ owner: 'Cyd' })
    })

    it('names the line that asked, where it fails', async () => {
      const db = await bank()
      const { open, balance } = queries(db)
      async function asking(work: () => unknown): Promise<void> {
        await work()
      }
      const failing = [
        [() => balance.firstOrThrow({ owner: 'Zoe' }), 'FORGE_DB_NO_RESULT'],
        [() => balance.all({} as { owner: string }), 'FORGE_DB_PARAMETER'],
        [() => open.run({ owner: 'Ada', balance: 1 }), 'FORGE_DB_CONSTRAINT'],
        [
          () => db.transaction(async (tx) => void (await tx.firstOrThrow(balance, { owner: 'Zoe' }))),
          'FORGE_DB_NO_RESULT',
        ],
        [
          () => db.transaction(async (tx) => void (await tx.run(open, { owner: 'Ada', balance: 1 }))),
          'FORGE_DB_CONSTRAINT',
        ],
      ] as const
      for (const [work, code] of failing) {
        const error = await failure(() => asking(work))
        expect(error).toMatchObject({ code, hint: expect.any(String) })
        expect(firstFrame(error)).toContain('portable.test.ts')
      }
    })

    it('cannot be computed with while it is built', async () => {
      const db = await bank()
      expect(() =>
        db.prepared((db, param: { owner: string }) =>
          db.selectFrom('account').select('id').where('owner', '=', `${param.owner}%`),
        ),
      ).toThrow(expect.objectContaining({ code: 'FORGE_DB_PARAMETER' }))
    })
  })

  describe('a transaction', () => {
    it('commits what its body did', async () => {
      const db = await bank()
      const { open, balance, owners } = queries(db)
      const tx = await db.transaction(async (tx) => {
        expect(tx.state).toBe('active')
        expect(await tx.run(open, { owner: 'Cyd', balance: 7 })).toMatchObject({ changes: 1 })
        await tx.kysely.deleteFrom('account').where('owner', '=', 'Bob').execute()
        expect(await tx.all(owners)).toStrictEqual([{ owner: 'Ada' }, { owner: 'Cyd' }])
        expect(await tx.first(balance, { owner: 'Bob' })).toBeUndefined()
        expect(await tx.firstOrThrow(balance, { owner: 'Cyd' })).toStrictEqual({ balance: 7 })
        return tx
      })
      expect(tx.state).toBe('committed')
      expect(await ownersOf(db)).toStrictEqual(['Ada', 'Cyd'])
    })

    it('undoes what its body did, and throws what that throws', async () => {
      const db = await bank()
      const { open } = queries(db)
      const mine = new Error('mine')
      let seen: PortableTransaction<Accounts> | undefined
      const error = await failure(() =>
        db.transaction(async (tx) => {
          seen = tx
          await tx.run(open, { owner: 'Cyd', balance: 7 })
          throw mine
        }),
      )
      expect(error).toBe(mine)
      expect(seen?.state).toBe('rolled-back')
      expect(await ownersOf(db)).toStrictEqual(['Ada', 'Bob'])
    })

    it('refuses to be used after its end', async () => {
      const db = await bank()
      const { owners } = queries(db)
      const tx = await db.transaction((tx) => tx)
      const over = { code: 'FORGE_TRANSACTION_FINISHED', details: { state: 'committed' } }
      expect(await failure(() => tx.all(owners))).toMatchObject(over)
      expect(await failure(() => tx.kysely.selectFrom('account').selectAll().execute())).toMatchObject(over)
      expect(await failure(() => tx.savepoint(() => {}))).toMatchObject(over)
      expect(await failure(() => tx.rollbackTo(tx))).toMatchObject(over)
    })

    it('cannot be ended by a statement', async () => {
      const db = await bank()
      expect(await failure(() => db.transaction((tx) => sql`commit`.execute(tx.kysely)))).toMatchObject({
        code: 'FORGE_TRANSACTION_CONTROL',
      })
    })

    it('loses no update of 20 tasks that read, then write', async () => {
      const db = await bank()
      const { balance, set } = queries(db)
      const add = () =>
        db.transaction(async (tx) => {
          const before = await tx.firstOrThrow(balance, { owner: 'Ada' })
          await tx.run(set, { owner: 'Ada', balance: before.balance + 1 })
        })
      const task = async () => {
        for (let times = 0; times < 5; times++) await add()
      }
      await Promise.all(Array.from({ length: 20 }, task))
      expect(await balance.first({ owner: 'Ada' })).toStrictEqual({ balance: 200 })
    })

    it('lets no two break together what each keeps alone', async () => {
      const db = await bank()
      const { set } = queries(db)
      const total = db.prepared((db) => db.selectFrom('account').select('balance'))
      const withdraw = (owner: string) =>
        db.transaction(async (tx) => {
          const sum = (await tx.all(total)).reduce((sum, { balance }) => sum + balance, 0)
          // Long enough for the other one to connect and read too, where nothing keeps it from that.
          await new Promise((resolve) => setTimeout(resolve, 100))
          if (sum >= 150) await tx.run(set, { owner, balance: 0 })
        })
      await Promise.all([withdraw('Ada'), withdraw('Bob')])
      expect((await total.all()).filter(({ balance }) => balance === 0)).toHaveLength(1)
    })

    it('shows nobody what it has not committed', async () => {
      const db = await bank()
      const { open, set, balance } = queries(db)
      const sums = new Set<number>()
      const moves = new AbortController()
      const watch = async () => {
        while (!moves.signal.aborted) {
          const rows = await db.kysely.selectFrom('account').select('balance').execute()
          sums.add(rows.reduce((sum, row) => sum + row.balance, 0))
          await setImmediate()
        }
      }
      const move = async () => {
        for (let times = 0; times < 20; times++) {
          await db.transaction(async (tx) => {
            const ada = await tx.firstOrThrow(balance, { owner: 'Ada' })
            await tx.run(set, { owner: 'Ada', balance: ada.balance - 1 })
            await new Promise((resolve) => setTimeout(resolve, 1))
            const bob = await tx.firstOrThrow(balance, { owner: 'Bob' })
            await tx.run(set, { owner: 'Bob', balance: bob.balance + 1 })
          })
        }
        moves.abort()
      }
      await Promise.all([watch(), watch(), move()])
      expect([...sums]).toStrictEqual([150])
      await failure(() =>
        db.transaction(async (tx) => {
          await tx.run(open, { owner: 'Cyd', balance: 1 })
          expect(await ownersOf(db)).toStrictEqual(['Ada', 'Bob'])
          throw new Error('mine')
        }),
      )
    })

    it('reads one snapshot and cannot write, where it is told so', async () => {
      const db = await bank()
      const { open, owners, balance } = queries(db)
      await db.transaction(
        async (tx) => {
          expect(await tx.all(owners)).toHaveLength(2)
          await outside(() => open.run({ owner: 'Cyd', balance: 1 }))
          expect(await tx.all(owners)).toHaveLength(2)
          expect(await tx.first(balance, { owner: 'Cyd' })).toBeUndefined()
        },
        { mode: 'read' },
      )
      const writes = (tx: PortableTransaction<Accounts>) => tx.run(open, { owner: 'Dan', balance: 1 })
      expect(await failure(() => db.transaction(writes, { mode: 'read' }))).toMatchObject({
        code: 'FORGE_DB_READ_ONLY',
      })
      await db.transaction(writes, { mode: 'deferred' })
      expect(await ownersOf(db)).toStrictEqual(['Ada', 'Bob', 'Cyd', 'Dan'])
    })
  })

  describe('a savepoint', () => {
    it('undoes alone what failed in it', async () => {
      const db = await bank()
      const { open } = queries(db)
      await db.transaction(async (tx) => {
        await tx.run(open, { owner: 'Cyd', balance: 1 })
        let inner: PortableTransaction<Accounts> | undefined
        const error = await failure(() =>
          tx.savepoint(async (savepoint) => {
            inner = savepoint
            await savepoint.run(open, { owner: 'Dan', balance: 1 })
            await savepoint.run(open, { owner: 'Ada', balance: 1 })
          }),
        )
        expect(brokenConstraint(error)).toBe('unique')
        expect(inner?.state).toBe('rolled-back')
        expect(tx.state).toBe('active')
        const result = await tx.savepoint(async (savepoint) => {
          await savepoint.run(open, { owner: 'Eve', balance: 1 })
          return savepoint
        })
        expect(result.state).toBe('committed')
      })
      expect(await ownersOf(db)).toStrictEqual(['Ada', 'Bob', 'Cyd', 'Eve'])
    })

    it('is rolled back to as often as one likes, and ends those inside', async () => {
      const db = await bank()
      const { open } = queries(db)
      await db.transaction(async (tx) => {
        await tx.savepoint(async (outer) => {
          await outer.run(open, { owner: 'Cyd', balance: 1 })
          await failure(() =>
            outer.savepoint(async (inner) => {
              await tx.rollbackTo(outer)
              expect(inner.state).toBe('rolled-back')
            }),
          )
          await outer.run(open, { owner: 'Dan', balance: 1 })
          await tx.rollbackTo(outer)
          await outer.run(open, { owner: 'Eve', balance: 1 })
          expect(outer.state).toBe('active')
        })
        expect(await failure(() => tx.rollbackTo(tx))).toMatchObject({ code: 'FORGE_SAVEPOINT_ORDER' })
      })
      expect(await ownersOf(db)).toStrictEqual(['Ada', 'Bob', 'Eve'])
    })

    it('waits for the one beside it, but not for the one it is in', async () => {
      const db = await bank()
      const { open } = queries(db)
      await db.transaction(async (tx) => {
        const add = (owner: string, fails: boolean) =>
          tx.savepoint(async (savepoint) => {
            await savepoint.run(open, { owner, balance: 1 })
            await new Promise((resolve) => setTimeout(resolve, 1))
            if (fails) throw new Error(owner)
          })
        const results = await Promise.allSettled([add('Cyd', false), add('Dan', true), add('Eve', false)])
        expect(results.map(({ status }) => status)).toStrictEqual(['fulfilled', 'rejected', 'fulfilled'])
        expect(await failure(() => tx.savepoint(() => tx.savepoint(() => {})))).toMatchObject({
          code: 'FORGE_SAVEPOINT_ORDER',
        })
      })
      expect(await ownersOf(db)).toStrictEqual(['Ada', 'Bob', 'Cyd', 'Eve'])
    })

    it('has to end before the transaction does', async () => {
      const db = await bank()
      let never: Promise<unknown> | undefined
      const error = await failure(() =>
        db.transaction(async (tx) => {
          await new Promise<void>((begun) => {
            never = tx.savepoint(async () => {
              begun()
              await new Promise((resolve) => setTimeout(resolve, 20))
            })
            never.catch(() => undefined)
          })
        }),
      )
      expect(error).toMatchObject({ code: 'FORGE_SAVEPOINT_ORDER' })
      expect(await failure(() => never)).toMatchObject({ code: 'FORGE_TRANSACTION_FINISHED' })
    })

    it('is what a transaction inside a transaction of the same task is', async () => {
      const db = await bank()
      const { open } = queries(db)
      const inserts = (owner: string) => db.transaction((tx) => tx.run(open, { owner, balance: 1 }))
      await db.transaction(async () => {
        await inserts('Cyd')
        expect(await failure(() => inserts('Ada'))).toMatchObject({ code: 'FORGE_DB_CONSTRAINT' })
        expect(await failure(() => db.transaction((tx) => inserted(tx), { mode: 'read' }))).toMatchObject({
          code: 'FORGE_DB_READ_ONLY',
        })
        await inserts('Dan')
      })
      expect(await failure(() => db.transaction(() => inserts('Eve'), { mode: 'read' }))).toMatchObject({
        code: 'FORGE_TRANSACTION_READ_ONLY',
      })
      expect(await ownersOf(db)).toStrictEqual(['Ada', 'Bob', 'Cyd', 'Dan'])
      function inserted(tx: PortableTransaction<Accounts>) {
        return tx.run(open, { owner: 'Eve', balance: 1 })
      }
    })
  })

  it('tells which kind of constraint was broken', async () => {
    const db = await bank()
    const { open, transfer } = queries(db)
    const kind = async (work: () => unknown) => brokenConstraint(await failure(work))
    expect(await kind(() => open.run({ owner: 'Ada', balance: 1 }))).toBe('unique')
    expect(await kind(() => open.run({ owner: 'Cyd', balance: -1 }))).toBe('check')
    expect(await kind(() => open.run({ owner: null as never, balance: 1 }))).toBe('not-null')
    expect(await kind(() => transfer.run({ account: 99, amount: 1 }))).toBe('foreign-key')
    expect(await kind(() => db.transaction((tx) => tx.run(transfer, { account: 99, amount: 1 })))).toBe('foreign-key')
    const insert = db.kysely.insertInto('account').values({ owner: 'Ada', balance: 1 })
    expect(await kind(() => insert.execute())).toBe('unique')
    expect(await kind(() => db.transaction((tx) => sql`select nothing`.execute(tx.kysely)))).toBeUndefined()
  })

  it('says which statement is wrong', async () => {
    const db = await bank()
    const wrong = { code: 'FORGE_DB_QUERY', details: { sql: expect.stringContaining('nobody') } }
    expect(await failure(() => sql`select * from nobody`.execute(db.kysely))).toMatchObject(wrong)
    expect(await failure(() => db.transaction((tx) => sql`select * from nobody`.execute(tx.kysely)))).toMatchObject(
      wrong,
    )
    const stream = async () => {
      for await (const _row of db.kysely
        .selectFrom('nobody' as 'account')
        .selectAll()
        .stream())
        expect.unreachable()
    }
    expect(await failure(stream)).toMatchObject(wrong)
  })

  describe('a stream', () => {
    const thousand = async (): Promise<Db> => {
      const db = await bank()
      const rows = Array.from({ length: 1000 }, (_, amount) => ({ account: 1, amount }))
      await db.kysely.insertInto('transfer').values(rows).execute()
      return db
    }
    const amounts = (db: Pick<Db, 'kysely'>) =>
      db.kysely.selectFrom('transfer').select('amount').where('account', '=', 1).orderBy('amount').stream(64)

    it('hands over all rows, in and outside a transaction', async () => {
      const db = await thousand()
      const read = async (from: Pick<Db, 'kysely'>) => {
        const seen: number[] = []
        for await (const { amount } of amounts(from)) seen.push(amount)
        return seen
      }
      const expected = Array.from({ length: 1000 }, (_, amount) => amount)
      expect(await read(db)).toStrictEqual(expected)
      expect(await db.transaction(read)).toStrictEqual(expected)
      expect(await db.transaction(read, { mode: 'read' })).toStrictEqual(expected)
    })

    it('may be left early, and its connection is free again', async () => {
      const db = await thousand()
      for (let times = 0; times < 20; times++) {
        for await (const { amount } of amounts(db)) if (amount === 100) break
      }
      await db.transaction(async (tx) => {
        for await (const { amount } of amounts(tx)) if (amount === 100) break
        await tx.kysely.deleteFrom('transfer').execute()
      })
      expect(await db.kysely.selectFrom('transfer').select('amount').execute()).toStrictEqual([])
    })

    it('gives what an insert returns', async () => {
      const db = await bank()
      const insert = db.kysely.insertInto('account').values({ owner: 'Cyd', balance: 1 }).returning('owner')
      for await (const row of insert.stream()) expect(row).toStrictEqual({ owner: 'Cyd' })
    })

    it('never hides that it was cut off', async () => {
      const db = await thousand()
      const rows = await db.transaction(async (tx) => {
        const rows = amounts(tx)
        await rows.next()
        return rows
      })
      const readOn = async () => {
        for await (const _row of rows);
      }
      expect(await failure(readOn)).toMatchObject({ code: expect.stringMatching(/FINISHED|STREAM_ENDED/) })
      expect(await ownersOf(db)).toHaveLength(2)
    })
  })

  describe('an abort', () => {
    it('stops what has not begun', async () => {
      const db = await bank()
      const { owners } = queries(db)
      const signal = AbortSignal.abort(new Error('enough'))
      expect((await failure(() => owners.withSignal(signal).all())).message).toBe('enough')
      expect((await failure(() => db.transaction(() => expect.unreachable(), { signal }))).message).toBe('enough')
    })

    it('undoes a transaction that goes on', async () => {
      const db = await bank()
      const { open } = queries(db)
      const controller = new AbortController()
      const { signal } = controller
      const error = await failure(() =>
        db.transaction(
          async (tx) => {
            await tx.run(open, { owner: 'Cyd', balance: 1 })
            controller.abort(new Error('enough'))
          },
          { signal },
        ),
      )
      expect(error.message).toBe('enough')
      expect(await ownersOf(db)).toStrictEqual(['Ada', 'Bob'])
    })

    it('frees who waits for a lock', async () => {
      const db = await bank()
      const { set } = queries(db)
      const controller = new AbortController()
      const { signal } = controller
      await db.transaction(async (tx) => {
        await tx.run(set, { owner: 'Ada', balance: 1 })
        const others = outside(() =>
          Promise.all([
            failure(() => set.withSignal(signal).run({ owner: 'Ada', balance: 2 })),
            failure(() => db.transaction((tx) => tx.run(set, { owner: 'Ada', balance: 3 }), { signal })),
          ]),
        )
        setTimeout(() => controller.abort(new Error('enough')), 50)
        const messages = (await others).map(({ message }) => message)
        expect(messages).toStrictEqual(['enough', 'enough'])
        // Whoever is freed is so at once, while the server may still have to hear of it.
        if (name === 'PostgreSQL') while ((await waitingFor(db)) > 0) await setImmediate()
      })
      expect(await queries(db).balance.first({ owner: 'Ada' })).toStrictEqual({ balance: 1 })
    })
  })

  it('closes, also twice, and is closed then', async () => {
    const db = await bank()
    const { owners } = queries(db)
    await db.close()
    await db.close()
    const closed = { code: 'FORGE_POOL_CLOSED' }
    expect(await failure(() => owners.all())).toMatchObject(closed)
    expect(await failure(() => db.transaction(() => {}))).toMatchObject(closed)
    expect(await failure(() => ownersOf(db))).toMatchObject(closed)
  })

  it('refuses what is no mode and no body', async () => {
    const db = await bank()
    const wrong = { code: 'FORGE_POOL_OPTIONS' }
    expect(await failure(() => db.transaction(() => {}, { mode: 'fast' as 'read' }))).toMatchObject(wrong)
    expect(await failure(() => db.transaction(undefined as never))).toMatchObject(wrong)
  })
})
