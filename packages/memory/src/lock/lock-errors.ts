import { ForgeError } from '@forge/errors'

/** Somebody else held the lock until the timeout passed: `details.holder`. */
export class LockTimeoutError extends ForgeError {
  override readonly code = 'FORGE_MEMORY_LOCK_TIMEOUT'
}

/** Whoever asks for the lock has it already, and would wait for itself. */
export class LockReentryError extends ForgeError {
  override readonly code = 'FORGE_MEMORY_LOCK_REENTRY'
}

/** The lock was not held, or not any more: somebody broke it, or its file was replaced. */
export class LockLostError extends ForgeError {
  override readonly code = 'FORGE_MEMORY_LOCK_LOST'
}
