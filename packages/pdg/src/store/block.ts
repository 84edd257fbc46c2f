import { crc32 } from 'node:zlib'
import { FlowGraphError } from '../errors.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { PdgDamagedError, PdgVersionError } from './errors.ts'

/**
 * The form of what is packed; a hash is of what is packed, so another form makes everything anew.
 *
 * A block is this number, what was packed, and its CRC-32 (ISO 3309) in four bytes: any one damaged byte is found.
 */
const blockVersion = 1

const checksumBytes = 4
const writer = new ByteWriter()

type CallSite = (...args: never[]) => unknown

/** Packs a block. */
export function packBlock(write: (writer: ByteWriter) => void): Uint8Array {
  writer.clear()
  writer.unsigned(blockVersion)
  write(writer)
  const checksum = crc32(writer.written)
  for (const shift of [24, 16, 8, 0]) writer.byte(checksum >>> shift)
  return writer.take()
}

/**
 * Reads a block.
 *
 * @throws {PdgDamagedError} `FORGE_PDG_DAMAGED`
 * @throws {PdgVersionError} `FORGE_PDG_VERSION`
 */
export function unpackBlock<T>(block: Uint8Array, read: (reader: ByteReader) => T, callSite: CallSite): T {
  // A database may hold anything in any column.
  if (!(block instanceof Uint8Array)) throw damaged(new Uint8Array(0), callSite)
  const body = block.subarray(0, Math.max(0, block.length - checksumBytes))
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  if (body.length === 0 || view.getUint32(body.length) !== crc32(body)) throw damaged(block, callSite)
  const reader = new ByteReader(body)
  try {
    const version = reader.unsigned()
    if (version !== blockVersion) {
      throw new PdgVersionError(`The graph was packed in form ${version}, which is not known here`, {
        hint: version > blockVersion ? 'Update Forge' : 'Save the file again',
        details: { version, known: blockVersion },
        callSite,
      })
    }
    const value = read(reader)
    if (reader.left > 0) throw new RangeError('There is more than was read')
    return value
  } catch (error) {
    if (error instanceof RangeError || error instanceof FlowGraphError) throw damaged(block, callSite, error)
    throw error
  }
}

function damaged(block: Uint8Array, callSite: CallSite, cause?: Error): PdgDamagedError {
  return new PdgDamagedError(`${block.length} bytes are no graph that was packed`, {
    hint: 'Remove the file from the store and save it again',
    details: { bytes: block.length },
    ...(cause === undefined ? {} : { cause }),
    callSite,
  })
}
