import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * The root of the project a command is about: `directory` where one was given, else the nearest
 * folder from `cwd` upwards that has `.forge`, else the nearest that has `.git`, else `cwd`.
 *
 * The folder of the home directory's own `.forge`, if any, counts like any other.
 */
export function projectRoot(cwd: string, directory?: string): string {
  if (directory !== undefined) return path.resolve(cwd, directory)
  return nearest(cwd, '.forge') ?? nearest(cwd, '.git') ?? path.resolve(cwd)
}

function nearest(from: string, name: string): string | undefined {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, name))) return folder
    if (path.dirname(folder) === folder) return undefined
  }
}
