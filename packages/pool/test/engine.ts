import process from 'node:process'

/** Whether the tests run on Bun, whose engine is JavaScriptCore. */
export const onBun = process.versions['bun'] !== undefined

/**
 * What the first line of an error that was thrown after a wait names: the function that waits. JavaScriptCore does not know it any
 * more, so that there any line has to do.
 */
export function whoWaits(name: string): string {
  return onBun ? 'at ' : name
}
