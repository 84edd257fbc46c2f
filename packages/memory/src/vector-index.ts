import type { Database } from '@forge/db'
import type { MemoryFilter } from './memory-types.ts'
import type { MemoryTables } from './schema.ts'

/** Whose neighbours are asked for. */
export interface VectorRequest {
  readonly db: Database<MemoryTables>
  /** The column `project` of the tables. */
  readonly project: number
  readonly vector: Float32Array
  /** What the entries have to be like; without members: any. */
  readonly filter: MemoryFilter
  readonly limit: number
  readonly signal: AbortSignal | undefined
}

/** An entry with a vector. */
export interface VectorMatch {
  /** The column `number` of the tables. */
  readonly number: number
  /** The cosine of the angle between the vectors: 1 for the same direction, -1 for the opposite one. */
  readonly similarity: number
}

/**
 * Finds the vectors that are nearest to another one, by the cosine of the angle between them: {@link exactVectorIndex}, or
 * one of your own. Vectors of another length are no neighbours.
 */
export interface VectorIndex {
  /** The `limit` nearest ones, the nearest first. */
  nearest(request: VectorRequest): Promise<readonly VectorMatch[]>
}
