/** A file as it was when it was last looked at. */
export interface FileStamp {
  /** Bytes. */
  readonly size: number
  /** When its content was written last: milliseconds since the epoch, with fractions. */
  readonly modified: number
  /** When anything of it was changed last, as `modified`; no program can set it. */
  readonly changed: number
  /** Its number in the file system. */
  readonly inode: number
  /** BLAKE3 of its bytes, of where it leads for a link: 64 hexadecimal digits. Undefined while nobody has read it. */
  readonly hash: string | undefined
}

/** What became of a file. Paths are relative to the root, with `/`. */
export type FileChange =
  | { readonly type: 'created'; readonly path: string; readonly stamp: FileStamp }
  | { readonly type: 'modified'; readonly path: string; readonly stamp: FileStamp; readonly before: FileStamp }
  | { readonly type: 'deleted'; readonly path: string; readonly before: FileStamp }

/**
 * Changes that were seen together, each path once: first what was deleted, then what was created, then what was modified, each by path. A
 * renamed file is deleted and created with the same hash.
 */
export interface ChangeBatch {
  readonly changes: readonly FileChange[]
  /**
   * How they were found: `start`, by comparing with the snapshot that was given; `events`; `rescan`, by looking through the folder, as events
   * may have been lost; `poll`, by looking through it now and then.
   */
  readonly cause: 'start' | 'events' | 'rescan' | 'poll'
}

/** The files of a folder by path. */
export type Snapshot = ReadonlyMap<string, FileStamp>
