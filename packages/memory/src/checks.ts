import { MemoryInvalidError } from './errors.ts'
import { type MemoryFilter, memoryTypes } from './memory-types.ts'

type CallSite = (...args: never[]) => unknown

/** Where something was found to be wrong: `entry.metadata.tags`. */
export interface Place {
  readonly path: string
  readonly callSite: CallSite
}

/** Makes the error for a value that cannot be. */
export function invalid({ path: whole, callSite }: Place, wanted: string, value: unknown): MemoryInvalidError {
  // The names of members may be of any length.
  const path = whole.length > 200 ? `${whole.slice(0, 200)}…` : whole
  return new MemoryInvalidError(`${path} must be ${wanted}, not ${shown(value)}`, {
    hint: `Correct ${path}`,
    details: { path },
    callSite,
  })
}

/** A value in a message: short, and never more than what fits there. */
function shown(value: unknown): string {
  if (typeof value === 'string') {
    const text = value.length > 60 ? `${value.slice(0, 60)}…` : value
    return JSON.stringify(text)
  }
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** Whether `value` is an object that is no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Throws unless `value` is an integer in a range. */
export function requireInteger(value: unknown, [least, most]: readonly [number, number], place: Place): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value
  const range =
    most === Number.MAX_SAFE_INTEGER ? `an integer, ${least} or more` : `an integer from ${least} to ${most}`
  throw invalid(place, range, value)
}

/** The most milliseconds from 1970 that `Date` knows. */
const lastMoment = 8.64e15

/** A time as whole milliseconds since the epoch. */
export function requireTime(value: unknown, place: Place): number {
  if (typeof value === 'number' && Math.abs(value) <= lastMoment) return Math.trunc(value)
  throw invalid(place, 'a time in milliseconds since 1970', value)
}

/** A text that says something and that a database can look up. */
export function requireName(value: unknown, longest: number, place: Place): string {
  if (typeof value === 'string' && value !== '' && value.length <= longest && value.isWellFormed()) return value
  throw invalid(place, `a text of 1 to ${longest} characters without half of a surrogate pair`, value)
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A UUID in lower case. */
export function requireId(value: unknown, place: Place): string {
  if (typeof value === 'string' && uuid.test(value)) return value.toLowerCase()
  throw invalid(place, 'a UUID', value)
}

/** A filter with nothing but what a filter has. */
export function requireFilter(filter: MemoryFilter, place: Place): MemoryFilter {
  const at = (member: string): Place => ({ ...place, path: `${place.path}.${member}` })
  const { types, sessionId, tags, since, until } = filter
  if (types !== undefined && !(Array.isArray(types) && types.every((type) => memoryTypes.includes(type)))) {
    throw invalid(at('types'), `a list of some of ${memoryTypes.join(', ')}`, types)
  }
  if (tags !== undefined && !(Array.isArray(tags) && tags.length <= 100)) {
    throw invalid(at('tags'), 'a list of up to 100 texts', tags)
  }
  return {
    ...(types === undefined ? {} : { types }),
    ...(sessionId === undefined ? {} : { sessionId: requireName(sessionId, 200, at('sessionId')) }),
    ...(tags === undefined ? {} : { tags: tags.map((tag, index) => requireName(tag, 200, at(`tags[${index}]`))) }),
    ...(since === undefined ? {} : { since: requireTime(since, at('since')) }),
    ...(until === undefined ? {} : { until: requireTime(until, at('until')) }),
  }
}
