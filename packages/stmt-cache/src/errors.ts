import { ForgeError } from '@forge/errors'

/** A statement key was made of something else than a text and a result mode. */
export class StatementKeyError extends ForgeError {
  override readonly code = 'FORGE_STATEMENT_KEY'
}

/** A statement cache was given bounds that cannot work. */
export class StatementCacheOptionsError extends ForgeError {
  override readonly code = 'FORGE_STATEMENT_CACHE_OPTIONS'
}
