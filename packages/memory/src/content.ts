import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** A text as it is stored. */
export interface StoredContent {
  /** 0: text; 1: UTF-8 in Zstandard (RFC 8878); 2: UTF-16, for what UTF-8 cannot say; 3: the same in Zstandard. */
  readonly encoding: number
  readonly content: string | Uint8Array
  readonly bytes: number
}

const compressed = 1
const utf16 = 2
const params = { [constants.ZSTD_c_compressionLevel]: 1 }

/**
 * Stores a text, compressed where that makes it smaller. A text that ends in half of a surrogate pair, as when somebody cut
 * it there, comes back as it was.
 *
 * @param compressFrom from how many bytes on it is worth trying
 */
export function storeContent(text: string, compressFrom: number): StoredContent {
  const wellFormed = text.isWellFormed()
  const base = wellFormed ? 0 : utf16
  const bytes = wellFormed ? Buffer.byteLength(text) : text.length * 2
  if (bytes >= compressFrom) {
    const packed = zstdCompressSync(Buffer.from(text, wellFormed ? 'utf8' : 'utf16le'), { params })
    if (packed.length < bytes * 0.9) return { encoding: base | compressed, content: packed, bytes: packed.length }
  }
  return { encoding: base, content: wellFormed ? text : Buffer.from(text, 'utf16le'), bytes }
}

/** Undoes {@link storeContent}. */
export function restoreContent({ encoding, content }: Pick<StoredContent, 'encoding' | 'content'>): string {
  if (typeof content === 'string') return content
  const bytes = (encoding & compressed) === 0 ? Buffer.from(content) : zstdDecompressSync(content)
  return bytes.toString((encoding & utf16) === 0 ? 'utf8' : 'utf16le')
}
