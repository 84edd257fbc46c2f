/** How a file is opened. */
export interface MemvidOpenOptions {
  /** `open` (the default): it has to be there; `create`: it must hold nothing; `auto`: either. */
  readonly mode?: 'open' | 'create' | 'auto'
  /** With `create`: forget all frames that it holds. Default false. */
  readonly overwrite?: boolean
  /** Refuse to change anything. Default false. */
  readonly readOnly?: boolean
  /** Milliseconds to wait for another process that writes. Default 30 000. */
  readonly lockTimeoutMs?: number
}

/** A document. */
export interface PutInput {
  readonly text: string
  /** Default: `Untitled`. */
  readonly title?: string
  /** A single label, before `labels`. */
  readonly label?: string
  readonly labels?: readonly string[]
  readonly tags?: readonly string[]
  /** Default: one with the frame's id. */
  readonly uri?: string
  readonly kind?: string
  readonly track?: string
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Seconds since the epoch, or a date as a text. Default: now. */
  readonly timestamp?: number | string
  readonly embedding?: readonly number[]
}

/** How documents are looked for. */
export interface FindInput {
  /** `lex` by words, `sem` by `queryEmbedding`, `auto` by both. Default: by what there is. */
  readonly mode?: 'lex' | 'sem' | 'auto'
  readonly queryEmbedding?: readonly number[]
  /** How many hits. Default 10. */
  readonly k?: number
  /** Default 240. */
  readonly snippetChars?: number
  /** How the URIs of hits begin; looked for among the 1,000 best. */
  readonly scope?: string
  /** `next_cursor` of the page before. */
  readonly cursor?: string
  /** As if frames with higher ids were not there; looked for among the 1,000 best. */
  readonly asOfFrame?: number
  /** As if later frames were not there: seconds since the epoch. */
  readonly asOfTs?: number
}

/** A document that was found. */
export interface FindHit {
  readonly frame_id: number
  readonly uri: string
  readonly title: string
  readonly snippet: string
  /** More is better; only to be compared with hits of the same call. */
  readonly score: number
  /** From 1. */
  readonly rank: number
  readonly tags: readonly string[]
  readonly labels: readonly string[]
  readonly track: string | null
  /** As ISO 8601. */
  readonly created_at: string
}

/** What was found. */
export interface FindResult {
  readonly query: string
  readonly engine: string
  readonly hits: readonly FindHit[]
  /** Hits up to the end of this page, and one more where there is another page. */
  readonly total_hits: number
  /** Titles and snippets of the hits, as one text. */
  readonly context: string
  readonly next_cursor: string | null
  readonly took_ms: number
}

/** Which frames to list. */
export interface TimelineInput {
  /** Default 100. */
  readonly limit?: number
  /** Seconds since the epoch. */
  readonly since?: number
  /** Seconds since the epoch; a frame of that second still counts. */
  readonly until?: number
  /** Newest first. Default false. */
  readonly reverse?: boolean
  readonly asOfFrame?: number
  readonly asOfTs?: number
}

/** A frame in the order of time. */
export interface TimelineEntry {
  readonly frame_id: number
  readonly uri: string
  /** Seconds since the epoch. */
  readonly timestamp: number
  readonly preview: string
  /** Always empty: frames are not cut into parts. */
  readonly child_frames: readonly number[]
}

/** A file in numbers. */
export interface StatsResult {
  /** Frames that were ever put. */
  readonly frame_count: number
  readonly active_frame_count: number
  /** What the frames hold, as it is stored. */
  readonly payload_bytes: number
  /** Of the file. */
  readonly size_bytes: number
  /** `maxSize` of the memory; null: no limit. */
  readonly capacity_bytes: number | null
  readonly remaining_capacity_bytes: number | null
  readonly has_lex_index: boolean
  readonly has_time_index: boolean
  readonly has_vec_index: boolean
}

/** An open file. */
export interface Memvid extends AsyncDisposable {
  /** The file, absolute. */
  path(): Promise<string>

  /** Stores a document. Returns the id of its frame. */
  put(document: PutInput): Promise<string>

  /** Stores documents in one transaction. Returns the ids of their frames, in order. */
  putMany(documents: readonly PutInput[]): Promise<readonly string[]>

  /** Finds documents. */
  find(query: string, options?: FindInput): Promise<FindResult>

  /** The whole text of a frame. Throws `FORGE_MEMORY_NOT_FOUND`. */
  view(frameId: number | string): Promise<string>

  /** Frames in the order of time. */
  timeline(options?: TimelineInput): Promise<readonly TimelineEntry[]>

  stats(): Promise<StatsResult>

  /** Removes a frame at once. Returns how many were removed: 1. Throws `FORGE_MEMORY_NOT_FOUND`. */
  remove(frameId: number | string): Promise<number>

  /** Closes the file. Everything that was put is stored already. */
  seal(): Promise<void>
}
