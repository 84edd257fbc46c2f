import { ForgeError } from '@forge/errors'

/** The command line of a benchmark cannot be understood. */
export class BenchUsageError extends ForgeError {
  override readonly code = 'FORGE_BENCH_USAGE'
}

/** A corpus or a peer could not be fetched, or cannot be started. */
export class BenchSetupError extends ForgeError {
  override readonly code = 'FORGE_BENCH_SETUP'
}

/** What was fetched is not what is pinned. */
export class BenchIntegrityError extends ForgeError {
  override readonly code = 'FORGE_BENCH_INTEGRITY'
}
