import { expect, test } from 'vitest'
import {
  type Analysis,
  type CodeCounts,
  createAnalysis,
  entryPointsKey,
  type EntryPoint,
  type HotspotOptions,
} from '@forge/graph'
import { openGraph, type ProjectSpec, writeProject } from './project.ts'
import { shop } from './shop.ts'

async function analyse(project: ProjectSpec, entryPoints: readonly EntryPoint[] = []): Promise<Analysis> {
  const { db, graph } = await openGraph()
  await writeProject(graph, project)
  await graph.update((writer) => {
    writer.putMeta(entryPointsKey, JSON.stringify(entryPoints))
  })
  return createAnalysis(db, { project: 'test' })
}

/** `a` calls `b`, `b` calls `c`; the constant `made` of another file is made by `a`, and `late` reads it. */
const chain: ProjectSpec = {
  'a.ts': {
    text: 'function a() { b() } function b() { c() } function c() {} class K { m() { c() } }',
    symbols: {
      a: { code: 'function a() { b() }', exported: true },
      b: { code: 'function b() { c() }' },
      c: { code: 'function c() {}' },
      K: { code: 'class K { m() { c() } }', kind: 'class' },
      'K.m': { code: 'm() { c() }', kind: 'method' },
    },
    edges: [
      { from: 'a', to: 'a.ts#b', at: ['{ ‹b›() }'] },
      { from: 'b', to: 'a.ts#c', at: ['b() { ‹c›() }'], confidence: 'inferred' },
      { from: 'K', to: 'a.ts#K.m', kind: 'contains' },
      { from: 'K.m', to: 'a.ts#c', at: ['m() { ‹c›() }'], confidence: 'ambiguous' },
    ],
  },
  'made.ts': {
    text: "import { a } from './a'; export const made = a(); export const other = 1; function late() { return made }",
    symbols: {
      made: { code: 'made = a()', kind: 'constant', exported: true },
      other: { code: 'other = 1', kind: 'constant', exported: true },
      late: { code: 'function late() { return made }' },
    },
    edges: [
      { from: '', to: 'a.ts#a', kind: 'imports', role: 'import', at: ['{ ‹a› }'] },
      { from: '', to: 'a.ts', kind: 'imports', role: 'import', at: ["‹'./a'›"] },
      { from: '', to: 'a.ts#a', at: ['= ‹a›()'] },
      { from: 'late', to: 'made.ts#made', kind: 'reads', role: 'read', at: ['return ‹made›'] },
    ],
  },
}

test('follows a change to everything that may be affected, through variables of modules, by distance', async () => {
  const analysis = await analyse(chain)
  const { targets, affected, files } = await analysis.impact(['a.ts#c'])
  expect(targets.map(({ id }) => id)).toEqual(['a.ts#c'])
  expect(
    affected.map(({ symbol, distance, kind, through, confidence }) => [symbol.id, distance, kind, through, confidence]),
  ).toEqual([
    ['a.ts#K.m', 1, 'calls', 'a.ts#c', 'ambiguous'],
    ['a.ts#b', 1, 'calls', 'a.ts#c', 'inferred'],
    ['a.ts#a', 2, 'calls', 'a.ts#b', 'inferred'],
    ['made.ts', 3, 'calls', 'a.ts#a', 'inferred'],
    ['made.ts#made', 3, 'calls', 'a.ts#a', 'inferred'],
    ['made.ts#late', 4, 'reads', 'made.ts#made', 'inferred'],
  ])
  expect(affected[0]!.site).toMatchObject({ file: 'a.ts', range: { start: { line: 1, column: 75 } } })
  expect(files).toEqual([
    { file: 'a.ts', distance: 1, symbols: 3 },
    { file: 'made.ts', distance: 3, symbols: 3 },
  ])
})

