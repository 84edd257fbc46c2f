import { invalid, type Place, requireInteger } from '../checks.ts'
import { storageError } from '../memory-core.ts'
import type { MemoryEntry, MemoryHit, MemoryListing, MemoryQuery } from '../memory-types.ts'
import type { OpenStore } from '../open-store.ts'
import type { IdentifiedMemory, Memory } from '../storage.ts'
import type { FrameTable } from './frame-table.sqlite.ts'
import { entryOfDocument, frameOf, refuseUnsupported } from './frame.ts'
import { MemoryNotFoundError, MemoryReadOnlyError } from './memvid-errors.ts'
import type {
  FindHit,
  FindInput,
  FindResult,
  Memvid,
  PutInput,
  StatsResult,
  TimelineEntry,
  TimelineInput,
} from './memvid-types.ts'
import { snippetOf } from './snippet.ts'

/** What {@link MemvidFile} is made of. */
export interface MemvidParts {
  readonly file: string
  readonly store: OpenStore
  readonly memory: Memory
  readonly frames: FrameTable
  readonly readOnly: boolean
}

type Numbered<E> = { readonly entry: E; readonly frame: number }

/** The most hits that a search ranks. */
const mostHits = 1000

/** What `find` of `@memvid/sdk` takes and this one does not. */
const unsupportedInFind = [
  'embedder',
  'queryEmbeddingModel',
  'adaptive',
  'minRelevancy',
  'maxK',
  'adaptiveStrategy',
  'aclContext',
  'aclEnforcementMode',
]

/** {@link Memvid} over a memory. */
export class MemvidFile implements Memvid {
  readonly #parts: MemvidParts

  constructor(parts: MemvidParts) {
    this.#parts = parts
  }

  async path(): Promise<string> {
    return this.#parts.file
  }

  async put(document: PutInput): Promise<string> {
    const place = { path: 'document', callSite: this.put }
    this.#requireWritable(place)
    const [frame = ''] = await this.#put([entryOfDocument(document, place)])
    return frame
  }

  async putMany(documents: readonly PutInput[], options: object = {}): Promise<readonly string[]> {
    const place = { path: 'documents', callSite: this.putMany }
    this.#requireWritable(place)
    refuseUnsupported(options, ['enableEmbedding', 'embeddingModel', 'embedder'], { ...place, path: 'options' })
    if (!Array.isArray(documents)) throw invalid(place, 'a list of documents', documents)
    return await this.#put(
      documents.map((document: PutInput, index) =>
        entryOfDocument(document, { ...place, path: `documents[${index}]` }),
      ),
    )
  }

  async find(query: string, options: FindInput = {}): Promise<FindResult> {
    const start = performance.now()
    const place = { path: 'options', callSite: this.find }
    refuseUnsupported(options, unsupportedInFind, place)
    const k = requireInteger(options.k ?? 10, [1, mostHits], { ...place, path: 'options.k' })
    const length = requireInteger(options.snippetChars ?? 240, [1, 1_000_000], {
      ...place,
      path: 'options.snippetChars',
    })
    const from = cursorOf(options.cursor, place)
    const { scope, asOfFrame } = options
    const narrowed = scope !== undefined || asOfFrame !== undefined
    const all = narrowed ? mostHits : Math.min(from + k + 1, mostHits)
    const found = await this.#numbered(await this.#parts.memory.search(questionOf(query, options, place), all))
    const fitting = found.filter(
      ({ entry, frame }) =>
        (scope === undefined || frameOf(entry).uri.startsWith(scope)) &&
        (asOfFrame === undefined || frame <= asOfFrame),
    )
    const page = fitting.slice(from, from + k)
    const hits = page.map((each, index) => hitOf(each, snippetOf(each.entry.content, query, length), from + index + 1))
    return {
      query,
      engine: 'fts5',
      hits,
      total_hits: Math.min(fitting.length, from + k + 1),
      context: hits.map(({ title, snippet }) => `${title}\n${snippet}`).join('\n\n'),
      next_cursor: fitting.length > from + k ? String(from + k) : null,
      took_ms: performance.now() - start,
    }
  }

  async view(frameId: number | string): Promise<string> {
    const id = await this.#idOf(frameId, this.view)
    const entry = await this.#parts.memory.read(id)
    if (entry === undefined) throw noFrame(frameId, this.view)
    return entry.content
  }

  async timeline(options: TimelineInput = {}): Promise<readonly TimelineEntry[]> {
    const { since, reverse = false, asOfFrame = Number.MAX_SAFE_INTEGER } = options
    const limit = requireInteger(options.limit ?? 100, [1, 1_000_000], {
      path: 'options.limit',
      callSite: this.timeline,
    })
    const until = Math.min(options.until ?? Number.POSITIVE_INFINITY, options.asOfTs ?? Number.POSITIVE_INFINITY)
    const listing: MemoryListing = {
      order: reverse ? 'newest' : 'oldest',
      ...(since === undefined ? {} : { since: since * 1000 }),
      ...(until === Number.POSITIVE_INFINITY ? {} : { until: afterSecond(until) }),
    }
    const entries: TimelineEntry[] = []
    let after: string | undefined
    do {
      const page = await this.#parts.memory.list({
        ...listing,
        limit: Math.min(1000, limit),
        ...(after === undefined ? {} : { after }),
      })
      const numbered = await this.#numbered(page.entries)
      entries.push(...numbered.filter(({ frame }) => frame <= asOfFrame).map(timelineEntryOf))
      after = page.next
    } while (after !== undefined && entries.length < limit)
    return entries.slice(0, limit)
  }

  async stats(): Promise<StatsResult> {
    const { entries, bytes, maxSize } = await this.#parts.memory.stats()
    const counts = await this.#guard(() => this.#parts.frames.counts())
    return {
      frame_count: counts.frames,
      active_frame_count: entries,
      payload_bytes: bytes,
      size_bytes: counts.bytes,
      capacity_bytes: maxSize,
      remaining_capacity_bytes: maxSize === null ? null : Math.max(0, maxSize - bytes),
      has_lex_index: true,
      has_time_index: true,
      has_vec_index: counts.vectors,
    }
  }

  async remove(frameId: number | string): Promise<number> {
    this.#requireWritable({ path: 'frameId', callSite: this.remove })
    const id = await this.#idOf(frameId, this.remove)
    if (!(await this.#parts.memory.remove(id))) throw noFrame(frameId, this.remove)
    return 1
  }

  async seal(): Promise<void> {
    await this.#parts.memory.close()
    await this.#guard(() => this.#parts.store.db.close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.seal()
  }

  async #put(entries: readonly IdentifiedMemory[]): Promise<readonly string[]> {
    await this.#parts.memory.writeMany(entries)
    const numbered = await this.#numbered(entries)
    return numbered.map(({ frame }) => String(frame))
  }

  /** Entries with the ids of their frames; without those that are gone meanwhile. */
  async #numbered<E extends { readonly id: string }>(entries: readonly E[]): Promise<readonly Numbered<E>[]> {
    const numbers = await this.#guard(() => this.#parts.frames.numbersOf(entries.map(({ id }) => id)))
    return entries.flatMap((entry) => {
      const frame = numbers.get(entry.id)
      return frame === undefined ? [] : [{ entry, frame }]
    })
  }

  async #idOf(frameId: number | string, callSite: Place['callSite']): Promise<string> {
    const frame = typeof frameId === 'string' && /^\d{1,15}$/.test(frameId) ? Number(frameId) : frameId
    requireInteger(frame, [0, Number.MAX_SAFE_INTEGER], { path: 'frameId', callSite })
    const id = await this.#guard(() => this.#parts.frames.idOf(Number(frame)))
    if (id === undefined) throw noFrame(frameId, callSite)
    return id
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw storageError(error, undefined)
    }
  }

  #requireWritable({ callSite }: Place): void {
    if (!this.#parts.readOnly) return
    throw new MemoryReadOnlyError('The file was opened to be read only', { hint: 'Open it without readOnly', callSite })
  }
}

