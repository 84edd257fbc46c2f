import type { Transaction } from '@forge/db'
import { isForgeError } from '@forge/errors'
import { removeRun } from './deleting.ts'
import { RunInvalidError } from './errors.ts'
import { executionPart, firstStepPart, planPart } from './run-parts.ts'
import { invalid } from './run-arguments.ts'
import type { RunContext } from './run-context.ts'
import type { WaitOptions } from './wait-options.ts'
import { readRunLine, type RunLine, type StepLine } from './run-line.ts'
import type { RunTables } from './schema.ts'
import { type EncodedSnapshot, encodeSnapshot } from './snapshot.ts'
import { textIndexLimits } from './text-index.sqlite.ts'

type CallSite = (...args: never[]) => unknown

/** How {@link RunStorage.importLines} treats runs that are there already. */
export interface ImportOptions extends WaitOptions {
  /** `skip` (the default) keeps the one that is there, `replace` the one that comes, `refuse` throws. */
  readonly existing?: 'skip' | 'replace' | 'refuse'
}

/** What an import did. */
export interface ImportResult {
  readonly imported: number
  readonly skipped: number
  readonly replaced: number
}

const modes = ['skip', 'replace', 'refuse'] as const

/** Lines of one transaction, at most; and UTF-16 units of them, after which it ends. */
const mostLines = 200
const mostUnits = 2 ** 23

interface ReadyRun {
  readonly line: RunLine
  /** Its place in the input, from 1. */
  readonly at: number
  readonly parts: readonly (readonly [part: number, snapshot: EncodedSnapshot])[]
}

/** Reads runs from lines. */
export async function importRuns(
  context: RunContext,
  lines: Iterable<string> | AsyncIterable<string>,
  { existing = 'skip', signal }: ImportOptions,
  callSite: CallSite,
): Promise<ImportResult> {
  if (!modes.includes(existing)) throw invalid('existing', modes.join(', '), existing, callSite)
  if (typeof lines === 'string') throw invalid('lines', 'a list or a stream of texts', lines, callSite)
  const result = { imported: 0, skipped: 0, replaced: 0 }
  let ready: ReadyRun[] = []
  let units = 0
  let at = 0
  const flush = async (): Promise<void> => {
    const some = ready
    ready = []
    units = 0
    if (some.length === 0) return
    const outcomes = await context.write((tx) => some.map((run) => put(context, tx, run, existing)), { signal })
    for (const outcome of outcomes) result[outcome]++
  }
  for await (const text of lines) {
    signal?.throwIfAborted()
    at++
    if (typeof text !== 'string') throw invalid('lines', 'texts', text, callSite)
    if (text.trim() === '') continue
    ready.push(atLine(at, () => prepare(context, text, at)))
    units += text.length
    if (ready.length === mostLines || units >= mostUnits) await flush()
  }
  await flush()
  return result
}

function prepare(context: RunContext, text: string, at: number): ReadyRun {
  const line = readRunLine(text, prepare)
  if (line.steps.length > textIndexLimits.parts - firstStepPart) {
    throw new RunInvalidError('This run has too many steps', {
      hint: 'Split it before it is imported',
      details: { argument: 'lines', steps: line.steps.length },
    })
  }
  const texts: readonly (readonly [number, string | null, string])[] = [
    [planPart, line.plan, 'plan'],
    [executionPart, line.execution, 'execution'],
    ...line.steps.map(({ output }, index) => [firstStepPart + index, output, 'output'] as const),
  ]
  const parts = texts.flatMap(([part, json, name]) =>
    json === null ? [] : [[part, encodeSnapshot(json, name, context.limits, prepare)] as const],
  )
  return { line, at, parts }
}

function put(
  context: RunContext,
  tx: Transaction<RunTables>,
  { line, at, parts }: ReadyRun,
  existing: (typeof modes)[number],
): keyof ImportResult {
  const { queries } = context
  const known = tx.first(queries.projectId, { name: context.project })
  const before = known && tx.first(queries.byId, { project: known.id, id: line.id })
  if (before !== undefined) {
    if (existing === 'skip') return 'skipped'
    if (existing === 'refuse') {
      throw new RunInvalidError(`Line ${at}: the run ${line.id} is there already`, {
        hint: 'Import with existing: skip or replace',
        details: { argument: 'lines', line: at, id: line.id },
      })
    }
    removeRun(context, tx, before)
  }
  const { id: project, change, last_number: run } = context.change(tx, 1)
  const bytes = new Map(parts.map(([part, snapshot]) => [part, snapshot.bytes]))
  tx.run(queries.addRun, {
    project,
    number: run,
    id: line.id,
    plan_id: line.planId,
    objective: line.objective,
    status: line.status,
    success: line.success === null ? null : Number(line.success),
    error: line.error,
    parent: line.parent,
    revision: line.revision,
    code_commit: line.commit,
    tags: JSON.stringify(line.tags),
    started_at: line.startedAt,
    ended_at: line.endedAt,
    duration_ms: line.endedAt === null ? null : Math.max(0, line.endedAt - line.startedAt),
    heartbeat_at: line.heartbeatAt,
    step_count: line.steps.length,
    plan_bytes: bytes.get(planPart) ?? null,
    execution_bytes: bytes.get(executionPart) ?? null,
    host: line.process.host,
    pid: line.process.pid,
    process_start: line.process.start,
    change,
  })
  for (const tag of line.tags) tx.run(queries.addTag, { project, tag, run })
  for (const [position, step] of line.steps.entries()) {
    tx.run(queries.addStep, stepRow([project, run, position], step, bytes.get(firstStepPart + position) ?? null))
  }
  for (const [part, { encoding, data }] of parts) tx.run(queries.addSnapshot, { project, run, part, encoding, data })
  for (let part = 0; part < firstStepPart + line.steps.length; part++)
    tx.run(queries.addUnindexed, { project, run, part })
  return before === undefined ? 'imported' : 'replaced'
}

function stepRow(
  [project, run, position]: readonly [number, number, number],
  step: StepLine,
  output_bytes: number | null,
): RunTables['run_steps'] {
  return {
    project,
    run,
    position,
    step_id: step.id,
    name: step.name,
    tool: step.tool,
    status: step.status,
    error: step.error,
    started_at: step.startedAt,
    ended_at: step.endedAt,
    duration_ms: step.startedAt === null ? null : Math.max(0, step.endedAt - step.startedAt),
    output_bytes,
  }
}

/** Tells of an error in which line it is. */
function atLine<T>(line: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!isForgeError(error)) throw error
    throw new RunInvalidError(`Line ${line}: ${error.message}`, {
      hint: error.hint ?? 'Correct the line',
      details: { ...error.details, argument: 'lines', line },
      cause: error,
    })
  }
}
