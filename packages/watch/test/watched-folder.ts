import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { ForgeError } from '@forge/errors'
import { type ChangeBatch, type FileChange, type FolderWatcher, watchFolder, type WatchOptions } from '@forge/watch'
import { onTestFinished } from 'vitest'

/** A folder of files, gone after the test. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'forge-watched-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) write(root, name, text)
  return root
}

export function write(root: string, name: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
  writeFileSync(path.join(root, name), text)
}

/** A folder that is watched, and what was told of it. */
export interface WatchedFolder {
  readonly root: string
  readonly watcher: FolderWatcher
  readonly batches: readonly ChangeBatch[]
  readonly errors: readonly ForgeError[]
  /** What was told since the last call, everything before it included, as `created a.ts`. */
  told(): Promise<readonly string[]>
  /** The changes of {@link told}. */
  changes(): Promise<readonly FileChange[]>
}

/** Watches a folder until the test ends. */
export async function watched(
  files: Readonly<Record<string, string>> | string,
  options: Partial<WatchOptions> = {},
): Promise<WatchedFolder> {
  const root = typeof files === 'string' ? files : folderOf(files)
  const batches: ChangeBatch[] = []
  const errors: ForgeError[] = []
  const watcher = await watchFolder({
    root,
    onChanges: (batch) => batches.push(batch),
    onError: (error) => errors.push(error),
    ...options,
  })
  onTestFinished(() => watcher.close())
  let seen = 0
  const changes = async (): Promise<readonly FileChange[]> => {
    await watcher.sync()
    const fresh = batches.slice(seen).flatMap((batch) => batch.changes)
    seen = batches.length
    return fresh
  }
  const told = async (): Promise<readonly string[]> => (await changes()).map(({ type, path }) => `${type} ${path}`)
  return { root, watcher, batches, errors, told, changes }
}
