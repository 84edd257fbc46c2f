import { closeSync, constants, lstatSync, openSync, readFileSync, readlinkSync, type BigIntStats } from 'node:fs'
import { hash as blake3 } from 'blake3-wasm'
import type { FileStamp } from './file-change.ts'

/** What the file system says of a path; undefined where nothing is there. */
export function statPath(location: string): BigIntStats | undefined {
  try {
    return lstatSync(location, { bigint: true, throwIfNoEntry: false })
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') return undefined
    throw error
  }
}

/** The stamp without a hash. */
export function stampOf(stats: BigIntStats): FileStamp {
  return {
    size: Number(stats.size),
    modified: Number(stats.mtimeNs) / 1e6,
    changed: Number(stats.ctimeNs) / 1e6,
    inode: Number(stats.ino),
    hash: undefined,
  }
}

/** The hash of a file's bytes, or of where a link leads; undefined where it cannot be read, or is larger than `maxBytes`. */
export function hashFile(location: string, stats: BigIntStats, maxBytes: number): string | undefined {
  try {
    if (stats.isSymbolicLink()) return blake3(readlinkSync(location)).toString('hex')
    if (!stats.isFile() || stats.size > BigInt(maxBytes)) return undefined
    // Whatever has taken its place since: no link is followed, no pipe waited for.
    const descriptor = openSync(
      location,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    )
    try {
      return blake3(readFileSync(descriptor)).toString('hex')
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return undefined
  }
}

/** The code of a system error, such as `EACCES`. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
