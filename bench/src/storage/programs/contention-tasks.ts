/** Lets asynchronous tasks of one process add to a counter, each in a transaction that spans a turn of the event loop. */
import { join } from 'node:path'
import { Kysely, SqliteDialect } from 'kysely'
import { contend, contentionNumbers, nextTurn, type Transact } from './contention.ts'
import { counted, forgeCounter, forgeWithThread, isBusyError, rawCounter } from './counters.ts'
import { createPeople, openTuned, type Schema } from './people.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'

function viaForge(file: string, thread: boolean): Transact {
  const { db, read, write } = forgeCounter(file, { thread })
  return async () => {
    await db.transaction(async (tx) => {
      const { n } = tx.firstOrThrow(read)
      await nextTurn()
      tx.run(write, { n: n + 1 })
    })
    return 0
  }
}

function viaKysely(file: string): Transact {
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: openTuned(file) }) })
  return async () => {
    await db.transaction().execute(async (tx) => {
      const { n } = await tx.selectFrom('counter').select('n').where('id', '=', 1).executeTakeFirstOrThrow()
      await nextTurn()
      await tx
        .updateTable('counter')
        .set({ n: n + 1 })
        .where('id', '=', 1)
        .execute()
    })
    return 0
  }
}

function oneWriter(file: string): Transact {
  const database = openTuned(file)
  const { read, write } = rawCounter(database)
  const [begin, commit] = ['begin immediate', 'commit'].map((sql) => database.prepare(sql))
  let last: Promise<unknown> = Promise.resolve()
  const transact = async (): Promise<number> => {
    begin?.run()
    const n = read()
    await nextTurn()
    write(n + 1)
    commit?.run()
    return 0
  }
  return () => {
    const done = last.then(transact)
    last = done
    return done
  }
}

function ownConnection(file: string, beginSql: string): Transact {
  const database = openTuned(file, { timeout: 0 })
  const { read, write } = rawCounter(database)
  const [begin, commit, rollback] = [beginSql, 'commit', 'rollback'].map((sql) => database.prepare(sql))
  return async () => {
    for (let errors = 0; ; errors++) {
      try {
        begin?.run()
        const n = read()
        await nextTurn()
        write(n + 1)
        commit?.run()
        return errors
      } catch (error) {
        if (database.inTransaction) rollback?.run()
        if (!isBusyError(error)) throw error
        await nextTurn()
      }
    }
  }
}

function sharedBy(side: string, file: string): Transact {
  if (side === 'kysely') return viaKysely(file)
  if (side === 'one writer') return oneWriter(file)
  return viaForge(file, side === forgeWithThread)
}

function workersOf(side: string, file: string, count: number): readonly Transact[] {
  const own = { deferred: 'begin', immediate: 'begin immediate' }[side]
  if (own !== undefined) return Array.from({ length: count }, () => ownConnection(file, own))
  return Array<Transact>(count).fill(sharedBy(side, file))
}

await runProgram(async (request) => {
  const side = onlySide(request)
  const file = join(request.folder, 'people.db')
  createPeople(file)
  const transactions = sizeOf(request, 'transactions')
  const workers = workersOf(side, file, sizeOf(request, 'workers'))
  await workers[0]?.()
  const start = performance.now()
  const met = await contend(workers, transactions)
  const allMs = performance.now() - start
  const lost = 1 + workers.length * transactions - counted(file)
  return { [side]: { allMs, lost, ...contentionNumbers([met]) } }
})
