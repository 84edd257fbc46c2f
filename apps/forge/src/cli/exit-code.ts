import { isForgeError } from '@forge/errors'

/** What the process ends with, as the README says. */
export const exitCode = {
  done: 0,
  negative: 1,
  usage: 2,
  notFound: 3,
  store: 4,
  bug: 70,
  output: 74,
  interrupted: 130,
} as const

/** The exit codes of errors by the start of their code; the first that fits counts. */
const byCode: readonly (readonly [prefix: string, code: number])[] = [
  ['FORGE_USAGE', exitCode.usage],
  ['FORGE_ROOT_NOT_DIRECTORY', exitCode.usage],
  ['FORGE_ROOT_NOT_FOUND', exitCode.notFound],
  ['FORGE_ROOT', exitCode.usage],
  ['FORGE_SYMBOL', exitCode.notFound],
  ['FORGE_POSITION', exitCode.notFound],
  ['FORGE_GIT_HISTORY', exitCode.usage],
  ['FORGE_NO_CODE', exitCode.notFound],
  ['FORGE_PDG_TOO_LARGE', exitCode.usage],
  ['FORGE_SOURCE_CHANGED', exitCode.store],
  ['FORGE_GRAPH_FILE_NOT_FOUND', exitCode.notFound],
  ['FORGE_OUTPUT', exitCode.output],
  ['FORGE_HTTP_LISTEN', exitCode.usage],
  ['FORGE_RUN_NOT_FOUND', exitCode.notFound],
  ['FORGE_RUN_AMBIGUOUS', exitCode.notFound],
  ['FORGE_RUN_', exitCode.usage],
  ['FORGE_RUNS_STORAGE', exitCode.store],
  ['FORGE_MEMORY_NOT_FOUND', exitCode.notFound],
  ['FORGE_MEMORY_INVALID', exitCode.usage],
  ['FORGE_MEMORY', exitCode.store],
  ['FORGE_PROJECT_NOT_FOUND', exitCode.notFound],
  ['FORGE_PROJECT_NAME', exitCode.usage],
  ['FORGE_PROJECTS_STORAGE', exitCode.store],
  ['FORGE_ANALYTICS_QUERY', exitCode.usage],
  ['FORGE_ANALYTICS_REPORT', exitCode.usage],
  ['FORGE_ANALYTICS_NO_HISTORY', exitCode.usage],
  ['FORGE_ANALYTICS_EXPORT', exitCode.usage],
  ['FORGE_ANALYTICS', exitCode.store],
  ['FORGE_DB_QUERY', exitCode.bug],
  ['FORGE_DB', exitCode.store],
  ['FORGE_POOL', exitCode.store],
  ['FORGE_MIGRATE_TARGET', exitCode.notFound],
  ['FORGE_MIGRATE', exitCode.store],
  ['FORGE_STORE', exitCode.store],
]

/** The exit code an error ends the process with. Anything we did not foresee is a bug of ours. */
export function exitCodeOf(error: unknown): number {
  if (isInterrupt(error)) return exitCode.interrupted
  if (!isForgeError(error)) return exitCode.bug
  return byCode.find(([prefix]) => error.code.startsWith(prefix))?.[1] ?? exitCode.bug
}

/** Whether an error only says that the user asked to stop. */
export function isInterrupt(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
