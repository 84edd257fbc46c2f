import { compress, decompress } from './compression.ts'
import { RunSnapshotError, StorageError } from './errors.ts'
import { toJsonText } from './json-text.ts'

type CallSite = (...args: never[]) => unknown

/** A JSON text as it was given. */
export class Snapshot {
  /** The JSON text, to the byte. */
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** What the text stands for, parsed anew on each call. Throws `FORGE_RUNS_STORAGE` for one that was damaged. */
  value(): unknown {
    try {
      return JSON.parse(this.text)
    } catch (error) {
      throw damaged(error)
    }
  }

  /** For `JSON.stringify`: {@link Snapshot.value}. */
  toJSON(): unknown {
    return this.value()
  }
}

/** A snapshot as it is stored, and what it says. */
export interface EncodedSnapshot {
  readonly value: unknown
  /** As UTF-8, before compression. */
  readonly bytes: number
  readonly encoding: number
  readonly data: Uint8Array
}

/** How snapshots are kept. */
export interface SnapshotLimits {
  /** Most bytes of one, as UTF-8. */
  readonly maxBytes: number
  /** From how many bytes on one is compressed. */
  readonly compressFrom: number
}

const plain = 0
const zstandard = 1

/**
 * @param name what the snapshot is called in errors
 * @throws `FORGE_RUN_SNAPSHOT`
 */
export function encodeSnapshot(
  input: unknown,
  name: string,
  { maxBytes, compressFrom }: SnapshotLimits,
  callSite: CallSite,
): EncodedSnapshot {
  // UTF-8 is never shorter than UTF-16 has units.
  if (typeof input === 'string' && input.length > maxBytes) throw tooLarge(name, input.length, maxBytes, callSite)
  const { text, value } = toJsonText(input, name, callSite)
  if (text.length > maxBytes) throw tooLarge(name, text.length, maxBytes, callSite)
  const utf8 = Buffer.from(text)
  if (utf8.length > maxBytes) throw tooLarge(name, utf8.length, maxBytes, callSite)
  if (utf8.length >= compressFrom) {
    const data = compress(utf8)
    if (data.length < utf8.length) return { value, bytes: utf8.length, encoding: zstandard, data }
  }
  return { value, bytes: utf8.length, encoding: plain, data: utf8 }
}

/** @throws `FORGE_RUNS_STORAGE` for bytes that {@link encodeSnapshot} did not write */
export function decodeSnapshot(encoding: number, data: Uint8Array): string {
  try {
    if (encoding === zstandard) return utf8Text(decompress(data))
    if (encoding === plain) return utf8Text(data)
  } catch (error) {
    throw damaged(error)
  }
  throw damaged(new RangeError(`There is no encoding ${encoding}`))
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

function damaged(cause: unknown): StorageError {
  return new StorageError('A snapshot is damaged, or was written by a newer version', {
    hint: 'Restore the database from a backup, or update Forge',
    cause,
  })
}

function tooLarge(name: string, bytes: number, maxBytes: number, callSite: CallSite): RunSnapshotError {
  return new RunSnapshotError(`The ${name} has ${bytes} bytes or more; the most is ${maxBytes}`, {
    hint: 'Keep large outputs in files and give their paths, or raise maxSnapshotBytes',
    details: { snapshot: name, bytes, maxBytes },
    callSite,
  })
}
