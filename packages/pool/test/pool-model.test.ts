import { setImmediate } from 'node:timers/promises'
import { type ConnectionRole, createPool, type Lease } from '@forge/pool'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { databaseFile } from './database-file.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { type CallState, type ModelCall, PoolModel } from './pool-model.ts'

type Command =
  | { readonly type: 'acquire'; readonly role: ConnectionRole; readonly timeout: number }
  | { readonly type: 'tryAcquire'; readonly role: ConnectionRole }
  | { readonly type: 'release' | 'releaseBegun' | 'releaseClosed' | 'abort'; readonly pick: number }
  | { readonly type: 'advance'; readonly milliseconds: number }
  | { readonly type: 'failing'; readonly on: boolean }
  | { readonly type: 'close'; readonly deadline: number }

const role = fc.constantFrom<ConnectionRole>('writer', 'reader')
const pick = fc.nat()

function weighted(weight: number, arbitrary: fc.Arbitrary<Command>): fc.WeightedArbitrary<Command> {
  return { weight, arbitrary }
}

const command: fc.Arbitrary<Command> = fc.oneof(
  weighted(50, fc.record({ type: fc.constant('acquire'), role, timeout: fc.nat(200) })),
  weighted(15, fc.record({ type: fc.constant('tryAcquire'), role })),
  weighted(30, fc.record({ type: fc.constant('release'), pick })),
  weighted(10, fc.record({ type: fc.constant('releaseBegun'), pick })),
  weighted(10, fc.record({ type: fc.constant('releaseClosed'), pick })),
  weighted(10, fc.record({ type: fc.constant('abort'), pick })),
  weighted(15, fc.record({ type: fc.constant('advance'), milliseconds: fc.integer({ min: 1, max: 120 }) })),
  weighted(5, fc.record({ type: fc.constant('failing'), on: fc.boolean() })),
  weighted(1, fc.record({ type: fc.constant('close'), deadline: fc.nat(200) })),
)

/** A call for a connection: what the model says, and what the pool did. */
interface Call extends ModelCall {
  readonly controller: AbortController
  lease?: Lease<Database.Database>
  error?: { readonly code?: string; readonly name: string }
  returned?: boolean
  /** Whether it had to wait. */
  queued?: boolean
}

function stateOf({ lease, error, returned }: Call): CallState {
  if (returned === true) return 'returned'
  if (lease !== undefined) return 'served'
  if (error === undefined) return 'waits'
  if (error.name === 'AbortError') return 'aborted'
  if (error.code === 'FORGE_POOL_TIMEOUT') return 'timed out'
  return error.code === 'FORGE_POOL_CLOSED' ? 'closed' : 'not opened'
}

/** A pool over a real file that can be told to fail. */
function drivenPool(file: string, times: { readonly idleTimeout: number; readonly maxLifetime: number }) {
  const clock: ManualClock = manualClock()
  const opened: Database.Database[] = []
  const state = { failing: false }
  const pool = createPool({
    open: () => {
      if (state.failing) throw Object.assign(new Error('no file handles are left'), { code: 'SQLITE_CANTOPEN' })
      const database = new Database(file)
      opened.push(database)
      return database
    },
    maxConnections: 3,
    clock,
    ...times,
  })
  const calls: Call[] = []
  const served: Call[] = []
  const waiting = (role: ConnectionRole) => pool.snapshot().waiting.find((line) => line.role === role)?.count ?? 0
  const newCall = (role: ConnectionRole, timeout: number): Call => {
    const call: Call = { role, deadline: clock.now() + timeout, state: 'waits', controller: new AbortController() }
    calls.push(call)
    return call
  }
  return {
    clock,
    opened,
    pool,
    state,
    calls,
    /** Those who had to wait, as they were served. */
    served,
    acquire(role: ConnectionRole, timeout: number): Call {
      const before = waiting(role)
      const call = newCall(role, timeout)
      pool.acquire(role, { timeout, signal: call.controller.signal }).then(
        (lease) => {
          call.lease = lease
          if (call.queued === true) served.push(call)
        },
        (error: Error) => (call.error = error),
      )
      call.queued = waiting(role) > before
      return call
    },
    /** Asks for a connection that is free; `lent` calls back with what it got. */
    tryAcquire(role: ConnectionRole, lent: (call: Call) => void): string {
      const overtakes = waiting(role) > 0
      try {
        const lease = pool.tryAcquire(role)
        if (lease === undefined) return 'none is free'
        lent(Object.assign(newCall(role, 0), { lease }))
        return overtakes ? 'lent to one who overtakes' : 'lent'
      } catch {
        return 'closed'
      }
    },
    release(call: Call, how: 'release' | 'releaseBegun' | 'releaseClosed'): void {
      // A connection the pool closed under its user, at the deadline of closing, can only be given back.
      if (how === 'releaseBegun' && call.lease?.connection.open === true) call.lease.connection.exec('begin')
      if (how === 'releaseClosed') call.lease?.connection.close()
      call.returned = true
      call.lease?.release()
    },
  }
}

const codeOf = (error: { readonly code: string }): string => error.code

/** Expects that no connection is lent twice or in the middle of a transaction. */
function expectSound(calls: readonly Call[]): void {
  const held = calls.filter((call) => stateOf(call) === 'served').map((call) => call.lease?.connection)
  expect(new Set(held).size).toBe(held.length)
  for (const connection of held) expect(connection?.inTransaction).toBe(false)
}

