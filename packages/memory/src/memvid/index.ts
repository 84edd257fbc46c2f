export { memvid } from './memvid.ts'
export type { MemvidFunctions, MemvidSettings } from './memvid.ts'
export { MemoryExistsError, MemoryNotFoundError, MemoryReadOnlyError, MemoryUnsupportedError } from './memvid-errors.ts'
export type {
  FindHit,
  FindInput,
  FindResult,
  Memvid,
  MemvidOpenOptions,
  PutInput,
  StatsResult,
  TimelineEntry,
  TimelineInput,
} from './memvid-types.ts'
