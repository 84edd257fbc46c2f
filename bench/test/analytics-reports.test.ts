import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAnalytics, type ReportName, type ReportOptions, type SourceCommit } from '@forge/analytics'
import { openDatabase } from '@forge/db'
import {
  confidences,
  createAnalysis,
  createGraph,
  edgeKinds,
  entryPointsKey,
  type Graph,
  graphMigrations,
  type GraphTables,
  type NodeInput,
  nodeKinds,
  roles,
} from '@forge/graph'
import { createSchemaManager } from '@forge/migrate'
import { createRunStorage, runMigrations, type RunTables } from '@forge/runs'
import Driver from 'better-sqlite3'
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { loadHistory, packedColumns, sqliteReport } from '../src/analytics/sqlite-reports.ts'

const paths = [
  'a.ts',
  'src/b.ts',
  'src/c.ts',
  'src/types.d.ts',
  'lib/deep/d.ts',
  'lib/ü 😀.ts',
  'src/types.js',
] as const
const externals = ['external:node:fs', 'external:node:fs#readFile'] as const

interface RandomNode {
  readonly kind: NodeInput['kind']
  readonly exported: boolean
  readonly complexity: number | null
  readonly member: boolean
}

interface RandomFile {
  readonly path: string
  readonly nodes: readonly RandomNode[]
}

interface RandomEdge {
  readonly from: number
  readonly to: number
  readonly kind: (typeof edgeKinds)[number]
  readonly confidence: (typeof confidences)[number]
  readonly sites: number
  /** How many of them only export. */
  readonly exports: number
}

const codeKinds = nodeKinds.filter((kind) => kind !== 'module' && kind !== 'external')

const graphs = fc.record({
  files: fc.uniqueArray(
    fc.record({
      path: fc.constantFrom(...paths),
      nodes: fc.array(
        fc.record({
          kind: fc.constantFrom(...codeKinds),
          exported: fc.boolean(),
          complexity: fc.option(fc.constantFrom(1, 2, 4, 9, 10, 11, 20, 21, 50, 51, 300)),
          member: fc.boolean(),
        }),
        { maxLength: 6 },
      ),
    }),
    { selector: ({ path }) => path },
  ),
  edges: fc.array(
    fc.record({
      from: fc.nat(),
      to: fc.nat(),
      kind: fc.constantFrom(...edgeKinds),
      confidence: fc.constantFrom(...confidences),
      sites: fc.nat(3),
      exports: fc.nat(3),
    }),
    { maxLength: 60 },
  ),
  entries: fc.uniqueArray(fc.record({ path: fc.constantFrom(...paths, 'gone.ts'), exports: fc.boolean() }), {
    selector: ({ path }) => path,
    maxLength: 3,
  }),
  commits: fc.array(
    fc.record({
      committedAt: fc.integer({ min: 1_700_000, max: 1_700_030 }).map((seconds) => seconds * 1000),
      files: fc.uniqueArray(fc.constantFrom(...paths, 'gone.ts'), { minLength: 1 }),
    }),
    { maxLength: 12 },
  ),
  runs: fc.array(
    fc.record({
      day: fc.integer({ min: 0, max: 40 }),
      duration: fc.integer({ min: 0, max: 5000 }),
      success: fc.boolean(),
    }),
    { maxLength: 12 },
  ),
})

const asked: readonly { readonly [Name in ReportName]: readonly [Name, ReportOptions[Name]] }[ReportName][] = [
  ['kinds', {}],
  ['complexity', {}],
  ['complexity', { by: 'cognitive' }],
  ['hotspots', { fanOut: 1 }],
  ['hotspots', { fanOut: 0, complexity: 0, since: 1_700_010_500 }],
  ['hotspots', { by: 'cognitive', fanOut: 1, complexity: 1, churn: false }],
  ['co-change', { together: 1 }],
  ['co-change', { together: 2, largestCommit: 4, since: 1_700_010_500 }],
  ['coupling', {}],
  ['coupling', { by: 'file' }],
  ['fan', {}],
  ['fan', { by: 'out' }],
  ['dead-exports', {}],
  ['runs', {}],
  ['runs', { unit: 'week' }],
  ['runs', { unit: 'month' }],
  ['growth', {}],
]

