import { ForgeError } from '@forge/errors'

/** An option, an argument or a part of an entry cannot be: `details` says which and why. */
export class MemoryInvalidError extends ForgeError {
  override readonly code = 'FORGE_MEMORY_INVALID'
}

/** The database failed; `cause` is its own error, such as `FORGE_DB_FULL`, and `details.code` the code of that. */
export class MemoryStorageError extends ForgeError {
  override readonly code = 'FORGE_MEMORY_STORAGE'
}

/** The entry finds no room: what else is there is pinned, or it is larger than `maxSize` alone. */
export class MemoryFullError extends ForgeError {
  override readonly code = 'FORGE_MEMORY_FULL'
}

/** The memory was closed. */
export class MemoryClosedError extends ForgeError {
  override readonly code = 'FORGE_MEMORY_CLOSED'
}
