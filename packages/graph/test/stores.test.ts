import { expect, test } from 'vitest'
import { type Graph, roles } from '@forge/graph'
import { exported, hashOf, nodeInput, openGraph, writeProject } from './project.ts'

async function openFile(): Promise<Graph> {
  const { graph } = await openGraph({ clock: () => 77 })
  await writeProject(graph, {
    'a.ts': { text: 'function f() {}', symbols: { f: { code: 'function f() {}', doc: 'Does.' } } },
  })
  return graph
}

test('stores symbols one by one and gives them back whole', async () => {
  const graph = await openFile()
  const counted = { cognitive: 0, operators: 300, operands: 70_000, distinctOperators: 12, distinctOperands: 127 }
  const id = await graph.nodes.insert({
    file: 'a.ts',
    ...nodeInput('C.m', {
      kind: 'method',
      exported: true,
      signature: 'm(): void',
      complexity: 4,
      code: counted,
      hash: hashOf('m'),
      end: 9,
    }),
  })
  expect(await graph.nodes.get(id)).toEqual({
    id,
    project: 'test',
    file: 'a.ts',
    language: 'typescript',
    name: 'm',
    qualifiedName: 'C.m',
    descriptor: 'C.m',
    kind: 'method',
    exported: true,
    signature: 'm(): void',
    doc: null,
    complexity: 4,
    code: counted,
    hash: Buffer.from(hashOf('m')).toString('hex'),
    start: 0,
    end: 9,
    nameStart: 0,
    nameEnd: 0,
    embedding: null,
    created: 77,
    updated: 77,
  })
  expect(await graph.symbol('a.ts#f')).toMatchObject({ doc: 'Does.' })
  expect(await graph.symbol('a.ts#C.m')).toMatchObject({ signature: 'm(): void' })
  expect((await graph.search('m')).total).toBe(1)
  expect(await graph.nodes.get(999)).toBeUndefined()
})

test('stores all symbols of a batch or none', async () => {
  const graph = await openFile()
  const node = (descriptor: string): Parameters<Graph['nodes']['insert']>[0] => ({
    file: 'a.ts',
    ...nodeInput(descriptor),
  })
  await expect(graph.nodes.batchInsert([node('g'), node('f')])).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
  await expect(graph.nodes.batchInsert([node('g'), { ...node('h'), file: 'b.ts' }])).rejects.toMatchObject({
    code: 'FORGE_GRAPH_FILE_NOT_FOUND',
  })
  expect((await graph.nodes.getByFile('a.ts')).map((stored) => stored.descriptor)).toEqual(['', 'f'])
  const ids = await graph.nodes.batchInsert([node('g'), node('h')])
  expect((await graph.nodes.getByFile('a.ts')).map((stored) => stored.id)).toEqual([1, 2, ...ids])
  expect(await graph.nodes.getByFile('gone.ts')).toEqual([])
})

test('finds symbols by their content hash', async () => {
  const graph = await openFile()
  const hash = Buffer.from(hashOf('function f() {}')).toString('hex')
  expect((await graph.nodes.findByHash(hash.toUpperCase())).map((node) => node.descriptor)).toEqual(['', 'f'])
  expect(await graph.nodes.findByHash('0'.repeat(64))).toEqual([])
  for (const wrong of ['', hash.slice(1), `${hash.slice(1)}g`]) {
    await expect(graph.nodes.findByHash(wrong)).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
  }
})

test('stores edges, in the place of equal ones', async () => {
  const graph = await openFile()
  const [module, f] = (await graph.nodes.getByFile('a.ts')).map((node) => node.id) as [number, number]
  const edge = {
    source: module,
    target: f,
    kind: 'calls',
    confidence: 'exact',
    sites: Int32Array.of(0, 1, roles.indexOf('call')),
  } as const
  await graph.edges.insert(edge)
  await graph.edges.insert({ ...edge, confidence: 'ambiguous', metadata: { because: ['a', 'b'] } })
  await graph.edges.batchInsert([
    { ...edge, kind: 'contains', sites: new Int32Array(0) },
    { ...edge, kind: 'extends' },
  ])
  const stored = { ...edge, confidence: 'ambiguous', metadata: { because: ['a', 'b'] } }
  expect(await graph.edges.getByKind('calls')).toEqual([stored])
  expect(await graph.edges.getByKind('extends')).toEqual([{ ...edge, kind: 'extends', metadata: null }])
  expect((await graph.edges.getBySource(module)).map(({ kind }) => kind)).toEqual(['calls', 'extends', 'contains'])
  expect((await graph.edges.getByTarget(f)).map(({ kind }) => kind)).toEqual(['calls', 'extends', 'contains'])
  expect(await graph.edges.getByTarget(module)).toEqual([])
  await expect(graph.edges.getByKind('likes' as 'calls')).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
})

test('stores all edges of a batch or none', async () => {
  const graph = await openFile()
  const [module, f] = (await graph.nodes.getByFile('a.ts')).map((node) => node.id) as [number, number]
  const before = await exported(graph)
  const edge = { source: module, target: f, kind: 'calls', confidence: 'exact', sites: new Int32Array(0) } as const
  await expect(graph.edges.batchInsert([edge, { ...edge, target: 999 }])).rejects.toMatchObject({
    code: 'FORGE_DB_CONSTRAINT',
  })
  expect(await exported(graph)).toBe(before)
})
