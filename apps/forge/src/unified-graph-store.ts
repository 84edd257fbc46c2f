import path from 'node:path'
import { graphMigrations, type GraphTables } from '@forge/graph'
import { pdgMigrations, type PdgTables } from '@forge/pdg/store'
import { checkFolder } from './check-folder.ts'
import { openStore, Store, type StoreKind, type StoreOptions } from './store.ts'

/** How to open the {@link UnifiedGraphStore} of a project. */
export interface UnifiedGraphStoreOptions extends StoreOptions {
  /** The database file. Default: `.forge/graph.db` in the project. */
  readonly database?: string
}

/** All of it is read from the code and can be read again, so no migration of it needs a backup. */
const graphStore: StoreKind = { migrations: [...graphMigrations, ...pdgMigrations], derived: true }

/**
 * The store of a project's code graph: one SQLite file with the tables of all packages that take part in it.
 *
 * @example
 * ```ts
 * await using store = await UnifiedGraphStore.open('./project')
 * const { count } = await store.database.kysely
 *   .selectFrom('files')
 *   .select(({ fn }) => fn.countAll<number>().as('count'))
 *   .executeTakeFirstOrThrow()
 * ```
 */
export class UnifiedGraphStore extends Store<GraphTables & PdgTables> {
  /**
   * Opens the store of the project in a folder; makes `.forge/graph.db` there unless told otherwise.
   *
   * @throws `FORGE_ROOT_NOT_FOUND`, `FORGE_ROOT_NOT_DIRECTORY`, `FORGE_STORE_NOT_INDEXED` where there is no database and
   * none is made, `FORGE_STORE_UNWRITABLE`, `FORGE_STORE_NEWER`, `FORGE_DB_CORRUPT`, `FORGE_DB_UNAVAILABLE`,
   * `FORGE_DB_BUSY`, `FORGE_DB_FULL`, the reason of the signal
   */
  static async open(root: string, options: UnifiedGraphStoreOptions = {}): Promise<UnifiedGraphStore> {
    const folder = path.resolve(root)
    checkFolder(folder)
    const file = path.resolve(options.database ?? path.join(folder, '.forge', 'graph.db'))
    return new UnifiedGraphStore(await openStore(file, graphStore, options))
  }
}
