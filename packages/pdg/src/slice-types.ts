import type { ExceptionScope } from './procedures.ts'
import type { FunctionId, Place } from './program.ts'

/** What to slice. */
export interface SliceOptions {
  /** The instructions to begin with. */
  readonly from: readonly Place[]
  /** `backward`: what affects them. `forward`: what they affect. */
  readonly direction: 'backward' | 'forward'
  /** Whether to stay within their functions: what comes from outside, and goes there, is left out. Default false. */
  readonly within?: boolean
  /**
   * Whether what follows a call depends on it because the call may throw: `direct` where a function that throws by itself is called, such as a check of an
   * argument; `all` for every call. A handler around the call depends on it in any case. Default `direct`.
   */
  readonly exceptions?: ExceptionScope
  /**
   * How many steps from one function to another are followed: to a caller, into what is called, to whatever else has a variable or an object. Default: all
   * that there are.
   */
  readonly depth?: number
  /** How many functions it may be in: the nearest ones. Default: all. */
  readonly limit?: number
  readonly signal?: AbortSignal | undefined
}

/** What belongs to a slice. */
export interface Slice {
  /** For each function its instructions, sorted. */
  readonly functions: ReadonlyMap<FunctionId, readonly number[]>
  /** For each of these instructions, how many steps from one function to another it is away. */
  readonly distances: ReadonlyMap<FunctionId, readonly number[]>
  /** How many steps from one function to another were not followed, because of `depth` and `limit`. */
  readonly cut: number
}
