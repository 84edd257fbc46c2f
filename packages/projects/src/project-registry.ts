import type { Database, Transaction } from '@forge/db'
import { isForgeError, startStackAt } from '@forge/errors'
import { addProject } from './adding.ts'
import { ProjectNameTakenError, ProjectNotFoundError } from './errors.ts'
import { requireName } from './project-name.ts'
import { ProjectQueries, type StoredProject } from './project-queries.ts'
import { projectOf } from './project-row.ts'
import type { AddedProject, FolderCheck, NewProject, Project, ProjectKey, WaitOptions } from './project-types.ts'
import type { ProjectTables } from './schema.ts'

/** What {@link createProjectRegistry} makes a registry of. */
export interface ProjectRegistryOptions<S extends ProjectTables = ProjectTables> {
  /** A database with the tables of `projectMigrations`. */
  readonly db: Database<S>
  /** The time in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number
  /** Called before the database is first used, and again when its file was deleted: makes the tables. */
  readonly ready?: () => Promise<void>
}

/**
 * The projects of a user, each under a name of its own.
 *
 * Every change is one transaction, so any number of processes may make them. Nothing is removed but by {@link ProjectRegistry.remove}
 * and by another project in the same folder: a folder that is not there may be on a disk that is not there now.
 *
 * Errors beside its own: those of the database (`FORGE_DB_…`, `FORGE_POOL_…`) and of `ready`, the reason of a signal.
 */
export interface ProjectRegistry {
  /**
   * Adds the project in a folder, or brings the row it has up to date.
   *
   * A project whose folder is in the registry is `known`. One whose identity is there with a folder that is gone has `moved`: it keeps its id and its name; of
   * several such, the one that was added first. Every other is new, under a name that is free: `api`, `api-2`.
   *
   * @param exists says whether there is a folder; called outside of the transaction, for other folders of the same identity alone
   */
  add(project: NewProject, exists: FolderCheck, options?: WaitOptions): Promise<AddedProject>

  /** All projects, by name in the order of code points. */
  list(options?: WaitOptions): Promise<readonly Project[]>

  /** The project with this id, name or folder, if there is one. */
  find(key: ProjectKey, options?: WaitOptions): Promise<Project | undefined>

  /**
   * The project with this name.
   *
   * @throws ProjectNotFoundError `FORGE_PROJECT_NOT_FOUND`
   */
  get(name: string, options?: WaitOptions): Promise<Project>

  /**
   * Gives a project another name; returns it as it is then.
   *
   * @throws `FORGE_PROJECT_NOT_FOUND`, `FORGE_PROJECT_NAME_TAKEN`, `FORGE_PROJECT_NAME_INVALID`
   */
  rename(name: string, newName: string, options?: WaitOptions): Promise<Project>

  /**
   * Removes a project, and what other tables have of it; returns it as it was. Nothing in its folder is touched.
   *
   * @throws `FORGE_PROJECT_NOT_FOUND`
   */
  remove(name: string, options?: WaitOptions): Promise<Project>
}

/**
 * Opens the registry in a database.
 *
 * @example
 * ```ts
 * const db = openDatabase<ProjectTables>({ open: () => new Driver('global.db'), synchronous: 'FULL' })
 * await createSchemaManager({ db: db.kysely, migrations: projectMigrations }).up()
 * const registry = createProjectRegistry({ db })
 * const { project, outcome } = await registry.add(found, existsSync)
 * ```
 */
export function createProjectRegistry<S extends ProjectTables>(options: ProjectRegistryOptions<S>): ProjectRegistry {
  return new SqliteProjectRegistry(options as unknown as ProjectRegistryOptions)
}

class SqliteProjectRegistry implements ProjectRegistry {
  readonly #db: Database<ProjectTables>
  readonly #queries: ProjectQueries
  readonly #now: () => number
  readonly #ready: () => Promise<void>
  #opening: Promise<void> | undefined

  constructor({ db, clock = Date.now, ready = async () => undefined }: ProjectRegistryOptions) {
    this.#db = db
    this.#queries = new ProjectQueries(db)
    this.#now = () => Math.trunc(clock())
    this.#ready = ready
  }

