/** Hands events to any number of readers, each of which reads at its own pace. */
export class EventStreams<E> {
  readonly #readers = new Set<Reader<E>>()
  #hasEnded = false

  push(event: E): void {
    for (const reader of this.#readers) reader.push(event)
  }

  /** Ends all streams, those that are asked for later as well. */
  end(): void {
    this.#hasEnded = true
    for (const reader of this.#readers) reader.end()
  }

  /** What is pushed from now on. */
  read(signal: AbortSignal | undefined): AsyncIterable<E> {
    const reader = new Reader<E>()
    this.#readers.add(reader)
    if (this.#hasEnded || signal?.aborted === true) reader.end()
    const end = (): void => reader.end()
    signal?.addEventListener('abort', end, { once: true })
    const finish = (): void => {
      this.#readers.delete(reader)
      signal?.removeEventListener('abort', end)
    }
    return reader.events(finish)
  }
}

/** Events that wait to be read; the oldest go when there are more. */
const mostWaiting = 1000

class Reader<E> {
  readonly #waiting: E[] = []
  #hasEnded = false
  #wake: () => void = () => undefined

  push(event: E): void {
    this.#waiting.push(event)
    if (this.#waiting.length > mostWaiting) this.#waiting.shift()
    this.#wake()
  }

  end(): void {
    this.#hasEnded = true
    this.#wake()
  }

  async *events(finish: () => void): AsyncGenerator<E, void, undefined> {
    try {
      for (;;) {
        while (this.#waiting.length > 0) yield this.#waiting.shift()!
        if (this.#hasEnded) return
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      finish()
    }
  }
}
