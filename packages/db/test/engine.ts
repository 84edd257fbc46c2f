import process from 'node:process'

/**
 * What the first line of an error that was thrown after a wait names: the function that waits. The engine of Bun, JavaScriptCore,
 * does not know it any more, so that there any line has to do.
 */
export function whoWaits(name: string): string {
  return process.versions['bun'] === undefined ? name : 'at '
}
