export { ForgeError, InternalError, isForgeError, startStackAt, toErrorJson } from './forge-error.ts'
export type { ErrorJson, ForgeErrorOptions } from './forge-error.ts'
