import { expect, test } from 'vitest'
import type { Graph } from '@forge/graph'
import { exported, openGraph, writeProject } from './project.ts'
import { shop } from './shop.ts'

async function openShop(): Promise<Graph> {
  const { graph } = await openGraph()
  await writeProject(graph, shop)
  return graph
}

test('answers nothing about a project that was never written', async () => {
  const { graph } = await openGraph()
  expect(await graph.revision()).toBe(0)
  expect(await graph.files()).toEqual(new Map())
  expect(await graph.search('anything')).toEqual({ symbols: [], total: 0 })
  expect(await graph.resolveSymbol('anything')).toEqual([])
  expect(await graph.symbol('a.ts')).toBeUndefined()
  expect(await graph.status()).toMatchObject({ revision: 0, updated: null, files: 0, lines: 0, nodes: {}, edges: {} })
  expect(await exported(graph)).toBe('')
})

test('keeps two projects of one database apart', async () => {
  const { path, graph: first } = await openGraph({ project: 'first' })
  const { graph: second } = await openGraph({ path, project: 'second' })
  await writeProject(first, shop)
  await writeProject(second, {
    'a.ts': { text: 'function reset() {}', symbols: { reset: { code: 'function reset() {}' } } },
  })
  expect((await first.resolveSymbol('reset')).map((symbol) => symbol.id)).toEqual(['src/pool.ts#reset'])
  expect((await second.search('reset')).symbols.map((symbol) => symbol.id)).toEqual(['a.ts#reset'])
  expect([...(await second.files()).keys()]).toEqual(['a.ts'])
  expect(await second.callers('a.ts#reset')).toEqual([])
})

test('shows a symbol with its range in lines and columns of UTF-16 units', async () => {
  const graph = await openShop()
  expect(await graph.symbol('src/pool.ts#createPool')).toEqual({
    id: 'src/pool.ts#createPool',
    name: 'createPool',
    qualifiedName: 'createPool',
    kind: 'function',
    language: 'typescript',
    file: 'src/pool.ts',
    range: {
      start: { line: 7, column: 28, offset: 203 },
      end: { line: 7, column: 104, offset: 279 },
    },
    signature: 'function createPool(options: PoolOptions): Pool',
  })
  expect(await graph.symbol('src/pool.ts#Pool')).toMatchObject({ doc: 'Keeps connections.', signature: 'class Pool' })
  expect(await graph.symbol('src/names.js')).toMatchObject({ kind: 'module', language: 'javascript', name: 'names.js' })
  expect(await graph.symbol('src/pool.ts#createPool.pool')).toMatchObject({
    kind: 'variable',
    qualifiedName: 'createPool.pool',
  })
  expect(await graph.symbol('external:node:net#connect')).toMatchObject({ kind: 'external', name: 'connect', file: '' })
  expect(await graph.symbol('src/pool.ts#nothing')).toBeUndefined()
})

test('resolves an id, then a qualified name, then a bare name, to all candidates', async () => {
  const graph = await openShop()
  const ids = async (text: string): Promise<string[]> => (await graph.resolveSymbol(text)).map((symbol) => symbol.id)
  expect(await ids('src/server.ts')).toEqual(['src/server.ts'])
  expect(await ids('src/pool.ts#createPool.pool')).toEqual(['src/pool.ts#createPool.pool'])
  expect(await ids('Pool.acquire')).toEqual(['src/pool.ts#Pool.acquire'])
  expect(await ids('acquire')).toEqual(['src/pool.ts#Pool.acquire'])
  expect(await ids('connect')).toEqual(['external:node:net#connect'])
  expect(await ids('acq')).toEqual([])
})

test('names the definition of what is at a position', async () => {
  const graph = await openShop()
  const at = async (file: string, line: number, column?: number): Promise<string[]> =>
    (await graph.definition(column === undefined ? { file, line } : { file, line, column })).map(
      ({ symbol, role, confidence }) => `${symbol.id} ${role} ${confidence}`,
    )
  expect(await at('src/pool.ts', 4, 28)).toEqual(['src/pool.ts#Pool.openConnection call inferred'])
  expect(await at('src/pool.ts', 4, 3)).toEqual(['src/pool.ts#Pool.acquire definition exact'])
  expect(await at('src/pool.ts', 3, 29)).toEqual(['src/pool.ts#Pool.constructor.size read exact'])
  expect(await at('src/pool.ts', 7, 77)).toEqual([
    'src/pool.ts#Pool call exact',
    'src/pool.ts#Pool.constructor call exact',
  ])
  expect(await at('src/pool.ts', 1, 1)).toEqual([])
  expect(await at('src/pool.ts', 7, 5000)).toEqual([])
})

