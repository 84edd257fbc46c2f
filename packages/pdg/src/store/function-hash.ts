import { hash as blake3 } from 'blake3-wasm'
import type { FunctionIr } from '../ir.ts'
import { ByteWriter } from './byte-writer.ts'
import { PdgInputError } from './errors.ts'
import { packIr } from './packed-ir.ts'

/** The identity of a function: the BLAKE3 digest of its text and its instructions, 64 lower-case hexadecimal digits. */
export type FunctionHash = string

/**
 * Goes up when the same text comes to have other instructions, or the same instructions another flow or other dependences: what was saved before is then
 * another function, in a file of another content. A test of `@forge/lang` fails where that was forgotten.
 */
export const analysisVersion = 2

const writer = new ByteWriter()

/**
 * The identity of a function.
 *
 * What its instructions are depends on a little more than its text: what its free variables are, whether a class around it has fields, the language. So the instructions
 * themselves are hashed, and the text beside them, as other texts may do the same. Where it stands is not part of it, see {@link FunctionPlace}.
 *
 * @param text the text of the function alone
 */
export function functionHash(text: string, ir: FunctionIr): FunctionHash {
  return hashOfPacked(text, packIr(ir))
}

/** {@link functionHash} of a function that is packed already. */
export function hashOfPacked(text: string, packedIr: Uint8Array): FunctionHash {
  writer.clear()
  writer.unsigned(analysisVersion)
  writer.text(text)
  writer.bytes(packedIr)
  return blake3(writer.written).toString('hex')
}

/**
 * The 32 bytes of a hash, as databases have them.
 *
 * @throws {PdgInputError} `FORGE_PDG_INPUT`: it is not 64 lower-case hexadecimal digits
 */
export function hashBytes(hash: FunctionHash, callSite: (...args: never[]) => unknown = hashBytes): Uint8Array {
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) {
    throw new PdgInputError(`${JSON.stringify(hash)?.slice(0, 80)} is no hash of a function`, {
      hint: 'Give 64 lower-case hexadecimal digits, as functionHash gives them',
      details: { hash: typeof hash === 'string' ? hash.slice(0, 80) : typeof hash },
      callSite,
    })
  }
  return Buffer.from(hash, 'hex')
}

/** Undoes {@link hashBytes}. */
export function hashOfBytes(bytes: Uint8Array): FunctionHash {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