it('serves, refuses and counts exactly as two fair lines would', async () => {
  const file = databaseFile()
  const times = fc.record({
    idleTimeout: fc.constantFrom(150, 400, Infinity),
    maxLifetime: fc.constantFrom(100, 500, Infinity),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 80, size: 'max' }), times, async (commands, times) => {
      const driven = drivenPool(file, times)
      const { clock, pool, calls } = driven
      const model = new PoolModel(2, times)
      const noticeMissingWriter = () => {
        if (pool.snapshot().connections.every((connection) => connection.role === 'reader')) model.noWriter()
      }
      let closed: Promise<string> | undefined
      for (const each of commands) {
        let outcome = ['nothing', 'nothing']
        if (each.type === 'acquire') model.acquire(driven.acquire(each.role, each.timeout))
        else if (each.type === 'tryAcquire') {
          const expected = model.canLend(each.role)
          outcome = [driven.tryAcquire(each.role, (call) => model.acquire(call)), expected]
        } else if (each.type === 'advance') {
          clock.advance(each.milliseconds)
          model.advance(each.milliseconds)
        } else if (each.type === 'failing') driven.state.failing = model.failing = each.on
        else if (each.type === 'close') {
          closed ??= pool.close({ deadline: each.deadline }).then(() => 'drained', codeOf)
          model.close(each.deadline)
        } else {
          const candidates = each.type === 'abort' ? calls : calls.filter((call) => call.state === 'served')
          const call = candidates[each.pick % Math.max(1, candidates.length)]
          if (call === undefined) continue
          if (each.type === 'abort') {
            call.controller.abort()
            model.abort(call)
          } else {
            const broken = each.type === 'releaseClosed'
            // It is not asked after each use whether the connection is still open.
            if (broken) {
              clock.advance(50)
              model.advance(50)
              await setImmediate()
              noticeMissingWriter()
            }
            driven.release(call, each.type)
            model.release(call, broken)
          }
        }
        await setImmediate()
        expect(outcome[0]).toBe(outcome[1])
        expect(calls.map(stateOf)).toStrictEqual(calls.map((call) => call.state))
        expectSound(calls.filter(() => !model.ended))
        noticeMissingWriter()
        const { writer, reader } = model.groups
        expect(pool.stats()).toMatchObject({
          open: writer.open + reader.open,
          idle: writer.idle.length + reader.idle.length,
          leased: writer.leased + reader.leased,
          waiting: writer.line.length + reader.line.length,
          timeouts: calls.filter((call) => call.state === 'timed out').length,
          opened: model.opened,
          closed: model.closed,
        })
      }
      closed ??= pool.close({ deadline: 0 }).then(() => 'drained', codeOf)
      model.close(0)
      clock.advance(1_000)
      model.advance(1_000)
      expect(await closed).toBe(model.cutOff ? 'FORGE_POOL_DRAIN' : 'drained')
      expect(driven.opened.filter((database) => database.open)).toStrictEqual([])
      for (const call of calls) call.lease?.release()
    }),
    { numRuns: 100 },
  )
})

it('stays fair and loses nothing when everything happens at once', async () => {
  const file = databaseFile()
  const turns = fc.integer({ min: 0, max: 3 })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(command, turns), { maxLength: 120, size: 'max' }), async (commands) => {
      const driven = drivenPool(file, { idleTimeout: 100, maxLifetime: 300 })
      const { clock, pool, calls, served } = driven
      const outcomes = new Set<string>()
      for (const [each, turns] of commands) {
        if (each.type === 'acquire') driven.acquire(each.role, each.timeout)
        else if (each.type === 'tryAcquire') outcomes.add(driven.tryAcquire(each.role, () => {}))
        else if (each.type === 'advance') clock.advance(each.milliseconds)
        else if (each.type === 'failing') driven.state.failing = each.on
        else if (each.type === 'abort') calls[each.pick % Math.max(1, calls.length)]?.controller.abort()
        else if (each.type !== 'close') {
          const held = calls.filter((call) => stateOf(call) === 'served')
          const call = held[each.pick % Math.max(1, held.length)]
          if (call !== undefined) driven.release(call, each.type)
        }
        for (let turn = 0; turn < turns; turn++) await Promise.resolve()
        expectSound(calls)
        const { open, idle, leased, max } = pool.stats()
        expect(open).toBe(idle + leased)
        expect(open).toBeLessThanOrEqual(max)
      }
      expect(outcomes).not.toContain('lent to one who overtakes')
      driven.state.failing = false
      // Everybody who still waits is served once those before have finished, in the order in which they came.
      for (let waits = true; waits;) {
        await setImmediate()
        for (const call of calls) if (stateOf(call) === 'served') driven.release(call, 'release')
        waits = calls.some((call) => stateOf(call) === 'waits')
      }
      for (const { error } of calls) expect(error?.code).not.toBe('FORGE_DB_MOVED')
      expect(calls.every((call) => (call.lease === undefined) !== (call.error === undefined))).toBe(true)
      for (const role of ['writer', 'reader'] as const) {
        const order = served.filter((call) => call.role === role)
        expect(order).toStrictEqual(order.toSorted((one, other) => calls.indexOf(one) - calls.indexOf(other)))
      }
      expect(pool.stats()).toMatchObject({ leased: 0, waiting: 0 })
      await pool.close()
      expect(driven.opened.filter((database) => database.open)).toStrictEqual([])
      expect(pool.stats()).toMatchObject({ opened: driven.opened.length, closed: driven.opened.length, open: 0 })
    }),
    { numRuns: 100 },
  )
})
