/** Reads back what a byte writer wrote; reading past the end is a `RangeError`. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  unsigned(): number {
    const bytes = this.#bytes
    let byte = bytes[this.#at]!
    this.#at += 1
    if (byte < 128) return byte
    let value = byte & 127
    for (let shift = 7; ; shift += 7) {
      byte = bytes[this.#at]!
      if (byte === undefined || shift > 28) throw new RangeError('A number goes on past its end')
      this.#at += 1
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
  }

  signed(): number {
    const value = this.unsigned()
    return (value >>> 1) ^ -(value & 1)
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new RangeError('The bytes end too early')
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  /** A number of rows, each of which needs at least `least` bytes of what is left. */
  count(least: number): number {
    const count = this.unsigned()
    if (!(count * least <= this.#bytes.length - this.#at)) throw new RangeError('There are more rows than bytes')
    return count
  }
}
