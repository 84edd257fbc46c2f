/** The most uses that wait to be written down. */
const mostPending = 1000

/** Remembers which entries were used, until the next write takes it along: a read alone writes nothing. */
export class UseLog {
  readonly #active: boolean
  #uses = new Map<number, number>()

  /** @param active whether anybody wants to know */
  constructor(active: boolean) {
    this.#active = active
  }

  /** Notes that an entry was used. */
  note(number: number, time: number): void {
    if (!this.#active) return
    // The latest use is the last of the map, so the first is what may be forgotten.
    this.#uses.delete(number)
    this.#uses.set(number, time)
    for (const oldest of this.#uses.keys()) {
      if (this.#uses.size <= mostPending) break
      this.#uses.delete(oldest)
    }
  }

  /** What was noted and not forgotten: entries and times. */
  pending(): ReadonlyMap<number, number> {
    return this.#uses
  }

  /** Forgets what was written down. */
  forget(written: ReadonlyMap<number, number>): void {
    for (const [number, time] of written) if (this.#uses.get(number) === time) this.#uses.delete(number)
  }
}
