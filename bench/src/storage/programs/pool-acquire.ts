/** Takes connections from pools and gives them back, alone and in a crowd. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createPool } from '@forge/pool'
import Database from 'better-sqlite3'
import { createPeople } from './people.ts'
import { runProgram, sizeOf } from '../../suite/program.ts'
import { type Repeated, takeTurns } from './turns.ts'

const connections = 4
const tasks = 64

/** One pool as the benchmark uses it. */
interface Contestant {
  /** Takes a connection, calls `use` while it is held, and gives it back. */
  readonly one: (use: () => Promise<void>) => Promise<void>
  /** The tightest loop there is for a pool of which nobody else takes anything. */
  readonly loop: (count: number) => void | Promise<void>
  readonly close: () => Promise<unknown>
}

/** Loads a module of the peers. */
type Load = (name: string) => unknown

interface TarnPool {
  acquire(): { readonly promise: Promise<object> }
  release(resource: object): boolean
  destroy(): Promise<unknown>
}

interface Tarn {
  readonly Pool: new (options: object) => TarnPool
}

interface GenericPool {
  acquire(): Promise<object>
  release(resource: object): Promise<void>
  drain(): Promise<void>
  clear(): Promise<void>
}

interface GenericPoolModule {
  createPool(factory: object, options: object): GenericPool
}

function tarn(load: Load): Contestant {
  const { Pool } = load('tarn') as Tarn
  const pool = new Pool({ create: () => ({}), destroy: () => {}, min: connections, max: connections })
  return {
    async one(use) {
      const resource = await pool.acquire().promise
      await use()
      pool.release(resource)
    },
    async loop(count) {
      for (let i = 0; i < count; i++) pool.release(await pool.acquire().promise)
    },
    close: () => pool.destroy(),
  }
}

function genericPool(load: Load): Contestant {
  const module = load('generic-pool') as GenericPoolModule
  const factory = { create: async () => ({}), destroy: async () => {} }
  const pool = module.createPool(factory, { min: connections, max: connections })
  return {
    async one(use) {
      const resource = await pool.acquire()
      await use()
      void pool.release(resource)
    },
    async loop(count) {
      for (let i = 0; i < count; i++) void pool.release(await pool.acquire())
    },
    async close() {
      await pool.drain()
      await pool.clear()
    },
  }
}

function forge(file: string, side: string): Contestant {
  const pool = createPool({ open: () => new Database(file), maxConnections: connections + 1 })
  const close = () => pool.close()
  if (side === 'forge read') {
    return {
      one: (use) => pool.read(use),
      async loop(count) {
        for (let i = 0; i < count; i++) await pool.read(() => {})
      },
      close,
    }
  }
  return {
    async one(use) {
      const lease = await pool.acquire('reader')
      await use()
      lease.release()
    },
    ...(side === 'forge tryAcquire'
      ? {
          loop(count) {
            for (let i = 0; i < count; i++) pool.tryAcquire('reader')?.release()
          },
        }
      : {
          async loop(count) {
            for (let i = 0; i < count; i++) (await pool.acquire('reader')).release()
          },
        }),
    close,
  }
}

/** Every connection is opened before anything is timed. */
async function warm({ one }: Contestant): Promise<void> {
  for (let i = 0; i < 3; i++) await Promise.all(Array.from({ length: tasks }, () => one(async () => {})))
}

function contended({ one }: Contestant, each: number): Repeated {
  const task = async (): Promise<void> => {
    for (let i = 0; i < each; i++) await one(async () => {})
  }
  return {
    count: tasks * each,
    run: async () => void (await Promise.all(Array.from({ length: tasks }, task))),
  }
}

/** How often someone is served before another who asked earlier. */
async function overtaken({ one }: Contestant, each: number): Promise<number> {
  let asked = 0
  let latest = -1
  let count = 0
  const task = async (): Promise<void> => {
    for (let i = 0; i < each; i++) {
      const own = asked++
      await one(async () => {
        if (own < latest) count++
        latest = Math.max(latest, own)
      })
    }
  }
  await Promise.all(Array.from({ length: tasks }, task))
  return count
}

await runProgram(async (request) => {
  const file = join(request.folder, 'people.db')
  createPeople(file)
  const load: Load = createRequire(join(request.peers ?? request.folder, 'package.json'))
  const contestants = request.sides.map((side) => {
    if (side === 'tarn') return [side, tarn(load)] as const
    if (side === 'generic-pool') return [side, genericPool(load)] as const
    return [side, forge(file, side)] as const
  })
  for (const [, contestant] of contestants) await warm(contestant)

  const turns = sizeOf(request, 'turns')
  const free = await takeTurns(
    Object.fromEntries(
      contestants.map(([side, { loop }]): [string, Repeated] => [side, { count: sizeOf(request, 'free'), run: loop }]),
    ),
    turns,
  )
  const crowd = contestants.filter(([side]) => side !== 'forge tryAcquire')
  const each = sizeOf(request, 'contended')
  const contendedNs = await takeTurns(
    Object.fromEntries(crowd.map(([side, contestant]) => [side, contended(contestant, each)])),
    turns,
  )
  const answer: Record<string, Record<string, number>> = {}
  for (const [side, contestant] of contestants) {
    const values: Record<string, number> = { free: 1e9 / (free[side] ?? Number.NaN) }
    const crowded = contendedNs[side]
    if (crowded !== undefined) {
      values['contended'] = 1e9 / crowded
      values['overtaken'] = await overtaken(contestant, each)
    }
    answer[side] = values
    await contestant.close()
  }
  return answer
})
