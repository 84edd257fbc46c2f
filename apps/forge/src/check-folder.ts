import { statSync } from 'node:fs'
import { RootNotDirectoryError, RootNotFoundError } from '@forge/indexer'

/** Says that there is no folder at `root`, before anything is made or asked there. */
export function checkFolder(root: string): void {
  const found = statSync(root, { throwIfNoEntry: false })
  if (found === undefined) throw new RootNotFoundError(root, undefined)
  if (!found.isDirectory()) throw new RootNotDirectoryError(root)
}
