import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'
import type { DuckDbModule } from './duckdb.ts'

/** A value that JSON has. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue }

/**
 * A value of DuckDB as one of JSON: numbers where a double is exactly that number, else their digits as text; times, blobs and all
 * other scalars as DuckDB writes them; lists as arrays, structs as objects, maps as arrays of `{ key, value }`.
 */
export function jsonValueOf(duckdb: DuckDbModule, value: DuckDBValue): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return exact(value.toString())
  if (value instanceof duckdb.DuckDBDecimalValue) return exact(value.toString())
  if (value instanceof duckdb.DuckDBListValue || value instanceof duckdb.DuckDBArrayValue)
    return value.items.map((item) => jsonValueOf(duckdb, item))
  if (value instanceof duckdb.DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([name, item]) => [name, jsonValueOf(duckdb, item)]))
  if (value instanceof duckdb.DuckDBMapValue)
    return value.entries.map(({ key, value: item }) => ({
      key: jsonValueOf(duckdb, key),
      value: jsonValueOf(duckdb, item),
    }))
  if (value instanceof duckdb.DuckDBUnionValue) return jsonValueOf(duckdb, value.value)
  return value.toString()
}

/** The number that digits are, where it prints as those digits again; else the digits. */
function exact(digits: string): number | string {
  const number = Number(digits)
  if (Number.isSafeInteger(number)) return String(number) === digits ? number : digits
  return digits.replace('-', '').replace('.', '').replace(/^0+/, '').length <= 15 ? number : digits
}

/** The name of a type, as DuckDB writes it. */
export function typeName(type: DuckDBType): string {
  return type.toString()
}
