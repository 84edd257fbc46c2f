import { defineInput, defineQuery, type Query, QueryCycleError } from '@forge/incremental'
import { describe, expect, it } from 'vitest'
import { loggedEngine } from './logged-engine.ts'

const source = defineInput<string, string>('source')
const exported = defineQuery<string, string>('exported', {
  compute: async (context, path) => /export (\w+)/.exec((await context.get(source, path)) ?? '')?.[1] ?? '',
})
const lines = defineQuery<string, number>('lines', {
  compute: async (context, path) => ((await context.get(source, path)) ?? '').split('\n').length,
})
/** What a file exports, with what those export that it imports. */
const all = defineQuery<string, readonly string[]>('all', {
  compute: async (context, path) => {
    const imports = [...((await context.get(source, path)) ?? '').matchAll(/import (\w+)/g)].map((match) => match[1]!)
    const others = await Promise.all(imports.map((other) => context.get(exported, other)))
    return [await context.get(exported, path), ...others]
  },
  equals: (before, after) => JSON.stringify(before) === JSON.stringify(after),
})

describe('what is computed again', () => {
  it('computes once what is asked twice', async () => {
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'export x')
    expect(await engine.get(exported, 'a')).toBe('x')
    expect(await engine.get(exported, 'a')).toBe('x')
    expect(happened()).toEqual(['execute exported(a)'])
  })

  it('computes again only what depends on the input that changed', async () => {
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'export x')
    engine.set(source, 'b', 'export y')
    await Promise.all([engine.get(exported, 'a'), engine.get(exported, 'b')])
    happened()
    engine.set(source, 'b', 'export z')
    expect(await engine.get(exported, 'a')).toBe('x')
    expect(await engine.get(exported, 'b')).toBe('z')
    expect(happened()).toEqual(['validate exported(a)', 'execute exported(b)'])
  })

  it('stops where a value is the same as before', async () => {
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'import b; export x')
    engine.set(source, 'b', 'export y; body')
    expect(await engine.get(all, 'a')).toEqual(['x', 'y'])
    happened()
    engine.set(source, 'b', 'export y; another body')
    expect(await engine.get(all, 'a')).toEqual(['x', 'y'])
    expect(happened()).toEqual([
      'execute exported(b)',
      'backdate exported(b)',
      'validate exported(a)',
      'validate all(a)',
    ])
  })

  it('goes on where it is another', async () => {
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'import b; export x')
    engine.set(source, 'b', 'export y')
    await engine.get(all, 'a')
    happened()
    engine.set(source, 'b', 'export z')
    expect(await engine.get(all, 'a')).toEqual(['x', 'z'])
    expect(happened()).toEqual(['execute exported(b)', 'execute all(a)', 'validate exported(a)'])
  })

  it('keeps the value of before where it is equal', async () => {
    const { engine } = loggedEngine()
    engine.set(source, 'a', 'export x; 1')
    const before = await engine.get(all, 'a')
    engine.set(source, 'a', 'export x; 2')
    expect(await engine.get(all, 'a')).toBe(before)
  })

  it('does not look at what a value no longer depends on', async () => {
    const { engine, happened } = loggedEngine()
    engine.change((change) => {
      change.set(source, 'a', 'import b')
      change.set(source, 'b', 'export y')
    })
    await engine.get(all, 'a')
    engine.set(source, 'a', 'nothing')
    await engine.get(all, 'a')
    happened()
    engine.set(source, 'b', 'export z')
    expect(await engine.get(all, 'a')).toEqual([''])
    expect(happened()).toEqual(['validate exported(a)', 'validate all(a)'])
  })

  it('does not compute what only a value of before would have asked for', async () => {
    const wanted = defineInput<string, boolean>('wanted')
    const costly = defineQuery<string, number>('costly', {
      compute: async (context, key) => (await context.get(source, key))!.length,
    })
    const perhaps = defineQuery<string, number>('perhaps', {
      compute: async (context, key) => ((await context.get(wanted, key)) === true ? context.get(costly, key) : 0),
    })
    const { engine, happened } = loggedEngine()
    engine.set(wanted, 'a', true)
    engine.set(source, 'a', 'text')
    expect(await engine.get(perhaps, 'a')).toBe(4)
    happened()
    engine.change((change) => {
      change.set(wanted, 'a', false)
      change.set(source, 'a', 'longer text')
    })
    expect(await engine.get(perhaps, 'a')).toBe(0)
    expect(happened()).toEqual(['execute perhaps(a)'])
  })

  it('takes an input that is missing for a value that may come', async () => {
    const { engine, happened } = loggedEngine()
    expect(await engine.get(lines, 'a')).toBe(1)
    engine.set(source, 'a', '1\n2')
    expect(await engine.get(lines, 'a')).toBe(2)
    engine.remove(source, 'a')
    expect(await engine.get(lines, 'a')).toBe(1)
    expect(happened()).toEqual(['execute lines(a)', 'execute lines(a)', 'execute lines(a)'])
    expect(await engine.get(source, 'a')).toBeUndefined()
  })

  it('makes no revision where nothing changes', async () => {
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'x')
    const { revision } = engine
    engine.set(source, 'a', 'x')
    engine.remove(source, 'never')
    engine.change(() => {})
    expect(engine.revision).toBe(revision)
    await engine.get(lines, 'a')
    engine.set(source, 'a', 'x')
    await engine.get(lines, 'a')
    expect(happened()).toEqual(['execute lines(a)'])
  })

  it('makes one revision of many changes, and none of a change that throws', () => {
    const { engine } = loggedEngine()
    engine.change((change) => {
      change.set(source, 'a', '1')
      change.set(source, 'b', '2')
    })
    expect(engine.revision).toBe(1)
    expect(() =>
      engine.change((change) => {
        change.set(source, 'a', '3')
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(engine.revision).toBe(1)
  })

  it('tells keys apart by their JSON', async () => {
    const pair = defineQuery<readonly [string, number], string>('pair', { compute: (_, [a, b]) => `${a}${b}` })
    const { engine, happened } = loggedEngine()
    expect(await engine.get(pair, ['a', 1])).toBe('a1')
    expect(await engine.get(pair, ['a', 1])).toBe('a1')
    expect(await engine.get(pair, ['a', 2])).toBe('a2')
    expect(happened()).toEqual(['execute pair(["a",1])', 'execute pair(["a",2])'])
  })

  it('answers chains of any length', async () => {
    const length = 20_000
    const chain: Query<number, number> = defineQuery<number, number>('chain', {
      compute: async (context, at) =>
        at === 0 ? ((await context.get(source, 'a')) ?? '').length : (await context.get(chain, at - 1)) + 1,
    })
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'x')
    expect(await engine.get(chain, length)).toBe(length + 1)
    expect(happened()).toHaveLength(length + 1)
    engine.set(source, 'a', 'xy')
    expect(await engine.get(chain, length)).toBe(length + 2)
    engine.set(source, 'a', 'yx')
    happened()
    expect(await engine.get(chain, length)).toBe(length + 2)
    const events = happened()
    expect(events.slice(0, 2)).toEqual(['execute chain(0)', 'backdate chain(0)'])
    expect(events.slice(2).every((event) => event.startsWith('validate'))).toBe(true)
  })
})

