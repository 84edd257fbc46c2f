import type { Clock } from '../clock.ts'

/** Milliseconds of work between two turns of the event loop. */
const slice = 2

/** Runs pieces of work in order, a few at a time, so that the event loop turns in between. */
export class TimeSlices {
  readonly #clock: Clock
  #waiting: (() => void)[] = []
  #next = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Runs `work`, which should be short and must not throw, in one of the next turns. */
  add(work: () => void): void {
    if (this.#waiting.push(work) === 1) setImmediate(() => this.#run())
  }

  #run(): void {
    const end = this.#clock.now() + slice
    do {
      this.#waiting[this.#next++]!()
    } while (this.#next < this.#waiting.length && this.#clock.now() < end)
    if (this.#next < this.#waiting.length) setImmediate(() => this.#run())
    else {
      this.#waiting = []
      this.#next = 0
    }
  }
}
