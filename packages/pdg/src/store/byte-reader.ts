const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Reads back what a {@link ByteWriter} wrote; reading past the end, or more rows than there are bytes, is a `RangeError`. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  unsigned(): number {
    const bytes = this.#bytes
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[this.#at++]
      if (byte === undefined) throw new RangeError('The bytes end too early')
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
    throw new RangeError('A number goes on past its end')
  }

  signed(): number {
    const value = this.unsigned()
    return (value >>> 1) ^ -(value & 1)
  }

  /** How many of something follow, of which each takes a byte at least. */
  count(): number {
    const count = this.unsigned()
    if (count > this.left) throw new RangeError('There are more rows than bytes')
    return count
  }

  text(): string {
    const head = this.unsigned()
    const length = head >>> 1
    if ((head & 1) === 0) return decoder.decode(this.bytes(length))
    let text = ''
    for (let at = 0; at < length; at++) text += String.fromCharCode(this.unsigned())
    return text
  }

  bytes(length: number): Uint8Array {
    if (length > this.left) throw new RangeError('The bytes end too early')
    return this.#bytes.subarray(this.#at, (this.#at += length))
  }
}
