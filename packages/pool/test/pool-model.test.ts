import { setImmediate } from 'node:timers/promises'
import { type ConnectionRole, createPool, type Lease } from '@forge/pool'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { databaseFile } from './database-file.ts'
import { manualClock } from './manual-clock.ts'

type Command =
  | { readonly type: 'acquire'; readonly role: ConnectionRole; readonly timeout: number }
  | { readonly type: 'release' | 'abort'; readonly pick: number }
  | { readonly type: 'advance'; readonly milliseconds: number }

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('acquire'),
      role: fc.constantFrom('writer', 'reader'),
      timeout: fc.nat(50),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('release'), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('abort'), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('advance'), milliseconds: fc.integer({ min: 1, max: 30 }) }) },
) as fc.Arbitrary<Command>

interface Call {
  readonly role: ConnectionRole
  readonly deadline: number
  readonly controller: AbortController
  lease?: Lease<Database.Database>
  failed?: unknown
}

function stateOf(call: Call): string {
  if (call.failed !== undefined) return 'failed'
  return call.lease === undefined ? 'waits' : 'served'
}

/** What a pool does, without connections: two lines and two numbers. */
class Model {
  readonly held: Record<ConnectionRole, Call[]> = { writer: [], reader: [] }
  readonly line: Record<ConnectionRole, Call[]> = { writer: [], reader: [] }
  readonly failed: Call[] = []
  readonly max: Record<ConnectionRole, number>

  constructor(max: Record<ConnectionRole, number>) {
    this.max = max
  }

  acquire(call: Call): void {
    this.line[call.role].push(call)
    this.#serve(call.role)
  }

  release(call: Call): void {
    this.held[call.role].splice(this.held[call.role].indexOf(call), 1)
    this.#serve(call.role)
  }

  giveUp(call: Call): void {
    const line = this.line[call.role]
    if (line.includes(call)) this.failed.push(...line.splice(line.indexOf(call), 1))
  }

  stateOf(call: Call): string {
    if (this.failed.includes(call)) return 'failed'
    if (this.line[call.role].includes(call)) return 'waits'
    return 'served'
  }

  #serve(role: ConnectionRole): void {
    while (this.held[role].length < this.max[role]) {
      const next = this.line[role].shift()
      if (next === undefined) return
      this.held[role].push(next)
    }
  }
}

it('serves, refuses and counts exactly as two fair lines would', async () => {
  const file = databaseFile()
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
      const clock = manualClock()
      const pool = createPool({ open: () => new Database(file), maxConnections: 3, clock })
      const model = new Model({ writer: 1, reader: 2 })
      const calls: Call[] = []
      for (const each of commands) {
        if (each.type === 'acquire') {
          const controller = new AbortController()
          const call: Call = { role: each.role, deadline: clock.now() + each.timeout, controller }
          calls.push(call)
          pool.acquire(each.role, { timeout: each.timeout, signal: controller.signal }).then(
            (lease) => (call.lease = lease),
            (error: unknown) => (call.failed = error),
          )
          model.acquire(call)
        } else if (each.type === 'advance') {
          clock.advance(each.milliseconds)
          for (const call of calls) if (call.deadline <= clock.now()) model.giveUp(call)
        } else {
          const candidates = each.type === 'release' ? [...model.held.writer, ...model.held.reader] : calls
          const call = candidates[each.pick % Math.max(1, candidates.length)]
          if (call === undefined) continue
          if (each.type === 'release') {
            call.lease?.release()
            model.release(call)
          } else {
            call.controller.abort()
            model.giveUp(call)
          }
        }
        await setImmediate()
        const held = [...model.held.writer, ...model.held.reader]
        expect(calls.map(stateOf)).toStrictEqual(calls.map((call) => model.stateOf(call)))
        const connections = held.map((call) => call.lease?.connection)
        expect(new Set(connections).size).toBe(connections.length)
        expect(pool.stats()).toMatchObject({
          leased: held.length,
          waiting: model.line.writer.length + model.line.reader.length,
        })
      }
      for (const call of calls) call.lease?.release()
      for (const call of calls) call.controller.abort()
      await setImmediate()
      for (const call of calls) call.lease?.release()
      await pool.close()
    }),
    { numRuns: 60 },
  )
})
