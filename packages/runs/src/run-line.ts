import { RunInvalidError } from './errors.ts'
import {
  byCodeUnit,
  optionalInteger,
  optionalText,
  requireInteger,
  requireProcess,
  requireTags,
  requireText,
} from './run-arguments.ts'
import { runStatuses, type RunStatus, type RunSummary, type StepRecord, stepStatuses } from './run-types.ts'

type CallSite = (...args: never[]) => unknown

const schema = 'forge.run/1'

/** A run with its snapshots as texts, as a line of an export holds it. */
export interface RunLine {
  readonly id: string
  readonly planId: string | null
  readonly objective: string
  readonly status: RunStatus
  readonly success: boolean | null
  readonly error: string | null
  readonly tags: readonly string[]
  readonly parent: string | null
  readonly revision: number | null
  readonly commit: string | null
  readonly startedAt: number
  readonly endedAt: number | null
  readonly heartbeatAt: number
  readonly process: { readonly host: string; readonly pid: number; readonly start: string | null }
  /** JSON texts. */
  readonly plan: string | null
  readonly execution: string | null
  readonly steps: readonly StepLine[]
}

/** A step in a {@link RunLine}. */
export interface StepLine {
  readonly id: string | null
  readonly name: string
  readonly tool: string | null
  readonly status: (typeof stepStatuses)[number]
  readonly error: string | null
  readonly startedAt: number | null
  readonly endedAt: number
  /** A JSON text. */
  readonly output: string | null
}

/** The snapshots and the steps of a run that is to be written as a line. */
export interface RunLineParts {
  readonly plan: string | null
  readonly execution: string | null
  readonly steps: readonly StepRecord[]
}

/**
 * A run as one line of JSON, without its line break: keys in a fixed order, and snapshots as JSON texts inside of strings,
 * so that they are the same to the byte.
 */
export function writeRunLine(run: RunSummary, { plan, execution, steps }: RunLineParts): string {
  const line: RunLine = {
    id: run.id,
    planId: run.planId,
    objective: run.objective,
    status: run.status,
    success: run.success,
    error: run.error,
    tags: run.tags,
    parent: run.parent,
    revision: run.revision,
    commit: run.commit,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    heartbeatAt: run.heartbeatAt,
    process: { host: run.process.host, pid: run.process.pid, start: run.process.start },
    plan,
    execution,
    steps: steps.map((step) => ({
      id: step.id,
      name: step.name,
      tool: step.tool,
      status: step.status,
      error: step.error,
      startedAt: step.startedAt,
      endedAt: step.endedAt,
      output: step.output?.text ?? null,
    })),
  }
  return JSON.stringify({ schema, ...line })
}

/**
 * Reads a line of {@link writeRunLine}; the JSON texts in it are not looked into.
 *
 * @throws `FORGE_RUN_INVALID`
 */
export function readRunLine(line: string, callSite: CallSite): RunLine {
  const value = parse(line, callSite)
  if (value['schema'] !== schema) throw wrong(`its schema is not ${schema}`, callSite)
  const id = requireText('id', value['id'], callSite)
  if (!uuid.test(id)) throw wrong('its id is not a UUID in lower case', callSite)
  const status = runStatuses.find((each) => each === value['status'])
  if (status === undefined) throw wrong(`its status is not one of ${runStatuses.join(', ')}`, callSite)
  const endedAt = optionalInteger('endedAt', value['endedAt'], callSite)
  if ((endedAt === null) !== (status === 'running')) throw wrong('a run has an end unless it is running', callSite)
  if (!Array.isArray(value['steps'])) throw wrong('its steps are not a list', callSite)
  return {
    id,
    planId: optionalText('planId', value['planId'], callSite),
    objective: requireText('objective', value['objective'], callSite),
    status,
    success: flagOf(value['success'], callSite),
    error: optionalText('error', value['error'], callSite),
    tags: requireTags(value['tags'], callSite).toSorted(byCodeUnit),
    parent: optionalText('parent', value['parent'], callSite),
    revision: optionalInteger('revision', value['revision'], callSite),
    commit: optionalText('commit', value['commit'], callSite),
    startedAt: requireTime('startedAt', value['startedAt'], callSite),
    endedAt,
    heartbeatAt: requireTime('heartbeatAt', value['heartbeatAt'], callSite),
    process: requireProcess(value['process'], callSite),
    plan: jsonTextOf('plan', value['plan'], callSite),
    execution: jsonTextOf('execution', value['execution'], callSite),
    steps: value['steps'].map((step: unknown) => readStep(membersOf(step), callSite)),
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

type Members = Readonly<Record<string, unknown>>

function parse(line: string, callSite: CallSite): Members {
  try {
    return membersOf(JSON.parse(line))
  } catch (error) {
    throw wrong('it is not JSON', callSite, error)
  }
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {}
}

function readStep(step: Members, callSite: CallSite): StepLine {
  const status = stepStatuses.find((each) => each === step['status'])
  if (status === undefined) throw wrong(`a step has a status that is not one of ${stepStatuses.join(', ')}`, callSite)
  return {
    id: optionalText('id', step['id'], callSite),
    name: requireText('name', step['name'], callSite),
    tool: optionalText('tool', step['tool'], callSite),
    status,
    error: optionalText('error', step['error'], callSite),
    startedAt: optionalInteger('startedAt', step['startedAt'], callSite),
    endedAt: requireTime('endedAt', step['endedAt'], callSite),
    output: jsonTextOf('output', step['output'], callSite),
  }
}

function requireTime(name: string, value: unknown, callSite: CallSite): number {
  return requireInteger(name, value, [0, Number.MAX_SAFE_INTEGER], callSite)
}

function flagOf(value: unknown, callSite: CallSite): boolean | null {
  if (value === null || typeof value === 'boolean') return value
  throw wrong('its success is not true, false or null', callSite)
}

function jsonTextOf(name: string, value: unknown, callSite: CallSite): string | null {
  if (value === null || typeof value === 'string') return value
  throw wrong(`its ${name} is not a JSON text or null`, callSite)
}

function wrong(why: string, callSite: CallSite, cause?: unknown): RunInvalidError {
  return new RunInvalidError(`This is not the line of a run: ${why}`, {
    hint: 'Import lines as exportLines writes them, each whole',
    details: { argument: 'lines' },
    callSite,
    ...(cause === undefined ? {} : { cause }),
  })
}
