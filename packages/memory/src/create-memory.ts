import type { MemoryOptions } from './memory-options.ts'
import type { MemoryTables } from './schema.ts'
import { SqliteMemory } from './sqlite-memory.ts'
import type { Memory } from './storage.ts'

/**
 * Makes a memory; its database is opened when it is first used, or by `create`.
 *
 * @example
 * ```ts
 * import Driver from 'better-sqlite3'
 * import { createMemory } from '@forge/memory'
 *
 * await using memory = createMemory({ path: '.forge/memory.db', driver: Driver })
 * const id = await memory.add({ type: 'decision', content: 'Errors carry a code and a hint' })
 * const hits = await memory.search('error codes')
 * ```
 * @throws `FORGE_MEMORY_INVALID`; with `failure: 'silent'` nothing
 */
export function createMemory<S extends MemoryTables = MemoryTables>(options: MemoryOptions<S>): Memory {
  // A database with more tables serves every query of one with fewer; Kysely's types do not say so.
  return new SqliteMemory(options as unknown as MemoryOptions, createMemory)
}
