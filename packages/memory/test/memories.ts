import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createMemory, type Memory, type MemoryDriver, type MemoryOptions } from '@forge/memory'
import Driver from 'better-sqlite3'
import { onTestFinished } from 'vitest'

/** A memory in a file of its own, on a clock that is set by hand. */
export interface TestMemory {
  readonly file: string
  readonly memory: Memory
  readonly clock: { now: number }
  /** The same file opened once more, as another process would. */
  reopen(options?: Partial<TestOptions>): Memory
}

type TestOptions = Omit<MemoryOptions, 'db' | 'path' | 'driver'>

/** The milliseconds of a day. */
export const day = 24 * 3_600_000

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'forge-memory-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** An empty memory, gone after the test. */
export function emptyMemory(options: Partial<TestOptions> = {}, driver: MemoryDriver = Driver): TestMemory {
  const file = path.join(temporaryFolder(), 'memory.db')
  const clock = { now: Date.UTC(2026, 10, 1) }
  const reopen = (more: Partial<TestOptions> = {}): Memory => {
    const memory = createMemory({
      path: file,
      driver,
      synchronous: 'NORMAL',
      clock: () => clock.now,
      ...options,
      ...more,
    })
    onTestFinished(() => memory.close())
    return memory
  }
  return { file, memory: reopen(), clock, reopen }
}

/** The UUID with a number in it. */
export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

/** What a promise is rejected with. */
export function failure(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; hint?: string; details?: Record<string, unknown> }> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a failure, got ${JSON.stringify(value)}`)
    },
    (error: unknown) => error as Error & { code?: string; details?: Record<string, unknown> },
  )
}
