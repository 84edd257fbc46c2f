import type { QueryResult } from 'kysely'

/** The rows of an iteration, in chunks of Kysely's form; the iteration ends with its consumer. */
export function* chunksOf<R>(
  rows: Generator<unknown, void, undefined>,
  take: (rows: Iterator<unknown>) => unknown[],
): Generator<QueryResult<R>, void, undefined> {
  try {
    for (let chunk = take(rows); chunk.length > 0; chunk = take(rows)) yield { rows: chunk as R[] }
  } finally {
    rows.return()
  }
}

/** The next rows of an iteration, up to `size`. */
export function takeChunk(rows: Iterator<unknown>, size: number): unknown[] {
  const chunk: unknown[] = []
  while (chunk.length < size) {
    const next = rows.next()
    if (next.done === true) break
    chunk.push(next.value)
  }
  return chunk
}

/** Rows that are all there, in chunks of Kysely's form. */
export function* slicesOf<R>(rows: readonly R[], size: number): Generator<QueryResult<R>, void, undefined> {
  for (let start = 0; start < rows.length; start += size) yield { rows: rows.slice(start, start + size) }
}
