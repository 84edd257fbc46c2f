export { createMemory } from './create-memory.ts'
export { MemoryClosedError, MemoryFullError, MemoryInvalidError, MemoryStorageError } from './errors.ts'
export type { MemoryConnection, MemoryDriver, MemoryOptions, MemoryPlace } from './memory-options.ts'
export { exactVectorIndex, sqlVectorIndex } from './exact-vector-index.ts'
export type { MemoryHealth } from './health.ts'
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
export type { VectorIndex, VectorMatch, VectorRequest } from './vector-index.ts'
export type { IdentifiedMemory, Memory, StorageInterface, WaitOptions } from './storage.ts'
export { acquireLock, FileLock, releaseLock } from './lock/file-lock.ts'
export type { AcquireOptions, FileLockOptions } from './lock/file-lock.ts'
export { LockLostError, LockReentryError, LockTimeoutError } from './lock/lock-errors.ts'
export type { LockHolder } from './lock/lock-table.ts'
export type { Liveness, ProcessIdentity } from './lock/process-identity.ts'
