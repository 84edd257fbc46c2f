import { expect, test } from 'vitest'
import { createGraph, type EdgeInput, type Graph, type NodeInput } from '@forge/graph'
import { exported, hashOf, nodeInput, openGraph, type ProjectSpec, writeProject } from './project.ts'
import { shop } from './shop.ts'

const file = {
  path: 'a.ts',
  hash: hashOf('a'),
  language: 'typescript',
  size: 1,
  modified: 1.25,
  lineStarts: Int32Array.of(0, 10),
}
const sites = Int32Array.of(1, 2, 0)

test('moves from revision to revision', async () => {
  let time = 0
  const { graph } = await openGraph({ clock: () => (time += 1000) })
  expect(await writeProject(graph, shop)).toMatchObject({ revision: 1, changed: true })
  const { revision, changed, result } = await graph.update((writer) => {
    writer.putFile(file, [nodeInput('')])
    return writer.revision
  })
  expect({ revision, changed, result }).toEqual({ revision: 2, changed: true, result: 2 })
  expect(await graph.revision()).toBe(2)
  expect(await graph.status()).toMatchObject({ revision: 2, updated: 2000 })
})

test('stays at a revision when what is written is what is there', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, shop)
  const again = await writeProject(graph, shop, Object.keys(shop))
  expect(again).toEqual({ revision: 1, changed: false, result: undefined })
  const quiet = await graph.update((writer) => {
    writer.touchFile('src/pool.ts', { size: 7, modified: 8.5 })
    writer.putMeta('key', 'value')
    writer.putFacts(hashOf('x'), 'typescript', 1, Uint8Array.of(1))
    writer.putDiagnostics([])
  })
  expect(quiet).toMatchObject({ revision: 1, changed: false })
  expect((await graph.files()).get('src/pool.ts')).toMatchObject({ size: 7, modified: 8.5 })
  expect(await graph.meta('key')).toBe('value')
})

test('keeps row ids and creation times of symbols that stay', async () => {
  let time = 0
  const { graph } = await openGraph({ clock: () => ++time })
  const text = 'function f() {}\nfunction g() {}\n'
  const symbols = { f: { code: 'function f() {}' }, g: { code: 'function g() {}', doc: 'Goes.' } }
  await writeProject(graph, { 'a.ts': { text, symbols } })
  const before = await graph.nodes.getByFile('a.ts')
  await writeProject(graph, {
    'a.ts': {
      text: '\nfunction g() { return 1 }\nfunction f() {}\nfunction h() {}',
      symbols: {
        h: { code: 'function h() {}' },
        g: { code: 'function g() { return 1 }', doc: 'Goes.' },
        f: { code: 'function f() {}' },
      },
    },
  })
  const after = await graph.nodes.getByFile('a.ts')
  const of = (nodes: typeof before, name: string): unknown => {
    const node = nodes.find((node) => node.descriptor === name)
    return node === undefined ? undefined : [node.id, node.created, node.updated, node.start]
  }
  expect(of(before, 'f')).toEqual([2, 1, 1, 0])
  expect(of(after, 'f')).toEqual([2, 1, 1, 27])
  expect(of(after, 'g')).toEqual([3, 1, 2, 1])
  expect(of(after, 'h')).toEqual([4, 2, 2, 43])
})

test('drops the edges of symbols that go, and no others', async () => {
  const { graph } = await openGraph()
  const project = (left: Readonly<Record<string, { code: string }>>): ProjectSpec => ({
    'a.ts': { text: 'f g', symbols: left },
    'b.ts': { text: 'f g', symbols: { user: { code: 'f g' } } },
  })
  await writeProject(graph, project({ f: { code: 'f' }, g: { code: 'g' } }))
  const ids = new Map<string, number>()
  await graph.update((writer) => {
    const id = (path: string): number => writer.files().get(path)!.id
    for (const path of ['a.ts', 'b.ts']) {
      for (const [descriptor, node] of writer.nodeIds(id(path))) ids.set(`${path}#${descriptor}`, node)
    }
    const edge = (target: number): EdgeInput => ({
      source: ids.get('b.ts#user')!,
      target,
      kind: 'calls',
      confidence: 'exact',
      sites,
    })
    writer.putEdges(id('b.ts'), [edge(ids.get('a.ts#f')!), edge(ids.get('a.ts#g')!)])
  })
  await graph.update((writer) => writer.putFile({ ...file, path: 'a.ts' }, [nodeInput(''), nodeInput('g')]))
  expect((await graph.callees('b.ts#user')).map((call) => call.callee)).toEqual(['a.ts#g'])
  expect(await graph.edges.getByTarget(ids.get('a.ts#f')!)).toEqual([])
})