test('takes the end of a name for the name, unless another one begins there', async () => {
  const { graph } = await openGraph()
  const text = 'f`g`; a|b'
  await writeProject(graph, {
    'a.ts': {
      text,
      symbols: { a: { code: 'a|b' }, b: { code: 'b' } },
      edges: [{ from: '', to: 'a.ts#b', at: ['‹f›`'] }],
    },
  })
  expect((await graph.definition({ file: 'a.ts', line: 1, column: 2 })).map(({ symbol }) => symbol.id)).toEqual([
    'a.ts#b',
  ])
  expect((await graph.definition({ file: 'a.ts', line: 1, column: 8 })).map(({ symbol }) => symbol.id)).toEqual([
    'a.ts#a',
  ])
  expect((await graph.definition({ file: 'a.ts', line: 1, column: 9 })).map(({ symbol }) => symbol.id)).toEqual([
    'a.ts#b',
  ])
})

test('takes the first thing named on a line where no column is given', async () => {
  const graph = await openShop()
  const [first] = await graph.definition({ file: 'src/server.ts', line: 3 })
  expect(first).toMatchObject({ symbol: { id: 'src/server.ts#serve' }, role: 'definition' })
  expect(first!.at).toEqual({ start: { line: 3, column: 17, offset: 89 }, end: { line: 3, column: 22, offset: 94 } })
  expect(await graph.definition({ file: 'src/server.ts', line: 5 })).toEqual([])
})

test('lists the references of a symbol by file and offset', async () => {
  const graph = await openShop()
  const references = await graph.references('src/pool.ts#createPool')
  expect(references.map(({ file, range, role, in: around }) => [file, range.start.line, role, around])).toEqual([
    ['src/server.ts', 1, 'import', 'src/server.ts'],
    ['src/server.ts', 2, 'call', 'src/server.ts'],
  ])
})

test('lists the references of a local symbol, also from a place that names it', async () => {
  const graph = await openShop()
  const expected = {
    symbol: 'src/pool.ts#createPool.options',
    file: 'src/pool.ts',
    range: { start: { line: 7, column: 81, offset: 256 }, end: { line: 7, column: 88, offset: 263 } },
    role: 'read',
    in: 'src/pool.ts#createPool',
    confidence: 'exact',
  }
  expect(await graph.references('src/pool.ts#createPool.options')).toEqual([expected])
  expect(await graph.references({ file: 'src/pool.ts', line: 7, column: 48 })).toEqual([expected])
})

test('lists a place once although edges of several kinds have it', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, {
    'a.ts': {
      text: 'f()',
      symbols: { f: { code: 'f()' } },
      edges: [
        { from: '', to: 'a.ts#f', kind: 'calls', role: 'call', at: ['‹f›()'], confidence: 'inferred' },
        { from: '', to: 'a.ts#f', kind: 'references', role: 'call', at: ['‹f›()'] },
      ],
    },
  })
  expect(await graph.references('a.ts#f')).toMatchObject([{ role: 'call', confidence: 'exact' }])
})

test('lists callers by distance, each call site once', async () => {
  const graph = await openShop()
  const callers = async (id: string, depth: number): Promise<string[]> =>
    (await graph.callers(id, { depth })).map((call) => `${call.depth} ${call.caller} -> ${call.callee}`)
  expect(await callers('src/pool.ts#Pool', 2)).toEqual([
    '1 src/pool.ts#createPool -> src/pool.ts#Pool',
    '2 src/server.ts -> src/pool.ts#createPool',
  ])
  expect(await callers('src/pool.ts#Pool.constructor', 1)).toEqual([
    '1 src/pool.ts#createPool -> src/pool.ts#Pool.constructor',
  ])
  expect(await callers('external:node:net#connect', 3)).toEqual([
    '1 src/pool.ts#Pool.openConnection -> external:node:net#connect',
    '2 src/pool.ts#Pool.acquire -> src/pool.ts#Pool.openConnection',
    '3 src/server.ts#serve -> src/pool.ts#Pool.acquire',
  ])
})

test('lists callees by distance, those of a constructor with its class', async () => {
  const graph = await openShop()
  const calls = await graph.callees('src/pool.ts#Pool')
  expect(calls).toEqual([
    {
      caller: 'src/pool.ts#Pool.constructor',
      callee: 'src/pool.ts#reset',
      site: {
        file: 'src/pool.ts',
        range: { start: { line: 3, column: 23, offset: 70 }, end: { line: 3, column: 28, offset: 75 } },
      },
      confidence: 'exact',
      depth: 1,
    },
  ])
  const deep = await graph.callees('src/server.ts#serve', { depth: Infinity, limit: 3 })
  expect(deep.map((call) => [call.depth, call.callee])).toEqual([
    [1, 'src/server.ts#handle'],
    [1, 'src/pool.ts#Pool.acquire'],
    [2, 'src/pool.ts#Pool.openConnection'],
  ])
})

