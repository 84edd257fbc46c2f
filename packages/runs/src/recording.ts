import type { Transaction } from '@forge/db'
import { RunInvalidError, RunStateError } from './errors.ts'
import {
  invalid,
  optionalInteger,
  optionalText,
  requireProcess,
  requireTags,
  requireText,
  shown,
} from './run-arguments.ts'
import type { RunContext } from './run-context.ts'
import { executionPart, firstStepPart, planPart } from './run-parts.ts'
import type { SummaryRow } from './run-rows.ts'
import { type RunProcess, runStatuses, type RunStatus, type StepStatus, stepStatuses } from './run-types.ts'
import type { RunTables } from './schema.ts'
import { type EncodedSnapshot, encodeSnapshot } from './snapshot.ts'
import { executionFacts, planFacts, shortened } from './snapshot-facts.ts'
import { textIndexLimits } from './text-index.sqlite.ts'

type Tx = Transaction<RunTables>
type CallSite = (...args: never[]) => unknown

/** What is known of a run beside its plan. Texts have up to 2,000 UTF-16 units. */
export interface RunDetails {
  /** Default: what the plan says. */
  readonly planId?: string | undefined
  /** Default: what the plan says. */
  readonly objective?: string | undefined
  readonly tags?: readonly string[] | undefined
  /** The id of the run it belongs to. */
  readonly parent?: string | undefined
  /** The revision of the code graph it runs on. */
  readonly revision?: number | undefined
  /** The commit of the code it runs on. */
  readonly commit?: string | undefined
}

/** What a run is started with. */
export interface RunStart extends RunDetails {
  /** The process it runs in, if that is another than this one; one that cannot be seen from here gives signs of life. */
  readonly process?: RunProcess | undefined
  /** A JSON text, which is kept as it is, or a value, which is kept as JSON. */
  readonly plan?: unknown
}

/** A run that is over when it is saved. */
export interface FinishedRun extends RunDetails {
  /** A JSON text, which is kept as it is, or a value, which is kept as JSON; left out for a run without a plan. */
  readonly plan?: unknown
  /** The same. */
  readonly execution: unknown
}

/** How a run ended. What is left out is what the execution says. */
export interface RunOutcome {
  /** Default without an execution: `succeeded`, or `failed` where there is an error. */
  readonly status?: 'succeeded' | 'failed' | 'cancelled' | undefined
  readonly success?: boolean | undefined
  /** The beginning is kept, up to 2,000 UTF-16 units; the execution may hold all of it. */
  readonly error?: string | undefined
  /** A JSON text, which is kept as it is, or a value, which is kept as JSON. */
  readonly execution?: unknown
}

/** A step that was made. */
export interface StepInput {
  readonly name: string
  readonly id?: string | undefined
  readonly tool?: string | undefined
  /** Default `succeeded`, or `failed` where there is an error. */
  readonly status?: StepStatus | undefined
  readonly error?: string | undefined
  /** Milliseconds since the epoch. */
  readonly startedAt?: number | undefined
  /** Default: now. */
  readonly endedAt?: number | undefined
  /** A value, which is kept as JSON; a string is a string. */
  readonly output?: unknown
  /** A JSON text, which is kept as it is, in place of `output`. */
  readonly outputText?: string | undefined
}

const mostSteps = textIndexLimits.parts - firstStepPart

/** A run that is known to be right, so that writing it can only fail in the database. */
interface PreparedRun {
  readonly planId: string | null
  readonly objective: string
  readonly tags: readonly string[]
  readonly parent: string | null
  readonly revision: number | null
  readonly commit: string | null
  readonly process: RunProcess
  readonly plan: EncodedSnapshot | undefined
}

interface PreparedOutcome {
  readonly status: RunStatus
  readonly success: boolean | null
  readonly error: string | null
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  readonly execution: EncodedSnapshot | undefined
}

/** Whether there has to be a snapshot, and whom errors lead to. */
export interface RecordingOptions {
  readonly withSnapshot: boolean
  readonly callSite: CallSite
}

/** Writes a run that has begun; returns its id. */
export async function startRun(
  context: RunContext,
  start: RunStart,
  { withSnapshot, callSite }: RecordingOptions,
): Promise<string> {
  const run = prepareRun(context, start, withSnapshot || start?.plan !== undefined, callSite)
  return await context.write((tx) => insertRun(context, tx, run, undefined))
}

