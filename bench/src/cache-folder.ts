import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** The folder `bench/`. */
export const benchFolder: string = join(import.meta.dirname, '..')

/** The root of the workspace. */
export const workspaceFolder: string = join(benchFolder, '..')

/**
 * The folder `bench/.cache/NAME`, filled by `fill` when it does not exist yet.
 *
 * It appears under its name only when `fill` has succeeded, so an interrupted first run leaves nothing half-done.
 */
export async function cachedFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(benchFolder, '.cache', name)
  if (existsSync(folder)) return folder
  const unfinished = `${folder}.${process.pid}`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  try {
    await fill(unfinished)
    renameSync(unfinished, folder)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    throw error
  }
  return folder
}
