import { ForgeError } from '@forge/errors'

/** A parameter of a prepared query is missing, or was used as a value while the query was built. */
export class ParameterError extends ForgeError {
  override readonly code = 'FORGE_DB_PARAMETER'
}

/** A query that must find a row found none. */
export class NoResultError extends ForgeError {
  override readonly code = 'FORGE_DB_NO_RESULT'
}

/** A stream was read on after its transaction, its savepoint or its connection had ended. */
export class StreamEndedError extends ForgeError {
  override readonly code = 'FORGE_DB_STREAM_ENDED'
}
