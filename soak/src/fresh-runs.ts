import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Forge } from '@forge/forge'
import { difference, exportOf, freshExport } from './graph-bytes.ts'
import { copyPackages, randomEdits } from './random-edits.ts'

/** What to edit, and how often. */
export interface FreshOptions {
  /** An empty folder. */
  readonly folder: string
  /** Packages of this repository that are copied and edited. */
  readonly packages: readonly string[]
  /** After each, the graph is compared with that of a fresh index. */
  readonly bursts: number
  readonly seed: number
}

/** What was done, and where the graphs differed. */
export interface FreshRun {
  readonly edits: readonly string[]
  /** Undefined where the graph was always the same as a fresh one. */
  readonly fault: string | undefined
}

/** Edits a repository that is watched, burst by burst, and compares its graph with a fresh one after each. */
export async function editAndCompare({ folder, packages, bursts, seed }: FreshOptions): Promise<FreshRun> {
  const root = path.join(folder, `watched-${seed}`)
  const elsewhere = path.join(folder, `fresh-${seed}`)
  mkdirSync(root)
  mkdirSync(elsewhere)
  copyPackages(root, packages)
  const random = randomEdits(root, seed)
  const edits: string[] = []
  {
    await using live = await Forge.withRuntime(root)
    for (let burst = 0; burst < bursts; burst++) {
      for (let edit = 0; edit <= (burst * 7) % 5; edit++) edits.push(random.edit())
      const fault = difference(await exportOf(live), await freshExport(root, elsewhere, String(burst)))
      if (fault !== undefined) return { edits, fault }
    }
  }
  rmSync(root, { recursive: true })
  rmSync(elsewhere, { recursive: true })
  return { edits, fault: undefined }
}