  async add(project: NewProject, exists: FolderCheck, options: WaitOptions = {}): Promise<AddedProject> {
    const context = { db: this.#db, queries: this.#queries, now: this.#now }
    return await this.#whenOpen(this.add, () => addProject(context, project, exists, options))
  }

  async list({ signal }: WaitOptions = {}): Promise<readonly Project[]> {
    return await this.#whenOpen(this.list, async () => (await waiting(this.#queries.all, signal).all()).map(projectOf))
  }

  async find(key: ProjectKey, { signal }: WaitOptions = {}): Promise<Project | undefined> {
    const row = await this.#whenOpen(this.find, () => this.#row(key, signal))
    return row === undefined ? undefined : projectOf(row)
  }

  async get(name: string, { signal }: WaitOptions = {}): Promise<Project> {
    return await this.#whenOpen(this.get, async () => {
      const row = await this.#row({ name }, signal)
      if (row === undefined) throw notFound(name, await waiting(this.#queries.all, signal).all())
      return projectOf(row)
    })
  }

  async rename(name: string, newName: string, options: WaitOptions = {}): Promise<Project> {
    const wanted = requireName(newName, this.rename)
    return await this.#change(this.rename, options, (tx) => {
      const { id } = this.#one(tx, name)
      const other = tx.first(this.#queries.byName, { name: wanted })
      if (other !== undefined && other.id !== id) throw nameTaken(other)
      return projectOf(tx.firstOrThrow(this.#queries.rename, { id, name: wanted }))
    })
  }

  async remove(name: string, options: WaitOptions = {}): Promise<Project> {
    return await this.#change(this.remove, options, (tx) => {
      const row = this.#one(tx, name)
      tx.run(this.#queries.remove, { id: row.id })
      return projectOf(row)
    })
  }

  #row(key: ProjectKey, signal: AbortSignal | undefined): Promise<StoredProject | undefined> {
    const { byId, byName, byRoot } = this.#queries
    if ('id' in key) return waiting(byId, signal).first({ id: key.id })
    if ('root' in key) return waiting(byRoot, signal).first({ root: key.root })
    return waiting(byName, signal).first({ name: key.name.normalize() })
  }

  #one(tx: Transaction<ProjectTables>, name: string): StoredProject {
    const row = tx.first(this.#queries.byName, { name: name.normalize() })
    if (row === undefined) throw notFound(name, tx.all(this.#queries.all))
    return row
  }

  #change<T>(callSite: CallSite, { signal }: WaitOptions, body: (tx: Transaction<ProjectTables>) => T): Promise<T> {
    return this.#whenOpen(callSite, () => this.#db.transaction(body, { mode: 'immediate', signal }))
  }

  /** Lets the database be made ready, once; after a failure, or where its file is another one, again. */
  async #whenOpen<T>(callSite: CallSite, work: () => Promise<T>): Promise<T> {
    const opening = (this.#opening ??= this.#ready())
    try {
      await opening
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined
      throw error
    }
    try {
      return await work()
    } catch (error) {
      if (isForgeError(error) && error.code === 'FORGE_DB_MOVED') this.#opening = undefined
      if (isForgeError(error)) startStackAt(error, callSite)
      throw error
    }
  }
}

type CallSite = (...args: never[]) => unknown

function waiting<Q extends { withSignal(signal: AbortSignal): Q }>(query: Q, signal: AbortSignal | undefined): Q {
  return signal === undefined ? query : query.withSignal(signal)
}

function notFound(name: string, rows: readonly StoredProject[]): ProjectNotFoundError {
  const names = rows.map((row) => row.name)
  const shown = names.slice(0, 20)
  const more = names.length > shown.length ? `, and ${names.length - shown.length} more` : ''
  return new ProjectNotFoundError(`No project is called ${name.slice(0, 200)}`, {
    hint: names.length === 0 ? 'There is no project yet: add one' : `There are ${shown.join(', ')}${more}`,
    details: { name: name.slice(0, 1000), names: shown },
  })
}

function nameTaken({ name, root }: StoredProject): ProjectNameTakenError {
  return new ProjectNameTakenError(`Another project is called ${name}`, {
    hint: `Take another name, or rename the project in ${root} first`,
    details: { name, root },
  })
}
