/** The threads of a pool: for reads that would block the event loop, and for checkpoints. */
export interface WorkerOptions {
  /**
   * The driver the threads load: a module whose default export is the driver's class, as a URL, a path or a bare specifier
   * that can be found from `@forge/pool`. `import.meta.resolve('better-sqlite3')` is always right.
   *
   * Invariant: it is the very module that `open` of the pool uses. Two SQLite libraries in one process drop each other's
   * locks on the file.
   */
  readonly driver: string | URL
  /** The path of the database file, the one that `open` of the pool opens. */
  readonly file: string
  /** How many reads may run at a time. Default 1. */
  readonly maxThreads?: number
  /** How many reads may wait for a thread. Default 1 000. */
  readonly maxQueue?: number
  /** Milliseconds unused after which a thread ends. Default 60 000; `Infinity`: never. */
  readonly idleTimeout?: number
  /** Megabytes of JavaScript memory a thread may use before it ends, 16 or more; Bun does not heed it. Default: what the runtime allows. */
  readonly maxMemoryMb?: number
  /** A copy of the module `@forge/pool/worker`, for programs that are bundled into one file. Default: the one next to this module. */
  readonly module?: URL
}

/** The shape of the rows: objects, arrays of values, or the values of the first column. */
export type ResultMode = 'rows' | 'raw' | 'pluck'

/** How a read in a thread answers. */
export interface WorkerReadOptions {
  /** Stops waiting for the read, wherever it is; the promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
  /** Default `'rows'`. */
  readonly result?: ResultMode
  /** Give integers as `bigint`. Default false: as numbers, which are not exact beyond 2^53. */
  readonly bigint?: boolean
}

/** The threads of a pool in numbers. */
export interface WorkerStats {
  /** Threads the pool may have at work. */
  readonly max: number
  /** Threads that are there, those that are stuck included. */
  readonly threads: number
  /** Threads that read for somebody. */
  readonly busy: number
  /** Threads that were given up by an abort and are still inside a statement. */
  readonly stuck: number
  /** Reads that wait for a thread. */
  readonly queued: number
  /** Reads that gave their rows. */
  readonly finished: number
  /** Reads that were aborted, while they waited or while they ran. */
  readonly aborted: number
  /** Threads that died, or were given up, since the pool was made. */
  readonly lost: number
}
