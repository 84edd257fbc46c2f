import { expect, test } from 'vitest'
import { roles } from '@forge/graph'
import { exported, hashOf, nodeInput, openGraph, writeProject } from './project.ts'
import { shop } from './shop.ts'

test('exports files, symbols, occurrences, edges and gaps, each in order', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, {
    'src/server.ts': shop['src/server.ts']!,
    'src/pool.ts': { text: '', symbols: {} },
    ...without(),
  })
  expect(await exported(graph)).toBe(`${expectedLines().join('\n')}\n`)
})

/** The two files `src/server.ts` refers to, cut down to what it refers to. */
function without(): Readonly<Record<string, { text: string; symbols: Record<string, { code: string }> }>> {
  return {
    'src/pool.ts': {
      text: 'createPool Pool.acquire',
      symbols: { createPool: { code: 'createPool' }, 'Pool.acquire': { code: 'acquire' } },
    },
  }
}

function expectedLines(): string[] {
  const hash = (text: string): string => Buffer.from(hashOf(text)).toString('hex')
  const server = shop['src/server.ts']!.text
  return [
    `{"t":"file","path":"src/pool.ts","hash":"${hash('createPool Pool.acquire')}","language":"typescript","lines":1}`,
    `{"t":"file","path":"src/server.ts","hash":"${hash(server)}","language":"typescript","lines":5}`,
    '{"t":"symbol","id":"src/pool.ts","kind":"module","name":"pool.ts","qualifiedName":"pool.ts","file":"src/pool.ts","start":0,"end":23,"nameStart":0,"nameEnd":0}',
    '{"t":"symbol","id":"src/pool.ts#Pool.acquire","kind":"function","name":"acquire","qualifiedName":"Pool.acquire","file":"src/pool.ts","start":16,"end":23,"nameStart":16,"nameEnd":23}',
    '{"t":"symbol","id":"src/pool.ts#createPool","kind":"function","name":"createPool","qualifiedName":"createPool","file":"src/pool.ts","start":0,"end":10,"nameStart":0,"nameEnd":10}',
    '{"t":"symbol","id":"src/server.ts","kind":"module","name":"server.ts","qualifiedName":"server.ts","file":"src/server.ts","start":0,"end":190,"nameStart":0,"nameEnd":0}',
    '{"t":"symbol","id":"src/server.ts#handle","kind":"function","name":"handle","qualifiedName":"handle","file":"src/server.ts","start":124,"end":189,"nameStart":133,"nameEnd":139}',
    '{"t":"symbol","id":"src/server.ts#handle.connection","kind":"variable","name":"connection","qualifiedName":"handle.connection","file":"src/server.ts","start":140,"end":153,"nameStart":140,"nameEnd":150}',
    '{"t":"symbol","id":"src/server.ts#pool","kind":"constant","name":"pool","qualifiedName":"pool","file":"src/server.ts","start":52,"end":72,"nameStart":52,"nameEnd":56}',
    '{"t":"symbol","id":"src/server.ts#serve","kind":"function","name":"serve","qualifiedName":"serve","file":"src/server.ts","start":80,"end":123,"nameStart":89,"nameEnd":94}',
    '{"t":"occurrence","file":"src/server.ts","start":9,"end":19,"symbol":"src/pool.ts#createPool","role":"import"}',
    '{"t":"occurrence","file":"src/server.ts","start":59,"end":69,"symbol":"src/pool.ts#createPool","role":"call"}',
    '{"t":"occurrence","file":"src/server.ts","start":99,"end":105,"symbol":"src/server.ts#handle","role":"call"}',
    '{"t":"occurrence","file":"src/server.ts","start":106,"end":110,"symbol":"src/server.ts#pool","role":"read"}',
    '{"t":"occurrence","file":"src/server.ts","start":111,"end":118,"symbol":"src/pool.ts#Pool.acquire","role":"call"}',
    '{"t":"occurrence","file":"src/server.ts","start":161,"end":171,"symbol":"src/server.ts#handle.connection","role":"read"}',
    '{"t":"edge","kind":"calls","from":"src/server.ts","to":"src/pool.ts#createPool","confidence":"exact","sites":[["src/server.ts",59,69]]}',
    '{"t":"edge","kind":"calls","from":"src/server.ts#serve","to":"src/pool.ts#Pool.acquire","confidence":"exact","sites":[["src/server.ts",111,118]]}',
    '{"t":"edge","kind":"calls","from":"src/server.ts#serve","to":"src/server.ts#handle","confidence":"exact","sites":[["src/server.ts",99,105]]}',
    '{"t":"edge","kind":"imports","from":"src/server.ts","to":"src/pool.ts#createPool","confidence":"exact","sites":[["src/server.ts",9,19]]}',
    '{"t":"edge","kind":"reads","from":"src/server.ts#serve","to":"src/server.ts#pool","confidence":"exact","sites":[["src/server.ts",106,110]]}',
    '{"t":"unresolved","file":"src/server.ts","start":172,"end":176,"name":"read","reason":"unknown-receiver"}',
    '{"t":"unresolved","file":"src/server.ts","start":177,"end":184,"name":"missing","reason":"undeclared"}',
  ]
}

