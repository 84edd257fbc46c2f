import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Clock } from '../clock.ts'
import { PoolOptionsError } from '../pool-errors.ts'
import type { WorkerOptions } from './worker-options.ts'
import type { ThreadSetup } from './worker-protocol.ts'

/** {@link WorkerOptions} with every default filled in, and what the threads take over from the pool. */
export interface WorkerSettings {
  readonly setup: ThreadSetup
  readonly maxThreads: number
  readonly maxQueue: number
  readonly idleTimeout: number
  readonly maxMemoryMb: number | undefined
  readonly module: URL
  readonly clock: Clock
}

/** What the threads take over from the pool. */
export interface PoolContext extends Omit<ThreadSetup, 'driver' | 'file'> {
  readonly clock: Clock
}

/** With 1 MB, V8 ends the whole process instead of the thread, with 4 no thread starts. */
const leastMemoryMb = 16

/**
 * Fills in the defaults and refuses values that cannot work.
 *
 * @throws `FORGE_POOL_OPTIONS`
 */
export function workerSettings(options: WorkerOptions, context: PoolContext): WorkerSettings {
  const { driver, file, maxThreads = 1, maxQueue = 1_000, idleTimeout = 60_000, maxMemoryMb, module } = options
  if (!(driver instanceof URL) && (typeof driver !== 'string' || driver === '')) {
    refuse('driver', `the module of the driver, such as import.meta.resolve('better-sqlite3')`, driver)
  }
  if (typeof file !== 'string' || file === '' || file === ':memory:') {
    refuse('file', 'the path of a file: a database in memory lives in one connection', file)
  }
  if (module !== undefined && !(module instanceof URL)) refuse('module', 'a URL', module)
  requireInteger('maxThreads', maxThreads, 1)
  requireInteger('maxQueue', maxQueue, 0)
  if (maxMemoryMb !== undefined && !(maxMemoryMb >= leastMemoryMb)) {
    refuse('maxMemoryMb', `a number, ${leastMemoryMb} or more`, maxMemoryMb)
  }
  if (typeof idleTimeout !== 'number' || !(idleTimeout >= 0)) {
    refuse('idleTimeout', 'a number of milliseconds, 0 or more', idleTimeout)
  }
  const { clock, readOnly, cacheSizeKiB, synchronous, busyDeadline } = context
  const setup = { driver: specifierOf(driver), file, readOnly, cacheSizeKiB, synchronous, busyDeadline }
  return { setup, maxThreads, maxQueue, idleTimeout, maxMemoryMb, module: module ?? ownModule(), clock }
}

function specifierOf(driver: string | URL): string {
  if (driver instanceof URL) return driver.href
  return isAbsolute(driver) ? pathToFileURL(driver).href : driver
}

/** The module of the threads, next to this one, in the same form: source or built. */
function ownModule(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './read-worker.ts' : './read-worker.js', import.meta.url)
}

function requireInteger(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) refuse(name, `an integer, ${least} or more`, value)
}

function refuse(name: string, wanted: string, value: unknown): never {
  throw new PoolOptionsError(`The option worker.${name} must be ${wanted}, not ${String(value)}`, {
    hint: `Correct or leave out worker.${name}`,
    details: { option: `worker.${name}` },
  })
}
