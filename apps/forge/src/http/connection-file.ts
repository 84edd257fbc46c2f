import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { StoreUnwritableError } from '../errors.ts'
import { makeStoreFolder } from '../store-folder.ts'

/** What clients on this machine need to reach a server. */
export interface Connection {
  readonly url: string
  readonly pid: number
  /** Absent where those who write have it from elsewhere. */
  readonly token?: string
}

/** Writes how a server is reached where its user alone can read it. */
export function writeConnection(file: string, connection: Connection): void {
  makeStoreFolder(path.dirname(file))
  const draft = `${file}.${connection.pid}`
  try {
    writeFileSync(draft, `${JSON.stringify(connection)}\n`, { mode: 0o600 })
    renameSync(draft, file)
  } catch (cause) {
    throw new StoreUnwritableError(`The file with the token cannot be written: ${file}`, {
      hint: 'Make its folder writable',
      details: { file },
      cause,
    })
  }
}

/** Takes back {@link writeConnection}, unless another server has written since. */
export function removeConnection(file: string, pid: number): void {
  try {
    const { pid: owner } = JSON.parse(readFileSync(file, 'utf8')) as Connection
    if (owner === pid) rmSync(file, { force: true })
  } catch {
    // It is gone, or somebody else's.
  }
}
