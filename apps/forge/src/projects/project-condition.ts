import { isForgeError } from '@forge/errors'
import type { Project } from '@forge/projects'
import { folderExists } from './folder-exists.ts'
import { lookAtGraph, type LookOptions } from './graph-look.ts'

/**
 * How a project is.
 *
 * - `ready`: its graph can be asked.
 * - `missing`: its folder is not there: deleted, moved, or on a disk that is not there now.
 * - `not-indexed`: its folder is there, and no graph of it.
 * - `older`: an older version of Forge has written the graph; any command there brings it up to date.
 * - `newer`: another version of Forge has written the graph.
 * - `damaged`: the file of the graph is broken, or no database of Forge.
 * - `unreadable`: the graph cannot be opened now: for lack of a right, or because of a lock.
 */
export type ProjectState = 'ready' | 'missing' | 'not-indexed' | 'older' | 'newer' | 'damaged' | 'unreadable'

/** How a project is now. */
export interface ProjectCondition {
  readonly state: ProjectState
  /** The revision of its graph; null where it cannot be told. */
  readonly revision: number | null
  /** When that was written, in milliseconds since the epoch. */
  readonly indexedAt: number | null
  /** Why it is not ready, and what to do about it. */
  readonly problem?: { readonly message: string; readonly hint: string }
}

/** Looks at a project and its graph; what is wrong with them is no error. */
export async function conditionOf(
  { root, database }: Pick<Project, 'root' | 'database'>,
  options: LookOptions,
): Promise<ProjectCondition> {
  if (!(await folderExists(root))) return problem('missing', `There is no folder ${root}`)
  try {
    const { revision, indexedAt, isOlder } = await lookAtGraph(root, database, options)
    if (!isOlder) return { state: 'ready', revision, indexedAt }
    return { ...problem('older', `An older version of Forge has written ${database}`), revision, indexedAt }
  } catch (error) {
    if (!isForgeError(error)) throw error
    // The folder went away in between.
    if (error.code.startsWith('FORGE_ROOT_')) return problem('missing', error.message)
    return problem(stateByCode[error.code] ?? 'unreadable', error.message)
  }
}

type Problem = Exclude<ProjectState, 'ready'>

const stateByCode: Readonly<Record<string, Problem>> = {
  FORGE_STORE_NOT_INDEXED: 'not-indexed',
  FORGE_STORE_NEWER: 'newer',
  FORGE_STORE_FOREIGN: 'damaged',
  FORGE_MIGRATE_DAMAGED: 'damaged',
  FORGE_DB_CORRUPT: 'damaged',
}

const hints: Readonly<Record<Problem, string>> = {
  missing:
    'Where it was moved, run `forge projects add` in its new place; where it was deleted, `forge projects remove`; where its disk is not there, nothing',
  'not-indexed': 'Run `forge index` in its folder',
  older: 'Run `forge index` in its folder',
  newer: 'Use that version of Forge, or delete the graph and run `forge index` in its folder',
  damaged: 'Delete the graph and run `forge index` in its folder: nothing in it is lost for good',
  unreadable: 'Check that this user may read the folder and the graph, and try again',
}

function problem(state: Problem, message: string): ProjectCondition {
  return { state, revision: null, indexedAt: null, problem: { message, hint: hints[state] } }
}
