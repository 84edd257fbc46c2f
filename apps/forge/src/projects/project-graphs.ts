import { isForgeError } from '@forge/errors'
import type { Project } from '@forge/projects'
import { Forge, type Freshness } from '../forge.ts'
import { conditionOf, type ProjectCondition, type ProjectState } from './project-condition.ts'

/** A project and how it is now; with its graph where that can be asked. */
export type ProjectGraph = { readonly project: Project } & (
  | { readonly state: 'ready'; readonly forge: Forge; readonly freshness: Freshness; readonly problem?: undefined }
  | {
      readonly state: Exclude<ProjectState, 'ready'>
      readonly forge?: undefined
      readonly freshness?: undefined
      readonly problem: ProjectCondition['problem']
    }
)

/** How to open the graphs of projects. */
export interface ProjectGraphsOptions {
  /** A project that is open already, and how fresh it is: it is left open. */
  readonly open?: { readonly forge: Forge; readonly freshness: Freshness } | undefined
  /** Whether to look what has changed in the folders since. Default true. */
  readonly freshness?: boolean
  readonly busyDeadline?: number | undefined
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

  /** Takes note that the graph of a project is of no use after all. */
  giveUp(project: Project, error: { readonly message: string; readonly hint?: string | undefined }): ProjectGraph {
    const problem = { message: error.message, hint: error.hint ?? '' }
    const graph: ProjectGraph = { project, state: 'older', problem }
    this.#graphs.set(project.id, Promise.resolve(graph))
    return graph
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#graphs.values())
    await this.#opened.disposeAsync()
  }

  async #open(project: Project): Promise<ProjectGraph> {
    const { open, freshness: isAsked = true, busyDeadline, signal } = this.#options
    signal?.throwIfAborted()
    if (open?.forge.store.file === project.database) return { project, state: 'ready', ...open }
    const waiting = busyDeadline === undefined ? {} : { busyDeadline }
    const { state, problem } = await conditionOf(project, { ...waiting, signal })
    if (state !== 'ready') return { project, state, problem }
    try {
      const { root, database } = project
      const forge = this.#opened.use(await Forge.open(root, { database, readOnly: true, threads: false, ...waiting }))
      const known = { revision: await forge.graph.revision(), stale: false, pending: [] }
      return { project, state, forge, freshness: isAsked ? await forge.freshness() : known }
    } catch (error) {
      // It went away in between.
      if (!isForgeError(error)) throw error
      return { project, state: 'unreadable', problem: { message: error.message, hint: error.hint ?? '' } }
    }
  }
}
