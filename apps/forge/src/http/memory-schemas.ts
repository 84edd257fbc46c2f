import { memoryTypes } from '@forge/memory'
import { z } from '@hono/zod-openapi'
import { time } from './parameters.ts'

/** What an entry is about. */
export const memoryType = z.enum(memoryTypes)

const metadata = z.record(z.string(), z.unknown()).openapi({
  description: 'Any JSON; timestamp, sessionId, projectPath, title, tags and pinned mean something',
})
const vector = z.array(z.number()).max(65_536).openapi({ description: 'An embedding, kept as 32-bit floats' })

/** What is to be remembered. */
export const newMemorySchema = z
  .strictObject({
    type: memoryType,
    content: z.string(),
    metadata: metadata.optional(),
    vector: vector.optional(),
    createdAt: time.optional(),
  })
  .openapi('NewMemory')

const entryShape = {
  id: z.string(),
  type: memoryType,
  content: z.string(),
  metadata: metadata.readonly(),
  vector: vector.readonly().optional(),
  createdAt: time,
}

/** What is remembered. */
export const memoryEntrySchema = z.strictObject(entryShape).readonly().openapi('MemoryEntry')

const hit = z
  .strictObject({
    ...entryShape,
    score: z.number().openapi({ description: 'More is better; to be compared within one answer' }),
    match: z.string().optional().openapi({ description: 'How much of the text it has: words, prefixes or some' }),
  })
  .readonly()
  .openapi('MemoryHit')

/** What was found, the best first. */
export const memoryHitsSchema = z
  .strictObject({ hits: z.array(hit).readonly() })
  .readonly()
  .openapi('MemoryHits')

/** A page of entries. */
export const memoryPageSchema = z
  .strictObject({
    entries: z.array(memoryEntrySchema).readonly(),
    next: z
      .string()
      .nullable()
      .openapi({ description: 'What `after` has to be for the next page; null on the last one' }),
  })
  .readonly()
  .openapi('MemoryPage')

/** What is looked for. */
export const memoryQuerySchema = z
  .strictObject({
    text: z.string().optional().openapi({ description: 'Words as a person writes them: nothing in it is syntax' }),
    vector: vector.optional(),
    types: z.array(memoryType).optional(),
    sessionId: z.string().optional(),
    tags: z.array(z.string()).optional(),
    since: time.optional(),
    until: time.optional(),
    limit: z.int().min(1).max(100).optional(),
  })
  .openapi('MemoryQuery')

const totals = { entries: z.int(), bytes: z.int() }

/** The memory in numbers. */
export const memoryStatsSchema = z
  .strictObject({
    ...totals,
    byType: z.record(memoryType, z.strictObject(totals).readonly()).readonly(),
    oldest: z.int().nullable(),
    newest: z.int().nullable(),
    maxSize: z.int().nullable(),
    evicted: z.int(),
    failures: z.int(),
    lastFailure: z
      .strictObject({ operation: z.string(), code: z.string(), message: z.string(), at: time })
      .readonly()
      .nullable(),
  })
  .readonly()
  .openapi('MemoryStats')