test('finds the calls of a variable, which go to what it holds and only read it', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, {
    'a.ts': {
      text: 'let now = f; function use() { now(); return now } use()',
      symbols: {
        now: { code: 'now = f', kind: 'variable' },
        use: { code: 'function use() { now(); return now }' },
      },
      edges: [
        { from: 'use', to: 'a.ts#now', kind: 'reads', role: 'call', at: ['{ ‹now›()'] },
        { from: '', to: 'a.ts#use', kind: 'calls', role: 'call', at: ['} ‹use›()'] },
      ],
    },
  })
  const callers = async (depth: number) => (await graph.callers('a.ts#now', { depth })).map((call) => call.caller)
  expect(await callers(1)).toEqual(['a.ts#use'])
  expect(await callers(2)).toEqual(['a.ts#use', 'a.ts'])
  expect(await graph.callees('a.ts#now')).toEqual([])
})

test('finds the calls of a parameter that is a function', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, {
    'a.ts': {
      text: 'function each(visit) { visit() }',
      symbols: { each: { code: 'function each(visit) { visit() }' } },
      locals: { 'each.visit': { in: 'each', code: 'visit) {', at: ['{ ‹visit›()'], role: 'call' } },
    },
  })
  expect(await graph.callers('a.ts#each.visit')).toMatchObject([
    { caller: 'a.ts#each', callee: 'a.ts#each.visit', depth: 1 },
  ])
  expect(await graph.callees('a.ts#each.visit')).toEqual([])
})

test('finds the shortest call path, with its places', async () => {
  const graph = await openShop()
  const path = await graph.path('src/server.ts#serve', 'external:node:net#connect')
  expect(path?.symbols.map((symbol) => symbol.id)).toEqual([
    'src/server.ts#serve',
    'src/pool.ts#Pool.acquire',
    'src/pool.ts#Pool.openConnection',
    'external:node:net#connect',
  ])
  expect(path?.steps.map(({ confidence, sites }) => [confidence, sites.map((site) => site.range.start.line)])).toEqual([
    ['exact', [3]],
    ['inferred', [4]],
    ['exact', [5]],
  ])
  expect((await graph.path('src/server.ts', 'src/pool.ts#reset'))?.symbols.map((symbol) => symbol.id)).toEqual([
    'src/server.ts',
    'src/pool.ts#createPool',
    'src/pool.ts#Pool.constructor',
    'src/pool.ts#reset',
  ])
  expect(await graph.path('src/pool.ts#reset', 'src/server.ts')).toBeUndefined()
  expect((await graph.path('src/pool.ts#reset', 'src/pool.ts#reset'))?.steps).toEqual([])
})

test('lists the neighbours of a symbol in both directions', async () => {
  const graph = await openShop()
  const neighbours = await graph.neighbours('src/pool.ts#Pool')
  expect(neighbours.map(({ direction, kind, symbol, sites }) => [direction, kind, symbol.id, sites])).toEqual([
    ['out', 'contains', 'src/pool.ts#Pool.acquire', 0],
    ['out', 'contains', 'src/pool.ts#Pool.constructor', 0],
    ['in', 'instantiates', 'src/pool.ts#createPool', 1],
  ])
  expect(await graph.neighbours('src/pool.ts#createPool.pool')).toEqual([])
})

test('says which calls of a name could not be resolved', async () => {
  const graph = await openShop()
  expect(await graph.unresolvedNamed('read')).toEqual([
    {
      name: 'read',
      reason: 'unknown-receiver',
      call: true,
      file: 'src/server.ts',
      range: { start: { line: 4, column: 49, offset: 172 }, end: { line: 4, column: 53, offset: 176 } },
      in: 'src/server.ts#handle',
    },
  ])
  expect(await graph.unresolvedNamed('nothing')).toEqual([])
})

test('says what could not be resolved in the code of a symbol', async () => {
  const graph = await openShop()
  const places = await graph.unresolvedIn('src/server.ts#handle')
  expect(places.map(({ name, reason, range }) => [name, reason, range.start.column])).toEqual([
    ['read', 'unknown-receiver', 49],
    ['missing', 'undeclared', 54],
  ])
  expect(await graph.unresolvedIn('src/server.ts#serve')).toEqual([])
  expect(await graph.unresolvedIn('src/server.ts#handle.connection')).toEqual([])
  expect(await graph.unresolvedIn('external:node:net#connect')).toEqual([])
})