test('stops at a depth, leaves ambiguous calls out where asked, and takes a class with its members and a file with all of it', async () => {
  const analysis = await analyse(chain)
  const ids = async (...args: Parameters<Analysis['impact']>): Promise<string[]> =>
    (await analysis.impact(...args)).affected.map(({ symbol }) => symbol.id)
  expect(await ids(['a.ts#c'], { depth: 1 })).toEqual(['a.ts#K.m', 'a.ts#b'])
  expect(await ids(['a.ts#c'], { depth: 1, ambiguous: false })).toEqual(['a.ts#b'])
  expect(await ids(['a.ts'])).toEqual(['made.ts', 'made.ts#made', 'made.ts#late'])
  expect(await ids(['a.ts#b', 'a.ts#c'], { depth: 1 })).toEqual(['a.ts#K.m', 'a.ts#a'])
  const inShop = await analyse(shop)
  expect((await inShop.impact(['src/pool.ts#Pool'], { depth: 1 })).affected.map(({ symbol }) => symbol.id)).toContain(
    'src/pool.ts#createPool',
  )
  await expect(analysis.impact(['a.ts#nothing'])).rejects.toMatchObject({ code: 'FORGE_GRAPH_SYMBOL_NOT_FOUND' })
  await expect(analysis.impact(['a.ts#c'], { depth: 0 })).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
})

test('follows a local to the code that mentions it', async () => {
  const analysis = await analyse(shop)
  const { affected } = await analysis.impact(['src/pool.ts#createPool.pool'])
  expect(affected[0]).toMatchObject({
    symbol: { id: 'src/pool.ts#createPool' },
    distance: 1,
    through: 'src/pool.ts#createPool.pool',
  })
})

const round: ProjectSpec = {
  'a.ts': {
    text: "import { b } from './b'; export function a() { b() } export interface T {} function self() { self() }",
    symbols: {
      a: { code: 'function a() { b() }', exported: true },
      T: { code: 'interface T {}', kind: 'interface', exported: true },
      self: { code: 'function self() { self() }' },
    },
    edges: [
      { from: '', to: 'b.ts', kind: 'imports', role: 'import', at: ["‹'./b'›"] },
      { from: '', to: 'b.ts#b', kind: 'imports', role: 'import', at: ['{ ‹b› }'] },
      { from: 'a', to: 'b.ts#b', at: ['a() { ‹b›() }'] },
      { from: 'self', to: 'a.ts#self', at: ['{ ‹self›() }'] },
    ],
  },
  'b.ts': {
    text: "import { a } from './a'; export function b() { a() } export function far() {}",
    symbols: {
      b: { code: 'function b() { a() }', exported: true },
      far: { code: 'function far() {}', exported: true },
    },
    edges: [
      { from: '', to: 'a.ts', kind: 'imports', role: 'import', at: ["‹'./a'›"] },
      { from: '', to: 'a.ts#a', kind: 'imports', role: 'import', at: ['{ ‹a› }'] },
      { from: 'b', to: 'a.ts#a', at: ['b() { ‹a›() }'], confidence: 'ambiguous' },
    ],
  },
  'types.ts': {
    text: "import type { T } from './a'; export interface U {}",
    symbols: { U: { code: 'interface U {}', kind: 'interface', exported: true } },
    edges: [
      { from: '', to: 'a.ts', kind: 'imports', role: 'import', at: ["‹'./a'›"] },
      { from: '', to: 'a.ts#T', kind: 'imports', role: 'import', at: ['{ ‹T› }'] },
      { from: '', to: 'external:fs#read', kind: 'imports', role: 'import', at: ['‹T› }'] },
    ],
  },
}

test('finds cycles of modules with a way around, and of calls where the calls are sure', async () => {
  const analysis = await analyse(round)
  const [cycle, ...others] = await analysis.cycles()
  expect(others).toEqual([])
  expect(cycle).toMatchObject({
    symbols: [{ id: 'a.ts' }, { id: 'b.ts' }],
    onlyTypes: false,
    steps: [
      { from: 'a.ts', to: 'b.ts', site: { file: 'a.ts' } },
      { from: 'b.ts', to: 'a.ts', site: { file: 'b.ts' } },
    ],
  })
  // One of the two calls is ambiguous; a function that calls itself is no cycle.
  expect(await analysis.cycles({ of: 'calls' })).toEqual([])
  const [calls] = await analysis.cycles({ of: 'calls', ambiguous: true })
  expect(calls!.symbols.map(({ id }) => id)).toEqual(['a.ts#a', 'b.ts#b'])
  expect(calls!.steps.map(({ from, to, site }) => [from, to, site.range.start.column])).toEqual([
    ['a.ts#a', 'b.ts#b', 48],
    ['b.ts#b', 'a.ts#a', 48],
  ])
})