async function writeGraph(
  graph: Graph,
  {
    files,
    edges,
    entries,
  }: {
    files: readonly RandomFile[]
    edges: readonly RandomEdge[]
    entries: readonly { path: string; exports: boolean }[]
  },
): Promise<void> {
  await graph.update((writer) => {
    for (const path of writer.files().keys()) if (!files.some((file) => file.path === path)) writer.removeFile(path)
    const nodes: { id: number; file: number }[] = []
    const more: RandomEdge[] = []
    for (const { path, nodes: inputs } of files) {
      const names = inputs.map(({ kind }, at) => (kind === 'function' && at === 3 ? '(anonymous)' : `n${at}`))
      const { fileId, nodeIds } = writer.putFile(
        {
          path,
          hash: Buffer.alloc(32, path.length),
          language: 'typescript',
          size: 1,
          modified: 1,
          lineStarts: Int32Array.of(0, 1),
        },
        [
          nodeInput('', path, { kind: 'module', exported: false, complexity: null, member: false }, 0),
          ...inputs.map((each, at) => nodeInput(`n${at}`, names[at]!, each, at + 1)),
        ],
      )
      const first = nodes.length
      for (const id of nodeIds) nodes.push({ id, file: fileId })
      for (const [at, { member }] of inputs.entries()) {
        more.push({
          from: member && at > 0 ? first + at : first,
          to: first + at + 1,
          kind: 'contains',
          confidence: 'exact',
          sites: 0,
          exports: 0,
        })
      }
    }
    const targets = [...nodes.map(({ id }) => id), ...externals.map((id) => writer.externalNode(id))]
    const wanted = new Map<string, RandomEdge & { source: number; target: number }>()
    for (const each of nodes.length === 0 ? [] : [...more, ...edges]) {
      const [source, target] = [nodes[each.from % nodes.length]!.id, targets[each.to % targets.length]!]
      if (each.kind !== 'contains' || more.includes(each))
        wanted.set(`${source} ${target} ${each.kind}`, { ...each, source, target })
    }
    for (const file of new Set(nodes.map((node) => node.file))) {
      const own = [...wanted.values()].filter(({ source }) =>
        nodes.some(({ id, file: of }) => id === source && of === file),
      )
      writer.putEdges(
        file,
        own.map(({ source, target, kind, confidence, sites, exports }) => ({
          source,
          target,
          kind,
          confidence,
          sites: Int32Array.from(
            Array.from({ length: sites }, (_, at) => [at, at + 1, at < exports ? roles.indexOf('export') : 0]).flat(),
          ),
        })),
      )
    }
    writer.putMeta(entryPointsKey, JSON.stringify(entries.map((entry) => ({ ...entry, reason: 'test' }))))
  })
}

function nodeInput(descriptor: string, name: string, node: RandomNode, start: number): NodeInput {
  const { kind, exported, complexity } = node
  const code =
    complexity === null || complexity === 9
      ? null
      : { cognitive: complexity - 1, operators: 3, operands: complexity, distinctOperators: 2, distinctOperands: 1 }
  return {
    name,
    qualifiedName: name,
    descriptor,
    kind,
    exported,
    signature: null,
    doc: null,
    complexity,
    code,
    hash: null,
    start: Math.min(start, 1),
    end: 1,
    nameStart: 1,
    nameEnd: 1,
  }
}

