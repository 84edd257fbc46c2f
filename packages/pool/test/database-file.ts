import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** The path of a database file that does not exist yet, in a folder that goes when the test ends. */
export function databaseFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'forge-pool-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'test.db')
}

/** Another process that holds the write lock of the database until it is told to let go. */
export function lockInAnotherProcess(file: string): Promise<() => Promise<void>> {
  return holdInAnotherProcess(new URL('./hold-write-lock.ts', import.meta.url), file)
}

/** Another process that reads from the database, and keeps its snapshot until it is told to let go. */
export function readInAnotherProcess(file: string): Promise<() => Promise<void>> {
  return holdInAnotherProcess(new URL('./hold-snapshot.ts', import.meta.url), file)
}

async function holdInAnotherProcess(script: URL, file: string): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [fileURLToPath(script), file], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return async () => {
    child.stdin.end()
    await once(child, 'exit')
  }
}