test('takes a file out with everything of its own', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, shop)
  await graph.update((writer) => writer.removeFile('src/pool.ts'))
  expect(await graph.symbol('src/pool.ts#Pool')).toBeUndefined()
  expect((await graph.search('createPool')).total).toBe(0)
  expect((await graph.callees('src/server.ts#serve')).map((call) => call.callee)).toEqual(['src/server.ts#handle'])
  expect(await graph.symbol('external:node:net#connect')).toBeUndefined()
  expect(await exported(graph)).not.toContain('pool.ts')
})

test('exports the same bytes after any history that leads to the same files', async () => {
  const { graph: fresh } = await openGraph()
  await writeProject(fresh, shop)
  const { graph } = await openGraph()
  const [pool, server, names] = Object.entries(shop)
  await writeProject(graph, Object.fromEntries([names!, ['z.ts', { text: 'z', symbols: { z: { code: 'z' } } }]]))
  await writeProject(graph, Object.fromEntries([pool!, names!]))
  await writeProject(graph, { ...Object.fromEntries([pool!, server!]), 'src/names.js': { text: '' } })
  await writeProject(graph, Object.fromEntries([server!, names!, pool!]))
  await writeProject(graph, shop, ['src/pool.ts'])
  expect(await exported(graph)).toBe(await exported(fresh))
  expect(await graph.status()).toMatchObject({
    nodes: (await fresh.status()).nodes,
    edges: (await fresh.status()).edges,
  })
  expect(await graph.search('find')).toEqual(await fresh.search('find'))
})

test('writes nothing when the update throws', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, shop)
  const before = await exported(graph)
  const failure = new Error('stop')
  await expect(
    graph.update((writer) => {
      writer.removeFile('src/pool.ts')
      writer.putMeta('key', 'value')
      throw failure
    }),
  ).rejects.toBe(failure)
  expect(await exported(graph)).toBe(before)
  expect(await graph.meta('key')).toBeUndefined()
  expect(await graph.revision()).toBe(1)
})

test('writes nothing when the first update throws, and can be filled afterwards', async () => {
  const { graph } = await openGraph()
  const failing = graph.update((writer) => {
    writer.putFile(file, [nodeInput('')])
    throw new Error('stop')
  })
  await expect(failing).rejects.toThrow('stop')
  await writeProject(graph, shop)
  expect((await graph.callers('src/pool.ts#reset')).length).toBe(1)
})

test('stops an update when the signal aborts', async () => {
  const { graph } = await openGraph()
  const controller = new AbortController()
  const updating = graph.update(
    async (writer) => {
      writer.putFile(file, [nodeInput('')])
      await Promise.resolve()
      controller.abort(new Error('enough'))
    },
    { signal: controller.signal },
  )
  await expect(updating).rejects.toThrow('enough')
  expect(await graph.revision()).toBe(0)
})

test('lets readers see the revision before until the next one is whole', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, shop)
  await graph.update(async (writer) => {
    writer.removeFile('src/server.ts')
    expect(await graph.revision()).toBe(1)
    expect((await graph.search('serve', { exact: true })).total).toBe(1)
  })
  expect((await graph.search('serve', { exact: true })).total).toBe(0)
})

test('runs updates one after the other', async () => {
  const { graph, db } = await openGraph()
  const second = createGraph(db, { project: 'test' })
  const revisions = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      (index % 2 === 0 ? graph : second).update(async (writer) => {
        await Promise.resolve()
        writer.putFile({ ...file, path: `${index}.ts` }, [nodeInput('')])
      }),
    ),
  )
  expect(revisions.map(({ revision }) => revision).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6])
  expect((await graph.files()).size).toBe(6)
})

test('keeps facts as long as a file has their content', async () => {
  const { path, graph } = await openGraph()
  const { graph: other } = await openGraph({ path, project: 'other' })
  const facts = Uint8Array.of(1, 2, 3)
  const get = (of: Graph, text: string, version = 1): Promise<number[] | undefined> =>
    of
      .update((writer) => writer.getFacts(hashOf(text), 'typescript', version))
      .then(({ result }) => result && [...result])
  await graph.update((writer) => {
    writer.putFile(file, [])
    writer.putFacts(hashOf('a'), 'typescript', 1, facts)
  })
  await other.update((writer) => writer.putFile(file, []))
  expect(await get(graph, 'a')).toEqual([1, 2, 3])
  expect(await get(graph, 'a', 2)).toBeUndefined()
  await graph.update((writer) => writer.removeFile('a.ts'))
  expect(await get(other, 'a')).toEqual([1, 2, 3])
  await other.update((writer) => writer.putFile({ ...file, hash: hashOf('b') }, []))
  expect(await get(other, 'a')).toBeUndefined()
})

test('keeps an embedding until the source of its symbol changes', async () => {
  const { graph } = await openGraph()
  const put = (node: Partial<NodeInput>): Promise<unknown> =>
    graph.update((writer) => writer.putFile(file, [nodeInput('f', { hash: hashOf('f'), ...node })]))
  const embedding = async (): Promise<number[] | undefined> => {
    const [node] = await graph.nodes.getByFile('a.ts')
    return node?.embedding === null ? undefined : [...node!.embedding]
  }
  await put({ embedding: Uint8Array.of(1, 2) })
  expect(await embedding()).toEqual([1, 2])
  await put({ start: 3, end: 5 })
  expect(await embedding()).toEqual([1, 2])
  await put({ hash: hashOf('g') })
  expect(await embedding()).toBeUndefined()
})

