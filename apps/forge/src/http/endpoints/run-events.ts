import { setTimeout } from 'node:timers/promises'
import { isForgeError } from '@forge/errors'
import type { RunChange, RunStorage, RunSummary } from '@forge/runs'
import { z } from '@hono/zod-openapi'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { HttpInvalidError } from '../errors.ts'
import { jsonMembers } from '../json-members.ts'
import { newRunEventSchema } from '../run-schemas.ts'
import { runParams } from './runs.ts'

const tag = 'runs'

/** Milliseconds between two looks for what has changed, also by other processes. */
const pollInterval = 200
/** Milliseconds after which a stream that has nothing to say says so: a proxy, or the client, may give it up otherwise. */
const keepAlive = 15_000

/** What happens to runs: told by those who do it, and followed by those who watch. */
export const runEventEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/v1/runs/{run_id}/events',
    id: 'addRunEvent',
    tag,
    summary: 'Records a step of a run, a sign of life, or its end',
    description: 'A run that gives no sign of life for ten minutes is lost; it comes back with the next one.',
    params: runParams,
    body: newRunEventSchema,
    status: 201,
    content: z
      .strictObject({ type: z.enum(['step', 'heartbeat', 'end']), position: z.int().optional() })
      .readonly()
      .openapi('RunEventReceipt', { description: '`position` of a step' }),
    problems: [404, 409],
    async answer({ params: { run_id }, body: event, text, aboutRun }, { forge: { runs } }) {
      aboutRun(run_id)
      const run = runs.resume(run_id)
      if (event.type === 'step') {
        const { type, output: _output, ...step } = event
        return { type, position: await run.step({ ...step, outputText: jsonMembers(text).get('output') }) }
      }
      if (event.type === 'heartbeat') await run.heartbeat()
      else {
        const { type: _type, ...outcome } = event
        await run.finish({ ...outcome, execution: jsonMembers(text).get('execution') })
      }
      return { type: event.type }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{run_id}/events',
    id: 'watchRun',
    tag,
    summary: 'Follows a run: its steps, and its end',
    description:
      'Events: `step` with a step, its id the position; `lost` with the summary of the run, which may go on; `end` with the summary, or ' +
      '`deleted` with the id, after which the stream ends. ' +
      'With `Last-Event-ID`, or `after`, it goes on after that step.',
    params: runParams,
    query: z.strictObject({ after: z.string().optional() }),
    content: { mediaType: 'text/event-stream', description: 'Server-sent events' },
    problems: [404],
    async answer({ params: { run_id }, query, header, signal, aboutRun }, { forge: { runs }, stopping }) {
      aboutRun(run_id)
      const after = lastEventId(header('last-event-id'), query.after) ?? -1
      // An unknown run is told before the stream begins.
      await runs.getSummary(run_id)
      return followRun(runs, { id: run_id, after }, AbortSignal.any([signal, stopping]))
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/events',
    id: 'watchRuns',
    tag,
    summary: 'Follows all runs',
    description:
      'Events: `run` with the summary of a run that was started or changed; `deleted` with its id; `reset` when the events ' +
      'since are no longer known: then read the runs anew. The id of each is the number of the change. With `Last-Event-ID`, ' +
      'or `after`, it goes on after that change; without, it begins with the next one.',
    query: z.strictObject({ after: z.string().optional() }),
    content: { mediaType: 'text/event-stream', description: 'Server-sent events' },
    async answer({ query, header, signal }, { forge: { runs }, stopping }) {
      const after = lastEventId(header('last-event-id'), query.after)
      const from = after ?? (await runs.changes({ after: Number.MAX_SAFE_INTEGER })).last
      return followRuns(runs, from, AbortSignal.any([signal, stopping]))
    },
  }),
]

async function* followRuns(
  runs: RunStorage,
  from: number,
  ended: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  let after = from
  yield* untilEnded(ended, async function* () {
    for (let more = true; more;) {
      const page = await runs.changes({ after })
      if (page.reset) yield eventText('reset', { last: page.last }, page.last)
      for (const change of page.changes) yield changeText(change)
      after = page.last
      more = page.more
    }
    return false
  })
}

async function* followRun(
  runs: RunStorage,
  { id, after: from }: { readonly id: string; readonly after: number },
  ended: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  let after = from
  let change = 0
  yield* untilEnded(ended, async function* () {
    // The summary first: whatever ended the run came after its steps.
    const summary = await summaryIn(runs, id)
    if (summary === undefined) {
      yield eventText('deleted', { id }, idOf(after))
      return true
    }
    if (summary.change === change) return false
    change = summary.change
    for (let next: number | null = after; next !== null;) {
      const page = await runs.stepsOf(id, { after: next })
      for (const step of page.steps) yield eventText('step', step, step.position)
      after = page.steps.at(-1)?.position ?? after
      next = page.next
    }
    if (summary.endedAt === null) return false
    const lost = summary.status === 'lost'
    yield eventText(lost ? 'lost' : 'end', summary, idOf(after))
    return !lost
  })
}

/** The position of the last step that was told; before the first there is none to go on after. */
function idOf(after: number): number | undefined {
  return after < 0 ? undefined : after
}

/** The summary of a run that may have been deleted. */
async function summaryIn(runs: RunStorage, id: string): Promise<RunSummary | undefined> {
  try {
    return await runs.getSummary(id)
  } catch (error) {
    if (isForgeError(error) && error.code === 'FORGE_RUN_NOT_FOUND') return undefined
    throw error
  }
}

/** Looks again and again for something to tell, until there is nothing more to come or nobody who listens. */
async function* untilEnded(
  ended: AbortSignal,
  look: () => AsyncGenerator<string, boolean, undefined>,
): AsyncGenerator<string, void, undefined> {
  yield `retry: ${pollInterval * 10}\n\n`
  let quiet = 0
  while (!ended.aborted) {
    const events = look()
    let next = await events.next()
    if (next.done !== true) quiet = 0
    for (; next.done !== true; next = await events.next()) yield next.value
    if (next.value) return
    quiet += pollInterval
    if (quiet >= keepAlive) {
      quiet = 0
      yield ': nothing new\n\n'
    }
    await setTimeout(pollInterval, undefined, { signal: ended }).catch(() => undefined)
  }
}

function changeText(change: RunChange): string {
  return change.kind === 'saved'
    ? eventText('run', change.run, change.change)
    : eventText('deleted', { id: change.id }, change.change)
}

/** An event (HTML Standard, section 9.2.6). JSON has no line breaks of its own. */
function eventText(event: string, data: object, id: number | undefined): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}

/** The number that a client saw last, by its header or, where there is none, by its query. */
function lastEventId(header: string | undefined, query: string | undefined): number | undefined {
  const text = header ?? query ?? ''
  if (text === '') return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  const place = header === undefined ? { in: 'query', path: 'after' } : { in: 'header', path: 'last-event-id' }
  throw new HttpInvalidError('The id of the last event is no number', {
    hint: 'Send the id of the event you saw last, or none',
    details: { errors: [{ ...place, message: 'must be the id of an event' }] },
  })
}
