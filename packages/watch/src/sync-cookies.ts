import { type FSWatcher, mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Tells when the system has told everything that happened before: a file, the cookie, is written, and what the system says of it comes after
 * what it had to say already. For that all folders must be watched by one queue of the system, as those of one event loop are on Linux (`inotify`,
 * one instance for each loop). The cookies are in a folder of their own, outside of what is watched.
 *
 * Source: Watchman, "Query synchronization (cookies)".
 */
export class SyncCookies {
  readonly #folder = mkdtempSync(join(tmpdir(), 'forge-watch-'))
  readonly #waiting = new Map<string, () => void>()
  readonly #watcher: FSWatcher
  #count = 0

  /** @throws what `fs.watch` throws, such as `ENOSPC`. */
  constructor() {
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, (_event, name) => {
        this.#waiting.get(name ?? '')?.()
      })
      this.#watcher.on('error', () => undefined)
    } catch (error) {
      rmSync(this.#folder, { recursive: true, force: true })
      throw error
    }
  }

  /** Whether what happened before has been told within so many milliseconds. */
  async pass(within: number): Promise<boolean> {
    const name = String(++this.#count)
    const file = join(this.#folder, name)
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), within)
        this.#waiting.set(name, () => resolve(true))
        writeFileSync(file, '')
      })
    } catch {
      return false
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(name)
      rmSync(file, { force: true })
    }
  }

  close(): void {
    this.#watcher.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
