import { setImmediate } from 'node:timers/promises'
import { sql, type SqlBool } from 'kysely'
import { invalid } from './checks.ts'
import { passes } from './entry-filter.ts'
import { toVectorBytes, viewVectorBytes } from './vector-bytes.ts'
import type { VectorIndex, VectorMatch, VectorRequest } from './vector-index.ts'

/** How many numbers are compared before the event loop has its turn: a few milliseconds. */
const numbersAtOnce = 200_000

/** Compares with every vector, in JavaScript: exact, needs nothing else, and takes time in proportion to their number. */
export const exactVectorIndex: VectorIndex = {
  async nearest(request) {
    const { limit, signal, vector } = request
    const rowsAtOnce = Math.max(1, Math.floor(numbersAtOnce / vector.length))
    const length = lengthOf(vector)
    let best: VectorMatch[] = []
    let after = 0
    for (;;) {
      const rows = await candidates(request, after, rowsAtOnce)
      const found = rows.map((row) => ({ number: row.number, similarity: cosine(vector, length, row.vector) }))
      best = nearestFirst([...best, ...found]).slice(0, limit)
      const last = rows.at(-1)
      if (last === undefined || rows.length < rowsAtOnce) return best
      after = last.number
      await setImmediate(undefined, signal === undefined ? {} : { signal })
    }
  },
}

/**
 * Leaves the comparing to a function of SQL that gives the cosine distance of two vectors of 32-bit floats, such as
 * `vec_distance_cosine` of the extension `sqlite-vec`, which the driver loads: faster than {@link exactVectorIndex}, but the
 * event loop waits for it.
 *
 * @throws `FORGE_MEMORY_INVALID` for what is no name
 * @example
 * ```ts
 * class DriverWithVectors extends Driver {
 *   constructor(file: string, options: object) {
 *     super(file, options)
 *     sqliteVec.load(this)
 *   }
 * }
 * createMemory({ path, driver: DriverWithVectors, vectorIndex: sqlVectorIndex('vec_distance_cosine') })
 * ```
 */
export function sqlVectorIndex(distance: string): VectorIndex {
  const place = { path: 'distance', callSite: sqlVectorIndex }
  if (!/^\w+$/.test(distance)) throw invalid(place, 'the name of a function of SQL', distance)
  return {
    async nearest(request) {
      const { limit, signal, vector } = request
      const bytes = toVectorBytes(vector, { ...place, path: 'query.vector' })
      const rows = await vectorsOf(request)
        .select(['v.number', sql<number | null>`${sql.ref(distance)}(v.vector, ${bytes})`.as('distance')])
        .orderBy(sql`distance nulls last`)
        .orderBy('v.number', 'desc')
        .limit(limit)
        .execute(signal === undefined ? {} : { signal })
      return rows.map(({ number, distance }) => ({ number, similarity: distance === null ? 0 : 1 - distance }))
    },
  }
}

function candidates(
  request: VectorRequest,
  after: number,
  limit: number,
): Promise<readonly { readonly number: number; readonly vector: Uint8Array }[]> {
  return vectorsOf(request)
    .select(['v.number', 'v.vector'])
    .where(sql<SqlBool>`v.number > ${after}`)
    .orderBy('v.number')
    .limit(limit)
    .execute(request.signal === undefined ? {} : { signal: request.signal })
}

function vectorsOf({ db, project, vector, filter }: VectorRequest) {
  const query = db.kysely
    .selectFrom('memory_vectors as v')
    .where('v.project', '=', project)
    .where('v.dimensions', '=', vector.length)
  if (Object.keys(filter).length === 0) return query
  return query.where(({ exists, selectFrom }) =>
    exists(
      selectFrom('memories as m')
        .select('m.number')
        .whereRef('m.project', '=', 'v.project')
        .whereRef('m.number', '=', 'v.number')
        .where((builder) => passes(builder, filter)),
    ),
  )
}

/** The newest first among equals. */
function nearestFirst(matches: readonly VectorMatch[]): VectorMatch[] {
  return matches.toSorted((a, b) => b.similarity - a.similarity || b.number - a.number)
}

function cosine(vector: Float32Array, length: number, bytes: Uint8Array): number {
  const other = viewVectorBytes(bytes)
  let product = 0
  let squares = 0
  for (let index = 0; index < other.length; index++) {
    const each = other[index]!
    product += each * vector[index]!
    squares += each * each
  }
  // A vector without a direction is as far from all others.
  return squares === 0 || length === 0 ? 0 : product / (Math.sqrt(squares) * length)
}

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, each) => sum + each * each, 0))
}