/** Writes a run that is over; returns its id. */
export async function saveRun(context: RunContext, finished: FinishedRun, callSite: CallSite): Promise<string> {
  if (typeof finished !== 'object' || finished === null) {
    throw invalid('run', 'an object with plan and execution', finished, callSite)
  }
  const run = prepareRun(context, finished, 'plan' in finished, callSite)
  const outcome = prepareOutcome(context, { execution: finished.execution }, true, callSite)
  return await context.write((tx) => insertRun(context, tx, run, outcome))
}

/** Ends a run. */
export async function endRun(
  context: RunContext,
  id: string,
  outcome: RunOutcome,
  { withSnapshot, callSite }: RecordingOptions,
): Promise<void> {
  const end = prepareOutcome(context, outcome, withSnapshot || outcome?.execution !== undefined, callSite)
  await context.write((tx) => {
    const row = context.find(tx, id)
    requireGoingOn(row)
    const { id: project, change } = context.change(tx)
    const now = context.clock()
    const endedAt = end.endedAt ?? now
    tx.run(context.queries.endRun, {
      project,
      number: row.number,
      status: end.status,
      success: asFlag(end.success),
      error: end.error,
      ended_at: endedAt,
      duration_ms: Math.max(0, endedAt - row.started_at),
      heartbeat_at: Math.max(now, row.heartbeat_at),
      execution_bytes: end.execution?.bytes ?? null,
      change,
    })
    if (end.execution !== undefined) insertPart(context, tx, [project, row.number, executionPart], end.execution)
    else if (end.error !== null) insertPart(context, tx, [project, row.number, executionPart], undefined)
  })
}

/** Writes a step; returns its position. */
export async function recordStep(
  context: RunContext,
  id: string,
  step: StepInput,
  callSite: CallSite,
): Promise<number> {
  if (typeof step !== 'object' || step === null) throw invalid('step', 'an object with a name', step, callSite)
  const name = requireText('name', step.name, callSite)
  const stepId = optionalText('id', step.id, callSite)
  const tool = optionalText('tool', step.tool, callSite)
  const error = optionalError(step.error, callSite)
  const startedAt = optionalInteger('startedAt', step.startedAt, callSite)
  const ended = optionalInteger('endedAt', step.endedAt, callSite)
  const status = step.status ?? (error === null ? 'succeeded' : 'failed')
  if (!stepStatuses.includes(status)) throw invalid('status', stepStatuses.join(', '), status, callSite)
  // What a tool says is mostly a text of its own, not one in JSON.
  const said = step.outputText ?? (typeof step.output === 'string' ? JSON.stringify(step.output) : step.output)
  const output = said === undefined ? undefined : encodeSnapshot(said, 'output', context.limits, callSite)
  return await context.write((tx) => {
    const row = context.find(tx, id)
    requireGoingOn(row)
    if (row.step_count >= mostSteps) {
      throw new RunInvalidError(`A run has at most ${mostSteps} steps`, {
        hint: 'Start a run of its own for what follows, with this one as its parent',
        details: { id: row.id, steps: row.step_count },
      })
    }
    const { id: project, change } = context.change(tx)
    const now = context.clock()
    const endedAt = ended ?? now
    const position = row.step_count
    tx.first(context.queries.noteStep, {
      project,
      run: row.number,
      heartbeat_at: Math.max(now, row.heartbeat_at),
      change,
    })
    tx.run(context.queries.addStep, {
      project,
      run: row.number,
      position,
      step_id: stepId,
      name,
      tool,
      status,
      error,
      started_at: startedAt,
      ended_at: endedAt,
      duration_ms: startedAt === null ? null : Math.max(0, endedAt - startedAt),
      output_bytes: output?.bytes ?? null,
    })
    insertPart(context, tx, [project, row.number, firstStepPart + position], output)
    return position
  })
}

/** Gives a sign of life; a run that was taken for lost goes on. */
export async function beat(context: RunContext, id: string): Promise<void> {
  await context.write((tx) => {
    const row = context.find(tx, id)
    requireGoingOn(row)
    const heartbeat_at = Math.max(context.clock(), row.heartbeat_at)
    if (row.status === 'running') {
      const project = tx.first(context.queries.projectId, { name: context.project })?.id ?? 0
      tx.run(context.queries.beat, { project, id: row.id, heartbeat_at })
      return
    }
    const { id: project, change } = context.change(tx)
    tx.run(context.queries.revive, { project, run: row.number, heartbeat_at, change })
  })
}

