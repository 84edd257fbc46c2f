import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** A process that runs a fixture, under the runtime that the tests run on. */
export interface Fixture {
  readonly child: ChildProcess
  /** The next line that it prints, or undefined once it has ended. */
  line(): Promise<string | undefined>
  /** Everything it prints from now on, and how it ended. */
  end(): Promise<{ readonly lines: readonly string[]; readonly code: number | null; readonly errors: string }>
  /** Ends it at once, with SIGKILL, and waits until it is gone. */
  kill(): Promise<void>
}

/** Starts `fixtures/NAME`; it is gone after the test. */
export function startFixture(name: string, args: readonly string[]): Fixture {
  const file = path.join(import.meta.dirname, 'fixtures', name)
  const child = spawn(process.execPath, ['--conditions=@forge/source', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const line = async (): Promise<string | undefined> => (await lines.next()).value
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  const end = async () => {
    const all: string[] = []
    for (let each = await line(); each !== undefined; each = await line()) all.push(each)
    await ended
    return { lines: all, code: child.exitCode, errors }
  }
  onTestFinished(() => (child.exitCode === null && child.signalCode === null ? kill() : undefined))
  return { child, line, end, kill }
}
