/** Asks for reports over a million edges, in SQLite and in DuckDB, in turns. */
import type { ReportName, ReportOptions } from '@forge/analytics'
import Driver from 'better-sqlite3'
import type { ProgramRequest } from '../../suite/measurement.ts'
import { runProgram, sizeOf } from '../../suite/program.ts'
import { sqliteReport } from '../sqlite-reports.ts'
import { countDifferent, sameRows } from './compare-reports.ts'
import { makeGraph } from './million-edges.ts'

const limit = 50
const turns = 3

const asked: readonly (readonly [id: string, ReportName, ReportOptions[ReportName]])[] = [
  ['kinds', 'kinds', {}],
  ['coupling', 'coupling', {}],
  ['coupling by file', 'coupling', { by: 'file' }],
  ['fan', 'fan', {}],
  ['fan out', 'fan', { by: 'out' }],
  ['hotspots', 'hotspots', { churn: false }],
  ['dead-exports', 'dead-exports', {}],
]

await runProgram(async (request: ProgramRequest) => {
  const size = { files: sizeOf(request, 'files'), edges: sizeOf(request, 'edges') }
  await using made = await makeGraph(request.folder, size)
  const { written } = await made.analytics.sync()
  const sqlite = new Driver(made.graphFile, { readonly: true })
  sqlite.pragma('cache_size = -65536')
  const answers: Record<string, Record<string, number>> = {
    sqlite: { edges: written.edges, wrong: 0 },
    duckdb: { edges: written.edges, wrong: 0 },
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const [id, name, options] of asked) {
      const expected = await timed(answers['sqlite']!, id, async () =>
        sqliteReport(sqlite, name, options as never, limit),
      )
      const found = await timed(answers['duckdb']!, id, () =>
        made.analytics.report(name, { ...options, limit, sync: false }),
      )
      if (turn === 0 && !sameRows(name, found, expected)) answers['duckdb']!['wrong']!++
    }
  }
  answers['duckdb']!['wrong']! += await countDifferent(
    made.analytics,
    sqlite,
    asked.map(([, name, options]) => [name, options] as const),
  )
  sqlite.close()
  return answers
})

/** The quickest of all times. */
async function timed<T>(times: Record<string, number>, name: string, ask: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const answer = await ask()
  const took = performance.now() - start
  times[name] = Math.min(times[name] ?? Infinity, took)
  return answer
}
