/** Numbers and bytes, one after the other. */
export class ByteWriter {
  #bytes: Uint8Array
  #at = 0

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity)
  }

  /** Seven bits a byte, lowest first (LEB128). */
  unsigned(value: number): void {
    this.column(Int32Array.of(value))
  }

  /** Each number of `column` as {@link unsigned}. */
  column(column: Int32Array): void {
    this.#reserve(column.length * 5)
    const bytes = this.#bytes
    let at = this.#at
    for (let row = 0; row < column.length; row += 1) {
      let rest = column[row]! >>> 0
      while (rest > 127) {
        bytes[at] = (rest & 127) | 128
        at += 1
        rest >>>= 7
      }
      bytes[at] = rest
      at += 1
    }
    this.#at = at
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more))
    bytes.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = bytes
  }
}
