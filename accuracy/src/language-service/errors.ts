import { ForgeError } from '@forge/errors'

/** The command line cannot be understood. */
export class AccuracyUsageError extends ForgeError {
  override readonly code = 'FORGE_ACCURACY_USAGE'
}

/** A corpus could not be fetched or made ready. */
export class AccuracySetupError extends ForgeError {
  override readonly code = 'FORGE_ACCURACY_SETUP'
}
