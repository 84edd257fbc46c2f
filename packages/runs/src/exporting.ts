import type { Transaction } from '@forge/db'
import { listLimits } from './reading.ts'
import { executionPart } from './run-parts.ts'
import type { RunContext } from './run-context.ts'
import type { WaitOptions } from './wait-options.ts'
import { writeRunLine } from './run-line.ts'
import { type PreparedSearch, type RunQuery, whereOf } from './run-query.ts'
import { summaryColumns, type SummaryRow, summaryOf } from './run-rows.ts'
import { prepareTexts } from './searching.ts'
import type { RunTables } from './schema.ts'
import { decodeSnapshot } from './snapshot.ts'
import { readSteps } from './steps.ts'

/** Which runs are exported. */
export interface ExportOptions extends WaitOptions {
  /** Default: all of them. */
  readonly query?: RunQuery | undefined
}

/** Runs that are looked up at once; their snapshots are read one by one. */
const batch = 100

/** The runs that are there when it begins, in the order they were recorded, a line each. */
export async function* exportRuns(
  context: RunContext,
  search: PreparedSearch,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  await prepareTexts(context, search, signal)
  let last = 0
  const newest = await newestNumber(context, signal)
  for (;;) {
    const rows = await context.ask(
      (project) =>
        context.db.kysely
          .selectFrom('runs')
          .select(summaryColumns)
          .where('project', '=', project)
          .where('number', '>', last)
          .where('number', '<=', newest)
          .$call((query) => whereOf(query, search, project))
          .orderBy('number')
          .limit(batch)
          .execute({ signal }),
      signal,
    )
    for (const row of rows) {
      const line = await context.read((tx, project) => lineOf(context, tx, project, row), { signal })
      if (line !== undefined) yield line
    }
    if (rows.length < batch) return
    last = rows.at(-1)?.number ?? last
  }
}

async function newestNumber(context: RunContext, signal: AbortSignal | undefined): Promise<number> {
  const row = await context.ask(
    (project) =>
      context.db.kysely
        .selectFrom('run_projects')
        .select('last_number')
        .where('id', '=', project)
        .executeTakeFirst({ signal }),
    signal,
  )
  return row?.last_number ?? 0
}

/** The run as it is now, unless it was deleted since it was listed. */
async function lineOf(
  context: RunContext,
  tx: Transaction<RunTables>,
  project: number,
  { id }: SummaryRow,
): Promise<string | undefined> {
  const row = tx.first(context.queries.byId, { project, id })
  if (row === undefined) return undefined
  const texts: [string | null, string | null] = [null, null]
  for (const { part, encoding, data } of tx.all(context.queries.snapshots, { project, run: row.number })) {
    texts[part === executionPart ? 1 : 0] = decodeSnapshot(encoding, data)
  }
  const steps = []
  for (let after = -1; after < row.step_count - 1;) {
    const page = await readSteps(tx, [project, row.number], { after, limit: listLimits[1] })
    steps.push(...page)
    after = page.at(-1)?.position ?? row.step_count
  }
  return writeRunLine(summaryOf(row), { plan: texts[0], execution: texts[1], steps })
}
