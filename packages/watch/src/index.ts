export {
  WatchClosedError,
  WatchFailedError,
  WatchLimitError,
  WatchOptionError,
  WatchRootError,
  WatchUnreadableError,
} from './errors.ts'
export type { ChangeBatch, FileChange, FileStamp, Snapshot } from './file-change.ts'
export { watchFolder } from './watch-folder.ts'
export type { FolderWatcher, WatchOptions } from './watch-folder.ts'
export type { WatchStats } from './watch-protocol.ts'