test('every report is what SQLite says of the same graph, runs and history', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forge-reports-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  let made = 0
  await fc.assert(
    fc.asyncProperty(graphs, graphs, async (before, now) => {
      const place = join(folder, String(made++))
      await using db = openDatabase<GraphTables & RunTables>({ open: () => new Driver(`${place}.db`) })
      await createSchemaManager({ db: db.kysely, migrations: [...graphMigrations, ...runMigrations] }).up()
      const graph = createGraph(db, { project: 'p', clock: () => 1_700_000_000_123 + made })
      const runs = createRunStorage({ db, project: 'p' })
      let commits: readonly SourceCommit[] = []
      const analytics = createAnalytics({
        file: `${place}.duckdb`,
        source: {
          graph,
          runs,
          history: {
            readHistory: async () => ({
              mark: { head: 'x', shallow: true },
              continues: false,
              commits: async () => commits,
            }),
          },
        },
      })
      for (const random of [before, now]) {
        await writeGraph(graph, random)
        commits = random.commits.map((commit, at) => ({ ...commit, hash: String(at), author: 'a', subject: 's' }))
        for (const { day, duration, success } of random.runs) {
          const startedAt = Date.UTC(2026, 10, 1 + day)
          await runs.saveRun({ plan: {}, execution: { success, startedAt, endedAt: startedAt + duration } })
        }
        await analytics.sync()
      }
      using sqlite = disposable(new Driver(`${place}.db`, { readonly: true }))
      loadHistory(sqlite.database, commits)
      for (const [name, options] of asked) {
        const report = await analytics.report(name, { ...options, sync: false })
        const { rows, total } = sqliteReport(sqlite.database, name, options as never)
        expect({ name, rows: report.rows.map(withoutPacked), total: report.total }).toEqual({ name, rows, total })
      }
      await agreesWithForge(analytics, createAnalysis(db, { project: 'p' }), commits)
    }),
    { numRuns: 12, endOnFailure: true },
  )
}, 120_000)

/** What the commands of Forge say of the same. */
async function agreesWithForge(
  analytics: ReturnType<typeof createAnalytics>,
  analysis: ReturnType<typeof createAnalysis>,
  commits: readonly SourceCommit[],
): Promise<void> {
  const churn = new Map<string, number>()
  for (const { files } of commits) for (const path of files) churn.set(path, (churn.get(path) ?? 0) + 1)
  for (const options of [
    { complexity: 2, fanOut: 1 },
    { by: 'cognitive' as const, complexity: 2, fanOut: 1 },
  ]) {
    const hotspots = await analytics.report('hotspots', { ...options, sync: false })
    const expected = await analysis.hotspots({ ...options, churn })
    const key = ({
      symbol,
      score,
      complexity,
      fanIn,
      fanOut,
    }: {
      symbol: string
      score: number
      complexity: number
      fanIn: number
      fanOut: number
    }) => `${symbol} ${score} ${complexity} ${fanIn} ${fanOut}`
    expect(hotspots.rows.map(key).toSorted()).toEqual(
      expected.map((row) => key({ ...row, symbol: row.symbol.id })).toSorted(),
    )
  }
  const { rows } = await analytics.report('complexity', { sync: false })
  const bands = await analysis.complexity()
  const inBand = (band: string): number =>
    rows.filter((row) => row.band === band).reduce((sum, row) => sum + row.functions, 0)
  expect([inBand('simple'), inBand('moderate'), inBand('complex'), inBand('very complex')]).toEqual([
    bands.simple,
    bands.moderate,
    bands.complex,
    bands.veryComplex,
  ])
  const { entryPoints } = await analysis.dead()
  const offering = new Set(entryPoints.filter((entry) => entry.exports).map(({ path }) => path))
  const { rows: unused } = await analytics.report('dead-exports', { sync: false })
  for (const { file } of unused) expect([file, offering.has(file)]).toEqual([file, false])
}

function withoutPacked(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !packedColumns.includes(name) && name !== 'sites'))
}

function disposable(database: Driver.Database): Disposable & { readonly database: Driver.Database } {
  return { database, [Symbol.dispose]: () => void database.close() }
}
