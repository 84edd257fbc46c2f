const decoder = new TextDecoder()
const encoder = new TextEncoder()

/**
 * Appends numbers and text to a growing buffer that can be used again.
 *
 * Numbers are little-endian base 128 (LEB128, as in DWARF 5, section 7.6); signed ones are zigzag-coded first.
 */
export class ByteWriter {
  #bytes = new Uint8Array(4096)
  #length = 0

  /** Appends a non-negative safe integer. */
  number(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow(8)
    let rest = value
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  /** Appends an integer of either sign. */
  signed(value: number): void {
    this.number(value < 0 ? -2 * value - 1 : 2 * value)
  }

  /** Appends the length of a text in bytes and its UTF-8. */
  text(value: string): void {
    const bytes = encoder.encode(value)
    this.number(bytes.length)
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** What was appended since the last time, as an array of its own. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return taken
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + needed))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}

/** Reads what a {@link ByteWriter} wrote. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Whether there is more to read. */
  get more(): boolean {
    return this.#at < this.#bytes.length
  }

  number(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.#bytes[this.#at++]!
      if (byte < 128) return value + byte * scale
      value += (byte - 128) * scale
      scale *= 128
    }
  }

  signed(): number {
    const value = this.number()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  text(): string {
    const length = this.number()
    return decoder.decode(this.#bytes.subarray(this.#at, (this.#at += length)))
  }

  /** A text that is decoded when it is asked for. */
  lazyText(): () => string {
    const length = this.number()
    const bytes = this.#bytes.subarray(this.#at, (this.#at += length))
    return () => decoder.decode(bytes)
  }
}

/** Whether two blobs hold the same bytes. */
export function equalBytes(left: Uint8Array | null, right: Uint8Array | null): boolean {
  if (left === right) return true
  if (left === null || right === null || left.length !== right.length) return false
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false
  return true
}
