import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceFolder } from '../../../cache-folder.ts'
import { type CorpusName, prepareCorpus } from '../../../corpus.ts'
import type { ProgramRequest } from '../../../suite/measurement.ts'
import { sizeOf } from '../../../suite/program.ts'
import { startColbymchenry, startColbymchenryWatch } from './colbymchenry.ts'
import { startForge } from './forge.ts'
import { startOptave } from './optave.ts'
import type { FreshSystem, StartSystem } from './system.ts'

const starters: Readonly<Record<string, StartSystem>> = {
  forge: startForge,
  optave: startOptave,
  colbymchenry: startColbymchenry,
  'colbymchenry watch': startColbymchenryWatch,
}

/** What a side is made of. */
export interface SideRequest {
  readonly request: ProgramRequest
  readonly system: string
  readonly corpus: CorpusName
}

/** A system and the code it works on. */
export interface FreshSide {
  /** The folder with the code. */
  readonly root: string
  /** Opens the system; again, after it was closed, with the database it has by then. */
  start(): Promise<FreshSystem>
}

/** Copies the code of a side; the small size has a part of this workspace instead, since nothing is fetched for it. */
export async function prepareSide({ request, system, corpus }: SideRequest): Promise<FreshSide> {
  const start = starters[system]
  if (start === undefined) throw new RangeError(`There is no system called ${system}`)
  const root = join(request.folder, 'code')
  const store = join(request.folder, 'store')
  mkdirSync(store)
  if (sizeOf(request, 'part') === 0) cpSync(join(workspaceFolder, 'packages/pool/src'), root, { recursive: true })
  else (await prepareCorpus(corpus, new AbortController().signal)).copyTo(root)
  return { root, start: () => start({ root, store, peers: request.peers ?? '' }) }
}
