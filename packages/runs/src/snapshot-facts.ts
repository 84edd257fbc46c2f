import { runStatuses, type RunStatus } from './run-types.ts'

/** Most UTF-16 units of an objective or an error in a summary. */
export const mostSummaryText = 2000

/** What a plan says about itself. */
export interface PlanFacts {
  readonly planId: string | null
  readonly objective: string
}

/** What an execution says about itself. */
export interface ExecutionFacts {
  readonly status: RunStatus
  readonly success: boolean
  readonly error: string | null
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
}

/**
 * Reads `planId`, `plan_id` or `id`, and `objective` or `goal`, of a plan or of the `plan` inside of it; a plan without
 * them is as good.
 */
export function planFacts(plan: unknown): PlanFacts {
  const places = [membersOf(plan), membersOf(membersOf(plan)['plan'])]
  const first = <T>(read: (members: Members) => T | undefined): T | undefined =>
    places.map(read).find((found) => found !== undefined)
  return {
    planId: first((members) => textIn(members, ['planId', 'plan_id', 'id'])) ?? null,
    objective: shortened(first((members) => textIn(members, ['objective', 'goal'])) ?? ''),
  }
}

/**
 * Reads `status`, `success`, `error`, `startedAt` and `endedAt`, also in snake case, and the end as `completedAt` or
 * `finishedAt`. Without a known status and without `success`, one with an error has failed.
 */
export function executionFacts(execution: unknown): ExecutionFacts {
  const members = membersOf(execution)
  const error = errorIn(members['error'])
  const claimed = typeof members['success'] === 'boolean' ? members['success'] : undefined
  const status = statusIn(members['status']) ?? ((claimed ?? error === null) ? 'succeeded' : 'failed')
  return {
    status,
    success: claimed ?? status === 'succeeded',
    error,
    startedAt: timeIn(members, ['startedAt', 'started_at']),
    endedAt: timeIn(members, ['endedAt', 'ended_at', 'completedAt', 'completed_at', 'finishedAt', 'finished_at']),
  }
}

/** The beginning of a text that is too long for a summary. */
export function shortened(text: string): string {
  if (text.length <= mostSummaryText) return text.toWellFormed()
  return `${text.slice(0, mostSummaryText - 1).replace(/[\uD800-\uDBFF]$/, '')}…`.toWellFormed()
}

type Members = Readonly<Record<string, unknown>>

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}
}

function textIn(members: Members, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = members[name]
    if (typeof value === 'string' && value !== '') return shortened(value)
    if (typeof value === 'number') return String(value)
  }
  return undefined
}

function errorIn(value: unknown): string | null {
  if (value === undefined || value === null || value === false || value === '') return null
  if (typeof value === 'string') return shortened(value)
  const { message } = membersOf(value)
  return shortened(typeof message === 'string' && message !== '' ? message : JSON.stringify(value))
}

const words: Readonly<Record<string, RunStatus>> = {
  success: 'succeeded',
  ok: 'succeeded',
  done: 'succeeded',
  completed: 'succeeded',
  failure: 'failed',
  error: 'failed',
  canceled: 'cancelled',
  aborted: 'cancelled',
}

function statusIn(value: unknown): RunStatus | undefined {
  if (typeof value !== 'string') return undefined
  const word = value.toLowerCase()
  const status = runStatuses.find((each) => each === word) ?? (Object.hasOwn(words, word) ? words[word] : undefined)
  // An execution that is saved has ended, whatever it says.
  return status === 'running' || status === 'lost' ? undefined : status
}

function timeIn(members: Members, names: readonly string[]): number | undefined {
  for (const name of names) {
    const time = timeOf(members[name])
    if (time !== undefined) return time
  }
  return undefined
}

/** The last millisecond that a `Date` can be. */
const lastTime = 8.64e15

/** Milliseconds since the epoch, or a date and time of ISO 8601; without a zone it is UTC. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 && value <= lastTime ? Math.trunc(value) : undefined
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(value)) return undefined
  const zoned = /(?:z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`
  const time = Date.parse(zoned.replace(' ', 'T'))
  return Number.isNaN(time) || time < 0 ? undefined : time
}
