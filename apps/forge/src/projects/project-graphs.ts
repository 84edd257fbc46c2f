import { stat } from 'node:fs/promises'
import { isForgeError } from '@forge/errors'
import type { Project } from '@forge/projects'
import { Forge, type Freshness } from '../forge.ts'

/**
 * Whether a project can be asked.
 *
 * - `ready`: it can.
 * - `missing`: its folder is not there: deleted, moved, or on a disk that is not there now.
 * - `not-indexed`: its folder has no graph.
 * - `newer`: its graph was written by another version of Forge.
 * - `damaged`: its graph cannot be read.
 */
export type ProjectState = 'ready' | 'missing' | 'not-indexed' | 'newer' | 'damaged'

/** A project, and its graph where it can be asked. */
export type ProjectGraph = { readonly project: Project } & (
  | { readonly state: 'ready'; readonly forge: Forge; readonly freshness: Freshness }
  | { readonly state: Exclude<ProjectState, 'ready'>; readonly forge?: undefined; readonly freshness?: undefined }
)

/** How to open the graphs of projects. */
export interface ProjectGraphsOptions {
  /** A project that is open already, and how fresh it is: it is left open. */
  readonly open?: { readonly forge: Forge; readonly freshness: Freshness }
  /** Whether to look what has changed in the folders since. Default true. */
  readonly freshness?: boolean
  readonly signal?: AbortSignal | undefined
}

/** The graphs of projects, opened to be read when they are first asked for. */
export class ProjectGraphs implements AsyncDisposable {
  readonly #options: ProjectGraphsOptions
  readonly #graphs = new Map<number, Promise<ProjectGraph>>()
  readonly #opened = new AsyncDisposableStack()

  constructor(options: ProjectGraphsOptions = {}) {
    this.#options = options
  }

  /** The graph of a project. Whatever is wrong with it is a state, never an error. */
  of(project: Project): Promise<ProjectGraph> {
    let graph = this.#graphs.get(project.id)
    if (graph === undefined) this.#graphs.set(project.id, (graph = this.#open(project)))
    return graph
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#graphs.values())
    await this.#opened.disposeAsync()
  }

  async #open(project: Project): Promise<ProjectGraph> {
    const { open, freshness = true, signal } = this.#options
    signal?.throwIfAborted()
    if (open?.forge.root === project.root) return { project, state: 'ready', ...open }
    if (!(await isFolder(project.root))) return { project, state: 'missing' }
    try {
      const { root, database } = project
      const forge = this.#opened.use(await Forge.open(root, { database, readOnly: true, threads: false }))
      const revision = await forge.graph.revision()
      if (revision === 0) return { project, state: 'not-indexed' }
      const known = freshness ? await forge.freshness() : { revision, stale: false, pending: [] }
      return { project, state: 'ready', forge, freshness: known }
    } catch (error) {
      if (!isForgeError(error)) throw error
      return { project, state: stateBy(error.code) }
    }
  }
}

async function isFolder(location: string): Promise<boolean> {
  try {
    return (await stat(location)).isDirectory()
  } catch {
    return false
  }
}

function stateBy(code: string): Exclude<ProjectState, 'ready'> {
  if (code === 'FORGE_STORE_NOT_INDEXED') return 'not-indexed'
  if (code === 'FORGE_STORE_NEWER' || code.startsWith('FORGE_MIGRATE')) return 'newer'
  return code.startsWith('FORGE_ROOT') ? 'missing' : 'damaged'
}
