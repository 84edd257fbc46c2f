import { expect, test } from 'vitest'
import type { FindOptions, Graph } from '@forge/graph'
import { openGraph, writeProject } from './project.ts'
import { shop } from './shop.ts'

async function openShop(): Promise<Graph> {
  const { graph } = await openGraph()
  await writeProject(graph, shop)
  return graph
}

async function names(graph: Graph, query: string, options?: FindOptions): Promise<string[]> {
  return (await graph.search(query, options)).symbols.map((symbol) => symbol.qualifiedName)
}

test.each([
  ['findBySymbol', ['findBySymbol']],
  ['findbysymbol', ['findBySymbol']],
  ['fBS', ['findBySymbol']],
  ['fbs', ['findBySymbol']],
  ['fbn', ['find_by_name']],
  ['find sym', ['findBySymbol']],
  ['find_sym', ['findBySymbol']],
  ['bySym', ['findBySymbol']],
  ['symbol', ['findBySymbol']],
  ['name', ['names.js', 'find_by_name']],
  ['find', ['finder', 'findBySymbol', 'find_by_name']],
  ['fi', ['finder', 'findBySymbol', 'find_by_name']],
  ['ymbo', ['findBySymbol']],
  ['httpserver', ['HTTPServer']],
  ['server', ['server.ts', 'HTTPServer']],
  ['HSer', ['HTTPServer']],
  ['sym find', []],
  ['Pool.acquire', ['Pool.acquire']],
  ['pool.acq', ['Pool.acquire']],
  ['pool.ts#acq', ['Pool.acquire']],
  ['src/pool.ts#Pool.acquire', ['Pool.acquire']],
  ['Server.acq', []],
])('finds %s', async (query, expected) => {
  expect(await names(await openShop(), query)).toEqual(expected)
})

test('ranks the exact name first, then exported and shorter ones', async () => {
  const graph = await openShop()
  expect(await names(graph, 'pool')).toEqual(['pool', 'Pool', 'pool.ts', 'createPool'])
  expect(await names(graph, 'Pool')).toEqual(['Pool', 'pool', 'pool.ts', 'createPool'])
})

test('asks signatures and documentation where no name answers', async () => {
  const graph = await openShop()
  expect(await names(graph, 'PoolOptions')).toEqual(['createPool'])
  expect(await names(graph, 'keeps connection')).toEqual(['Pool'])
  expect(await names(graph, 'quickly')).toEqual(['serve'])
  expect(await names(graph, '“quickly”')).toEqual(['serve'])
})

test('finds a symbol outside the project where it is asked for', async () => {
  const graph = await openShop()
  expect(await names(graph, 'connect', { exact: true, kind: 'external' })).toEqual(['connect'])
  expect(await names(graph, 'connect', { exact: true })).toEqual([])
})

test('narrows by kind, file, folder and language', async () => {
  const graph = await openShop()
  expect(await names(graph, 'pool', { kind: 'class' })).toEqual(['Pool'])
  expect(await names(graph, 'pool', { file: 'src/server.ts' })).toEqual(['pool'])
  expect(await names(graph, 'pool', { file: 'src/' })).toHaveLength(4)
  expect(await names(graph, 'pool', { file: 'sr' })).toEqual([])
  expect(await names(graph, 'server', { language: 'javascript' })).toEqual(['HTTPServer'])
  expect(await names(graph, 'Pool', { exact: true })).toEqual(['Pool'])
  await expect(graph.search('pool', { kind: 'thing' as 'class' })).rejects.toMatchObject({
    code: 'FORGE_GRAPH_INPUT',
  })
})

test('findSymbol gives the symbols that search counts', async () => {
  const graph = await openShop()
  expect(await graph.findSymbol('pool', { limit: 2 })).toEqual((await graph.search('pool', { limit: 2 })).symbols)
})

test('gives pages that add up to the total', async () => {
  const graph = await openShop()
  const whole = await graph.search('pool')
  const pages = []
  for (let offset = 0; offset < whole.total; offset += 3) {
    const page = await graph.search('pool', { limit: 3, offset })
    expect(page.total).toBe(whole.total)
    pages.push(...page.symbols)
  }
  expect(pages).toEqual(whole.symbols)
})

test.each([
  '',
  '   ',
  '"',
  '""',
  '*',
  'pool*',
  'pool" OR "x',
  'NEAR(pool serve)',
  'pool AND serve',
  'NOT',
  'parts:pool',
  '^pool',
  '-pool',
  '(',
  'a + b',
  '%',
  '_',
  '\\',
  "'; drop table nodes; --",
  '😀',
  '\u0000',
  'pool\u0000x',
  '\ud800',
  'é́',
  '.',
  '#',
  'a'.repeat(10_000),
])('takes %j for nothing but text', async (query) => {
  const graph = await openShop()
  const { symbols, total } = await graph.search(query)
  expect(symbols.length).toBe(total)
  expect((await graph.search('Pool', { exact: true })).total).toBe(1)
})

test('matches the letters of other scripts', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, {
    'a.ts': {
      text: 'función größeBerechnen 数据库 данныеИзФайла',
      symbols: {
        función: { code: 'función', doc: 'Überprüft den Zustand' },
        größeBerechnen: { code: 'größeBerechnen' },
        数据库: { code: '数据库' },
        данныеИзФайла: { code: 'данныеИзФайла' },
      },
    },
  })
  expect(await names(graph, 'berech')).toEqual(['größeBerechnen'])
  expect(await names(graph, '数据')).toEqual(['数据库'])
  expect(await names(graph, 'дИФ')).toEqual(['данныеИзФайла'])
  expect(await names(graph, 'überprüft')).toEqual(['función'])
})

test('finds a symbol by its new name, and no longer by the old one', async () => {
  const { graph } = await openGraph()
  const text = 'one two'
  await writeProject(graph, { 'a.ts': { text, symbols: { one: { code: 'one', doc: 'alpha' } } } })
  await writeProject(graph, { 'a.ts': { text, symbols: { two: { code: 'two', doc: 'beta' } } } })
  expect(await names(graph, 'one')).toEqual([])
  expect(await names(graph, 'alpha')).toEqual([])
  expect(await names(graph, 'two')).toEqual(['two'])
  expect(await names(graph, 'beta')).toEqual(['two'])
})