test('orders text by code unit and offsets by value', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, {
    'b.ts': { text: '' },
    'a.ts': {
      text: `10 ${' '.repeat(90)} z 9`,
      symbols: { ﬀ: { code: '10' }, 𝐚: { code: 'z' }, A: { code: '9' }, _: { code: '1' } },
    },
    'a!.ts': { text: '' },
    'B.ts': { text: '' },
  })
  const lines = (await exported(graph))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { t: string; path: string; id: string })
  expect(lines.filter(({ t }) => t === 'file').map(({ path }) => path)).toEqual(['B.ts', 'a!.ts', 'a.ts', 'b.ts'])
  expect(lines.filter(({ t }) => t === 'symbol').map(({ id }) => id)).toEqual([
    'B.ts',
    'a!.ts',
    'a.ts',
    'a.ts#A',
    'a.ts#_',
    'a.ts#𝐚',
    'a.ts#ﬀ',
    'b.ts',
  ])
})

test('gives a place a line for each symbol it names, and equal lines once', async () => {
  const { graph } = await openGraph()
  await graph.update((writer) => {
    const { fileId, nodeIds } = writer.putFile(
      { path: 'a.ts', hash: hashOf(''), language: 'typescript', size: 0, modified: 0, lineStarts: Int32Array.of(0) },
      [nodeInput(''), nodeInput('C', { kind: 'class' }), nodeInput('C.constructor', { kind: 'constructor' })],
    )
    const [module, type, maker] = [...nodeIds] as [number, number, number]
    const [call, read] = [roles.indexOf('call'), roles.indexOf('read')]
    const edge = { source: module, confidence: 'exact' } as const
    writer.putEdges(fileId, [
      { ...edge, target: type, kind: 'instantiates', sites: Int32Array.of(4, 5, call, 4, 5, call, 10, 11, call) },
      { ...edge, target: type, kind: 'references', sites: Int32Array.of(4, 5, call, 100, 101, read) },
      { ...edge, target: maker, kind: 'calls', sites: Int32Array.of(4, 5, call) },
    ])
  })
  const lines = (await exported(graph)).split('\n').filter((line) => /"occurrence"|"instantiates"/.test(line))
  expect(lines).toEqual([
    '{"t":"occurrence","file":"a.ts","start":4,"end":5,"symbol":"a.ts#C","role":"call"}',
    '{"t":"occurrence","file":"a.ts","start":4,"end":5,"symbol":"a.ts#C.constructor","role":"call"}',
    '{"t":"occurrence","file":"a.ts","start":10,"end":11,"symbol":"a.ts#C","role":"call"}',
    '{"t":"occurrence","file":"a.ts","start":100,"end":101,"symbol":"a.ts#C","role":"read"}',
    '{"t":"edge","kind":"instantiates","from":"a.ts","to":"a.ts#C","confidence":"exact","sites":[["a.ts",4,5],["a.ts",10,11]]}',
  ])
})

test('exports one revision while the next one is written', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, shop)
  const before = await exported(graph)
  let text = ''
  for await (const line of graph.exportLines()) {
    if (text === '') await writeProject(graph, {})
    text += line
  }
  expect(text).toBe(before)
  expect(await exported(graph)).toBe('')
})

test('stops exporting when the signal aborts', async () => {
  const { graph } = await openGraph()
  await writeProject(graph, shop)
  const controller = new AbortController()
  const lines: string[] = []
  const reading = async (): Promise<void> => {
    for await (const line of graph.exportLines({ signal: controller.signal })) {
      lines.push(line)
      controller.abort(new Error('enough'))
    }
  }
  await expect(reading()).rejects.toThrow('enough')
  expect(lines).toHaveLength(1)
})
