/** Joins a folder and a relative path; undefined where it leads out of the project. Empty is the project itself. */
export function joinPath(folder: string, path: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/')
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}

/** The folder that holds the path; empty for the project itself. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash === -1 ? '' : path.slice(0, slash)
}

/** The last name of the path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The folder and all those above it, the project itself last. */
export function* upwards(folder: string): Generator<string> {
  for (let at = folder; at !== ''; at = parentOf(at)) yield at
  yield ''
}

/** The path of something in a folder. */
export function within(folder: string, name: string): string {
  return folder === '' ? name : name === '' ? folder : `${folder}/${name}`
}
