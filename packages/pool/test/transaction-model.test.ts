import { setImmediate } from 'node:timers/promises'
import type { Pool, PoolTransaction, TransactionMode } from '@forge/pool'
import type Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { notes, texts, write } from './notes.ts'

type Tx = PoolTransaction<Database.Database>
type Notes = Pool<Database.Database>

/** What the body of a transaction or of a savepoint does. */
type Step =
  | { readonly type: 'write' | 'turn' | 'throw' }
  | { readonly type: 'savepoint' | 'nested'; readonly steps: readonly Step[]; readonly fails: boolean }
  | { readonly type: 'parallel'; readonly bodies: readonly (readonly Step[])[] }
  /** Rolls back to the savepoint that is so many levels around this one; 0: the innermost itself. */
  | { readonly type: 'rollbackTo'; readonly levels: number }

const { step } = fc.letrec<{ step: Step; steps: readonly Step[] }>((tie) => ({
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: fc.constant<Step>({ type: 'write' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ type: 'turn' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ type: 'throw' }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('rollbackTo' as const), levels: fc.nat(3) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constantFrom('savepoint' as const, 'nested' as const),
        steps: tie('steps'),
        fails: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('parallel' as const),
        bodies: fc.array(tie('steps'), { minLength: 2, maxLength: 3 }),
      }),
    },
  ),
  steps: fc.array(tie('step'), { maxLength: 5 }),
}))

class Planned extends Error {}

/** The content of the table as it is to be: one list a level, the innermost last. */
class Model {
  readonly levels: string[][] = [[]]
  #writes = 0

  /** The text of the next note. */
  write(): string {
    const text = `note ${this.#writes++}`
    this.levels.at(-1)?.push(text)
    return text
  }

  begin(): void {
    this.levels.push([])
  }

  release(): void {
    const inner = this.levels.pop()
    this.levels.at(-1)?.push(...(inner ?? []))
  }

  undo(depth: number): void {
    this.levels.length = depth
  }

  rollbackTo(depth: number): void {
    this.levels.length = depth + 1
    this.levels[depth] = []
  }
}

/** Runs steps in a transaction and in the model at once; throws where a step says so, or where it ended itself. */
async function run(pool: Notes, model: Model, levels: readonly Tx[], steps: readonly Step[]): Promise<void> {
  const depth = levels.length
  const tx = levels.at(-1) as Tx
  for (const each of steps) {
    if (each.type === 'write') write(tx.connection, model.write())
    else if (each.type === 'turn') await setImmediate()
    else if (each.type === 'throw') throw new Planned()
    else if (each.type === 'parallel') {
      await Promise.all(each.bodies.map((body) => inner(pool, model, levels, { type: 'nested', steps: body })))
    } else if (each.type === 'rollbackTo') {
      const target = levels.length - 1 - each.levels
      const savepoint = levels[target]
      if (target < 1 || savepoint === undefined) continue
      const around = levels[target - 1] as Tx
      around.rollbackTo(savepoint)
      model.rollbackTo(target + 1)
      requireEnded(levels, target + 1)
      // Whatever is inside has ended, and its next step finds out.
      if (target < depth - 1) tx.requireActive()
    } else if (each.type === 'savepoint' || each.type === 'nested') await inner(pool, model, levels, each)
  }
}

function requireEnded(levels: readonly Tx[], first: number): void {
  const states = levels.map((_, index) => (index >= first ? 'rolled-back' : 'active'))
  expect(levels.map(({ state }) => state)).toStrictEqual(states)
}

async function inner(
  pool: Notes,
  model: Model,
  levels: readonly Tx[],
  { type, steps, fails = false }: { type: 'savepoint' | 'nested'; steps: readonly Step[]; fails?: boolean },
): Promise<void> {
  const depth = levels.length + 1
  let seen: Tx | undefined
  const body = async (tx: Tx) => {
    seen = tx
    model.begin()
    expect(model.levels).toHaveLength(depth + 1)
    try {
      await run(pool, model, [...levels, tx], steps)
      if (fails) throw new Planned()
      model.release()
    } catch (error) {
      // Where it was ended by a rollback to what is around it, the model has been told already.
      if (model.levels.length > depth) model.undo(depth)
      throw error
    }
  }
  try {
    await (type === 'savepoint' ? levels.at(-1)?.savepoint(body) : pool.transaction(body))
    expect(seen?.state).toBe('committed')
  } catch (error) {
    expect(error).toSatisfy(isExpected)
    // One that waited for a turn that never came has not begun.
    expect(seen?.state ?? 'rolled-back').toBe('rolled-back')
    levels.at(-1)?.requireActive()
  }
}

function isExpected(error: unknown): boolean {
  return error instanceof Planned || (error as { readonly code?: string }).code === 'FORGE_TRANSACTION_FINISHED'
}

it('keeps exactly what the model of nested transactions keeps', async () => {
  const pool = await notes()
  const modes = fc.constantFrom<TransactionMode>('immediate', 'deferred')
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), modes, fc.boolean(), async (steps, mode, fails) => {
      await pool.run('delete from note')
      const model = new Model()
      let seen: Tx | undefined
      const transaction = pool.transaction(
        async (tx) => {
          seen = tx
          model.begin()
          await run(pool, model, [tx], steps)
          expect(tx.connection.prepare('select text from note order by id').pluck().all()).toStrictEqual(
            model.levels.flat(),
          )
          if (fails) throw new Planned()
          model.release()
        },
        { mode },
      )
      const result = await transaction.then(
        () => 'committed',
        (error: unknown) => {
          expect(error).toSatisfy(isExpected)
          model.undo(1)
          return 'rolled-back'
        },
      )
      expect(seen?.state).toBe(result)
      expect(await texts(pool)).toStrictEqual(model.levels.flat())
      expect(pool.stats()).toMatchObject({ leased: 0, waiting: 0 })
    }),
    { numRuns: 300 },
  )
})
