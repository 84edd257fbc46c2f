import { expect, test } from 'vitest'
import { openGraph, writeProject } from './project.ts'

const project = {
  'a.ts': {
    text: 'function a() { b() } function b() { a() } function c() { b() }',
    symbols: {
      a: { code: 'function a() { b() }', signature: 'function a()' },
      b: { code: 'function b() { a() }', signature: 'function b()', doc: 'Goes.' },
      c: { code: 'function c() { b() }' },
    },
    edges: [
      { from: 'a', to: 'a.ts#b', at: ['a() { ‹b›()'] },
      { from: 'b', to: 'a.ts#a', at: ['b() { ‹a›()'] },
      { from: 'c', to: 'a.ts#b', at: ['c() { ‹b›()'] },
    ],
  },
} as const

test('takes symbols out of a file with their edges, texts and words; the others stay', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, project)
  await graph.update((writer) => {
    const { id } = writer.files().get('a.ts')!
    writer.removeNodes(id, [writer.nodeIds(id).get('b')!])
    expect([...writer.nodeIds(id).keys()]).not.toContain('b')
  })
  expect(await graph.symbol('a.ts#b')).toBeUndefined()
  expect((await graph.findSymbol('b', { exact: true })).length).toBe(0)
  expect((await graph.search('goes')).total).toBe(0)
  expect(await graph.callees('a.ts#c')).toEqual([])
  expect(await graph.callers('a.ts#a')).toEqual([])
  expect(await graph.symbol('a.ts#a')).toMatchObject({ signature: 'function a()' })
})

test('refuses symbols that are not of the file, and writes nothing then', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, project)
  const removed = graph.update((writer) => writer.removeNodes(writer.files().get('a.ts')!.id, [4711]))
  await expect(removed).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT', details: { nodes: [4711] } })
  const { changed } = await graph.update((writer) => writer.removeNodes(writer.files().get('a.ts')!.id, []))
  expect(changed).toBe(false)
})