test('tells cycles that are gone at run time', async () => {
  const project = structuredClone(round) as Record<string, (typeof round)[string]>
  project['a.ts'] = {
    ...round['a.ts']!,
    text: `${round['a.ts']!.text} import type { U } from './types'`,
    edges: [
      { from: '', to: 'types.ts', kind: 'imports', role: 'import', at: ["‹'./types'›"] },
      { from: '', to: 'types.ts#U', kind: 'imports', role: 'import', at: ['{ ‹U› }'] },
    ],
  }
  const [cycle] = await (await analyse(project)).cycles()
  expect(cycle).toMatchObject({ symbols: [{ id: 'a.ts' }, { id: 'types.ts' }], onlyTypes: true })
})

test('counts what modules depend on, and lists it for a file and a folder', async () => {
  const analysis = await analyse(round)
  expect(await analysis.modules()).toEqual([
    { path: 'a.ts', lines: 1, symbols: 3, imports: 1, importedBy: 2, external: 0, instability: 1 / 3 },
    { path: 'b.ts', lines: 1, symbols: 2, imports: 1, importedBy: 1, external: 0, instability: 0.5 },
    { path: 'types.ts', lines: 1, symbols: 1, imports: 1, importedBy: 0, external: 1, instability: 1 },
  ])
  expect(await analysis.dependencies('types.ts')).toEqual([
    { from: 'types.ts', to: 'a.ts', names: 1, onlyTypes: true },
    { from: 'types.ts', to: 'external:fs', names: 1, onlyTypes: false },
  ])
  expect((await analysis.dependencies('b.ts')).map(({ from, to }) => [from, to])).toEqual([
    ['a.ts', 'b.ts'],
    ['b.ts', 'a.ts'],
  ])
  // Of the whole project only what is outside is left.
  expect(await analysis.dependencies('')).toEqual([{ from: 'types.ts', to: 'external:fs', names: 1, onlyTypes: false }])
  await expect(analysis.dependencies('no/folder')).rejects.toMatchObject({ code: 'FORGE_GRAPH_FILE_NOT_FOUND' })
})

test('ranks what is complex and calls much', async () => {
  const analysis = await analyse(round)
  const hotspots = await analysis.hotspots({ complexity: 1, fanOut: 1 })
  expect(
    hotspots.map(({ symbol, complexity, fanIn, fanOut, score }) => [symbol.id, complexity, fanIn, fanOut, score]),
  ).toEqual([
    ['a.ts#a', 1, 1, 1, 1],
    ['a.ts#self', 1, 1, 1, 1],
    ['b.ts#b', 1, 1, 1, 1],
  ])
  expect(hotspots[0]).not.toHaveProperty('metrics')
  expect(await analysis.hotspots()).toEqual([])
  await expect(analysis.hotspots({ complexity: -1 })).rejects.toMatchObject({ code: 'FORGE_GRAPH_INPUT' })
  await expect(analysis.hotspots({ by: 'charm' as 'cognitive' })).rejects.toMatchObject({
    code: 'FORGE_GRAPH_INPUT',
    hint: 'Give one of: cyclomatic, cognitive',
  })
})

function counted(cognitive: number): CodeCounts {
  return { cognitive, operators: 12, operands: 8, distinctOperators: 6, distinctOperands: 2 }
}

/** `wide` has many ways through and is easy to follow, `deep` is the other way round; each calls the other. */
const measured: ProjectSpec = {
  'wide.ts': {
    text: 'function wide() {\n  deep()\n}',
    symbols: { wide: { code: 'function wide() {\n  deep()\n}', complexity: 21, counted: counted(2) } },
    edges: [{ from: 'wide', to: 'deep.ts#deep', at: ['‹deep›()'] }],
  },
  'deep.ts': {
    text: 'function deep() { wide() } function odd() {} class Plain {}',
    symbols: {
      deep: { code: 'function deep() { wide() }', complexity: 4, counted: counted(30) },
      odd: { code: 'function odd() {}', counted: counted(0) },
      Plain: { code: 'class Plain {}', kind: 'class', complexity: 99, counted: counted(99) },
    },
    edges: [{ from: 'deep', to: 'wide.ts#wide', at: ['‹wide›()'] }],
  },
}

