/** How a number is written; a share is one of 1. */
export type Unit = 'ms' | 'ns' | 'per-second' | 'count' | 'bytes' | 'share'

/** How the numbers of all rounds become one: times by their median, errors by their sum, since none is too many. */
export type Over = 'median' | 'sum'

/** One number that every side of a measurement gives. */
export interface Metric {
  readonly id: string
  readonly label: string
  readonly unit: Unit
  readonly over: Over
}

/** One way to do the same work. */
export interface Side {
  readonly name: string
  /** What exactly it does, for a reader who wants to judge the comparison. */
  readonly note: string
  /** The npm package, pinned, that it runs on. */
  readonly peer?: string
}

/** What a side is expected to reach. */
export interface Bar {
  readonly text: string
  readonly side: string
  readonly metric: string
  /** Where given, the number is divided by that of this side. */
  readonly against?: string
  readonly atMost?: number
  readonly atLeast?: number
}

/** The numbers of a program that does more or less of the same. */
export type Size = Readonly<Record<string, number>>

/** Something several sides do, and how long, with how much memory and how many errors they do it. */
export interface Measurement {
  readonly id: string
  readonly title: string
  /** What is done and measured, for a reader. */
  readonly what: string
  /** The module in `programs/` that does it, in a process of its own. */
  readonly program: URL
  /**
   * Whether one process does the work of all sides in turns of some milliseconds, which compares small times best;
   * otherwise each side has a process of its own, whose memory is measured.
   */
  readonly together: boolean
  readonly sides: readonly Side[]
  readonly metrics: readonly Metric[]
  /** Rounds after which it is not measured again: what takes long to build. */
  readonly mostRounds?: number
  /** Minutes a process may take. Default 5. */
  readonly minutes?: number
  /** The side the ratios refer to. */
  readonly baseline: string
  readonly bars: readonly Bar[]
  readonly size: Size
  /** Enough to see that everything works. */
  readonly smallSize: Size
}

/** What is given to a program, as the JSON of its one argument. */
export interface ProgramRequest {
  readonly sides: readonly string[]
  readonly size: Size
  /** An empty folder for its files. */
  readonly folder: string
  /** The folder that has the peers of the sides in its `node_modules`; null where none is asked for. */
  readonly peers: string | null
}

/** What a program prints: the numbers of each side by the id of their metric. */
export type ProgramAnswer = Readonly<Record<string, Readonly<Record<string, number>>>>
