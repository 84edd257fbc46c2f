import { runStatuses, stepStatuses } from '@forge/runs'
import { z } from '@hono/zod-openapi'
import { time } from './parameters.ts'

const summaryShape = {
  id: z.string().openapi({ description: 'UUID v7: sorts by the time it was made' }),
  planId: z.string().nullable(),
  objective: z.string().openapi({ description: 'The beginning of it; empty where there is none' }),
  status: z.enum(runStatuses),
  success: z.boolean().nullable().openapi({ description: 'Null while it is not known' }),
  error: z.string().nullable(),
  tags: z.array(z.string()).readonly(),
  parent: z.string().nullable().openapi({ description: 'The id of the run it belongs to' }),
  revision: z.int().nullable().openapi({ description: 'The revision of the code graph it ran on' }),
  commit: z.string().nullable(),
  startedAt: time,
  endedAt: time.nullable(),
  durationMs: z.number().nullable(),
  heartbeatAt: time.openapi({ description: 'The last sign of life' }),
  steps: z.int().openapi({ description: 'Steps that were recorded one by one' }),
  planBytes: z.int().nullable().openapi({ description: 'As UTF-8; null where there is none' }),
  executionBytes: z.int().nullable(),
  process: z.strictObject({ host: z.string(), pid: z.int(), start: z.string().nullable() }).readonly(),
  change: z.int().openapi({ description: 'The number of its last change; the id of its event' }),
}

const anyJson = z.unknown().openapi({ description: 'JSON, to the byte as it was given' })

/** What lists show of a run. */
const runSummarySchema = z.strictObject(summaryShape).readonly().openapi('RunSummary')

/** A run with its snapshots. */
export const runRecordSchema = z
  .strictObject({ ...summaryShape, plan: anyJson, execution: anyJson })
  .readonly()
  .openapi('RunRecord')

/** A page of runs. */
export const runPageSchema = z
  .strictObject({
    runs: z.array(runSummarySchema).readonly(),
    total: z.int().openapi({ description: 'How many there are on all pages' }),
    limit: z.int(),
    offset: z.int(),
    next: z
      .string()
      .nullable()
      .openapi({ description: 'What `after` has to be for the next page; null on the last one' }),
    unindexed: z
      .int()
      .openapi({ description: 'Texts that could not be searched; 0 unless the database can only be read' }),
  })
  .readonly()
  .openapi('RunPage')

const facet = z.array(z.strictObject({ value: z.string(), count: z.int() }).readonly()).readonly()

/** Runs by what they have in common. */
export const runFacetsSchema = z
  .strictObject({
    total: z.int(),
    status: z.record(z.enum(runStatuses), z.int()).readonly(),
    tags: facet,
    plans: facet,
    unindexed: z.int(),
  })
  .readonly()
  .openapi('RunFacets')

const text = z.string().max(2000)
const tags = z.array(z.string().min(1).max(200)).max(1000)

/** A run that is started, or over. */
export const newRunSchema = z
  .strictObject({
    plan: z.unknown().optional().openapi({ description: 'Any JSON; kept to the byte' }),
    execution: z.unknown().optional().openapi({ description: 'Any JSON; kept to the byte. With it, the run is over' }),
    planId: text.optional().openapi({ description: 'Default: what the plan says' }),
    objective: text.optional().openapi({ description: 'Default: what the plan says' }),
    tags: tags.optional(),
    parent: text.optional(),
    revision: z.int().min(0).optional().openapi({ description: 'Default: that of the code graph now' }),
    commit: text.optional(),
  })
  .openapi('NewRun')

/** What happens to a run that goes on. */
export const newRunEventSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('step'),
      name: text,
      id: text.optional(),
      tool: text.optional(),
      status: z.enum(stepStatuses).optional().openapi({ description: 'Default: succeeded, or failed with an error' }),
      error: z.string().optional(),
      startedAt: time.optional(),
      endedAt: time.optional(),
      output: z.unknown().optional().openapi({ description: 'Any JSON' }),
    }),
    z.strictObject({ type: z.literal('heartbeat') }),
    z.strictObject({
      type: z.literal('end'),
      status: z.enum(['succeeded', 'failed', 'cancelled']).optional(),
      success: z.boolean().optional(),
      error: z.string().optional(),
      execution: z.unknown().optional().openapi({ description: 'Any JSON; kept to the byte' }),
    }),
  ])
  .openapi('NewRunEvent')

/** A recorded step. */
export const stepSchema = z
  .strictObject({
    position: z.int(),
    id: z.string().nullable(),
    name: z.string(),
    tool: z.string().nullable(),
    status: z.enum(stepStatuses),
    error: z.string().nullable(),
    startedAt: time.nullable(),
    endedAt: time,
    durationMs: z.number().nullable(),
    output: z.unknown(),
  })
  .readonly()
  .openapi('Step')

const differences = z
  .array(
    z
      .strictObject({
        path: z.array(z.union([z.string(), z.int()])).readonly(),
        kind: z.enum(['added', 'removed', 'changed']),
        before: z.unknown().optional(),
        after: z.unknown().optional(),
      })
      .readonly(),
  )
  .readonly()

/** What differs between two runs. */
export const runComparisonSchema = z
  .strictObject({
    before: runSummarySchema,
    after: runSummarySchema,
    same: z.boolean(),
    summary: differences,
    plan: differences,
    execution: differences,
    steps: z
      .array(
        z
          .strictObject({
            name: z.string(),
            before: z.int().nullable(),
            after: z.int().nullable(),
            differences,
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly()
  .openapi('RunComparison')
