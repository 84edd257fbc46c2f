import path from 'node:path'
import { Forge } from '@forge/forge'

/** The lines of `forge export`. */
export async function exportOf(forge: Forge): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const line of forge.graph.exportLines()) lines.push(line)
  return lines
}

/** The export of a fresh index of a folder, in a database in another one. */
export async function freshExport(root: string, elsewhere: string, name: string): Promise<readonly string[]> {
  await using fresh = await Forge.open(root, { database: path.join(elsewhere, `${name}.db`) })
  await fresh.index()
  return await exportOf(fresh)
}

/** Where two exports differ first; undefined where they are the same. */
export function difference(kept: readonly string[], fresh: readonly string[]): string | undefined {
  const at = kept.findIndex((line, index) => line !== fresh[index])
  if (at < 0 && kept.length === fresh.length) return undefined
  const line = at < 0 ? kept.length : at
  return `line ${line + 1}: kept ${kept[line] ?? 'nothing\n'}fresh ${fresh[line] ?? 'nothing\n'}`
}
