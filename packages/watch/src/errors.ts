import { ForgeError } from '@forge/errors'

/** An option cannot be: `details` says which. */
export class WatchOptionError extends ForgeError {
  override readonly code = 'FORGE_WATCH_OPTION'
}

/** There is no folder to watch, or it is gone: it is watched again as soon as it is back. */
export class WatchRootError extends ForgeError {
  override readonly code = 'FORGE_WATCH_ROOT'
}

/** The system watches no more folders or opens no more files for this process: the folder is looked through now and then in place of that. */
export class WatchLimitError extends ForgeError {
  override readonly code = 'FORGE_WATCH_LIMIT'
}

/** A folder or a file cannot be read; what is in it is not watched. */
export class WatchUnreadableError extends ForgeError {
  override readonly code = 'FORGE_WATCH_UNREADABLE'
}

/** The thread that watches has died, or somebody who is told of changes has thrown: `cause` says of what. */
export class WatchFailedError extends ForgeError {
  override readonly code = 'FORGE_WATCH_FAILED'
}

/** The watcher was closed. */
export class WatchClosedError extends ForgeError {
  override readonly code = 'FORGE_WATCH_CLOSED'
}