function questionOf(query: string, options: FindInput, place: Place): MemoryQuery {
  const { queryEmbedding: vector, asOfTs } = options
  const mode = options.mode ?? (vector === undefined ? 'lex' : 'auto')
  if (typeof query !== 'string') throw invalid({ ...place, path: 'query' }, 'a text', query)
  if (!['lex', 'sem', 'auto'].includes(mode))
    throw invalid({ ...place, path: 'options.mode' }, 'lex, sem or auto', mode)
  if (mode === 'sem' && vector === undefined) {
    throw invalid({ ...place, path: 'options.queryEmbedding' }, 'the embedding of the query', vector)
  }
  return {
    ...(mode === 'sem' ? {} : { text: query }),
    ...(mode === 'lex' || vector === undefined ? {} : { vector }),
    ...(asOfTs === undefined ? {} : { until: afterSecond(asOfTs) }),
  }
}

function hitOf({ entry, frame }: Numbered<MemoryHit>, snippet: string, rank: number): FindHit {
  const { uri, title, tags, labels, track, time } = frameOf(entry)
  const created = new Date(time).toISOString()
  return { frame_id: frame, uri, title, snippet, score: entry.score, rank, tags, labels, track, created_at: created }
}

function timelineEntryOf({ entry, frame }: Numbered<MemoryEntry>): TimelineEntry {
  const { uri, time } = frameOf(entry)
  const preview = snippetOf(entry.content, '', 120)
  return { frame_id: frame, uri, timestamp: Math.floor(time / 1000), preview, child_frames: [] }
}

/** The first millisecond after a second, in milliseconds. */
function afterSecond(seconds: number): number {
  return (Math.floor(seconds) + 1) * 1000
}

function cursorOf(cursor: unknown, place: Place): number {
  if (cursor === undefined || cursor === null) return 0
  if (typeof cursor === 'string' && /^\d{1,4}$/.test(cursor)) return Number(cursor)
  throw invalid({ ...place, path: 'options.cursor' }, 'the `next_cursor` of a page', cursor)
}

function noFrame(frameId: number | string, callSite: Place['callSite']): MemoryNotFoundError {
  return new MemoryNotFoundError(`There is no frame ${String(frameId).slice(0, 20)}`, {
    hint: 'Take the id that put gave, or the frame_id of a hit; the frame may have been removed',
    details: { frameId: String(frameId).slice(0, 100) },
    callSite,
  })
}
