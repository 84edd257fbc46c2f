const encoder = new TextEncoder()
/** Where texts are encoded, before it is known how long they are. */
let scratch = new Uint8Array(1024)

/** Appends numbers, texts and bytes to a buffer that grows and can be used again. */
export class ByteWriter {
  #bytes = new Uint8Array(4096)
  #at = 0

  /** A whole number of 32 bits without a sign: seven bits a byte, lowest first (LEB128, as in DWARF 5, section 7.6). */
  unsigned(value: number): void {
    if (this.#at + 5 > this.#bytes.length) this.#grow(5)
    let rest = value >>> 0
    while (rest > 127) {
      this.#bytes[this.#at++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.#bytes[this.#at++] = rest
  }

  /** The lowest eight bits of a number. */
  byte(value: number): void {
    if (this.#at === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#at++] = value
  }

  /** A whole number of 32 bits: 0, -1, 1, -2 and so on are written as 0, 1, 2, 3. */
  signed(value: number): void {
    this.unsigned((value << 1) ^ (value >> 31))
  }

  /** A text: as UTF-8, or as its code units where it has half of a pair, which UTF-8 cannot say. */
  text(text: string): void {
    if (!text.isWellFormed()) {
      this.unsigned(text.length * 2 + 1)
      for (let at = 0; at < text.length; at++) this.unsigned(text.charCodeAt(at))
      return
    }
    if (text.length * 3 > scratch.length) scratch = new Uint8Array(text.length * 3)
    const { written } = encoder.encodeInto(text, scratch)
    this.unsigned(written * 2)
    this.bytes(scratch.subarray(0, written))
  }

  bytes(bytes: Uint8Array): void {
    if (this.#at + bytes.length > this.#bytes.length) this.#grow(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** What was appended, until more is. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  /** What was appended since the last time, as an array of its own. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#at)
    this.#at = 0
    return taken
  }

  /** Forgets what was appended. */
  clear(): void {
    this.#at = 0
  }

  #grow(more: number): void {
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more))
    bytes.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = bytes
  }
}