test.each<[string, (graph: Graph) => Promise<unknown>]>([
  ['a hash of the wrong length', (graph) => graph.update((w) => w.putFile({ ...file, hash: Uint8Array.of(1) }, []))],
  ['an absolute path', (graph) => graph.update((w) => w.putFile({ ...file, path: '/a.ts' }, []))],
  [
    'lines that do not rise',
    (graph) => graph.update((w) => w.putFile({ ...file, lineStarts: Int32Array.of(0, 5, 5) }, [])),
  ],
  ['no lines', (graph) => graph.update((w) => w.putFile({ ...file, lineStarts: new Int32Array(0) }, []))],
  ['a descriptor twice', (graph) => graph.update((w) => w.putFile(file, [nodeInput('f'), nodeInput('f')]))],
  [
    'an external symbol in a file',
    (graph) => graph.update((w) => w.putFile(file, [nodeInput('f', { kind: 'external' })])),
  ],
  [
    'a range that ends before it starts',
    (graph) => graph.update((w) => w.putFile(file, [nodeInput('f', { start: 2, end: 1 })])),
  ],
  ['an unknown kind', (graph) => graph.update((w) => w.putFile(file, [nodeInput('f', { kind: 'thing' as 'class' })]))],
  ['an external id without its prefix', (graph) => graph.update((w) => w.externalNode('node:fs'))],
  [
    'half a range of a diagnostic',
    (graph) => graph.update((w) => w.putDiagnostics([{ path: 'a', code: 'x', message: '', start: 1 }])),
  ],
])('refuses %s', async (_, write) => {
  const { graph } = await openGraph()
  await expect(write(graph)).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT', hint: expect.any(String) })
  expect(await graph.revision()).toBe(0)
})

test.each<[string, (nodes: Float64Array) => Partial<EdgeInput>]>([
  ['sites that are not three numbers each', () => ({ sites: Int32Array.of(1, 2) })],
  ['sites out of order', () => ({ sites: Int32Array.of(5, 6, 0, 1, 2, 0) })],
  ['an unknown role', () => ({ sites: Int32Array.of(1, 2, 7) })],
  ['an unknown kind of edge', () => ({ kind: 'likes' as 'calls' })],
  ['an unknown confidence', () => ({ confidence: 'perhaps' as 'exact' })],
  ['a source of another file', (nodes) => ({ source: nodes[1]! + 7 })],
])('refuses %s', async (_, change) => {
  const { graph } = await openGraph()
  const writing = graph.update((writer) => {
    const { fileId, nodeIds } = writer.putFile(file, [nodeInput(''), nodeInput('f')])
    const edge: EdgeInput = { source: nodeIds[0]!, target: nodeIds[1]!, kind: 'calls', confidence: 'exact', sites }
    writer.putEdges(fileId, [{ ...edge, ...change(nodeIds) }])
  })
  await expect(writing).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
})

test('refuses occurrences of locals that cannot be', async () => {
  const { graph } = await openGraph()
  const put = (occurrences: readonly number[]): Promise<unknown> =>
    graph.update((writer) => {
      const { fileId } = writer.putFile(file, [])
      writer.putLocals(fileId, [], Float64Array.from(occurrences))
    })
  await expect(put([1, 2, 0, 0, 1])).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
  await expect(put([1, 2])).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
})

test('refuses files that are not there', async () => {
  const { graph } = await openGraph()
  const missing = { code: 'FORGE_GRAPH_FILE_NOT_FOUND' }
  await expect(graph.update((writer) => writer.removeFile('gone.ts'))).rejects.toMatchObject(missing)
  await expect(graph.update((writer) => writer.touchFile('gone.ts', { size: 0, modified: 0 }))).rejects.toMatchObject(
    missing,
  )
  await expect(graph.update((writer) => writer.putEdges(9, []))).rejects.toMatchObject(missing)
  await expect(graph.update((writer) => writer.nodeIds(9))).rejects.toMatchObject(missing)
})

test('refuses an edge to a node that does not exist', async () => {
  const { graph } = await openGraph()
  const writing = graph.update((writer) => {
    const { fileId, nodeIds } = writer.putFile(file, [nodeInput('f')])
    writer.putEdges(fileId, [{ source: nodeIds[0]!, target: 999, kind: 'calls', confidence: 'exact', sites }])
  })
  await expect(writing).rejects.toMatchObject({ code: 'FORGE_DB_CONSTRAINT' })
})

test('refuses a project without a name', async () => {
  const { db } = await openGraph()
  expect(() => createGraph(db, { project: '' })).toThrow(expect.objectContaining({ code: 'FORGE_GRAPH_INPUT' }))
})
