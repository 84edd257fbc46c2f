import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Database, openDatabase } from '@forge/db'
import { createPool } from '@forge/pool'
import Driver from 'better-sqlite3'
import { createPairs, type PairTables, pairWriter } from './pairs.ts'
import type { Sample } from './trend.ts'

/** How long, and where. */
export interface WearOptions {
  readonly operations: number
  /** How many samples are taken, evenly spread, after the first fifth of the operations. */
  readonly samples: number
  /** An empty folder. */
  readonly folder: string
}

setFlagsFromString('--expose-gc')
export const collectGarbage = runInNewContext('gc') as () => void

/** Takes and gives back connections in every way there is: at once, in turn, aborted, timed out, scoped. */
export async function wearPool({ operations, samples, folder }: WearOptions): Promise<Sample[]> {
  const file = join(folder, 'pool.db')
  await using pool = createPool({ open: () => new Driver(file), maxConnections: 4, cacheSizeKiB: 512 })
  const ways: readonly (() => Promise<unknown>)[] = [
    async () => (await pool.acquire('writer')).release(),
    async () => (await pool.acquire('reader')).release(),
    () => pool.read((connection) => connection.open),
    () => pool.write(() => new Promise(setImmediate)),
    async () => pool.tryAcquire('reader')?.release(),
    () => {
      const controller = new AbortController()
      const leaving = pool.acquire('writer', { signal: controller.signal }).then((lease) => lease.release())
      controller.abort()
      return leaving.catch(() => {})
    },
    () =>
      pool
        .acquire('writer', { timeout: 0 })
        .then((lease) => lease.release())
        .catch(() => {}),
  ]
  return await sampled(file, operations, samples, (index) => ways[index % ways.length]?.())
}

/** Commits pairs, and reads in every way there is meanwhile: prepared, in a snapshot, as a stream that is left. */
export async function wearTransactions({ operations, samples, folder }: WearOptions): Promise<Sample[]> {
  const file = join(folder, 'transactions.db')
  const wal = { passiveAt: 2 ** 20, restartAt: 2 ** 22, truncateAt: 2 ** 24 }
  await using db = openDatabase<PairTables>({ open: () => new Driver(file), cacheSizeKiB: 512, wal })
  await createPairs(db)
  const commitPair = pairWriter(db)
  const readings = readers(db)
  return await sampled(file, operations, samples, async (index) => {
    const reading = index % 8 === 0 ? readings[(index / 8) % readings.length]?.() : undefined
    await commitPair(1_000)
    await reading
  })
}

function readers(db: Database<PairTables>): readonly (() => Promise<unknown>)[] {
  const newest = db.prepared((kysely) => kysely.selectFrom('pair').select(['n', 'side']).orderBy('n', 'desc').limit(20))
  return [
    () => newest.all(),
    () =>
      db.transaction(
        async (tx) => {
          tx.all(newest)
          await new Promise(setImmediate)
          tx.all(newest)
        },
        { mode: 'read' },
      ),
    async () => {
      for await (const row of db.kysely.selectFrom('pair').selectAll().stream(10)) if (row.n > 0) break
    },
    () =>
      db.kysely
        .selectFrom('nothing' as 'pair')
        .selectAll()
        .execute()
        .catch(() => {}),
    () => db.kysely.selectFrom('pair').select('n').where('n', '=', Math.floor(performance.now())).execute(),
  ]
}

/** Calls `operation` over and over, eight at a time, and samples now and then while none goes on. */
async function sampled(
  file: string,
  operations: number,
  samples: number,
  operation: (index: number) => unknown,
): Promise<Sample[]> {
  const tasks = 8
  const taken: Sample[] = []
  const warm = Math.floor(operations / 5)
  const stride = Math.max(1, Math.floor((operations - warm) / samples))
  let index = 0
  for (let until = warm; until <= operations; until += stride) {
    const task = async (): Promise<void> => {
      while (index < until) await operation(index++)
    }
    await Promise.all(Array.from({ length: tasks }, task))
    await new Promise(setImmediate)
    collectGarbage()
    taken.push(sample(file, index))
  }
  return taken
}

/** What is in use now. */
export function sample(file: string, operations: number): Sample {
  const { heapUsed, rss } = process.memoryUsage()
  return { operations, heap: heapUsed, rss, descriptors: openDescriptors(), wal: sizeOf(`${file}-wal`) }
}

/** Only Linux tells; elsewhere 0. */
function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
