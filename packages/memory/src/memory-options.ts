import type { Database, DatabaseOptions } from '@forge/db'
import type { SqliteBackupConnection } from '@forge/migrate'
import { invalid, isRecord, type Place, requireInteger } from './checks.ts'
import type { EntryLimits } from './entry-row.ts'
import type { MemoryFailure } from './memory-types.ts'
import type { MemoryTables } from './schema.ts'
import { exactVectorIndex } from './exact-vector-index.ts'
import type { VectorIndex } from './vector-index.ts'

/** A connection of the driver: one of `better-sqlite3` fits. */
export type MemoryConnection = ReturnType<DatabaseOptions['open']> & SqliteBackupConnection

/** What opens connections: the default export of `better-sqlite3` fits. */
export type MemoryDriver = new (
  file: string,
  options: { readonly timeout: number; readonly readonly: boolean },
) => MemoryConnection

/** Where the memory is: a file that is its own, or tables in a database that others have opened. */
export type MemoryPlace<S extends MemoryTables = MemoryTables> =
  | {
      /** The database file, made, with its folder, where there is none; `:memory:` for one that is gone when it is closed. */
      readonly path: string
      readonly driver: MemoryDriver
      /** `FULL` (the default) keeps what was acknowledged through a power cut, `NORMAL` through everything else. */
      readonly synchronous?: 'FULL' | 'NORMAL'
      /** Milliseconds to wait for another process that writes. Default 30 000. */
      readonly busyDeadline?: number
      readonly db?: never
    }
  | {
      /** A database that has been migrated with `memoryMigrations`; it is not closed with the memory. */
      readonly db: Database<S>
      readonly path?: never
    }

/** How memories are kept. */
export type MemoryOptions<S extends MemoryTables = MemoryTables> = MemoryPlace<S> & {
  /** Memories of different projects do not see each other. Default: `default`. */
  readonly project?: string
  /**
   * The most bytes the entries of the project may hold, as they are stored: content, metadata, vector. Where a write exceeds
   * it, those that were not written, read or found for the longest time are removed, but none that is `pinned`.
   * Default: no limit.
   */
  readonly maxSize?: number
  /** Whether contents are compressed, or from how many bytes on. Default: from 4,096. */
  readonly compression?: boolean | { readonly from: number }
  /** The most bytes of an entry. Default 16 MiB. */
  readonly maxEntryBytes?: number
  /** Milliseconds after which being new counts half as much when hits are ranked. Default: 30 days. */
  readonly recencyHalfLife?: number
  /**
   * `throw` (the default): a failure is thrown. `silent`: a failure looks like nothing was there, so that no host is ever
   * brought down; it is counted in `stats()` and handed to `onError`.
   */
  readonly failure?: 'throw' | 'silent'
  /** Is told of every failure, in both modes; what it throws is dropped. */
  readonly onError?: (error: unknown, failure: MemoryFailure) => void
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number
  /** A number from 0 up to 1, for the jitter of retries. Default `Math.random`. */
  readonly random?: () => number
  /** Finds the nearest vectors. Default: {@link exactVectorIndex}. */
  readonly vectorIndex?: VectorIndex
  /** Makes the ids of `add`. Default: random UUIDs. */
  readonly newId?: () => string
}

/** The options that every part of a memory needs, checked, with defaults filled in. */
export interface MemorySettings {
  readonly project: string
  readonly maxSize: number | null
  readonly limits: EntryLimits
  readonly recencyHalfLife: number
  readonly vectorIndex: VectorIndex
}

/** Fills in the defaults and refuses what cannot work. */
export function memorySettings(options: MemoryOptions, callSite: Place['callSite']): MemorySettings {
  const at = (path: string): Place => ({ path, callSite })
  if (!isRecord(options)) throw invalid(at('options'), 'an object', options)
  const { project = 'default', maxSize, compression = true, maxEntryBytes = 16 * 2 ** 20, failure = 'throw' } = options
  if (options.db === undefined) {
    const { path, driver, synchronous = 'FULL' } = options
    if (typeof path !== 'string' || path === '' || path.includes('\0'))
      throw invalid(at('path'), 'the path of a file', path)
    if (typeof driver !== 'function')
      throw invalid(at('driver'), 'the class of a driver, such as better-sqlite3', driver)
    if (!['FULL', 'NORMAL'].includes(synchronous)) throw invalid(at('synchronous'), `'FULL' or 'NORMAL'`, synchronous)
  } else if (options.path !== undefined) throw invalid(at('path'), 'left out where db is given', 'both')
  if (typeof project !== 'string' || project === '' || project.length > 1000 || !project.isWellFormed()) {
    throw invalid(at('project'), 'a text of 1 to 1000 characters', project)
  }
  if (failure !== 'throw' && failure !== 'silent') throw invalid(at('failure'), `'throw' or 'silent'`, failure)
  const { recencyHalfLife = 30 * 24 * 3_600_000 } = options
  if (typeof recencyHalfLife !== 'number' || !(recencyHalfLife > 0)) {
    throw invalid(at('recencyHalfLife'), 'a number of milliseconds over 0', recencyHalfLife)
  }
  const { vectorIndex = exactVectorIndex } = options
  if (typeof vectorIndex?.nearest !== 'function')
    throw invalid(at('vectorIndex'), 'an object with nearest', vectorIndex)
  requireInteger(maxEntryBytes, [1, 256 * 2 ** 20], at('maxEntryBytes'))
  return {
    project,
    maxSize: maxSize === undefined ? null : requireInteger(maxSize, [1, Number.MAX_SAFE_INTEGER], at('maxSize')),
    limits: { maxEntryBytes, compressFrom: compressFrom(compression, at('compression')) },
    recencyHalfLife,
    vectorIndex,
  }
}

function compressFrom(compression: unknown, place: Place): number {
  if (compression === true) return 4096
  if (compression === false) return Number.POSITIVE_INFINITY
  if (!isRecord(compression)) throw invalid(place, 'true, false or { from }', compression)
  return requireInteger(compression['from'], [0, Number.MAX_SAFE_INTEGER], { ...place, path: `${place.path}.from` })
}
