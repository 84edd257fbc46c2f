export { NodeHashError, QueryCycleError, QueryInvalidError, QueryOutdatedError } from './errors.ts'
export { defineInput, defineQuery } from './definitions.ts'
export { hashOf, isNodeHash, nodeHashBytes, nodeHashOfBytes, parseNodeHash } from './node-hash.ts'
export type { NodeHash } from './node-hash.ts'
export { createQueryCache } from './query-cache.ts'
export type { QueryCache, QueryCacheOptions, QueryCacheStats } from './query-cache.ts'
export { createQueryEngine } from './query-engine.ts'
export type { InputChange, QueryEngine, QueryEngineOptions } from './query-engine.ts'
export type {
  Durability,
  ExplanationStep,
  Input,
  InputOptions,
  PersistOptions,
  Query,
  QueryContext,
  QueryEvent,
  QueryKey,
  QueryOptions,
  Trace,
  TraceDependency,
  TraceStore,
} from './query-types.ts'
