import { isForgeError } from '@forge/errors'
import type { FeedReport, Project, SymbolTable } from '@forge/projects'
import type { ProjectGraph, ProjectGraphs } from './project-graphs.ts'
import { readProject } from './read-project.ts'

/** How far bringing the symbol table up to date is. */
export interface SyncProgress {
  /** The project that is read. */
  readonly project: string
  /** The installed package of it that is read, if one is. */
  readonly package?: string
}

/** What bringing the symbol table up to date needs. */
export interface SyncOptions {
  readonly projects: readonly Project[]
  readonly symbols: SymbolTable
  readonly graphs: ProjectGraphs
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined
}

/** What was done to bring the symbol table up to date. */
export interface SyncReport {
  /** The projects that were read again, and what that changed. */
  readonly fed: readonly (FeedReport & { readonly project: string })[]
  /** Uses that had led to projects which are not in the registry any more. */
  readonly repaired: number
}

/** Packages that one project has under names that another one uses may have to be read again for them; more rounds than these do not happen. */
const mostRounds = 4

/** Another process may drop a package that was just found to be known; then the project is read again. */
const mostTries = 8

/** Makes the symbol table say what the graphs say: only what has changed since is read. A project that cannot be asked stays as it was. */
export async function syncProjects(options: SyncOptions): Promise<SyncReport> {
  const { projects, symbols, graphs, signal } = options
  const repaired = await symbols.repair({ signal })
  const fed: (FeedReport & { readonly project: string })[] = []
  for (let round = 0; round < mostRounds; round++) {
    const before = fed.length
    for (const project of projects) {
      signal?.throwIfAborted()
      const graph = await graphs.of(project)
      if (graph.state !== 'ready') continue
      const report = await feed(graph, options)
      if (report !== undefined) fed.push({ project: project.name, ...report })
    }
    if (fed.length === before || projects.length === 1) break
  }
  return { fed, repaired }
}

async function feed(
  { project, forge }: ProjectGraph & { readonly state: 'ready' },
  { projects, symbols, graphs, signal, onProgress }: SyncOptions,
): Promise<FeedReport | undefined> {
  onProgress?.({ project: project.name })
  const onPackage = (name: string): void => onProgress?.({ project: project.name, package: name })
  try {
    for (let tries = 0; tries < mostTries; tries++) {
      const found = await readProject({ project, graph: forge.graph, symbols, projects, signal, onPackage })
      if (found === undefined) return undefined
      const report = await symbols.feed(project.id, found, { signal })
      if (report !== undefined) return report
    }
  } catch (error) {
    if (!isForgeError(error) || !/^FORGE_(?:INDEX_OUTDATED|ROOT_)/.test(error.code)) throw error
    graphs.giveUp(project, error)
  }
  return undefined
}
