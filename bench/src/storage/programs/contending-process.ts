/** One of several processes that add to a counter. */
import { type Contention, contend, type Transact } from './contention.ts'
import { forgeCounter, forgeWithThread, isBusyError, rawCounter } from './counters.ts'
import { openTuned } from './people.ts'
import { answerOrders } from './processes.ts'

/** What the process is told: first to open the file, then to work. */
export type ContendOrder =
  | { readonly open: string; readonly side: string }
  | { readonly transactions: number; readonly at: number }

let transact: Transact | undefined

function viaForge(file: string, thread: boolean): Transact {
  const { db, read, write } = forgeCounter(file, { thread })
  return async () => {
    await db.transaction((tx) => void tx.run(write, { n: tx.firstOrThrow(read).n + 1 }))
    return 0
  }
}

function viaDriver(file: string, side: string): Transact {
  const database = openTuned(file)
  const { read, write } = rawCounter(database)
  const add = database.transaction(() => write(read() + 1))
  const run = side === 'deferred' ? add.deferred : add.immediate
  return async () => {
    for (let errors = 0; ; errors++) {
      try {
        run()
        return errors
      } catch (error) {
        if (!isBusyError(error)) throw error
      }
    }
  }
}

answerOrders<ContendOrder, Contention | 'open'>(async (order) => {
  if ('open' in order) {
    const viaDriverAlone = order.side === 'deferred' || order.side === 'immediate'
    transact = viaDriverAlone ? viaDriver(order.open, order.side) : viaForge(order.open, order.side === forgeWithThread)
    await transact()
    return 'open'
  }
  if (transact === undefined) throw new Error('Nothing is open')
  await new Promise((resolve) => setTimeout(resolve, order.at - Date.now()))
  return contend([transact], order.transactions)
})
