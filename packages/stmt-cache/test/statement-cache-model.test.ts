import { isForgeError } from '@forge/errors'
import { createStatementCache, type StatementCacheStats, type StatementKey, statementKey } from '@forge/stmt-cache'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Bounds, CacheModel, type Outcome, type Step } from './model.ts'

const texts = [0, 1, 2, 3, 4, 5].map((n) => `select ${n} as n ${' '.repeat(n * 100)}`)
const modes = ['rows', 'raw', 'pluck'] as const
const keys = fc.constantFrom(
  ...texts.flatMap((sql) => modes.map((result) => statementKey(sql, { result }))),
  ...texts.flatMap((sql) => modes.map((result) => statementKey(sql, { result, admission: 'always' }))),
)

const steps = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('use' as const), key: keys }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('acquire' as const), key: keys }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('release' as const), pick: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('schema' as const), version: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const) }) },
)
const bounds = fc.record({
  maxEntries: fc.integer({ min: 1, max: 4 }),
  maxBytes: fc.integer({ min: 4000, max: 40_000 }),
  maxSeen: fc.integer({ min: 1, max: 8 }),
})
interface User {
  readonly statement: Database.Statement
  done(): void
}

/** A real cache that takes the steps of its model, and the users who have acquired its statements. */
class RealCache {
  readonly users: User[] = []
  readonly #numbers = new Map<Database.Statement, number>()
  readonly #cache

  constructor(database: Database.Database, limits: Bounds) {
    const prepare = (sql: string) => {
      const statement = database.prepare(sql)
      this.#numbers.set(statement, this.#numbers.size)
      return statement
    }
    this.#cache = createStatementCache<Database.Statement>({ ...limits, prepare })
  }

  take(step: Step): Outcome {
    try {
      if (step.do === 'use') return this.#cache.use(step.key, (statement) => this.#numbers.get(statement))
      if (step.do === 'acquire') return this.#acquire(step.key)
      if (step.do === 'release') this.users.splice(step.pick % Math.max(1, this.users.length), 1)[0]?.done()
      else if (step.do === 'schema') this.#cache.useSchemaVersion(step.version)
      else this.#cache[step.do]()
      return undefined
    } catch (error) {
      if (isForgeError(error)) return error.code
      throw error
    }
  }

  stats(): StatementCacheStats {
    return this.#cache.stats()
  }

  /** Invariant: the statement iterates until it is released; better-sqlite3 refuses to execute it again before. */
  #acquire(key: StatementKey): Outcome {
    const lease = this.#cache.acquire(key)
    const { statement } = lease
    const rows = statement.iterate()
    rows.next()
    const done = () => {
      rows.return?.()
      lease.release()
    }
    this.users.push({ statement, done })
    return this.#numbers.get(statement)
  }
}

it('does what a model of it does, and never lends one statement to two users', () => {
  const database = new Database(':memory:')
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 80 }), bounds, (sequence, limits) => {
      const cache = new RealCache(database, limits)
      const model = new CacheModel(limits)
      for (const step of sequence) {
        expect(cache.take(step)).toBe(model.take(step))
        const stats = cache.stats()
        expect(stats).toStrictEqual(model.stats())
        expect(new Set(cache.users.map((user) => user.statement)).size).toBe(stats.lent)
        expect(stats.size).toBeLessThanOrEqual(limits.maxEntries)
        expect(stats.bytes).toBeLessThanOrEqual(limits.maxBytes)
        expect(stats.seen).toBeLessThanOrEqual(limits.maxSeen)
        expect(stats.admitted).toBe(stats.size + stats.evictions + stats.dropped)
      }
      for (const user of cache.users) user.done()
    }),
  )
  database.close()
})
