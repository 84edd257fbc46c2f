import path from 'node:path'
import { projectMigrations } from '@forge/projects'
import envPaths from 'env-paths'
import type { StoreKind } from '../store.ts'

/** What is known of all projects of a user: their names are given by people, so nothing makes them again. */
export const globalStore: StoreKind = { migrations: projectMigrations, derived: false, option: '--global-db FILE' }

/** The file of what is known of all projects of a user, in the data folder that the platform has for programs. */
export function defaultGlobalDatabase(): string {
  return path.resolve(envPaths('forge', { suffix: '' }).data, 'global.db')
}