test('ranks by how hard code is to follow, and by how often its file changes', async () => {
  const analysis = await analyse(measured)
  const scores = async (options: HotspotOptions): Promise<unknown> =>
    (await analysis.hotspots(options)).map(({ symbol, complexity, score }) => [symbol.id, complexity, score])
  expect(await scores({ fanOut: 1 })).toEqual([['wide.ts#wide', 21, 21]])
  expect(await scores({ fanOut: 1, by: 'cognitive' })).toEqual([['deep.ts#deep', 30, 30]])
  expect(await scores({ fanOut: 1, by: 'cognitive', complexity: 2 })).toEqual([
    ['deep.ts#deep', 30, 30],
    ['wide.ts#wide', 2, 2],
  ])
  const churn = new Map([
    ['wide.ts', 3],
    ['gone.ts', 9],
  ])
  expect(await analysis.hotspots({ fanOut: 1, complexity: 1, churn })).toMatchObject([
    { symbol: { id: 'wide.ts#wide' }, churn: 3, score: 63, metrics: { cyclomatic: 21, cognitive: 2, lines: 3 } },
  ])
})

test('gives the metrics of what has code', async () => {
  const analysis = await analyse(measured)
  const metrics = await analysis.metrics('wide.ts#wide')
  // 20 × log2(8); 6 / 2 × 8 / 2; (171 - 5.2 ln 60 - 0.23 × 21 - 16.2 ln 3) × 100 / 171.
  expect(metrics).toMatchObject({
    cyclomatic: 21,
    cognitive: 2,
    lines: 3,
    halstead: { operators: 12, operands: 8, vocabulary: 8, length: 20, volume: 60, difficulty: 12, effort: 720 },
    maintainability: expect.closeTo(74.32, 2),
  })
  expect(await analysis.metrics('wide.ts')).toBeUndefined()
  await expect(analysis.metrics('wide.ts#gone')).rejects.toMatchObject({ code: 'FORGE_GRAPH_SYMBOL_NOT_FOUND' })
})

test('takes code that says nothing for as maintainable as can be, and never gives less than nothing', async () => {
  const symbol = (name: string, complexity: number, operands: number): ProjectSpec[string] => ({
    text: `function ${name}() {}`,
    symbols: {
      [name]: {
        code: `function ${name}() {}`,
        complexity,
        counted: {
          cognitive: 0,
          operators: operands,
          operands,
          distinctOperators: operands,
          distinctOperands: operands,
        },
      },
    },
  })
  const analysis = await analyse({ 'none.ts': symbol('none', 1, 0), 'much.ts': symbol('much', 5000, 1000) })
  expect(await analysis.metrics('none.ts#none')).toMatchObject({
    halstead: { volume: 0, difficulty: 0, effort: 0 },
    maintainability: expect.closeTo(99.87, 2),
  })
  expect(await analysis.metrics('much.ts#much')).toMatchObject({ maintainability: 0 })
})

test('counts how complex functions are, and where the numbers lie', async () => {
  expect(await (await analyse(measured)).complexity()).toEqual({
    functions: 3,
    cyclomatic: { total: 26, median: 4, p90: 21, max: 21 },
    cognitive: { total: 32, median: 2, p90: 30, max: 30 },
    simple: 2,
    moderate: 0,
    complex: 1,
    veryComplex: 0,
  })
  const none = { total: 0, median: 0, p90: 0, max: 0 }
  expect(await (await analyse({})).complexity()).toMatchObject({ functions: 0, cyclomatic: none, cognitive: none })
})

