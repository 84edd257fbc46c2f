import type { WalSettings } from './wal-options.ts'

/** A reader that is lent out. */
export interface HeldReader {
  /** When it was lent, on the clock of the pool. */
  readonly since: number
  /** Closes its connection; false where that is in the middle of a query that cannot be ended from outside. */
  end(heldFor: number): boolean
}

/** Readers that have been in the way of checkpoints for long: each is reported once, and ended where that was asked for. */
export class LongReaders {
  readonly #settings: WalSettings
  readonly #held: () => Iterable<HeldReader>
  readonly #report: (heldFor: number, ended: boolean) => void
  readonly #reported = new WeakSet<HeldReader>()
  #ended = 0

  /** @param report called once for a reader that is held for long, and once more when it was ended */
  constructor(
    settings: WalSettings,
    held: () => Iterable<HeldReader>,
    report: (heldFor: number, ended: boolean) => void,
  ) {
    this.#settings = settings
    this.#held = held
    this.#report = report
  }

  /** How many were ended. */
  get ended(): number {
    return this.#ended
  }

  /** How long the one has been lent that is lent longest, in milliseconds; 0 where none is. */
  longest(now: number): number {
    let longest = 0
    for (const { since } of this.#held()) longest = Math.max(longest, now - since)
    return longest
  }

  /** Looks at those that are lent now, while a checkpoint cannot finish; tells whether one was ended. */
  check(now: number): boolean {
    const before = this.#ended
    for (const reader of this.#held()) {
      const heldFor = now - reader.since
      if (heldFor >= this.#settings.longReader && !this.#reported.has(reader)) {
        this.#reported.add(reader)
        this.#report(heldFor, false)
      }
      if (heldFor >= this.#settings.endReadersAfter && reader.end(heldFor)) {
        this.#ended++
        this.#report(heldFor, true)
      }
    }
    return this.#ended > before
  }
}
