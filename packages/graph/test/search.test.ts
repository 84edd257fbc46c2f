import { expect, test } from 'vitest'
import { createSearch, type Search, type SymbolCondition, type SymbolConditions } from '@forge/graph'
import { openGraph, type ProjectSpec, writeProject } from './project.ts'
import { shop } from './shop.ts'

async function openSearch(project: ProjectSpec = shop): Promise<Search> {
  const { db, graph } = await openGraph()
  await writeProject(graph, project)
  return createSearch(db, { project: 'test' })
}

async function ids(search: Search, condition: (is: SymbolConditions) => SymbolCondition, text = ''): Promise<string[]> {
  const narrowed = search.symbols(text).where(condition).limit(Infinity)
  const found = (await narrowed.all()).map(({ id }) => id)
  expect(await narrowed.limit(1).count()).toBe(found.length)
  expect((await narrowed.first())?.id).toBe(found[0])
  return found
}

test('lists all symbols by file and place where nothing is asked', async () => {
  const search = await openSearch()
  const all = await search.symbols().limit(Infinity).all()
  expect(all.slice(0, 2).map(({ id }) => id)).toEqual(['src/names.js', 'src/names.js#findBySymbol'])
  const files = all.map(({ file }) => file)
  expect(files).toEqual(files.toSorted())
  expect(await search.symbols().offset(2).limit(2).all()).toEqual(all.slice(2, 4))
  expect(await search.symbols().limit(0).all()).toEqual([])
  expect(await search.symbols().offset(Infinity).all()).toEqual([])
})

test.each<readonly [string, (is: SymbolConditions) => SymbolCondition, readonly string[]]>([
  [
    'kinds',
    (is) => is.and(is.in('src/pool.ts'), is.kind('class', 'constructor')),
    ['src/pool.ts#Pool', 'src/pool.ts#Pool.constructor'],
  ],
  ['no kind', (is) => is.kind(), []],
  ['what is outside, where it is asked for', (is) => is.kind('external'), ['external:node:net#connect']],
  [
    'a file',
    (is) => is.and(is.in('src/pool.ts'), is.kind('function')),
    ['src/pool.ts#createPool', 'src/pool.ts#reset'],
  ],
  ['a folder', (is) => is.and(is.in('./src/'), is.kind('class')), ['src/names.js#HTTPServer', 'src/pool.ts#Pool']],
  ['a folder, and none whose name goes on', (is) => is.in('sr', 'src/pool'), []],
  ['a language', (is) => is.and(is.language('javascript'), is.kind('module')), ['src/names.js']],
  ['a pattern of names', (is) => is.named('*Pool'), ['src/pool.ts#Pool', 'src/pool.ts#createPool']],
  ['a pattern with a bracket', (is) => is.named('[P]ool'), []],
  ['what is exported', (is) => is.and(is.exported(), is.kind('class')), ['src/pool.ts#Pool']],
  ['what is called by a symbol', (is) => is.calledBy('src/pool.ts#Pool.acquire'), ['src/pool.ts#Pool.openConnection']],
  ['what calls a symbol', (is) => is.calls('src/pool.ts#reset'), ['src/pool.ts#Pool.constructor']],
  ['what calls something outside', (is) => is.calls('external:node:net#connect'), ['src/pool.ts#Pool.openConnection']],
  [
    'numbers of callers',
    (is) => is.and(is.in('src/pool.ts'), is.kind('method', 'function'), is.callers({ atMost: 0 })),
    [],
  ],
  ['numbers of callees', (is) => is.and(is.in('src/pool.ts'), is.callees({ atLeast: 2 })), ['src/pool.ts#createPool']],
  [
    'either',
    (is) => is.or(is.named('label'), is.kind('class')),
    ['src/names.js#HTTPServer', 'src/pool.ts#Pool', 'src/pool.ts#label'],
  ],
  [
    'neither',
    (is) => is.and(is.in('src/pool.ts'), is.not(is.or(is.kind('class', 'module'), is.callers({ atLeast: 1 })))),
    ['src/pool.ts#label'],
  ],
  ['all of nothing', (is) => is.and(is.and(), is.kind('constructor')), ['src/pool.ts#Pool.constructor']],
  ['one of nothing', (is) => is.or(), []],
])('finds symbols by %s', async (_, condition, expected) => {
  expect(await ids(await openSearch(), condition)).toEqual(expected)
})