/** `main` uses one method of `Tool`; `unused` uses `helper`; `lonely.ts` is imported by nobody. */
const app: ProjectSpec = {
  'main.ts': {
    text: "import { Tool } from './tool'; export function main() { new Tool().run(); maybe.guessed() } function unused() { helper() } function helper() {}",
    symbols: {
      main: { code: 'function main() { new Tool().run(); maybe.guessed() }', exported: true },
      unused: { code: 'function unused() { helper() }' },
      helper: { code: 'function helper() {}' },
    },
    edges: [
      { from: '', to: 'tool.ts', kind: 'imports', role: 'import', at: ["‹'./tool'›"] },
      { from: '', to: 'tool.ts#Tool', kind: 'imports', role: 'import', at: ['{ ‹Tool› }'] },
      { from: 'main', to: 'tool.ts#Tool', kind: 'instantiates', at: ['new ‹Tool›'] },
      { from: 'main', to: 'tool.ts#Tool.run', at: ['().‹run›()'] },
      { from: 'unused', to: 'main.ts#helper', at: ['{ ‹helper›() }'] },
    ],
    unresolved: [{ in: 'main', at: 'maybe.‹guessed›()', call: true }],
  },
  'tool.ts': {
    text: 'export class Tool { run() {} idle() {} guessed() {} size = 1 } export function offered() {}',
    symbols: {
      Tool: { code: 'class Tool { run() {} idle() {} guessed() {} size = 1 }', kind: 'class', exported: true },
      'Tool.run': { code: 'run() {}', kind: 'method', exported: true },
      'Tool.idle': { code: 'idle() {}', kind: 'method', exported: true },
      'Tool.guessed': { code: 'guessed() {}', kind: 'method', exported: true },
      'Tool.size': { code: 'size = 1', kind: 'property', exported: true },
      offered: { code: 'function offered() {}', exported: true },
    },
    edges: [
      { from: 'Tool', to: 'tool.ts#Tool.run', kind: 'contains' },
      { from: 'Tool', to: 'tool.ts#Tool.idle', kind: 'contains' },
      { from: 'Tool', to: 'tool.ts#Tool.guessed', kind: 'contains' },
      { from: 'Tool', to: 'tool.ts#Tool.size', kind: 'contains' },
    ],
  },
  'lonely.ts': {
    text: 'export function alone() {}',
    symbols: { alone: { code: 'function alone() {}', exported: true } },
  },
}

async function deadOf(analysis: Analysis, ...args: Parameters<Analysis['dead']>): Promise<unknown[]> {
  const { dead } = await analysis.dead(...args)
  return dead.map(({ symbol, mentions, unresolved }) => [symbol.id, mentions, unresolved])
}

test('lists what no entry point leads to, the outermost alone, with what may still mean it', async () => {
  const analysis = await analyse(app, [{ path: 'main.ts', reason: 'bin of app', exports: true }])
  expect(await deadOf(analysis)).toEqual([
    ['lonely.ts', 0, 0],
    ['main.ts#unused', 0, 0],
    ['main.ts#helper', 1, 0],
    ['tool.ts#Tool.idle', 0, 0],
    ['tool.ts#Tool.guessed', 0, 1],
    ['tool.ts#offered', 0, 0],
  ])
  expect(await deadOf(analysis, { kinds: ['module'] })).toEqual([['lonely.ts', 0, 0]])
})

test('takes what an entry point exports as used, with its members, only where others may import it', async () => {
  const library = await analyse(app, [
    { path: 'tool.ts', reason: 'exports of app', exports: true },
    { path: 'main.ts', reason: 'bin of app', exports: false },
    { path: 'gone.ts', reason: 'exports of app', exports: true },
  ])
  expect(await deadOf(library, { entry: (path) => (path === 'lonely.ts' ? 'asked for' : undefined) })).toEqual([
    ['main.ts#main', 0, 0],
    ['main.ts#unused', 0, 0],
    ['main.ts#helper', 1, 0],
  ])
  expect((await library.dead()).entryPoints.map(({ path }) => path)).toEqual(['main.ts', 'tool.ts'])
})

test('says that entry points are guessed where none is known', async () => {
  const found = await (await analyse(app)).dead()
  expect(found.guessed).toBe(true)
  expect(found.entryPoints.map(({ path }) => path)).toEqual(['lonely.ts', 'main.ts'])
  expect(found.dead.map(({ symbol }) => symbol.id)).toContain('main.ts#unused')
})

test('takes all a module exports as used where it is imported as a whole', async () => {
  const project: ProjectSpec = {
    'lazy.ts': {
      text: "export function load() { return import('./tool') }",
      symbols: { load: { code: "function load() { return import('./tool') }", exported: true } },
      edges: [{ from: 'load', to: 'tool.ts', kind: 'imports', role: 'import', at: ["‹'./tool'›"] }],
    },
    'tool.ts': app['tool.ts']!,
  }
  expect(await deadOf(await analyse(project, [{ path: 'lazy.ts', reason: 'bin', exports: true }]))).toEqual([])
})

test('refuses a project without a name', async () => {
  const { db } = await openGraph()
  expect(() => createAnalysis(db, { project: '' })).toThrow(expect.objectContaining({ code: 'FORGE_GRAPH_INPUT' }))
})
