import { PdgInputError } from './errors.ts'

/** Bytes of a database are little-endian, on whatever machine. */
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/**
 * A vector as 32-bit floats, little-endian.
 *
 * @throws {PdgInputError} `FORGE_PDG_INPUT`: it has no numbers, or is no list of them
 */
export function toVectorBytes(vector: Float32Array, callSite: (...args: never[]) => unknown): Uint8Array {
  if (!(vector instanceof Float32Array) || vector.length === 0) {
    throw new PdgInputError('An embedding needs numbers', {
      hint: 'Give a Float32Array that is not empty, or null to take the embedding away',
      details: { type: typeof vector },
      callSite,
    })
  }
  const bytes = Buffer.from(vector.slice().buffer)
  return isLittleEndian ? bytes : bytes.swap32()
}

/** Undoes {@link toVectorBytes}. */
export function fromVectorBytes(bytes: Uint8Array): Float32Array {
  const copy = Buffer.from(new Uint8Array(bytes).buffer)
  if (!isLittleEndian) copy.swap32()
  return new Float32Array(copy.buffer, copy.byteOffset, copy.byteLength / 4)
}
