import path from 'node:path'
import { FileLock, LockTimeoutError } from '@forge/memory'
import Sqlite from 'better-sqlite3'

/** Says which process keeps a graph up to date, so that others leave it to that one. It is freed when the process ends, however it ends. */
export class WriterLock implements AsyncDisposable {
  readonly #lock: FileLock

  /** @param database the file of the graph; the lock is beside it. */
  constructor(database: string) {
    this.#lock = new FileLock({ path: path.join(path.dirname(database), 'locks.db'), driver: Sqlite, name: 'writer' })
  }

  get isHeld(): boolean {
    return this.#lock.token !== undefined
  }

  /** Takes the lock if nobody has it; whether it is held by this process now. */
  async tryTake(): Promise<boolean> {
    if (this.isHeld) return true
    try {
      await this.#lock.acquire(0)
      return true
    } catch (error) {
      if (error instanceof LockTimeoutError) return false
      throw error
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#lock[Symbol.asyncDispose]()
  }
}
