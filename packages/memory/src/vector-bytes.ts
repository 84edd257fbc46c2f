import { endianness } from 'node:os'
import { invalid, type Place, requireInteger } from './checks.ts'

const swapped = endianness() === 'BE'

/** The most numbers of a vector. */
const longestVector = 65_536

/** A vector as 32-bit floats, little-endian; throws unless it is a list of finite numbers. */
export function toVectorBytes(vector: ArrayLike<number>, place: Place): Uint8Array {
  const floats = toFloats(vector, place)
  const bytes = Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength)
  return swapped ? Buffer.from(bytes).swap32() : bytes
}

/** Undoes {@link toVectorBytes}, to be read at once: where it can, without a copy. */
export function viewVectorBytes(bytes: Uint8Array): Float32Array {
  if (swapped || bytes.byteOffset % 4 !== 0) return fromVectorBytes(bytes)
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
}

/** Undoes {@link toVectorBytes}. */
export function fromVectorBytes(bytes: Uint8Array): Float32Array {
  const copy = Buffer.from(new Uint8Array(bytes).buffer)
  if (swapped) copy.swap32()
  return new Float32Array(copy.buffer, copy.byteOffset, copy.byteLength / 4)
}

/** A vector as 32-bit floats of its own; throws unless it is a list of finite numbers. */
export function toFloats(vector: ArrayLike<number>, place: Place): Float32Array {
  if (typeof vector !== 'object' || vector === null) throw invalid(place, 'a list of numbers', vector)
  requireInteger(vector.length, [1, longestVector], { ...place, path: `${place.path}.length` })
  const floats = Float32Array.from(vector)
  const wrong = floats.findIndex((each, index) => typeof vector[index] !== 'number' || !Number.isFinite(each))
  if (wrong >= 0)
    throw invalid({ ...place, path: `${place.path}[${wrong}]` }, 'a number that 32 bits hold', vector[wrong])
  return floats
}