describe('durability', () => {
  it('does not look below what depends on durable inputs alone when another one changes', async () => {
    const top = defineQuery<string, number>('top', { compute: (context, key) => context.get(lines, key) })
    const { engine, happened } = loggedEngine()
    engine.set(source, 'library', '1\n2', { durability: 'high' })
    engine.set(source, 'mine', '1')
    await engine.get(top, 'library')
    happened()
    engine.set(source, 'mine', '2')
    await engine.get(top, 'library')
    expect(happened()).toEqual(['validate top(library)'])
    engine.set(source, 'library', '1\n2\n3', { durability: 'high' })
    expect(await engine.get(top, 'library')).toBe(3)
  })

  it('follows an input that becomes less durable', async () => {
    const { engine } = loggedEngine()
    engine.set(source, 'a', '1\n2', { durability: 'high' })
    expect(await engine.get(lines, 'a')).toBe(2)
    engine.set(source, 'a', '1\n2')
    expect(await engine.get(lines, 'a')).toBe(2)
    engine.set(source, 'a', '1')
    expect(await engine.get(lines, 'a')).toBe(1)
  })
})

describe('errors', () => {
  const failing = defineQuery<string, number>('failing', {
    compute: async (context, path) => {
      const text = (await context.get(source, path)) ?? ''
      if (text.includes('bad')) throw new Error(`${path} is bad`)
      return text.length
    },
  })
  const tolerant = defineQuery<string, number>('tolerant', {
    compute: (context, path) => context.get(failing, path).catch(() => -1),
  })

  it('gives them to whoever asks, and keeps none', async () => {
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'bad')
    await expect(engine.get(failing, 'a')).rejects.toThrow('a is bad')
    await expect(engine.get(failing, 'a')).rejects.toThrow('a is bad')
    expect(happened()).toEqual(['execute failing(a)', 'execute failing(a)'])
    expect(engine.explain(failing, 'a')).toEqual([])
    engine.set(source, 'a', 'good')
    expect(await engine.get(failing, 'a')).toBe(4)
    expect(engine.explain(failing, 'a')).toEqual([{ question: 'failing(a)', revision: 2, reason: 'error' }])
  })

  it('computes again what went on without an answer, also when the answer of before is back', async () => {
    const { engine } = loggedEngine()
    engine.set(source, 'a', 'good')
    expect(await engine.get(tolerant, 'a')).toBe(4)
    engine.set(source, 'a', 'bad')
    expect(await engine.get(tolerant, 'a')).toBe(-1)
    engine.set(source, 'b', 'else')
    expect(await engine.get(tolerant, 'a')).toBe(-1)
    engine.set(source, 'a', 'good')
    expect(await engine.get(tolerant, 'a')).toBe(4)
  })

  it('names the way around a circle', async () => {
    const circular: Query<string, string> = defineQuery<string, string>('circular', {
      compute: async (context, key) => {
        const next = await context.get(source, key)
        return next === undefined ? key : context.get(circular, next)
      },
    })
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'b')
    engine.set(source, 'b', 'c')
    engine.set(source, 'c', 'b')
    const error = await engine.get(circular, 'a').catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(QueryCycleError)
    expect(error).toMatchObject({
      code: 'FORGE_QUERY_CYCLE',
      details: { path: ['circular(c)', 'circular(b)', 'circular(c)'] },
    })
    expect(happened()).toContain('cycle circular(c)')
    engine.remove(source, 'c')
    expect(await engine.get(circular, 'a')).toBe('c')
  })

  it('finds a circle that is entered at two places at once, and lets nobody in it go on', async () => {
    const next: Readonly<Record<string, string>> = { a: 'b', b: 'a' }
    const swallowing: Query<string, string> = defineQuery<string, string>('swallowing', {
      compute: (context, key) => context.get(swallowing, next[key]!).catch(() => 'went on'),
    })
    const { engine } = loggedEngine()
    const results = await Promise.allSettled([engine.get(swallowing, 'a'), engine.get(swallowing, 'b')])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  it('says what a definition and a key must be', async () => {
    const { engine } = loggedEngine()
    await engine.get(lines, 'a')
    const twin = defineQuery<string, number>('lines', { compute: () => 0 })
    await expect(engine.get(twin, 'a')).rejects.toThrow('Two definitions are called "lines"')
    await expect(engine.get(lines, undefined as never)).rejects.toMatchObject({ code: 'FORGE_QUERY_INVALID' })
    expect(() => engine.set(lines as never, 'a', 1)).toThrow('Only inputs can be set')
    expect(() => defineInput('two words')).toThrow('is no name of a query')
    expect(() => defineQuery('few', { compute: () => 0, capacity: 0 })).toThrow('cannot keep 0 values')
  })

  it('tells a computation that asks after its end', async () => {
    let late: () => Promise<unknown> = () => Promise.resolve()
    const leaking = defineQuery<string, number>('leaking', {
      compute: (context) => {
        late = () => context.get(source, 'a')
        return 1
      },
    })
    const { engine } = loggedEngine()
    expect(await engine.get(leaking, 'a')).toBe(1)
    await expect(late()).rejects.toThrow('leaking(a) asks for more after it has ended')
  })
})

