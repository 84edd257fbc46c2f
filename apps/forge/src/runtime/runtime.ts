import type { PoolStats } from '@forge/pool'
import type { QueryCache } from '@forge/incremental'

/** Something that a runtime did, or that went wrong. */
export type RuntimeEvent =
  /** The graph was brought up to date, here or, for a follower, by the writer. */
  | {
      readonly type: 'update'
      readonly revision: number
      /** Files that were added, changed and removed, as far as this process knows. */
      readonly added: number
      readonly changed: number
      readonly removed: number
      /** From the first change to the end of the update. */
      readonly milliseconds: number
    }
  /** This process writes from here on, or follows one that does. */
  | { readonly type: 'role'; readonly role: RuntimeRole }
  /** Watching or updating failed. Whoever asks before the next update gets the error, unless the folder is watched all the same. */
  | { readonly type: 'error'; readonly error: Error }

/** `writer` keeps the graph up to date; a `follower` waits for another process that does, and takes its place when it ends. */
export type RuntimeRole = 'writer' | 'follower'

/** What keeps a graph fresh. */
export interface Runtime {
  readonly role: RuntimeRole
  /**
   * Done when the graph reflects every file as it was saved before the call. Questions to a `Forge` with a runtime wait for this by themselves.
   *
   * @throws what the last update threw, `FORGE_STORE_CLOSED`, the reason of the signal
   */
  fresh(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** What happens from now on, until the signal, or the end of the runtime. A reader that is slow loses the oldest of more than 1,000 events. */
  events(options?: { readonly signal?: AbortSignal }): AsyncIterable<RuntimeEvent>
  /** Answers by key, dropped with each revision. */
  cache(): QueryCache
  /** The connections that everything shares. */
  pool(): { stats(): PoolStats }
}
