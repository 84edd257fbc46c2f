import { isForgeError } from '@forge/errors'
import { runOrders, type RunRecord } from '@forge/runs'
import { z } from '@hono/zod-openapi'
import { type Endpoint, endpoint, type EndpointContext, JsonText } from '../endpoint.ts'
import { jsonMembers } from '../json-members.ts'
import { wholeNumber, wholeNumberOr } from '../parameters.ts'
import {
  newRunSchema,
  runComparisonSchema,
  runFacetsSchema,
  runPageSchema,
  runRecordSchema,
  stepSchema,
} from '../run-schemas.ts'

const tag = 'runs'

/** The id of a run in a path. */
export const runParams = z.strictObject({ run_id: z.string().openapi({ description: 'The id of a run' }) })

const q = z
  .string()
  .max(10_000)
  .optional()
  .openapi({ description: 'Which runs', example: 'status:failed tag:nightly objective:~"read file" duration>30s' })

const idSchema = z.strictObject({ id: z.string() }).readonly().openapi('RunId')
const tagList = z.array(z.string()).max(1000)

/** What is asked of runs, and what is done with them. */
export const runEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/runs',
    id: 'listRuns',
    tag,
    summary: 'Runs, without their snapshots',
    query: z.strictObject({
      limit: wholeNumberOr(20, 1, 100, 'Runs of a page'),
      offset: wholeNumberOr(
        0,
        0,
        1e9,
        'Runs to leave out; for far pages `after` is faster, and stays right while runs arrive',
      ),
      after: z.string().optional().openapi({ description: '`next` of the page before' }),
      order: z.enum(runOrders).default('newest'),
      q,
    }),
    content: runPageSchema,
    async answer({ query: { limit, offset, after, order, q }, signal }, { forge: { runs }, countRuns }) {
      const total = q === undefined ? await countRuns() : await runs.count(q, { signal })
      const page = await runs.search(q, { limit, offset, order, signal, ...(after === undefined ? {} : { after }) })
      return { ...page, total, limit, offset }
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/runs',
    id: 'createRun',
    tag,
    summary: 'Starts a run; with an execution, records one that is over',
    body: newRunSchema,
    status: 201,
    content: idSchema,
    problems: [404],
    async answer({ body, text, setHeader, aboutRun }, { forge }) {
      const { plan: _plan, execution: _execution, ...details } = body
      const members = jsonMembers(text)
      const [plan, execution] = [members.get('plan'), members.get('execution')]
      const revision = details.revision ?? (await revisionOf(forge))
      const id =
        execution === undefined
          ? (await forge.runs.start({ ...details, revision, process: remoteProcess, plan })).id
          : await forge.runs.saveRun({ ...details, revision, execution, ...(plan === undefined ? {} : { plan }) })
      aboutRun(id)
      setHeader('location', `/api/v1/runs/${id}`)
      return { id }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/facets',
    id: 'countRuns',
    tag,
    summary: 'How many runs, by status, tag and plan',
    query: z.strictObject({ q, limit: wholeNumberOr(20, 1, 100, 'Most tags and plans') }),
    content: runFacetsSchema,
    answer: ({ query: { q, limit }, signal }, { forge }) => forge.runs.facets(q, { limit, signal }),
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/compare',
    id: 'compareRuns',
    tag,
    summary: 'What differs between two runs',
    query: z.strictObject({ before: z.string(), after: z.string() }),
    content: runComparisonSchema,
    problems: [404],
    answer: ({ query: { before, after } }, { forge }) => forge.runs.compare(before, after),
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/export',
    id: 'exportRuns',
    tag,
    summary: 'Runs with all that belongs to them, a line of JSON each',
    query: z.strictObject({ q }),
    content: { mediaType: 'application/x-ndjson', description: 'Lines as `forge runs import` reads them' },
    answer: ({ query: { q }, signal }, { forge }) =>
      withLineBreaks(forge.runs.exportLines({ signal, ...(q === undefined ? {} : { query: q }) })),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/runs/retention',
    id: 'applyRetention',
    tag,
    summary: 'Deletes the runs that a policy does not keep',
    description: 'Runs that go on are always kept. Times are milliseconds.',
    body: z
      .strictObject({
        maxAge: z.number().min(0).optional(),
        maxRuns: z.int().min(0).optional(),
        maxBytes: z.int().min(0).optional(),
        keepTags: tagList.optional(),
        dryRun: z.boolean().optional(),
      })
      .openapi('RetentionPolicy'),
    content: z
      .strictObject({ ids: z.array(z.string()).readonly(), bytes: z.int() })
      .readonly()
      .openapi('RetentionResult'),
    answer: ({ body: { dryRun = false, ...policy }, signal }, { forge }) =>
      forge.runs.applyRetention(policy, { dryRun, signal }),
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{run_id}',
    id: 'getRun',
    tag,
    summary: 'A run with its plan and its execution',
    params: runParams,
    content: runRecordSchema,
    problems: [404],
    async answer({ params: { run_id }, aboutRun }, { forge }) {
      aboutRun(run_id)
      return recordText(await forge.runs.getRun(run_id))
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/runs/{run_id}',
    id: 'deleteRun',
    tag,
    summary: 'Deletes a run that is over',
    params: runParams,
    problems: [404, 409],
    async answer({ params: { run_id }, aboutRun }, { forge }) {
      aboutRun(run_id)
      await forge.runs.delete(run_id)
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/runs/{run_id}/steps',
    id: 'listSteps',
    tag,
    summary: 'The steps that were recorded one by one',
    params: runParams,
    query: z.strictObject({
      limit: wholeNumberOr(100, 1, 100, 'Steps of a page'),
      after: wholeNumber(0, 2 ** 20, 'The position after which the page begins').optional(),
    }),
    content: z
      .strictObject({ steps: z.array(stepSchema).readonly(), next: z.int().nullable() })
      .readonly()
      .openapi('StepPage'),
    problems: [404],
    async answer({ params: { run_id }, query: { limit, after }, aboutRun }, { forge }) {
      aboutRun(run_id)
      const page = await forge.runs.stepsOf(run_id, { limit, ...(after === undefined ? {} : { after }) })
      // The outputs are texts that are JSON already.
      return new JsonText(
        `{"steps":[${page.steps.map((step) => withMembers({ ...step, output: undefined }, { output: step.output?.text ?? 'null' })).join(',')}],"next":${page.next}}`,
      )
    },
  }),
  endpoint({
    method: 'patch',
    path: '/api/v1/runs/{run_id}/tags',
    id: 'changeTags',
    tag,
    summary: 'Adds tags to a run, and removes some',
    params: runParams,
    body: z.strictObject({ add: tagList.optional(), remove: tagList.optional() }).openapi('TagChange'),
    content: z
      .strictObject({ tags: z.array(z.string()).readonly() })
      .readonly()
      .openapi('Tags'),
    problems: [404],
    async answer({ params: { run_id }, body: { add = [], remove = [] }, aboutRun }, { forge }) {
      aboutRun(run_id)
      await forge.runs.addTags(run_id, add)
      return { tags: await forge.runs.removeTags(run_id, remove) }
    },
  }),
]

/**
 * Whose runs they are that are started over HTTP: a process that cannot be looked for, so that only signs of life tell
 * whether it goes on.
 */
const remoteProcess = { host: 'http', pid: 0, start: null }

/** The revision of the code graph; nothing before the first one, or where it cannot be read: a run is kept all the same. */
async function revisionOf({ graph }: EndpointContext['forge']): Promise<number | undefined> {
  const revision = await graph.revision().catch((error: unknown) => {
    if (isForgeError(error)) return 0
    throw error
  })
  return revision === 0 ? undefined : revision
}

function recordText({ plan, execution, ...summary }: RunRecord): JsonText {
  return new JsonText(withMembers(summary, { plan: plan?.text ?? 'null', execution: execution?.text ?? 'null' }))
}

/** An object as JSON, with members that are JSON texts. */
function withMembers(value: object, members: Readonly<Record<string, string>>): string {
  const more = Object.entries(members).map(([name, text]) => `${JSON.stringify(name)}:${text}`)
  return `${JSON.stringify(value).slice(0, -1)},${more.join(',')}}`
}

async function* withLineBreaks(lines: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  for await (const line of lines) yield `${line}\n`
}
