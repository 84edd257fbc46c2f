import { setImmediate } from 'node:timers/promises'
import { RunInvalidError } from './errors.ts'
import { removeRun } from './deleting.ts'
import { invalid, requireInteger, requireMilliseconds, requireTags } from './run-arguments.ts'
import type { RunContext } from './run-context.ts'
import type { WaitOptions } from './wait-options.ts'
import { tagsOf } from './run-rows.ts'

/** Which runs are kept; a run goes when one of the limits says so. Runs that go on are always kept. */
export interface RetentionPolicy {
  /** Milliseconds since the start of the oldest run that is kept. */
  readonly maxAge?: number | undefined
  /** Runs that are kept, the newest first. */
  readonly maxRuns?: number | undefined
  /** Bytes of plans and executions, before compression, that are kept, the newest first. */
  readonly maxBytes?: number | undefined
  /** Runs with one of these tags are kept, and count for no limit. */
  readonly keepTags?: readonly string[] | undefined
}

/** How retention is applied. */
export interface RetentionOptions extends WaitOptions {
  /** Only tell what would be deleted. Default false. */
  readonly dryRun?: boolean
}

/** What retention deleted, or would delete. */
export interface RetentionResult {
  /** The oldest first. */
  readonly ids: readonly string[]
  /** Bytes of their plans and executions, before compression. */
  readonly bytes: number
}

/** Deletions of one transaction: others write in between. */
const batch = 100

interface Candidate {
  readonly number: number
  readonly id: string
  readonly bytes: number
}

/** Deletes the runs that a policy does not keep. */
export async function applyRetention(
  context: RunContext,
  policy: RetentionPolicy,
  { dryRun = false, signal }: RetentionOptions,
  callSite: (...args: never[]) => unknown,
): Promise<RetentionResult> {
  const limits = requirePolicy(policy, callSite)
  const candidates = (await listCandidates(context, limits, signal)).toReversed()
  if (dryRun) return resultOf(candidates)
  const deleted: Candidate[] = []
  for (let start = 0; start < candidates.length; start += batch) {
    signal?.throwIfAborted()
    const some = candidates.slice(start, start + batch)
    const gone = await context.write(
      (tx) =>
        some.filter((candidate) => {
          const row = tx.first(context.queries.byNumber, { name: context.project, run: candidate.number })
          // It may have come back to life, or been tagged, since it was listed.
          if (row === undefined || row.status === 'running' || isKept(row.tags, limits.keepTags)) return false
          removeRun(context, tx, row)
          return true
        }),
      { signal },
    )
    deleted.push(...gone)
    await setImmediate()
  }
  return resultOf(deleted)
}

interface Limits {
  readonly maxAge: number
  readonly maxRuns: number
  readonly maxBytes: number
  readonly keepTags: ReadonlySet<string>
}

function requirePolicy(policy: RetentionPolicy, callSite: (...args: never[]) => unknown): Limits {
  if (typeof policy !== 'object' || policy === null) throw invalid('policy', 'an object', policy, callSite)
  const { maxAge, maxRuns, maxBytes, keepTags = [] } = policy
  if (maxAge === undefined && maxRuns === undefined && maxBytes === undefined) {
    throw new RunInvalidError('A retention policy without a limit keeps everything', {
      hint: 'Give at least one of maxAge, maxRuns and maxBytes',
      details: { argument: 'policy' },
      callSite,
    })
  }
  if (maxAge !== undefined) requireMilliseconds('maxAge', maxAge, callSite)
  for (const [name, value] of Object.entries({ maxRuns, maxBytes })) {
    if (value !== undefined) requireInteger(name, value, [0, Number.MAX_SAFE_INTEGER], callSite)
  }
  return {
    maxAge: maxAge ?? Number.POSITIVE_INFINITY,
    maxRuns: maxRuns ?? Number.POSITIVE_INFINITY,
    maxBytes: maxBytes ?? Number.POSITIVE_INFINITY,
    keepTags: new Set(requireTags(keepTags, callSite)),
  }
}

/** The runs beyond the limits, the newest first. */
async function listCandidates(
  context: RunContext,
  limits: Limits,
  signal?: AbortSignal,
): Promise<readonly Candidate[]> {
  const rows = await context.ask(
    (project) =>
      context.db.kysely
        .selectFrom('runs')
        .select(['number', 'id', 'tags', 'status', 'started_at', 'plan_bytes', 'execution_bytes'])
        .where('project', '=', project)
        .where('status', '!=', 'running')
        .orderBy('started_at', 'desc')
        .orderBy('number', 'desc')
        .execute({ signal }),
    signal,
  )
  const oldest = context.clock() - limits.maxAge
  let runs = 0
  let bytes = 0
  const candidates: Candidate[] = []
  for (const row of rows) {
    if (isKept(row.tags, limits.keepTags)) continue
    const size = (row.plan_bytes ?? 0) + (row.execution_bytes ?? 0)
    runs++
    bytes += size
    if (row.started_at < oldest || runs > limits.maxRuns || bytes > limits.maxBytes) {
      candidates.push({ number: row.number, id: row.id, bytes: size })
    }
  }
  return candidates
}

function isKept(tags: string, keepTags: ReadonlySet<string>): boolean {
  return keepTags.size > 0 && tagsOf(tags).some((tag) => keepTags.has(tag))
}

function resultOf(candidates: readonly Candidate[]): RetentionResult {
  return { ids: candidates.map(({ id }) => id), bytes: candidates.reduce((sum, { bytes }) => sum + bytes, 0) }
}
