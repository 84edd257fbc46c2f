import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A disk of little room. */
export interface SmallDisk {
  /** A path on it. */
  readonly path: (name: string) => string
  /** Takes all room that is left, but for that many KiB. */
  readonly fill: (butKibibytes?: number) => void
  /** Gives the room back. */
  readonly free: () => void
}

/** A file system in memory that goes when the test ends; nothing where this user, or this machine, may not mount one. */
export function smallDisk(mebibytes = 4): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'forge-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder])
    rmSync(folder, { recursive: true })
  })
  const filler = join(folder, 'filler')
  return {
    path: (name) => join(folder, name),
    fill: (butKibibytes = 0) => {
      const chunk = Buffer.alloc(4_096)
      let size = 0
      try {
        for (;;) {
          writeFileSync(filler, chunk, { flag: 'a' })
          size += chunk.length
        }
      } catch {
        truncateSync(filler, Math.max(0, size - butKibibytes * 1_024))
      }
    },
    free: () => rmSync(filler, { force: true }),
  }
}
