import { MemoryInvalidError, memoryTypes } from '@forge/memory'
import type { MemoryEntry, MemoryFilter, MemoryHit } from '@forge/memory'
import { z } from '@hono/zod-openapi'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { MemoryNotFoundError } from '../../errors.ts'
import {
  memoryEntrySchema,
  memoryHitsSchema,
  memoryPageSchema,
  memoryQuerySchema,
  memoryStatsSchema,
  memoryType,
  newMemorySchema,
} from '../memory-schemas.ts'
import { listOf, wholeNumber, wholeNumberOr } from '../parameters.ts'

const tag = 'memory'

const filters = {
  type: listOf(memoryType, { enum: [...memoryTypes] }, 'One of these types').optional(),
  session: z.string().optional(),
  tag: listOf(z.string(), {}, 'All of these tags').optional(),
  since: wholeNumber(0, 8.64e15, 'Milliseconds since the epoch').optional(),
  until: wholeNumber(0, 8.64e15, 'Milliseconds since the epoch; before it').optional(),
}
const params = z.strictObject({ id: z.string().openapi({ description: 'A UUID' }) })

/** What agents learned. */
export const memoryEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/memory',
    id: 'listMemories',
    tag,
    summary: 'Entries in the order of their time',
    query: z.strictObject({
      ...filters,
      order: z.enum(['newest', 'oldest']).default('newest'),
      limit: wholeNumberOr(20, 1, 100, 'Entries of a page'),
      after: z.string().optional().openapi({ description: '`next` of the page before' }),
    }),
    content: memoryPageSchema,
    async answer({ query: { order, limit, after, ...query }, signal }, { forge }) {
      const listing = { ...filterOf(query), order, limit, ...(after === undefined ? {} : { after }) }
      const { entries, next } = await forge.memory.list(listing, { signal })
      return { entries: entries.map(plainEntry), next: next ?? null }
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/memory',
    id: 'addMemory',
    tag,
    summary: 'Remembers an entry under a new id',
    body: newMemorySchema,
    status: 201,
    content: z.strictObject({ id: z.string() }).readonly().openapi('MemoryId'),
    async answer({ body, setHeader, signal }, { forge }) {
      const id = await forge.memory.add(withoutUndefined(body), { signal })
      // Only a memory that is silent about failures gives none.
      if (id === undefined) throw new MemoryInvalidError('The entry could not be remembered')
      setHeader('location', `/api/v1/memory/${id}`)
      return { id }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/memory/search',
    id: 'searchMemories',
    tag,
    summary: 'The entries that fit words best',
    query: z.strictObject({
      query: z.string().openapi({ description: 'Words as a person writes them: nothing in it is syntax' }),
      ...filters,
      limit: wholeNumberOr(10, 1, 100, 'Hits'),
    }),
    content: memoryHitsSchema,
    async answer({ query: { query: text, limit, ...query }, signal }, { forge }) {
      const hits = await forge.memory.search({ text, ...filterOf(query) }, limit, { signal })
      return { hits: hits.map(plainHit) }
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/memory/search',
    id: 'searchMemoriesByVector',
    tag,
    summary: 'The entries that fit words, a vector, or both',
    body: memoryQuerySchema,
    content: memoryHitsSchema,
    async answer({ body: { limit, ...query }, signal }, { forge }) {
      const hits = await forge.memory.search(withoutUndefined(query), limit, { signal })
      return { hits: hits.map(plainHit) }
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/memory/stats',
    id: 'getMemoryStats',
    tag,
    summary: 'The memory in numbers',
    content: memoryStatsSchema,
    answer: (_request, { forge }) => forge.memory.stats(),
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/memory/{id}',
    id: 'getMemory',
    tag,
    summary: 'An entry',
    params,
    content: memoryEntrySchema,
    problems: [404],
    async answer({ params: { id }, signal }, { forge }) {
      const entry = await forge.memory.read(id, { signal })
      if (entry === undefined) throw new MemoryNotFoundError(id)
      return plainEntry(entry)
    },
  }),
  endpoint({
    method: 'put',
    path: '/api/v1/memory/{id}',
    id: 'putMemory',
    tag,
    summary: 'Remembers an entry under an id, in place of the one that has it',
    params,
    body: newMemorySchema,
    async answer({ params: { id }, body, signal }, { forge }) {
      await forge.memory.write(id, withoutUndefined(body), { signal })
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/memory/{id}',
    id: 'deleteMemory',
    tag,
    summary: 'Forgets an entry',
    params,
    problems: [404],
    async answer({ params: { id }, signal }, { forge }) {
      if (!(await forge.memory.remove(id, { signal }))) throw new MemoryNotFoundError(id)
    },
  }),
]

type FilterQuery = z.output<z.ZodObject<typeof filters>>

function filterOf({ type, session, tag, since, until }: FilterQuery): MemoryFilter {
  return withoutUndefined({
    types: type,
    sessionId: session,
    tags: tag,
    since,
    until,
  })
}

function plainEntry({ vector, ...entry }: MemoryEntry) {
  return { ...entry, ...(vector === undefined ? {} : { vector: Array.from(vector) }) }
}

function plainHit({ vector, ...hit }: MemoryHit) {
  return { ...hit, ...(vector === undefined ? {} : { vector: Array.from(vector) }) }
}

type WithoutUndefined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** The members that are there. */
function withoutUndefined<T extends object>(value: T): WithoutUndefined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as WithoutUndefined<T>
}
