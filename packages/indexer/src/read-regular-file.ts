import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

/** What opening for reading takes besides: a link is not followed, and a pipe is not waited for. */
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** A file as it was read. */
export interface RegularFile {
  readonly bytes: Uint8Array
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch, with fractions. */
  readonly modified: number
}

/**
 * Reads a file of at most so many bytes; undefined where there is none, where it cannot be read or is larger, and where a link or anything but
 * a file stands in its place: what is read belongs to somebody who is not trusted.
 */
export function readRegularFile(location: string, most: number): RegularFile | undefined {
  let descriptor: number | undefined
  try {
    descriptor = openSync(location, openFlags)
    const stats = fstatSync(descriptor)
    if (!stats.isFile() || stats.size > most) return undefined
    return { bytes: readFileSync(descriptor), size: stats.size, modified: stats.mtimeMs }
  } catch {
    return undefined
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** The text of a file that {@link readRegularFile} reads. */
export function readRegularText(location: string, most: number): string | undefined {
  const file = readRegularFile(location, most)
  return file && Buffer.from(file.bytes).toString('utf8')
}
