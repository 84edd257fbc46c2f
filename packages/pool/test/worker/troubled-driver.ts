import { existsSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

/** A driver with SQL functions that are trouble: `hold`, `leave`, `devour`, `complain`. */
export default class TroubledDatabase extends Database {
  constructor(file: string, options: Database.Options) {
    super(file, options)
    // Keeps the thread inside the statement until somebody makes the file `<path>-go`.
    this.function('hold', (path: string) => {
      writeFileSync(`${path}-begun`, '')
      while (!existsSync(`${path}-go`)) pause(2)
      return 'let go'
    })
    this.function('leave', (code: number) => process.exit(code))
    this.function('devour', () => {
      const kept: unknown[] = []
      for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index })))
    })
    this.function('complain', (about: string) => {
      throw new Error(about)
    })
  }
}
