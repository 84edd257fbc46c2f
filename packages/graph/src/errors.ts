import { ForgeError } from '@forge/errors'

/** An argument or a record given to the graph cannot be: `details` says which and why. */
export class GraphInputError extends ForgeError {
  override readonly code = 'FORGE_GRAPH_INPUT'
}

/** The graph has no such file: `details.path` or `details.fileId`. */
export class GraphFileNotFoundError extends ForgeError {
  override readonly code = 'FORGE_GRAPH_FILE_NOT_FOUND'
}

/** The graph has no symbol with this id: `details.id`. */
export class GraphSymbolNotFoundError extends ForgeError {
  override readonly code = 'FORGE_GRAPH_SYMBOL_NOT_FOUND'
}

/** What a position or a writer call throws for a path that is not in the graph. */
export function fileNotFound(path: string, callSite?: (...args: never[]) => unknown): GraphFileNotFoundError {
  return new GraphFileNotFoundError(`The graph has no file "${path}"`, {
    hint: 'Give a path relative to the project, with "/", of a file that is indexed',
    details: { path },
    ...(callSite === undefined ? {} : { callSite }),
  })
}
