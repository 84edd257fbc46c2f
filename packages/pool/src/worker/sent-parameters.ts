import { QueryError } from '../database-errors.ts'

/**
 * Parameters as they can go to another thread: texts, numbers, bigints, nulls, bytes, and arrays and plain objects of these.
 *
 * @throws `FORGE_DB_QUERY` for what no driver binds
 */
export function sentParameters(parameters: readonly unknown[], sql: string): unknown[] {
  const scalar = (value: unknown): unknown => {
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      // Only these bytes: what the view is cut out of may be large.
      return Uint8Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
    }
    if (value === null || value === undefined || ['string', 'number', 'bigint'].includes(typeof value)) return value
    throw new QueryError(`A value of the type ${nameOf(value)} cannot be bound to a statement`, {
      hint: 'Bind strings, numbers, bigints, buffers and null, or plain objects of these for named parameters',
      details: { sql },
    })
  }
  return parameters.map((value) => {
    if (Array.isArray(value)) return value.map(scalar)
    if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, scalar(each)]))
    return scalar(value)
  })
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value
  return (value.constructor as { readonly name?: string } | undefined)?.name ?? 'object'
}
