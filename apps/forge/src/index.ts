export { CodeSearch } from './code-search.ts'
export type { CodeLine, CodeLines, LineOptions } from './code-search.ts'
export {
  NotIndexedError,
  RuntimeMissingError,
  StoreClosedError,
  StoreNewerError,
  StoreUnwritableError,
} from './errors.ts'
export { Forge } from './forge.ts'
export type { ForgeOptions, Freshness, RuntimeOptions } from './forge.ts'
export type { Runtime, RuntimeEvent, RuntimeRole } from './runtime/runtime.ts'
export type { Store, StoreOptions } from './store.ts'
export { UnifiedGraphStore } from './unified-graph-store.ts'
export type { UnifiedGraphStoreOptions } from './unified-graph-store.ts'
