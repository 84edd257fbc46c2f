import { hash as blake3 } from 'blake3-wasm'
import { NodeHashError } from './errors.ts'

declare const nodeHash: unique symbol

/** The BLAKE3 digest of some content: 64 lower-case hexadecimal digits. */
export type NodeHash = string & { readonly [nodeHash]: true }

/**
 * The identity of some content. Text is hashed as UTF-8.
 *
 * Source: O'Connor, Aumasson, Neves, Wilcox-O'Hearn, "BLAKE3: one function, fast everywhere" (2020).
 */
export function hashOf(content: string | Uint8Array): NodeHash {
  return blake3(content).toString('hex') as NodeHash
}

/** Whether a text is a {@link NodeHash}. */
export function isNodeHash(text: string): text is NodeHash {
  return text.length === 64 && /^[0-9a-f]+$/.test(text)
}

/**
 * The identity that a text from outside names; capital digits become small.
 *
 * @throws `FORGE_NODE_HASH` when it is not 64 hexadecimal digits.
 */
export function parseNodeHash(text: string): NodeHash {
  const lower = text.toLowerCase()
  if (!isNodeHash(lower)) {
    throw new NodeHashError(`${JSON.stringify(text.slice(0, 80))} is no content hash`, {
      hint: 'A content hash is 64 hexadecimal digits, as hashOf gives them',
      details: { length: text.length },
      callSite: parseNodeHash,
    })
  }
  return lower
}

/** The 32 bytes of a hash, for databases. */
export function nodeHashBytes(hash: NodeHash): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, at) => Number.parseInt(hash.slice(at * 2, at * 2 + 2), 16))
}

/**
 * The hash in 32 bytes.
 *
 * @throws `FORGE_NODE_HASH` when there are more or fewer.
 */
export function nodeHashOfBytes(bytes: Uint8Array): NodeHash {
  if (bytes.length !== 32) {
    throw new NodeHashError(`${bytes.length} bytes are no content hash`, {
      hint: 'A content hash is 32 bytes',
      details: { length: bytes.length },
      callSite: nodeHashOfBytes,
    })
  }
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') as NodeHash
}
