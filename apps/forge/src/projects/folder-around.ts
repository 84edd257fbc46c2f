/** The innermost of some folders that holds a file; empty for the project itself. */
export function folderAround(file: string, folders: readonly string[]): string {
  let best = ''
  for (const folder of folders) if (file.startsWith(`${folder}/`) && folder.length > best.length) best = folder
  return best
}
