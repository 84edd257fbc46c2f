import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test, vi } from 'vitest'
import { explainFailure, type ProcessOutcome, runMeasured } from '../src/measured-process.ts'

interface Script {
  readonly source: string
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly onOutput?: (text: string) => void
}

function runScript({ source, timeoutMs = 20_000, signal, onOutput }: Script): Promise<ProcessOutcome> {
  return runMeasured({
    program: process.execPath,
    args: ['-e', source],
    cwd: tmpdir(),
    env: { MARK: 'given' },
    timeoutMs,
    signal: signal ?? new AbortController().signal,
    ...(onOutput === undefined ? {} : { onOutput }),
  })
}

test('a process sees exactly the environment it is given and its output is collected', async () => {
  const outcome = await runScript({ source: 'console.log(Object.keys(process.env).join()); console.error("aside")' })
  expect(outcome.failure).toBe(undefined)
  expect(outcome.stdout).toBe('MARK\n')
  expect(outcome.stderr).toBe('aside\n')
})

test('the memory of a child process counts', async () => {
  const holder = 'const b = Buffer.alloc(300e6, 1); setTimeout(() => b.length, 500)'
  const source = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(holder)}])`
  const { peakRssBytes, cpuMs } = await runScript({ source })
  expect(peakRssBytes).toBeGreaterThan(300e6)
  expect(cpuMs).toBeGreaterThan(0)
})

test('an exit code other than 0 is a failure that tells the line that matters', async () => {
  const outcome = await runScript({ source: 'console.error("first\\nError: no such thing\\nlast"); process.exit(3)' })
  expect(explainFailure(outcome)).toBe('ended with exit code 3: Error: no such thing')
})

test('a program that does not exist is a failure', async () => {
  const outcome = await runMeasured({
    program: '/does/not/exist',
    args: [],
    cwd: tmpdir(),
    env: {},
    timeoutMs: 1000,
    signal: new AbortController().signal,
  })
  expect(outcome.failure ?? '').toMatch(/could not be started/)
})

test('when the time is over the whole tree is killed', async () => {
  const pids: string[] = []
  const source = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    console.log(child.pid)
    setInterval(() => {}, 1000)`
  const outcome = await runScript({ source, timeoutMs: 4000, onOutput: (text) => pids.push(text.trim()) })
  expect(outcome.failure).toBe('took longer than 4 s')
  expect(pids.length).toBe(1)
  // A process that was killed ends in its own time.
  await vi.waitFor(() => expect(isRunning(pids[0]!)).toBe(false), { timeout: 10_000 })
})

test('an abort kills the process and rejects with its reason', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const running = runScript({
    source: 'console.log("up"); setInterval(() => {}, 1000)',
    signal: controller.signal,
    onOutput: () => controller.abort(reason),
  })
  await expect(running).rejects.toBe(reason)
})

/** A killed process may stay in the table until its parent reaps it: a zombie has no command line. */
function isRunning(pid: string): boolean {
  return existsSync(`/proc/${pid}/exe`)
}
