export { createMemory } from './create-memory.ts'
export { MemoryClosedError, MemoryFullError, MemoryInvalidError, MemoryStorageError } from './errors.ts'
export type { MemoryConnection, MemoryDriver, MemoryOptions, MemoryPlace } from './memory-options.ts'
export { memoryTypes } from './memory-types.ts'
export type {
  MatchKind,
  MemoryEntry,
  MemoryFailure,
  MemoryFilter,
  MemoryHit,
  MemoryListing,
  MemoryMetadata,
  MemoryPage,
  MemoryQuery,
  MemoryStats,
  MemoryType,
  MemoryTypeStats,
  NewMemory,
} from './memory-types.ts'
export { memoryMigrations } from './migrations.ts'
export type { MemoryTables } from './schema.ts'
export type { IdentifiedMemory, Memory, StorageInterface, WaitOptions } from './storage.ts'
