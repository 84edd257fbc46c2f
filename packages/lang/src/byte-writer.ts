/** Numbers and bytes, one after the other. */
export class ByteWriter {
  #bytes: Uint8Array
  #at = 0

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity)
  }

  /** Seven bits a byte, lowest first (LEB128). */
  unsigned(value: number): void {
    if (this.#at + 5 > this.#bytes.length) this.#grow(5)
    let rest = value
    while (rest > 127) {
      this.#bytes[this.#at] = (rest & 127) | 128
      this.#at += 1
      rest >>>= 7
    }
    this.#bytes[this.#at] = rest
    this.#at += 1
  }

  /** Small numbers of either sign become small: 0, -1, 1, -2, … are 0, 1, 2, 3, … */
  signed(value: number): void {
    this.unsigned(((value << 1) ^ (value >> 31)) >>> 0)
  }

  bytes(bytes: Uint8Array): void {
    if (this.#at + bytes.length > this.#bytes.length) this.#grow(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  #grow(more: number): void {
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more))
    bytes.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = bytes
  }
}
