import { ForgeError } from '@forge/errors'

/** The database failed; `cause` is its own error, such as `FORGE_DB_FULL`. Nothing was tried again. */
export class StorageError extends ForgeError {
  override readonly code = 'FORGE_RUNS_STORAGE'
}

/** There is no such run: `details.id`. */
export class NotFoundError extends ForgeError {
  override readonly code = 'FORGE_RUN_NOT_FOUND'
}

/** The run is in a state that does not allow what was asked: `details.id`, `details.status`. */
export class RunStateError extends ForgeError {
  override readonly code = 'FORGE_RUN_STATE'
}

/** A plan, an execution or an output cannot be kept as JSON: `details.path` or `details.position` says where. */
export class RunSnapshotError extends ForgeError {
  override readonly code = 'FORGE_RUN_SNAPSHOT'
}

/** A query is not understood: `details.position` and `details.length` say where, in UTF-16 units. */
export class RunQueryError extends ForgeError {
  override readonly code = 'FORGE_RUN_QUERY'
}

/** An argument cannot be: `details` says which and why. */
export class RunInvalidError extends ForgeError {
  override readonly code = 'FORGE_RUN_INVALID'
}
