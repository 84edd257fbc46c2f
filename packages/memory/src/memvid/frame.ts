import { randomUUID } from 'node:crypto'
import { invalid, isRecord, type Place } from '../checks.ts'
import type { MemoryEntry } from '../memory-types.ts'
import type { IdentifiedMemory } from '../storage.ts'
import { MemoryUnsupportedError } from './memvid-errors.ts'
import type { PutInput } from './memvid-types.ts'

/** What a frame is besides its text, as the metadata of an entry keep it. */
export interface Frame {
  readonly uri: string
  readonly title: string
  readonly tags: readonly string[]
  readonly labels: readonly string[]
  readonly track: string | null
  /** Milliseconds since the epoch. */
  readonly time: number
}

/** What `put` of `@memvid/sdk` takes and this one does not, unless it is switched off. */
const unsupportedInPut = ['file', 'searchText', 'enableEmbedding', 'embeddingModel', 'autoTag', 'extractDates']

/** A document as an entry. */
export function entryOfDocument(document: PutInput, place: Place): IdentifiedMemory {
  if (typeof document !== 'object' || document === null) throw invalid(place, 'an object with a text', document)
  refuseUnsupported(document, unsupportedInPut, place)
  const {
    text,
    title = 'Untitled',
    label,
    labels = [],
    tags = [],
    kind,
    track,
    metadata,
    timestamp,
    embedding,
  } = document
  const id = randomUUID()
  const { uri = `memory://${id}` } = document
  for (const [name, value] of Object.entries({ title, uri, label, kind, track })) {
    if (value !== undefined && typeof value !== 'string') throw invalid(member(place, name), 'a text', value)
  }
  if (typeof text !== 'string') throw invalid(member(place, 'text'), 'a text', text)
  if (!Array.isArray(labels)) throw invalid(member(place, 'labels'), 'a list of texts', labels)
  const frame = { uri, labels: label === undefined ? labels : [label, ...labels], kind, track, metadata }
  return {
    id,
    type: 'context',
    content: text,
    metadata: { title, tags, frame, ...(timestamp === undefined ? {} : { timestamp: milliseconds(timestamp) }) },
    ...(embedding === undefined ? {} : { vector: embedding }),
  }
}

/** Undoes {@link entryOfDocument}, also for an entry that was written otherwise. */
export function frameOf({ id, metadata, createdAt }: MemoryEntry): Frame {
  const { title = 'Untitled', tags = [], frame, timestamp } = metadata
  const known = isRecord(frame) ? frame : {}
  const labels: readonly unknown[] = Array.isArray(known['labels']) ? known['labels'] : []
  return {
    uri: typeof known['uri'] === 'string' ? known['uri'] : `memory://${id}`,
    title,
    tags,
    labels: labels.filter((label) => typeof label === 'string'),
    track: typeof known['track'] === 'string' ? known['track'] : null,
    time: timestamp === undefined ? createdAt : new Date(timestamp).getTime(),
  }
}

/** Throws for what is set and not there; what is switched off does no harm. */
export function refuseUnsupported(options: object, names: readonly string[], { path, callSite }: Place): void {
  for (const name of names) {
    const value: unknown = Reflect.get(options, name)
    if (value === undefined || value === null || value === false) continue
    throw new MemoryUnsupportedError(`${path}.${name} is not supported`, {
      hint: 'Leave it out; embeddings are made elsewhere and given as numbers, and texts are read from files by the caller',
      details: { option: name },
      callSite,
    })
  }
}

/** Seconds as milliseconds; a text is left for the memory to read. */
function milliseconds(time: number | string): number | string {
  return typeof time === 'number' ? time * 1000 : time
}

function member(place: Place, name: string): Place {
  return { ...place, path: `${place.path}.${name}` }
}
