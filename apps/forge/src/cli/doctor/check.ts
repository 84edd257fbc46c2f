import type { CachedConnection } from '@forge/db'
import type { SchemaManager } from '@forge/migrate'

/** One thing that was looked at. */
export interface Check {
  readonly name: string
  readonly state: 'ok' | 'warning' | 'problem'
  readonly found: string
  /** What to do where it is not well. */
  readonly remedy?: string
}

/** Nothing to do. */
export function ok(name: string, found: string): Check {
  return { name, state: 'ok', found }
}

/** Forge works, and could do better. */
export function warning(name: string, found: string, remedy: string): Check {
  return { name, state: 'warning', found, remedy }
}

/** Forge does not work here, or answers wrongly. */
export function problem(name: string, found: string, remedy: string): Check {
  return { name, state: 'problem', found, remedy }
}

/** What checks ask of a store. */
export interface CheckedStore {
  readonly file: string
  readonly derived: boolean
  readonly schema: SchemaManager
  read<T>(use: (connection: CachedConnection) => T): Promise<T>
}

/** The command that opens the store to write. */
export function writingCommand({ derived }: CheckedStore): string {
  return derived ? '`forge index`' : 'a command that writes to it'
}

/** What helps with anything in a database: what can be made again is, what is the user's own is put back. */
export function restore({ file, derived }: CheckedStore): string {
  return derived
    ? `Delete ${file} and run \`forge index\`; nothing in it is lost for good`
    : `Keep a copy of ${file}; if there is a backup beside it, or one of your own, put that in its place`
}
