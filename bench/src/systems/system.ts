/** Where one run of one system finds its input and puts its output: all of it fresh, all of it removed afterwards. */
export interface Place {
  /** Its own copy of the corpus. */
  readonly corpus: string
  /** An empty folder for a database, for systems that can be told where to put it. */
  readonly store: string
}

/** A system that is ready to run. */
export interface Prepared {
  readonly program: string
  /** The version that is measured, or `undefined` where there is none to tell. */
  readonly version: string | undefined
}

/** What a system says it found; `null` where it does not say. */
export interface Counts {
  readonly files: number | null
  readonly nodes: number | null
  readonly edges: number | null
  /** How many of the edges are calls. */
  readonly calls: number | null
}

/** Runs the system's program once more, unmeasured, and gives what it printed. */
export type Ask = (args: readonly string[], onOutput?: (text: string) => void) => Promise<string>

/** What a system has to say about its own work after a cold run. */
export interface CountRequest {
  readonly place: Place
  readonly ask: Ask
  /** What the cold run printed. */
  readonly coldOutput: string
}

/** Something that indexes a folder and can be measured. */
export interface System {
  /** How it is called on the command line of the benchmark and in its results. */
  readonly name: string
  /** Its program as a reader would type it. */
  readonly command: string
  /** What a reader must know to judge its numbers, one sentence. */
  readonly note: string
  /** Added to the bare environment (PATH, HOME, LANG) of each of its processes. */
  readonly env: Readonly<Record<string, string>>
  /** Makes it ready to run: fetches or finds it. */
  prepare(signal: AbortSignal): Promise<Prepared>
  /** The arguments of an index from nothing. */
  coldArgs(place: Place): readonly string[]
  /** The arguments of an index when nothing has changed since the last one. */
  againArgs?(place: Place): readonly string[]
  /** The folder that holds its database and nothing else. */
  databaseFolder?(place: Place): string
  count(request: CountRequest): Promise<Counts>
}
