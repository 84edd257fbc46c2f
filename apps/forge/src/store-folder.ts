import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { StoreUnwritableError } from './errors.ts'

/**
 * Makes the folder of a store. A `.forge` folder hides itself from git; any other is the user's own and left as it is.
 *
 * @param option what names another place on the command line
 */
export function makeStoreFolder(folder: string, option = '--db FILE'): void {
  try {
    makeFolder(folder)
    const ignore = path.join(folder, '.gitignore')
    if (path.basename(folder) === '.forge' && !existsSync(ignore)) writeFileSync(ignore, '*\n')
  } catch (cause) {
    throw new StoreUnwritableError(`The folder of the database cannot be written: ${folder}`, {
      hint: `Make it writable, or name another place with ${option}`,
      details: { folder },
      cause,
    })
  }
}

/** One folder after the other: in `/proc`, Node's own recursive way never ends. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  const above = path.dirname(folder)
  if (above !== folder) makeFolder(above)
  try {
    mkdirSync(folder)
  } catch (error) {
    // Another process was faster.
    if (!existsSync(folder)) throw error
  }
}
