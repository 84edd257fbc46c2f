import { invalid, type Place } from './checks.ts'

/** How deep data may be nested. */
const deepest = 100

/**
 * Data as JSON text. Members that are `undefined` are left out, `toJSON` is asked, as everywhere in JSON.
 *
 * @throws `FORGE_MEMORY_INVALID`, which names the place, for what would not come back: a cycle, a bigint, a function, NaN
 */
export function toJsonText(value: unknown, place: Place): string {
  const parents: unknown[] = []
  return JSON.stringify(json(value, place.path, 0))

  function json(given: unknown, path: string, depth: number): unknown {
    const here = { path, callSite: place.callSite }
    const value = hasToJson(given) ? given.toJSON() : given
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw invalid(here, 'a finite number', value)
      return value
    }
    if (typeof value !== 'object') throw invalid(here, 'JSON data', value)
    if (depth >= deepest) throw invalid(here, `nested less than ${deepest} deep`, value)
    if (parents.includes(value)) throw invalid(here, 'JSON data', 'a part of itself')
    parents.push(value)
    const copy = Array.isArray(value) ? list(value, path, depth) : members(value, path, depth)
    parents.pop()
    return copy
  }

  function list(value: readonly unknown[], path: string, depth: number): unknown[] {
    return Array.from(value, (each, index) => json(each, `${path}[${index}]`, depth + 1))
  }

  function members(value: object, path: string, depth: number): object {
    const known = Object.entries(value).filter(([, each]) => each !== undefined)
    // Not an assignment: `__proto__` may be the name of a member.
    return Object.fromEntries(known.map(([key, each]) => [key, json(each, `${path}.${key}`, depth + 1)]))
  }
}

function hasToJson(value: unknown): value is { toJSON(): unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function'
}
