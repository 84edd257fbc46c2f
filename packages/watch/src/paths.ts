/** The folder that holds the path; empty for the root itself. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash === -1 ? '' : path.slice(0, slash)
}

/** The last name of the path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The path of something in a folder. */
export function within(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}
