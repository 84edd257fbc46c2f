import { QueryInvalidError } from './errors.ts'
import type { Input, InputOptions, Query, QueryKey, QueryOptions } from './query-types.ts'

/**
 * Defines values that are set from outside. Nothing is kept in the definition: it may be used with any number of engines.
 *
 * @param name tells it from all other inputs and queries of an engine.
 */
export function defineInput<K extends QueryKey, V>(name: string, options: InputOptions<V> = {}): Input<K, V> {
  checkName(name, defineInput)
  return Object.freeze({ kind: 'input', name, options })
}

/**
 * Defines values that are computed.
 *
 * @param name tells it from all other inputs and queries of an engine.
 * @example
 * ```ts
 * const source = defineInput<string, string>('source')
 * const lines = defineQuery<string, number>('lines', {
 *   compute: async (context, path) => ((await context.get(source, path)) ?? '').split('\n').length,
 * })
 * ```
 */
export function defineQuery<K extends QueryKey, V>(name: string, options: QueryOptions<K, V>): Query<K, V> {
  checkName(name, defineQuery)
  const { capacity, persist } = options
  if (capacity !== undefined && (!Number.isSafeInteger(capacity) || capacity < 1)) {
    throw new QueryInvalidError(`The query "${name}" cannot keep ${capacity} values`, {
      hint: 'Give capacity a whole number, 1 or more, or leave it out',
      details: { query: name, capacity },
      callSite: defineQuery,
    })
  }
  if (persist !== undefined && !Number.isSafeInteger(persist.version)) {
    throw new QueryInvalidError(`The query "${name}" cannot have version ${persist.version}`, {
      hint: 'Give persist.version a whole number',
      details: { query: name, version: persist.version },
      callSite: defineQuery,
    })
  }
  return Object.freeze({ kind: 'query', name, options })
}

function checkName(name: string, callSite: (...args: never[]) => unknown): void {
  if (/^[\w.:/-]+$/.test(name)) return
  throw new QueryInvalidError(`${JSON.stringify(name)} is no name of a query`, {
    hint: 'Use letters, digits and any of . : / _ -',
    details: { name },
    callSite,
  })
}
