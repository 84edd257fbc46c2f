import { ForgeError } from '@forge/errors'

/** A statement key was made of something else than a text and a known mode. */
export class StatementKeyError extends ForgeError {
  override readonly code = 'FORGE_STATEMENT_KEY'
}

/** A statement cache was given options that cannot work. */
export class StatementCacheOptionsError extends ForgeError {
  override readonly code = 'FORGE_STATEMENT_CACHE_OPTIONS'
}

/** A statement cache was asked for a statement after it was closed. */
export class StatementCacheClosedError extends ForgeError {
  override readonly code = 'FORGE_STATEMENT_CACHE_CLOSED'
}