describe('at the same time', () => {
  /** A query that waits for its turn. */
  function gated() {
    const gates = new Map<string, () => void>()
    const signals = new Map<string, AbortSignal>()
    const slow = defineQuery<string, string>('slow', {
      compute: async (context, key) => {
        signals.set(key, context.signal)
        const text = (await context.get(source, key)) ?? ''
        await new Promise<void>((resolve) => gates.set(key, resolve))
        return text
      },
    })
    const open = async (key: string): Promise<void> => {
      await expect.poll(() => gates.has(key)).toBe(true)
      gates.get(key)!()
      gates.delete(key)
    }
    return { slow, open, gates, signals }
  }

  it('shares a computation that is under way', async () => {
    const { slow, open } = gated()
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'x')
    const asked = [engine.get(slow, 'a'), engine.get(slow, 'a')]
    await open('a')
    expect(await Promise.all(asked)).toEqual(['x', 'x'])
    expect(happened()).toEqual(['execute slow(a)'])
  })

  it('answers by the inputs of the end where one changes on the way', async () => {
    const { slow, open } = gated()
    const top = defineQuery<string, string>('top', {
      compute: async (context, key) => `${await context.get(slow, key)} ${await context.get(source, key)}`,
    })
    const { engine } = loggedEngine()
    engine.set(source, 'a', 'x')
    const asked = engine.get(top, 'a')
    await expect.poll(() => asked !== undefined).toBe(true)
    await new Promise((resolve) => setImmediate(resolve))
    engine.set(source, 'a', 'y')
    await open('a')
    await open('a')
    expect(await asked).toBe('y y')
  })

  it('keeps what was computed while another input changed', async () => {
    const { slow, open } = gated()
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'x')
    const asked = engine.get(slow, 'a')
    await new Promise((resolve) => setImmediate(resolve))
    engine.set(source, 'b', 'y')
    await open('a')
    expect(await asked).toBe('x')
    expect(happened()).toEqual(['execute slow(a)', 'validate slow(a)'])
  })

  it('leaves a computation to those who still wait, and aborts it when they are gone', async () => {
    const { slow, open, gates, signals } = gated()
    const top = defineQuery<string, string>('top', { compute: (context, key) => context.get(slow, key) })
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'x')
    const [first, second] = [new AbortController(), new AbortController()]
    const asked = [engine.get(top, 'a', first), engine.get(top, 'a', second)]
    await expect.poll(() => gates.has('a')).toBe(true)
    first.abort(new Error('gone'))
    await expect(asked[0]).rejects.toThrow('gone')
    expect(signals.get('a')!.aborted).toBe(false)
    second.abort(new Error('gone too'))
    await expect(asked[1]).rejects.toThrow('gone too')
    expect(signals.get('a')!.aborted).toBe(true)
    happened()
    gates.clear()
    const again = engine.get(top, 'a')
    await open('a')
    expect(await again).toBe('x')
    expect(happened()).toEqual(['execute top(a)', 'execute slow(a)'])
  })

  it('does not begin for a signal that is aborted', async () => {
    const { engine, happened } = loggedEngine()
    await expect(engine.get(lines, 'a', { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
    expect(happened()).toEqual([])
  })
})

describe('what is kept', () => {
  const few = defineQuery<string, readonly string[]>('few', {
    compute: async (context, path) => ((await context.get(source, path)) ?? '').split(' '),
    capacity: 2,
  })

  it('gives up the value used least recently, and computes it again when it is asked for', async () => {
    const { engine, happened } = loggedEngine()
    for (const key of ['a', 'b', 'a', 'c']) await engine.get(few, key)
    expect(happened()).toEqual(['execute few(a)', 'execute few(b)', 'execute few(c)', 'evict few(b)'])
    expect(await engine.get(few, 'b')).toEqual([''])
    expect(happened()).toEqual(['execute few(b)', 'evict few(a)'])
    expect(engine.explain(few, 'b')).toEqual([{ question: 'few(b)', revision: 0, reason: 'evicted' }])
  })

  it('knows of a value that was given up whether it has changed', async () => {
    const first = defineQuery<string, string>('first', {
      compute: async (context, path) => (await context.get(few, path))[0]!,
    })
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'x y')
    expect(await engine.get(first, 'a')).toBe('x')
    for (const key of ['b', 'c']) await engine.get(few, key)
    happened()
    engine.set(source, 'd', 'else')
    expect(await engine.get(first, 'a')).toBe('x')
    expect(happened()).toEqual(['validate few(a)', 'validate first(a)'])
  })

  it('gives everybody a value, however few are kept', async () => {
    const one = defineQuery<number, number>('one', { compute: (_, key) => key, capacity: 1 })
    const sum = defineQuery<string, number>('sum', {
      compute: async (context) => {
        const values = await Promise.all([1, 2, 3, 4].map((key) => context.get(one, key)))
        return values.reduce((a, b) => a + b)
      },
    })
    const { engine } = loggedEngine()
    expect(await engine.get(sum, '')).toBe(10)
  })

  it('forgets what nobody has asked for since', async () => {
    const { engine, happened } = loggedEngine()
    engine.set(source, 'a', 'import b')
    engine.set(source, 'b', 'export y')
    engine.set(source, 'old', 'export z')
    await Promise.all([engine.get(all, 'a'), engine.get(all, 'old')])
    engine.set(source, 'c', '')
    await engine.get(all, 'a')
    expect(engine.sweep(engine.revision)).toBe(2)
    happened()
    await engine.get(all, 'a')
    expect(happened()).toEqual([])
    expect(await engine.get(all, 'old')).toEqual(['z'])
    expect(happened()).toEqual(['execute all(old)', 'execute exported(old)'])
  })
})

describe('why', () => {
  it('leads from an answer to the input that made it so', async () => {
    const { engine } = loggedEngine()
    engine.set(source, 'a', 'import b; export x')
    engine.set(source, 'b', 'export y')
    await engine.get(all, 'a')
    expect(engine.explain(all, 'a')).toEqual([{ question: 'all(a)', revision: 2, reason: 'first' }])
    engine.set(source, 'b', 'export z')
    await engine.get(all, 'a')
    expect(engine.explain(all, 'a')).toEqual([
      { question: 'all(a)', revision: 3, reason: 'dependency' },
      { question: 'exported(b)', revision: 3, reason: 'dependency' },
      { question: 'source(b)', revision: 3, reason: 'set' },
    ])
    expect(engine.explain(all, 'never')).toEqual([])
  })
})
