/** Indexes `effect`, or mirrors its index. */
import { appendFileSync, cpSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ReportName, ReportOptions } from '@forge/analytics'
import { Forge } from '@forge/forge'
import { openAnalytics } from '@forge/forge/analytics'
import Driver from 'better-sqlite3'
import { workspaceFolder } from '../../cache-folder.ts'
import type { ProgramRequest } from '../../suite/measurement.ts'
import { onlySide, runProgram } from '../../suite/program.ts'
import { countDifferent } from './compare-reports.ts'

const asked: readonly (readonly [ReportName, ReportOptions[ReportName]])[] = [
  ['kinds', {}],
  ['complexity', {}],
  ['complexity', { by: 'cognitive' }],
  ['hotspots', { churn: false, fanOut: 0, complexity: 0 }],
  ['coupling', {}],
  ['coupling', { by: 'file' }],
  ['fan', {}],
  ['dead-exports', {}],
  ['growth', {}],
]

await runProgram(async (request: ProgramRequest) => {
  const side = onlySide(request)
  const root = join(request.folder, 'project')
  mkdirSync(root)
  const { peers } = request
  const sources = peers === null || peers === '' ? join(workspaceFolder, 'packages/pool/src') : join(peers, 'src')
  cpSync(sources, join(root, 'src'), { recursive: true })
  await using forge = await Forge.open(root)
  const analytics = await openAnalytics(forge)
  const index = await timed(() => forge.index())
  const anew = side === 'index' ? index : await timed(() => analytics.sync())
  const written = side === 'index' ? undefined : await rowsOf(analytics)
  appendFileSync(
    join(root, 'src', existsSync(join(root, 'src/Effect.ts')) ? 'Effect.ts' : 'index.ts'),
    '\nexport const oneMore = 1\n',
  )
  const again = await timed(() => forge.index())
  const change = side === 'index' ? again : await timed(() => analytics.sync())
  const { edges, files, symbols } = await totals(forge)
  const file = side === 'index' ? forge.store.file : join(root, '.forge', 'analytics.duckdb')
  let wrong = 0
  if (side !== 'index') {
    const sqlite = new Driver(forge.store.file, { readonly: true })
    wrong = await countDifferent(analytics, sqlite, asked)
    sqlite.close()
  }
  return { [side]: { anew, change, rows: written ?? edges + files + symbols, bytes: statSync(file).size, wrong } }
})

async function rowsOf(analytics: Awaited<ReturnType<typeof openAnalytics>>): Promise<number> {
  const { rows } = await analytics.report('kinds', { sync: false })
  return rows.reduce((sum, { count }) => sum + count, 0)
}

async function totals(forge: Forge): Promise<{ edges: number; files: number; symbols: number }> {
  const { edges, files, nodes } = await forge.graph.status()
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((all, each) => all + each, 0)
  return { edges: sum(edges), files, symbols: sum(nodes) }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
