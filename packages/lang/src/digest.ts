import { hash } from 'blake3-wasm'
import { kindCode } from './codes.ts'
import { symbolFlag } from './facts.ts'

/** The bytes of one digest. */
export const DIGEST_BYTES = 32

/** Whether a symbol of this kind and with these flags has a digest. */
export function hasDigest(kind: number, flags: number): boolean {
  return kind !== kindCode.import && (flags & (symbolFlag.local | symbolFlag.hidden)) === 0
}

/** BLAKE3 digests of parts of one text, as UTF-8. */
export class SourceDigest {
  readonly #text: string
  /** The whole text where each unit of it is one byte. */
  readonly #ascii: Buffer | null

  /** @param bytes the text as UTF-8. */
  constructor(text: string, bytes: Buffer) {
    this.#text = text
    this.#ascii = bytes.length === text.length ? bytes : null
  }

  /** Writes the digest of `[start, end)` as row `row` of `target`. */
  write(start: number, end: number, target: Uint8Array, row: number): void {
    const bytes = this.#ascii?.subarray(start, end) ?? Buffer.from(this.#text.slice(start, end), 'utf8')
    target.set(hash(bytes) as Buffer, row * DIGEST_BYTES)
  }
}
