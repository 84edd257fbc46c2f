import { invalid, isRecord, type Place, requireId, requireName, requireTime } from './checks.ts'
import { restoreContent, storeContent } from './content.ts'
import { toJsonText } from './json-text.ts'
import { type MemoryEntry, type MemoryMetadata, type MemoryType, memoryTypes, type NewMemory } from './memory-types.ts'
import type { MemoryDocumentView, MemoryTable } from './schema.ts'
import { partWords, searchDocument } from './search-words.ts'
import { marksOf } from './match-expression.ts'
import { fromVectorBytes, toVectorBytes } from './vector-bytes.ts'

/** What limits an entry, and how it is stored. */
export interface EntryLimits {
  readonly maxEntryBytes: number
  readonly compressFrom: number
}

/** An entry that was checked, ready to be stored: all but what only the database and the clock know. */
export interface EntryRow extends Omit<MemoryDocumentView, 'project' | 'number' | 'used_at' | 'created_at' | 'time'> {
  /** Undefined: when it was first written. */
  readonly givenTime: number | undefined
  readonly givenCreation: number | undefined
  readonly vector: Uint8Array | undefined
}

/** The words of an entry. */
export type SearchColumns = Pick<MemoryDocumentView, 'words' | 'title_words' | 'part_words' | 'marks'>

/** What reading an entry needs. */
export type StoredEntry = Pick<MemoryTable, 'id' | 'type' | 'created_at' | 'encoding' | 'content' | 'metadata'> & {
  readonly vector: Uint8Array | null
}

/** Checks an entry and makes a row of it. */
export function entryRow(id: unknown, entry: NewMemory, limits: EntryLimits, place: Place): EntryRow {
  const at = (member: string): Place => ({ ...place, path: `${place.path}.${member}` })
  if (!isRecord(entry)) throw invalid(place, 'an object with a type and a content', entry)
  const { type, content, metadata = {}, vector, createdAt } = entry
  if (!memoryTypes.includes(type)) throw invalid(at('type'), `one of ${memoryTypes.join(', ')}`, type)
  if (typeof content !== 'string') throw invalid(at('content'), 'a text', content)
  if (!isRecord(metadata)) throw invalid(at('metadata'), 'an object', metadata)
  const json = toJsonText(metadata, at('metadata'))
  const known = knownMetadata(metadata, at('metadata'))
  const stored = storeContent(content, limits.compressFrom)
  const vectorBytes = vector === undefined ? undefined : toVectorBytes(vector, at('vector'))
  const bytes = stored.bytes + Buffer.byteLength(json) + (vectorBytes?.length ?? 0)
  // Text is at most three bytes a UTF-16 unit; what compresses well is not let in for that.
  if (content.length > limits.maxEntryBytes || bytes > limits.maxEntryBytes) {
    throw invalid(place, `at most ${limits.maxEntryBytes} bytes`, `${Math.max(content.length, bytes)}`)
  }
  return {
    id: requireId(id, place.path === 'entry' ? { ...place, path: 'id' } : at('id')),
    type,
    givenTime: known.time,
    givenCreation: createdAt === undefined ? undefined : requireTime(createdAt, at('createdAt')),
    pinned: known.pinned ? 1 : 0,
    bytes,
    session: known.session,
    encoding: stored.encoding,
    content: stored.content,
    metadata: json,
    tags: JSON.stringify(known.tags),
    ...columnsOf(type, content, known),
    vector: vectorBytes,
  }
}

/** What a stored entry is found by. */
export function searchColumns(type: string, content: string, metadata: unknown): SearchColumns {
  const place = { path: 'metadata', callSite: searchColumns }
  return columnsOf(type, content, knownMetadata(isRecord(metadata) ? metadata : {}, place))
}

function columnsOf(type: string, content: string, { title, tags, session }: KnownMetadata): SearchColumns {
  return {
    words: searchDocument(content),
    title_words: searchDocument([title, ...tags].join('\n')),
    part_words: partWords(content),
    marks: marksOf(type, session, tags),
  }
}

/** Undoes {@link entryRow}. */
export function entryOf(row: StoredEntry): MemoryEntry {
  return {
    id: row.id,
    type: row.type as MemoryType,
    content: restoreContent(row),
    metadata: JSON.parse(row.metadata) as MemoryMetadata,
    ...(row.vector === null ? {} : { vector: fromVectorBytes(row.vector) }),
    createdAt: row.created_at,
  }
}

interface KnownMetadata {
  readonly time: number | undefined
  readonly session: string | null
  readonly title: string
  readonly tags: readonly string[]
  readonly pinned: boolean
}

function knownMetadata(metadata: Readonly<Record<string, unknown>>, place: Place): KnownMetadata {
  const at = (member: string): Place => ({ ...place, path: `${place.path}.${member}` })
  // Who has nothing to say often says null.
  const { timestamp, sessionId } = metadata
  const projectPath = metadata.projectPath ?? ''
  const title = metadata.title ?? ''
  const tags = metadata.tags ?? []
  const pinned = metadata.pinned ?? false
  if (typeof projectPath !== 'string') throw invalid(at('projectPath'), 'a text', projectPath)
  if (typeof title !== 'string') throw invalid(at('title'), 'a text', title)
  if (typeof pinned !== 'boolean') throw invalid(at('pinned'), 'true or false', pinned)
  if (!Array.isArray(tags) || tags.length > 100) throw invalid(at('tags'), 'a list of up to 100 texts', tags)
  const names = tags.map((tag, index) => requireName(tag, 200, at(`tags[${index}]`)))
  return {
    time: timestamp == null ? undefined : moment(timestamp, at('timestamp')),
    session: sessionId == null ? null : requireName(sessionId, 200, at('sessionId')),
    title,
    tags: [...new Set(names)],
    pinned,
  }
}

function moment(value: unknown, place: Place): number {
  if (value instanceof Date) return requireTime(value.getTime(), place)
  return requireTime(typeof value === 'string' ? Date.parse(value) : value, place)
}
