export { NotIndexedError, StoreNewerError, StoreUnwritableError } from './errors.ts'
export { Forge } from './forge.ts'
export type { ForgeOptions, Freshness, IntegrityReport } from './forge.ts'