function prepareRun(context: RunContext, details: RunStart, withPlan: boolean, callSite: CallSite): PreparedRun {
  if (typeof details !== 'object' || details === null) throw invalid('run', 'an object', details, callSite)
  const { planId, objective, tags = [], parent, revision, commit } = details
  const plan = withPlan ? encodeSnapshot(details.plan, 'plan', context.limits, callSite) : undefined
  const facts = planFacts(plan?.value)
  return {
    planId: optionalText('planId', planId, callSite) ?? facts.planId,
    objective: optionalText('objective', objective, callSite) ?? facts.objective,
    tags: requireTags(tags, callSite),
    parent: optionalText('parent', parent, callSite),
    revision: optionalInteger('revision', revision, callSite),
    commit: optionalText('commit', commit, callSite),
    process: details.process === undefined ? context.process : requireProcess(details.process, callSite),
    plan,
  }
}

function prepareOutcome(
  context: RunContext,
  outcome: RunOutcome,
  withExecution: boolean,
  callSite: CallSite,
): PreparedOutcome {
  if (typeof outcome !== 'object' || outcome === null) throw invalid('outcome', 'an object', outcome, callSite)
  const error = optionalError(outcome.error, callSite)
  const { status, success } = outcome
  if (status !== undefined && (!runStatuses.includes(status) || !isEnd(status))) {
    throw invalid('status', 'succeeded, failed or cancelled', status, callSite)
  }
  if (success !== undefined && typeof success !== 'boolean') {
    throw invalid('success', 'true or false', success, callSite)
  }
  const execution = withExecution ? encodeSnapshot(outcome.execution, 'execution', context.limits, callSite) : undefined
  const facts = executionFacts(execution === undefined ? { success, error } : execution.value)
  const ended = status ?? (success === undefined ? facts.status : success ? 'succeeded' : 'failed')
  return {
    status: ended,
    success: success ?? (status === undefined ? facts.success : status === 'succeeded'),
    error: error ?? facts.error,
    startedAt: facts.startedAt,
    endedAt: facts.endedAt,
    execution,
  }
}

function insertRun(context: RunContext, tx: Tx, run: PreparedRun, outcome: PreparedOutcome | undefined): string {
  if (run.parent !== null) context.find(tx, run.parent)
  const { id: project, change, last_number: number } = context.change(tx, 1)
  const id = context.newId()
  const now = context.clock()
  const endedAt = outcome === undefined ? null : (outcome.endedAt ?? now)
  const startedAt = outcome?.startedAt ?? (endedAt === null ? now : Math.min(now, endedAt))
  tx.run(context.queries.addRun, {
    project,
    number,
    id,
    plan_id: run.planId,
    objective: run.objective,
    status: outcome?.status ?? 'running',
    success: asFlag(outcome?.success ?? null),
    error: outcome?.error ?? null,
    parent: run.parent,
    revision: run.revision,
    code_commit: run.commit,
    tags: JSON.stringify(run.tags),
    started_at: startedAt,
    ended_at: endedAt,
    duration_ms: endedAt === null ? null : Math.max(0, endedAt - startedAt),
    heartbeat_at: now,
    step_count: 0,
    plan_bytes: run.plan?.bytes ?? null,
    execution_bytes: outcome?.execution?.bytes ?? null,
    host: run.process.host,
    pid: run.process.pid,
    process_start: run.process.start,
    change,
  })
  for (const tag of run.tags) tx.run(context.queries.addTag, { project, tag, run: number })
  insertPart(context, tx, [project, number, planPart], run.plan)
  if (outcome?.execution !== undefined) insertPart(context, tx, [project, number, executionPart], outcome.execution)
  return id
}

/** Writes a snapshot, if there is one, and notes that the texts of its part are to be indexed. */
function insertPart(
  context: RunContext,
  tx: Tx,
  [project, run, part]: readonly [number, number, number],
  snapshot: EncodedSnapshot | undefined,
): void {
  if (snapshot !== undefined) {
    const { encoding, data } = snapshot
    tx.run(context.queries.addSnapshot, { project, run, part, encoding, data })
  }
  tx.run(context.queries.addUnindexed, { project, run, part })
}

function requireGoingOn({ id, status }: SummaryRow): void {
  if (status === 'running' || status === 'lost') return
  throw new RunStateError(`The run ${id} is over: it has ${status}`, {
    hint: 'Start a new run, with this one as its parent',
    details: { id, status },
  })
}

function isEnd(status: RunStatus): boolean {
  return status !== 'running' && status !== 'lost'
}

function optionalError(value: unknown, callSite: CallSite): string | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string') throw invalid('error', 'a text', shown(value), callSite)
  return shortened(value)
}

function asFlag(value: boolean | null): number | null {
  return value === null ? null : Number(value)
}
