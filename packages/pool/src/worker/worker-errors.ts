import { ForgeError } from '@forge/errors'

/** A read in a thread was asked of a pool that was made without `worker`. */
export class NoWorkerError extends ForgeError {
  override readonly code = 'FORGE_POOL_NO_WORKER'
}

/** As many reads as may wait for a thread do so. */
export class WorkerFullError extends ForgeError {
  override readonly code = 'FORGE_POOL_WORKER_FULL'
}

/** A thread could not start or died; `details` and `cause` say what is known. */
export class WorkerFailedError extends ForgeError {
  override readonly code = 'FORGE_POOL_WORKER_FAILED'
}
