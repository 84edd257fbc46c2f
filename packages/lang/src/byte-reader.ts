/** Reads back what a byte writer wrote; reading past the end is a `RangeError`. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  unsigned(): number {
    return this.column(1)[0]! >>> 0
  }

  /** `count` numbers. */
  column(count: number): Int32Array {
    if (count > this.#bytes.length - this.#at) throw new RangeError('There are more rows than bytes')
    const column = new Int32Array(count)
    const bytes = this.#bytes
    const { length } = bytes
    let at = this.#at
    for (let row = 0; row < count; row += 1) {
      if (at >= length) throw new RangeError('The bytes end too early')
      let byte = bytes[at]!
      at += 1
      if (byte < 128) {
        column[row] = byte
        continue
      }
      let value = byte & 127
      for (let shift = 7; byte >= 128; shift += 7) {
        if (at >= length || shift > 28) throw new RangeError('A number goes on past its end')
        byte = bytes[at]!
        at += 1
        value |= (byte & 127) << shift
      }
      column[row] = value
    }
    this.#at = at
    return column
  }

  /** All bytes that are left. */
  rest(): Uint8Array {
    return this.bytes(this.#bytes.length - this.#at)
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new RangeError('The bytes end too early')
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }
}
