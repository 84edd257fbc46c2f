import Driver from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Graph } from '@forge/graph'
import { type Opened, openGraph, writeProject } from './project.ts'
import { shop } from './shop.ts'

/** How SQLite runs what a question sends. */
async function plan({ graph, path, sent }: Opened, ask: (graph: Graph) => Promise<unknown>): Promise<string[]> {
  await graph.revision()
  const before = sent.length
  await ask(graph)
  const driver = new Driver(path, { readonly: true })
  try {
    const queries = sent
      .slice(before)
      .filter((text) => text.trimStart().startsWith('select') && !text.includes('sqlite_schema'))
    const steps = queries.flatMap((text) => driver.prepare<[], { detail: string }>(`explain query plan ${text}`).all())
    return [...new Set(steps.map((step) => step.detail))]
  } finally {
    driver.close()
  }
}

async function openShop(): Promise<Opened> {
  const opened = await openGraph()
  await writeProject(opened.graph, shop)
  return opened
}

const id = 'src/pool.ts#Pool.constructor'

test.each<[string, (graph: Graph) => Promise<unknown>, readonly string[]]>([
  ['callers', (graph) => graph.callers(id), ['SEARCH e USING INDEX edges_target (project=? AND target=? AND kind=?)']],
  ['callees', (graph) => graph.callees(id), ['SEARCH e USING PRIMARY KEY (project=? AND source=?)']],
  ['references', (graph) => graph.references(id), ['SEARCH e USING INDEX edges_target (project=? AND target=?)']],
  ['neighbours', (graph) => graph.neighbours(id), ['SEARCH edges USING INDEX edges_target (project=? AND target=?)']],
  [
    'path',
    (graph) => graph.path('src/server.ts', id),
    ['SEARCH edges USING COVERING INDEX edges_target (project=? AND target=? AND kind=?)'],
  ],
  [
    'symbol',
    (graph) => graph.symbol(id),
    [
      'SEARCH files USING INDEX files_path (project=? AND path=?)',
      'SEARCH n USING INDEX nodes_file (project=? AND file=? AND descriptor=?)',
    ],
  ],
  [
    'resolveSymbol',
    (graph) => graph.resolveSymbol('acquire'),
    ['SEARCH n USING INDEX nodes_name (project=? AND name=?)'],
  ],
  [
    'definition',
    (graph) => graph.definition({ file: 'src/pool.ts', line: 4, column: 28 }),
    [
      'SEARCH n USING INDEX nodes_file (project=? AND file=?)',
      'SEARCH edges USING PRIMARY KEY (project=? AND source=?)',
    ],
  ],
  [
    'unresolvedNamed',
    (graph) => graph.unresolvedNamed('read'),
    ['SEARCH u USING INDEX unresolved_name (project=? AND name=?)'],
  ],
  [
    'nodes.findByHash',
    (graph) => graph.nodes.findByHash('0'.repeat(64)),
    ['SEARCH nodes USING INDEX nodes_hash (project=? AND <expr>=?)'],
  ],
  [
    'nodes.get',
    (graph) => graph.nodes.get(1),
    ['SEARCH nodes USING INDEX sqlite_autoindex_nodes_1 (project=? AND id=?)'],
  ],
  [
    'edges.getByKind',
    (graph) => graph.edges.getByKind('extends'),
    ['SEARCH edges USING INDEX edges_kind (project=? AND kind=?)'],
  ],
])('%s uses its index and reads no table from end to end', async (_, ask, expected) => {
  const steps = await plan(await openShop(), ask)
  expect(steps).toEqual(expect.arrayContaining([...expected]))
  // Where there are many rows, the project alone is no choice.
  expect(steps.filter((step) => /^SCAN|\(project=\?\)/.test(step))).toEqual([])
})

test('findSymbol uses the full-text index and its symbols by key', async () => {
  const steps = await plan(await openShop(), (graph) => graph.findSymbol('fBS'))
  expect(steps).toEqual(expect.arrayContaining(['SEARCH n USING INDEX sqlite_autoindex_nodes_1 (project=? AND id=?)']))
  expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([
    expect.stringMatching(/^SCAN s VIRTUAL TABLE INDEX /),
  ])
})

test('keeps its plans after the indexes were left out for the first load', async () => {
  const opened = await openShop()
  const driver = new Driver(opened.path, { readonly: true })
  const names = driver
    .prepare(`select name from sqlite_schema where type = 'index' and sql is not null order by name`)
    .pluck()
  const statistics = driver.prepare(`select idx from sqlite_stat1 order by idx`).pluck()
  const before = await openGraph()
  const fresh = new Driver(before.path, { readonly: true })
  expect(names.all()).toEqual(fresh.prepare(names.source).pluck().all())
  expect(statistics.all()).toEqual(fresh.prepare(statistics.source).pluck().all())
  driver.close()
  fresh.close()
})