test('ranks symbols by how many others call them', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, {
    'a.ts': {
      text: 'a b c C',
      symbols: { a: { code: 'a' }, b: { code: 'b' }, c: { code: 'c' }, C: { code: 'C', kind: 'class' } },
      edges: [
        { from: 'a', to: 'a.ts#c' },
        { from: 'b', to: 'a.ts#c' },
        { from: 'a', to: 'a.ts#C', kind: 'instantiates' },
        { from: 'a', to: 'a.ts#C', kind: 'calls' },
        { from: 'c', to: 'a.ts#b' },
        { from: 'b', to: 'external:x#f' },
      ],
    },
  })
  const ranked = async (limit?: number): Promise<string[]> =>
    (await graph.mostCalled(limit === undefined ? {} : { limit })).map(
      ({ symbol, callers }) => `${symbol.name} ${callers}`,
    )
  expect(await ranked()).toEqual(['c 2', 'C 1', 'b 1'])
  expect(await ranked(1)).toEqual(['c 2'])
  expect(await ranked(Infinity)).toHaveLength(3)
  await expect(graph.mostCalled({ limit: -1 })).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
})

test('counts what the graph holds', async () => {
  const { graph } = await openGraph({ clock: () => 42 })
  await writeProject(graph, shop)
  await graph.update((writer) =>
    writer.putDiagnostics([
      { path: 'src/pool.ts', code: 'syntax-error', message: 'Unexpected token', start: 0, end: 3 },
      { path: 'big.bin', code: 'binary', message: 'Not text' },
    ]),
  )
  expect(await graph.status()).toEqual({
    revision: 2,
    updated: 42,
    files: 3,
    lines: 19,
    nodes: { module: 3, class: 2, constructor: 1, method: 2, constant: 2, function: 7, external: 1 },
    edges: { contains: 2, calls: 7, instantiates: 1, imports: 1, reads: 1 },
    languages: { javascript: { files: 1, lines: 5 }, typescript: { files: 2, lines: 14 } },
    diagnostics: { binary: 1, 'syntax-error': 1 },
    unresolved: { undeclared: { places: 1, calls: 1 }, 'unknown-receiver': { places: 1, calls: 1 } },
    calls: { exact: 7, inferred: 1, ambiguous: 0 },
    databaseBytes: expect.any(Number),
  })
  expect(await graph.diagnostics()).toEqual([
    { path: 'big.bin', code: 'binary', message: 'Not text' },
    {
      path: 'src/pool.ts',
      code: 'syntax-error',
      message: 'Unexpected token',
      range: { start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 4, offset: 3 } },
    },
  ])
})

test('counts lines at every kind of line break and columns behind surrogate pairs', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, {
    'a.ts': {
      text: 'a\r\n😀 b\n\nc\rd',
      symbols: { b: { code: 'b' }, c: { code: 'c' }, d: { code: 'd' } },
    },
  })
  const start = async (name: string): Promise<unknown> => (await graph.symbol(`a.ts#${name}`))?.range.start
  expect(await start('b')).toEqual({ line: 2, column: 4, offset: 6 })
  expect(await start('c')).toEqual({ line: 4, column: 1, offset: 9 })
  expect(await start('d')).toEqual({ line: 5, column: 1, offset: 11 })
  expect((await graph.definition({ file: 'a.ts', line: 2, column: 4 }))[0]?.symbol.name).toBe('b')
})

test('refuses questions about what is not there', async () => {
  const graph = await openShop()
  const missing = { code: 'FORGE_GRAPH_SYMBOL_NOT_FOUND', details: { id: 'src/pool.ts#gone' } }
  await expect(graph.callers('src/pool.ts#gone')).rejects.toMatchObject(missing)
  await expect(graph.callees('src/pool.ts#gone')).rejects.toMatchObject(missing)
  await expect(graph.references('src/pool.ts#gone')).rejects.toMatchObject(missing)
  await expect(graph.neighbours('src/pool.ts#gone')).rejects.toMatchObject(missing)
  await expect(graph.path('src/pool.ts', 'src/pool.ts#gone')).rejects.toMatchObject(missing)
  await expect(graph.definition({ file: 'gone.ts', line: 1 })).rejects.toMatchObject({
    code: 'FORGE_GRAPH_FILE_NOT_FOUND',
    details: { path: 'gone.ts' },
  })
})

test.each([
  { file: 'src/pool.ts', line: 0 },
  { file: 'src/pool.ts', line: 1.5 },
  { file: 'src/pool.ts', line: 10 },
  { file: 'src/pool.ts', line: 1, column: 0 },
  { file: 'src/pool.ts', line: 1, column: Number.NaN },
])('refuses the position $line:$column', async (position) => {
  const graph = await openShop()
  await expect(graph.definition(position)).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
})

test('refuses depths and limits that cannot be', async () => {
  const graph = await openShop()
  for (const options of [{ depth: 0 }, { depth: 1.5 }, { limit: -1 }, { limit: Number.NaN }]) {
    await expect(graph.callers('src/pool.ts#reset', options)).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
  }
  await expect(graph.search('x', { limit: -1 })).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
  await expect(graph.search('x', { offset: 0.5 })).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
})
