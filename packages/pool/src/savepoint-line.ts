import type { Clock } from './clock.ts'

/** How one waits for the savepoint before it to end. */
export interface LineWait {
  readonly signal: AbortSignal | undefined
  readonly clock: Clock
  /** Milliseconds after which `late` is thrown. */
  readonly timeout: number
  readonly late: () => unknown
}

interface Waiter {
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

const longestTimer = 2 ** 31 - 1

/** Those who want to open a savepoint in the same transaction or savepoint, one after the other. */
export class SavepointLine {
  #busy = false
  readonly #waiting = new Set<Waiter>()

  /** Takes the turn at once; false where another one has it. */
  tryTake(): boolean {
    if (this.#busy) return false
    return (this.#busy = true)
  }

  /** Takes the turn when all who came before are done. */
  take({ signal, clock, timeout, late }: LineWait): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiter)
        signal?.removeEventListener('abort', abort)
        if (timer !== undefined) clock.clearTimeout(timer)
      }
      const waiter: Waiter = {
        resolve: () => (leave(), resolve()),
        reject: (reason) => (leave(), reject(reason)),
      }
      const abort = () => waiter.reject(signal?.reason)
      const timer = timeout > longestTimer ? undefined : clock.setTimeout(() => waiter.reject(late()), timeout)
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiting.add(waiter)
    })
  }

  /** Hands the turn to the next one. */
  end(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#busy = false
    else next.resolve()
  }

  /** Sends everyone who waits away. */
  turnAway(reason: () => unknown): void {
    for (const waiter of this.#waiting) waiter.reject(reason())
  }
}
