import path from 'node:path'
import { identifyProject } from '@forge/indexer'
import type { NewProject } from '@forge/projects'
import { lookAtGraph, type LookOptions } from './graph-look.ts'

/** Which project to find. */
export interface FindOptions extends LookOptions {
  /** The file of its graph. Default: `.forge/graph.db` in the folder. */
  readonly database?: string | undefined
}

/**
 * What the project in a folder is, for the registry. It has to be indexed.
 *
 * @throws `FORGE_ROOT_*`, and what {@link lookAtGraph} throws
 */
export async function findProject(folder: string, { database, ...options }: FindOptions = {}): Promise<NewProject> {
  const { root, identity, packageName } = await identifyProject(folder, { signal: options.signal })
  const file = path.resolve(database ?? path.join(root, '.forge', 'graph.db'))
  await lookAtGraph(root, file, options)
  return { root, identity, database: file, suggestedName: packageName ?? path.basename(root) }
}
