import {
  createQueryEngine,
  defineInput,
  defineQuery,
  type Durability,
  type Query,
  type QueryEvent,
} from '@forge/incremental'
import { array, assert, asyncProperty, constantFrom, integer, oneof, record, tuple, constant } from 'fast-check'
import { expect, it } from 'vitest'

const inputs = 4
const layers = 4
const width = 3

/** What a query of a layer asks for: always its first, and its second where the first is odd. */
interface Wiring {
  readonly first: number
  readonly second: number
}

type Step =
  | { readonly do: 'set'; readonly key: number; readonly value: number; readonly durability: Durability }
  | { readonly do: 'remove'; readonly key: number }
  | { readonly do: 'ask'; readonly layer: number; readonly key: number; readonly also: number }
  | { readonly do: 'sweep'; readonly back: number }

const steps = array(
  oneof(
    record({
      do: constant('set' as const),
      key: integer({ min: 0, max: inputs - 1 }),
      value: integer({ min: 0, max: 5 }),
      durability: constantFrom<Durability>('low', 'medium', 'high'),
    }),
    record({ do: constant('remove' as const), key: integer({ min: 0, max: inputs - 1 }) }),
    record({
      do: constant('ask' as const),
      layer: integer({ min: 0, max: layers - 1 }),
      key: integer({ min: 0, max: width - 1 }),
      also: integer({ min: 0, max: width - 1 }),
    }),
    record({ do: constant('sweep' as const), back: integer({ min: 0, max: 3 }) }),
  ),
  { maxLength: 60 },
)

const wirings = array(record({ first: integer({ min: 0, max: 11 }), second: integer({ min: 0, max: 11 }) }), {
  minLength: layers * width,
  maxLength: layers * width,
})

it('gives what computing everything anew gives, and computes nothing twice in a revision', async () => {
  await assert(
    asyncProperty(wirings, steps, tuple(integer({ min: 1, max: 4 }), integer({ min: 2, max: 9 })), async (...run) => {
      const [wiring, script, [capacity, modulus]] = run
      const { answers, expected, repeated } = await play(wiring, script, capacity, modulus)
      expect(answers).toEqual(expected)
      expect(repeated).toEqual([])
    }),
    { numRuns: 300 },
  )
})

/** What an engine answers to the questions of a script, what computing anew gives, and what was computed more than once between two changes. */
async function play(wiring: readonly Wiring[], script: readonly Step[], capacity: number, modulus: number) {
  const answers: number[] = []
  const expected: number[] = []
  const repeated: string[] = []
  const values = new Map<number, number>()
  const source = defineInput<number, number>('source')
  const query: Query<readonly [number, number], number> = defineQuery<readonly [number, number], number>('query', {
    capacity,
    compute: async (context, [layer, key]) => {
      const { first, second } = wiring[layer * width + key]!
      const ask = async (which: number): Promise<number> =>
        layer === 0
          ? ((await context.get(source, which % inputs)) ?? 0)
          : context.get(query, [layer - 1, which % width])
      const value = await ask(first)
      return value % 2 === 0 ? value % modulus : (value + (await ask(second)) + layer) % modulus
    },
  })
  const model = (layer: number, key: number): number => {
    const { first, second } = wiring[layer * width + key]!
    const ask = (which: number): number =>
      layer === 0 ? (values.get(which % inputs) ?? 0) : model(layer - 1, which % width)
    const value = ask(first)
    return value % 2 === 0 ? value % modulus : (value + ask(second) + layer) % modulus
  }
  let events: QueryEvent[] = []
  const engine = createQueryEngine({ onEvent: (event) => events.push(event) })
  for (const step of script) {
    if (step.do === 'set') {
      values.set(step.key, step.value)
      engine.set(source, step.key, step.value, { durability: step.durability })
    } else if (step.do === 'remove') {
      values.delete(step.key)
      engine.remove(source, step.key)
    } else if (step.do === 'sweep') {
      engine.sweep(engine.revision - step.back)
    } else {
      events = []
      const asked = [step.key, step.also].map((key) => engine.get(query, [step.layer, key]))
      answers.push(...(await Promise.all(asked)))
      expected.push(model(step.layer, step.key), model(step.layer, step.also))
      const evicted = new Set(events.flatMap((event) => (event.type === 'evict' ? [event.key] : [])))
      const executed = events.flatMap((event) => (event.type === 'execute' ? [event.key] : []))
      repeated.push(...executed.filter((key, at) => executed.indexOf(key) < at && !evicted.has(key)))
    }
  }
  return { answers, expected, repeated }
}
