import { existsSync } from 'node:fs'
import path from 'node:path'
import { createMemory, type Memory, memoryMigrations } from '@forge/memory'
import { createRunStorage, runMigrations, type RunStorage, type RunTables } from '@forge/runs'
import Sqlite from 'better-sqlite3'
import { makeStoreFolder } from './store-folder.ts'
import { inMemory, prepareStore, requireOurs, type StoreKind, type StoreOptions } from './store.ts'

/** What a project is called in databases that could hold several. */
export const projectName = 'main'

/** How to open what is the user's own. */
export type OwnStoreOptions = Pick<StoreOptions, 'create' | 'busyDeadline' | 'threads'>

/** The runs of a project, and an end. */
export interface RunHistory extends AsyncDisposable {
  readonly storage: RunStorage
}

/** The runs: nothing of them can be made again. */
export const runStore: StoreKind = { migrations: runMigrations, derived: false }

/** The memory, as {@link runStore}. */
export const memoryStore: StoreKind = { migrations: memoryMigrations, derived: false }

/**
 * The runs in a file, which is opened when it is first used. Where there is no file and none is to be made, there are no
 * runs, and what is written is gone in the end.
 */
export function openRunHistory(file: string, options: OwnStoreOptions = {}): RunHistory {
  const { database, ready } = prepareStore<RunTables>(placeOf(file, options), runStore, options)
  return {
    storage: createRunStorage({ db: database, project: projectName, ready }),
    [Symbol.asyncDispose]: () => database.close(),
  }
}

/** The memory in a file, as {@link openRunHistory} opens runs. */
export function openMemory(file: string, options: OwnStoreOptions = {}): Memory {
  const place = placeOf(file, options)
  if (place !== inMemory) {
    makeStoreFolder(path.dirname(place))
    requireOurs(place)
  }
  return createMemory({
    path: place,
    driver: Sqlite,
    project: projectName,
    ...(options.busyDeadline === undefined ? {} : { busyDeadline: options.busyDeadline }),
  })
}

function placeOf(file: string, { create = true }: OwnStoreOptions): string {
  return create || existsSync(file) ? file : inMemory
}
