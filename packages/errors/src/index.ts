export { ForgeError, InternalError, isForgeError, toErrorJson } from './forge-error.ts'
export type { ErrorJson, ForgeErrorOptions } from './forge-error.ts'
