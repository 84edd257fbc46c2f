import { StatementCacheOptionsError } from './errors.ts'
import { type Admission, isAdmission } from './statement-key.ts'

/** The methods of a prepared statement a cache calls; a `better-sqlite3` statement fits. */
export interface CacheableStatement {
  /** Whether the statement returns rows; the others have no `raw` and no `pluck` mode. */
  readonly reader: boolean
  raw(enabled?: boolean): unknown
  pluck(enabled?: boolean): unknown
  safeIntegers(enabled?: boolean): unknown
  /** Frees the statement, where the driver can; called once, when it is dropped and nobody uses it. */
  finalize?(): unknown
}

/** What a cache prepares with, and how much it keeps. */
export interface StatementCacheOptions<S extends CacheableStatement> {
  /** Prepares a statement; what it throws, `acquire` and `use` throw. */
  readonly prepare: (sql: string) => S
  /** Default 256. */
  readonly maxEntries?: number
  /** Bound on the estimated memory of the statements kept, see {@link StatementCacheStats.bytes}. Default 8 MiB. */
  readonly maxBytes?: number
  /** Default `second-use`; a key may say otherwise for its statement. */
  readonly admission?: Admission
  /** How many keys that are not kept are remembered, to know a second use. Default four times `maxEntries`. */
  readonly maxSeen?: number
  /** Measures how long each use takes, for {@link StatementCacheStats.top}. Default false: asking the
   * clock twice costs about a fifth of a point read. */
  readonly timing?: boolean
  /** The clock for `timing`, in milliseconds. Default `performance.now`. */
  readonly now?: () => number
}

/** The options with their defaults. */
export type StatementCacheSettings<S extends CacheableStatement> = Required<StatementCacheOptions<S>>

type CallSite = (...args: never[]) => unknown

/** @throws `FORGE_STATEMENT_CACHE_OPTIONS`, with `callSite` as the origin */
export function statementCacheSettings<S extends CacheableStatement>(
  options: StatementCacheOptions<S>,
  callSite: CallSite,
): StatementCacheSettings<S> {
  const { prepare, maxEntries = 256, maxBytes = 8 * 1024 * 1024, admission = 'second-use' } = options
  const { maxSeen = 4 * maxEntries, timing = false, now = () => performance.now() } = options
  requireFunction('prepare', prepare, callSite)
  requireCount('maxEntries', maxEntries, callSite, 1)
  requireCount('maxBytes', maxBytes, callSite, 1)
  if (!isAdmission(admission)) throw optionError('admission', `'second-use' or 'always'`, admission, callSite)
  requireCount('maxSeen', maxSeen, callSite, 1)
  requireFunction('now', now, callSite)
  return { prepare, maxEntries, maxBytes, admission, maxSeen, timing, now }
}

/** @throws `FORGE_STATEMENT_CACHE_OPTIONS` unless the value is an integer of at least `least`, 0 by default */
export function requireCount(option: string, value: unknown, callSite: CallSite, least: 0 | 1 = 0): void {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return
  throw optionError(option, least === 0 ? 'an integer of 0 or more' : 'a positive integer', value, callSite)
}

function requireFunction(option: string, value: unknown, callSite: CallSite): void {
  if (typeof value !== 'function') throw optionError(option, 'a function', value, callSite)
}

function optionError(option: string, wanted: string, value: unknown, callSite: CallSite): StatementCacheOptionsError {
  return new StatementCacheOptionsError(`The option ${option} must be ${wanted}, not ${String(value)}`, {
    hint: `Correct or leave out ${option}`,
    details: { option },
    callSite,
  })
}
