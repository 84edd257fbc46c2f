import { ForgeError } from '@forge/errors'

/** The folder to index does not exist. */
export class RootNotFoundError extends ForgeError {
  override readonly code = 'FORGE_ROOT_NOT_FOUND'

  constructor(root: string, cause: unknown) {
    super(`There is no folder ${root}`, { hint: 'Check the path, or create the folder', details: { root }, cause })
  }
}

/** The path to index is there, but is not a folder. */
export class RootNotDirectoryError extends ForgeError {
  override readonly code = 'FORGE_ROOT_NOT_DIRECTORY'

  constructor(root: string) {
    super(`${root} is not a folder`, { hint: 'Give the folder that holds the file', details: { root } })
  }
}

/** The folder to index cannot be opened. */
export class RootUnreadableError extends ForgeError {
  override readonly code = 'FORGE_ROOT_UNREADABLE'

  constructor(root: string, cause: unknown) {
    super(`The folder ${root} cannot be read`, {
      hint: 'Check the permissions of the folder and of those above it',
      details: { root },
      cause,
    })
  }
}

/** An option of the indexer has a value that makes no sense. */
export class IndexerOptionError extends ForgeError {
  override readonly code = 'FORGE_INDEXER_OPTION'

  constructor(option: string, value: unknown, expected: string) {
    super(`${option} is ${String(value)}, expected ${expected}`, {
      hint: `Give ${option} as ${expected}`,
      details: { option, value: typeof value === 'number' ? value : String(value), expected },
    })
  }
}

/** Git does not say which commits have changed the files of a folder. */
export class GitHistoryError extends ForgeError {
  override readonly code = 'FORGE_GIT_HISTORY'

  constructor(root: string, reason: string) {
    super(`Git has no history of ${root}: ${reason}`, {
      hint: 'Ask in a clone of a git repository, with git installed; or ask without its history',
      details: { root, reason },
    })
  }
}

/** The extraction worker cannot be started at all, so no file can be read. */
export class ExtractWorkerError extends ForgeError {
  override readonly code = 'FORGE_EXTRACT_WORKER'

  constructor(worker: string, cause: unknown) {
    super(`The extraction worker does not start: ${worker}`, {
      hint: 'Check that the installation is complete, and the `worker` option when it was given',
      details: { worker },
      cause,
    })
  }
}

/** A project was indexed by a version of Forge that reads files in another way. */
export class IndexOutdatedError extends ForgeError {
  override readonly code = 'FORGE_INDEX_OUTDATED'

  constructor(path: string) {
    super(`What is known of ${path} is by another version of Forge`, {
      hint: 'Run `forge index` in that project',
      details: { path },
    })
  }
}