test('says no to a number nothing is known of, and yes to its opposite', async () => {
  // A module has no complexity of its own.
  const search = await openSearch()
  expect(await ids(search, (is) => is.and(is.kind('module'), is.complexity({ atLeast: 0 })))).toEqual([])
  expect(await ids(search, (is) => is.and(is.kind('module'), is.complexity({})))).toEqual([])
  expect(await ids(search, (is) => is.and(is.kind('module'), is.not(is.complexity({ atLeast: 1 }))))).toEqual([
    'src/names.js',
    'src/pool.ts',
    'src/server.ts',
  ])
})

test('finds symbols by how hard their code is to follow', async () => {
  const counted = { operators: 0, operands: 0, distinctOperators: 0, distinctOperands: 0 }
  const search = await openSearch({
    'a.ts': {
      text: 'function hard() {} function easy() {} function unknown() {}',
      symbols: {
        hard: { code: 'function hard() {}', counted: { cognitive: 20, ...counted } },
        easy: { code: 'function easy() {}', counted: { cognitive: 0, ...counted } },
        unknown: { code: 'function unknown() {}' },
      },
    },
  })
  expect(await ids(search, (is) => is.cognitive({ atLeast: 15 }))).toEqual(['a.ts#hard'])
  expect(await ids(search, (is) => is.cognitive({ atMost: 0 }))).toEqual(['a.ts#easy'])
  expect(await ids(search, (is) => is.cognitive({}))).toEqual(['a.ts#hard', 'a.ts#easy'])
  expect(() => search.symbols().where((is) => is.cognitive({ atLeast: 0.5 }))).toThrow(/cognitive must be an integer/)
})

test('ranks by name first, then by signature and documentation, and narrows both', async () => {
  const search = await openSearch({
    'a.ts': {
      text: 'function retry() {} function later() {} function often() {} function hidden() {} function none() {}',
      symbols: {
        retry: { code: 'function retry() {}', signature: 'function retry()' },
        later: { code: 'function later() {}', signature: 'function later(retry: number)', doc: 'Waits.' },
        often: { code: 'function often() {}', signature: 'function often()', doc: 'Does a retry, and waits between.' },
        hidden: { code: 'function hidden() {}', signature: 'function hidden()', doc: 'Counts what retrying costs.' },
        none: { code: 'function none() {}', signature: 'function none()', doc: 'Nothing.' },
      },
    },
  })
  const names = async (text: string): Promise<string[]> => (await search.symbols(text).all()).map(({ name }) => name)
  expect(await names('retry')).toEqual(['retry', 'later', 'often', 'hidden'])
  expect(await names('waits between')).toEqual(['often'])
  expect(await names('  ')).toHaveLength(6)
  expect(await names('zzz')).toEqual([])
  expect(await ids(search, (is) => is.not(is.named('later')), 'retry')).toEqual([
    'a.ts#retry',
    'a.ts#often',
    'a.ts#hidden',
  ])
})

test('leaves a search as it is when it is narrowed', async () => {
  const search = (await openSearch()).symbols()
  const classes = search.where((is) => is.kind('class'))
  expect(await classes.count()).toBe(2)
  expect(await search.count()).toBeGreaterThan(5)
})

test('refuses counts and symbols that there are not', async () => {
  const search = await openSearch()
  expect(() => search.symbols().limit(-1)).toThrow(expect.objectContaining({ code: 'FORGE_GRAPH_INPUT' }))
  expect(() => search.symbols().offset(1.5)).toThrow(expect.objectContaining({ code: 'FORGE_GRAPH_INPUT' }))
  expect(() => search.symbols().where((is) => is.callers({ atLeast: -1 }))).toThrow(
    expect.objectContaining({ code: 'FORGE_GRAPH_INPUT' }),
  )
  await expect(ids(search, (is) => is.calls('src/pool.ts#gone'))).rejects.toMatchObject({
    code: 'FORGE_GRAPH_SYMBOL_NOT_FOUND',
  })
})

test('cannot be made to run SQL', async () => {
  const search = await openSearch()
  for (const text of ["'; drop table nodes; --", '") or 1=1', "x' or '1'='1"]) {
    expect(await ids(search, (is) => is.or(is.named(text), is.in(text), is.language(text)), text)).toEqual([])
  }
  expect(await search.symbols().count()).toBeGreaterThan(5)
})
