import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

/** Larger files are none that people write. */
const largestFile = 16 * 1024 * 1024
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** A file that went away, is no file any more or no text is left out, as it is when it is indexed. */
export function readSource(location: string): string | undefined {
  try {
    const descriptor = openSync(location, openFlags)
    try {
      const stats = fstatSync(descriptor)
      return stats.isFile() && stats.size <= largestFile ? readFileSync(descriptor, 'utf8') : undefined
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return undefined
  }
}
