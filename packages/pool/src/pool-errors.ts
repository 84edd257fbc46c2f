import { ForgeError } from '@forge/errors'

/** Something was asked of a pool that is closed or closing. */
export class PoolClosedError extends ForgeError {
  override readonly code = 'FORGE_POOL_CLOSED'
}

/** No connection came free in time. */
export class PoolTimeoutError extends ForgeError {
  override readonly code = 'FORGE_POOL_TIMEOUT'
}

/** A task waits for a connection that it holds itself; `cause` leads to the line that acquired it. */
export class PoolDeadlockError extends ForgeError {
  override readonly code = 'FORGE_POOL_DEADLOCK'
}

/** A pool was given options that cannot work. */
export class PoolOptionsError extends ForgeError {
  override readonly code = 'FORGE_POOL_OPTIONS'
}

/** The writer was asked of a pool that was opened read-only. */
export class PoolReadOnlyError extends ForgeError {
  override readonly code = 'FORGE_POOL_READ_ONLY'
}

/** A reader kept the WAL from being moved into the file for longer than the pool allows, and its connection was closed. */
export class ReaderEndedError extends ForgeError {
  override readonly code = 'FORGE_POOL_READER_ENDED'
}

/** Connections were still in use when the deadline of closing the pool passed. */
export class PoolDrainError extends ForgeError {
  override readonly code = 'FORGE_POOL_DRAIN'
}

/** A lease was used after it was released. */
export class LeaseReleasedError extends ForgeError {
  override readonly code = 'FORGE_POOL_LEASE_RELEASED'
}
