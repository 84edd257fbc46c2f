import { existsSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { isForgeError } from '@forge/errors'
import {
  type AddedProject,
  createProjectRegistry,
  type Project,
  createSymbolTable,
  type ProjectRegistry,
  type RegistryTables,
  type SymbolTable,
} from '@forge/projects'
import { ProjectsStorageError } from '../errors.ts'
import { inMemory, prepareStore, Store, type StoreOptions } from '../store.ts'
import type { Forge, Freshness } from '../forge.ts'
import { AcrossProjects } from './across-projects.ts'
import { findProject } from './find-project.ts'
import { folderExists } from './folder-exists.ts'
import { defaultGlobalDatabase, globalStore } from './global-database.ts'
import { conditionOf, type ProjectCondition } from './project-condition.ts'
import { ProjectGraphs } from './project-graphs.ts'
import { syncProjects, type SyncProgress } from './sync-projects.ts'

/** How to open the projects of a user. */
export interface ProjectsOptions extends Pick<StoreOptions, 'busyDeadline' | 'threads' | 'signal'> {
  /** The database file; `:memory:` for one that is empty, and gone in the end. Default: `forge/global.db` in the data folder of the platform, such as `~/.local/share`. */
  readonly globalDb?: string
  /** Whether to make the database where there is none. Otherwise there are no projects then, and what is added is gone in the end. Default true. */
  readonly create?: boolean
}

/** How to add a project. */
export interface AddOptions {
  /** The file of its graph. Default: `.forge/graph.db` in the folder. */
  readonly database?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** A project, and how it is now. */
export interface ListedProject extends Project, ProjectCondition {}

/** How to ask all projects. */
export interface AskOptions {
  /** A project that is open already, and how fresh it is: it is asked as it is, and left open. */
  readonly open?: { readonly forge: Forge; readonly freshness: Freshness }
  /** Whether to look what has changed in the folders of the others since they were indexed. Default true. */
  readonly freshness?: boolean
  /** Told what is read again. */
  readonly onProgress?: (progress: SyncProgress) => void
  readonly signal?: AbortSignal | undefined
}

interface WaitOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * The projects of a user: those that they have added, each under a name of its own. They are in one database for all projects, which is the
 * user's own and never made again.
 *
 * Each method also throws `FORGE_PROJECTS_STORAGE` where that database fails, and the reason of its signal.
 *
 * @example
 * ```ts
 * await using projects = await Projects.open()
 * const { project, outcome } = await projects.add('./shop')
 * for (const { name, root, state } of await projects.list()) console.log(name, root, state)
 * ```
 */
export class Projects implements AsyncDisposable {
  /** The database they are in. */
  readonly store: Store<RegistryTables>
  /** The same projects by what is known of them alone. */
  readonly registry: ProjectRegistry
  /** What is public in them, and who of them names it; as it was when it was last brought up to date by {@link Projects.ask}. */
  readonly symbols: SymbolTable
  readonly #busyDeadline: number | undefined

  private constructor(store: Store<RegistryTables>, ready: () => Promise<void>, busyDeadline: number | undefined) {
    this.store = store
    this.registry = createProjectRegistry({ db: store.database, ready })
    this.symbols = createSymbolTable({ db: store.database })
    this.#busyDeadline = busyDeadline
  }

  /**
   * Opens the database, and brings its tables up to date.
   *
   * @throws `FORGE_STORE_UNWRITABLE`, `FORGE_STORE_NEWER`, `FORGE_STORE_FOREIGN`, `FORGE_PROJECTS_STORAGE`, the reason of the signal
   */
  static async open({ globalDb, create = true, ...options }: ProjectsOptions = {}): Promise<Projects> {
    const given = globalDb === inMemory ? inMemory : path.resolve(globalDb ?? defaultGlobalDatabase())
    const place = create || existsSync(given) ? given : inMemory
    const prepared = prepareStore<RegistryTables>(place, globalStore, options)
    const projects = new Projects(new Store(prepared), prepared.ready, options.busyDeadline)
    try {
      await guarded(place, prepared.ready)
      return projects
    } catch (error) {
      // Nobody uses it yet, and why it could not be opened says more than why it could not be closed.
      await prepared.database.close({ deadline: 0 }).catch(() => undefined)
      throw error
    }
  }

  /**
   * Adds the project in a folder, which has to be indexed. One that is known by its folder, or by what it is where its old folder is gone, keeps its name; a new one
   * gets that of its package or of its folder, with a number where that is taken.
   *
   * @throws `FORGE_ROOT_*`, `FORGE_STORE_NOT_INDEXED`, `FORGE_STORE_NEWER`, `FORGE_STORE_FOREIGN`, `FORGE_MIGRATE_DAMAGED` and `FORGE_DB_*` of its graph
   */
  async add(folder: string, options: AddOptions = {}): Promise<AddedProject> {
    const found = await findProject(folder, { ...options, ...this.#waiting })
    return await this.#guarded(() => this.registry.add(found, folderExists, { signal: options.signal }))
  }

  /** All projects by name, each with how it and its graph are now: one that is not there, or whose graph cannot be read, is listed as that. */
  async list({ signal }: WaitOptions = {}): Promise<readonly ListedProject[]> {
    const listed: ListedProject[] = []
    for (const project of await this.#guarded(() => this.registry.list({ signal }))) {
      signal?.throwIfAborted()
      listed.push({ ...project, ...(await conditionOf(project, { ...this.#waiting, signal })) })
    }
    return listed
  }

  /**
   * The project of a name; where none has it, the project in the folder of that path.
   *
   * @param cwd the folder that paths are relative to
   * @throws `FORGE_PROJECT_NOT_FOUND`
   */
  async get(
    nameOrFolder: string,
    { cwd = '.', signal }: WaitOptions & { readonly cwd?: string } = {},
  ): Promise<Project> {
    return await this.#guarded(async () => {
      const byName = await this.registry.find({ name: nameOrFolder }, { signal })
      if (byName !== undefined) return byName
      for (const root of namesOf(path.resolve(cwd, nameOrFolder))) {
        const byRoot = await this.registry.find({ root }, { signal })
        if (byRoot !== undefined) return byRoot
      }
      return await this.registry.get(nameOrFolder, { signal })
    })
  }

  /**
   * Gives a project another name.
   *
   * @throws `FORGE_PROJECT_NOT_FOUND`, `FORGE_PROJECT_NAME_TAKEN`, `FORGE_PROJECT_NAME_INVALID`
   */
  async rename(name: string, newName: string, options: WaitOptions = {}): Promise<Project> {
    return await this.#guarded(() => this.registry.rename(name, newName, options))
  }

  /**
   * Forgets a project, and leaves its folder as it is; returns it as it was.
   *
   * @throws `FORGE_PROJECT_NOT_FOUND`
   */
  async remove(name: string, options: WaitOptions = {}): Promise<Project> {
    return await this.#guarded(() => this.registry.remove(name, options))
  }

  /**
   * Opens the graphs of all projects to be asked, and brings what is known of their public symbols up to date with them.
   *
   * @example
   * ```ts
   * const { project } = await projects.add('./shop')
   * await using asked = await projects.ask()
   * for (const { name, rows } of await asked.references(project, ['src/cart.ts#Cart'])) console.log(name, rows.length)
   * ```
   */
  async ask({ open, freshness, onProgress, signal }: AskOptions = {}): Promise<AcrossProjects> {
    return await this.#guarded(async () => {
      const projects = await this.registry.list({ signal })
      const isAsked = freshness === undefined ? {} : { freshness }
      const graphs = new ProjectGraphs({ open, ...isAsked, ...this.#waiting, signal })
      try {
        const { symbols } = this
        const synced = await syncProjects({ projects, symbols, graphs, signal, onProgress })
        return new AcrossProjects({ projects, symbols, graphs, synced, signal })
      } catch (error) {
        await graphs[Symbol.asyncDispose]()
        throw error
      }
    })
  }

  /** Closes the database; harmless to call again. */
  close(): Promise<void> {
    return this.store.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  get #waiting(): { readonly busyDeadline?: number } {
    return this.#busyDeadline === undefined ? {} : { busyDeadline: this.#busyDeadline }
  }

  #guarded<T>(work: () => Promise<T>): Promise<T> {
    return guarded(this.store.file, work)
  }
}

/** A folder as it is written, and without symbolic links; the second only where it is there. */
function namesOf(folder: string): readonly string[] {
  try {
    return [folder, realpathSync(folder)]
  } catch {
    return [folder]
  }
}

const replaceIt =
  'Put a copy in its place, such as one that is beside it, or move it away and run `forge projects add` in each project'

const remedies: Readonly<Record<string, string>> = {
  FORGE_DB_BUSY: 'Another process is writing to it; try again, or wait longer',
  FORGE_MIGRATE_BUSY: 'Another process is writing to it; try again, or wait longer',
  FORGE_DB_READ_ONLY: 'This user may only read it: make it writable, or name another with --global-db FILE',
  FORGE_DB_UNAVAILABLE: 'Check its permissions and those of its folder, or name another with --global-db FILE',
  FORGE_DB_CORRUPT: replaceIt,
}

/** Runs what asks the database; what fails there surfaces as `FORGE_PROJECTS_STORAGE`. */
async function guarded<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isForgeError(error) || !/^FORGE_(?:DB|MIGRATE|POOL)_/.test(error.code)) throw error
    if (error.code === 'FORGE_DB_QUERY' || error.code === 'FORGE_POOL_CLOSED') throw error
    throw new ProjectsStorageError(`The database of projects at ${file} failed: ${error.message}`, {
      hint:
        remedies[error.code] ??
        (error.code.startsWith('FORGE_MIGRATE_') ? replaceIt : 'See the cause for what the database said'),
      details: { file, code: error.code },
      cause: error,
    })
  }
}
