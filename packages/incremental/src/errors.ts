import { ForgeError } from '@forge/errors'

/** A text or some bytes are no BLAKE3 digest. */
export class NodeHashError extends ForgeError {
  override readonly code = 'FORGE_NODE_HASH'
}

/** A query needs its own answer: `details.path` names the questions from the one that is asked again to itself. */
export class QueryCycleError extends ForgeError {
  override readonly code = 'FORGE_QUERY_CYCLE'
}

/** A definition, a key or an option cannot be: `details` says which. */
export class QueryInvalidError extends ForgeError {
  override readonly code = 'FORGE_QUERY_INVALID'
}

/** A query asked through a context whose computation has ended, or of which an input has changed since it began. */
export class QueryOutdatedError extends ForgeError {
  override readonly code = 'FORGE_QUERY_OUTDATED'
}
