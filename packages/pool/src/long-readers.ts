import type { WalSettings } from './wal-options.ts'

/** A reader that is lent out. */
export interface HeldReader {
  /** When it was lent, on the clock of the pool. */
  readonly since: number
}

/** What {@link LongReaders} needs of the pool. */
export interface LongReadersContext<R extends HeldReader> {
  readonly settings: Pick<WalSettings, 'longReader' | 'endReadersAfter'>
  readonly held: () => Iterable<R>
  /** Closes the connection of a reader; false where it is in the middle of a query that cannot be ended from outside. */
  readonly end: (reader: R, heldFor: number) => boolean
  /** Called once for each reader that is held for long, and once more when it was ended. */
  readonly report: (reader: R, heldFor: number, ended: boolean) => void
}

/** Readers that have been in the way of checkpoints for long: each is reported, and ended where that was asked for. */
export class LongReaders<R extends HeldReader> {
  readonly #context: LongReadersContext<R>
  readonly #reported = new WeakSet<R>()
  #ended = 0

  constructor(context: LongReadersContext<R>) {
    this.#context = context
  }

  /** How many were ended. */
  get ended(): number {
    return this.#ended
  }

  /** How long the one has been lent that is lent longest, in milliseconds; 0 where none is. */
  longest(now: number): number {
    let longest = 0
    for (const { since } of this.#context.held()) longest = Math.max(longest, now - since)
    return longest
  }

  /** Looks at those that are lent now, while a checkpoint cannot finish; tells whether one was ended. */
  check(now: number): boolean {
    const { settings, held, end, report } = this.#context
    const before = this.#ended
    for (const reader of held()) {
      const heldFor = now - reader.since
      if (heldFor >= settings.longReader && !this.#reported.has(reader)) {
        this.#reported.add(reader)
        report(reader, heldFor, false)
      }
      if (heldFor >= settings.endReadersAfter && end(reader, heldFor)) {
        this.#ended++
        report(reader, heldFor, true)
      }
    }
    return this.#ended > before
  }
}
