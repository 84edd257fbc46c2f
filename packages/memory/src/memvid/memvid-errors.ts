import { ForgeError } from '@forge/errors'

/** There is no such file, or no such frame in it. */
export class MemoryNotFoundError extends ForgeError {
  override readonly code = 'FORGE_MEMORY_NOT_FOUND'
}

/** A file that was to be made has frames already. */
export class MemoryExistsError extends ForgeError {
  override readonly code = 'FORGE_MEMORY_EXISTS'
}

/** It was opened to be read only. */
export class MemoryReadOnlyError extends ForgeError {
  override readonly code = 'FORGE_MEMORY_READ_ONLY'
}

/** Something that `@memvid/sdk` does and this adapter does not: `details.option`. */
export class MemoryUnsupportedError extends ForgeError {
  override readonly code = 'FORGE_MEMORY_UNSUPPORTED'
}
