import { ForgeError } from '@forge/errors'
import type { GraphSymbol } from '@forge/graph'

/** The command line was used in a way it does not understand. */
export class UsageError extends ForgeError {
  override readonly code = 'FORGE_USAGE'
}

/** There is no index yet where one is needed. */
export class NotIndexedError extends ForgeError {
  override readonly code = 'FORGE_STORE_NOT_INDEXED'

  constructor(file: string) {
    super(`There is no index at ${file}`, { hint: 'Run `forge index` first', details: { file } })
  }
}

/** The folder of the database cannot be made or written. */
export class StoreUnwritableError extends ForgeError {
  override readonly code = 'FORGE_STORE_UNWRITABLE'
}

/** The database was written by a version of Forge whose tables are not those of this one. */
export class StoreNewerError extends ForgeError {
  override readonly code = 'FORGE_STORE_NEWER'

  constructor(file: string, { derived }: { readonly derived: boolean }, cause: ForgeError) {
    super(`The ${derived ? 'index' : 'database'} at ${file} was written by another version of Forge`, {
      hint: derived
        ? `Use that version, or delete ${file} and run \`forge index\`: nothing in it is lost for good. \`forge migrate status\` shows what differs`
        : `Use that version of Forge, or a backup beside ${file}; what is in it is yours, so nothing was changed`,
      details: { file },
      cause,
    })
  }
}

/** The file is a database of another program. */
export class StoreForeignError extends ForgeError {
  override readonly code = 'FORGE_STORE_FOREIGN'

  constructor(file: string) {
    super(`The database at ${file} is not one of Forge: it has tables of another program`, {
      hint: 'Name another file; nothing in this one was changed',
      details: { file },
    })
  }
}

/** Something is asked of what keeps a graph fresh, and nothing does. */
export class RuntimeMissingError extends ForgeError {
  override readonly code = 'FORGE_RUNTIME_MISSING'
}

/** The package `@forge/analytics` is not installed. */
export class AnalyticsMissingError extends ForgeError {
  override readonly code = 'FORGE_ANALYTICS_MISSING'

  constructor(cause: unknown) {
    super('Reports, SQL and Parquet need the package @forge/analytics, which cannot be loaded', {
      hint: 'Run `npm install @forge/analytics` where Forge is installed',
      details: { reason: cause instanceof Error ? cause.message.split('\n')[0] : String(cause) },
      cause,
    })
  }
}

/** What was closed is used again. */
export class StoreClosedError extends ForgeError {
  override readonly code = 'FORGE_STORE_CLOSED'
}

/** No symbol answers to the name. */
export class SymbolNotFoundError extends ForgeError {
  override readonly code = 'FORGE_SYMBOL_NOT_FOUND'

  constructor(query: string, similar: readonly GraphSymbol[]) {
    super(`No symbol is called ${query}`, {
      hint:
        similar.length === 0
          ? `Try \`forge find ${query}\`, or \`forge index\` if the code is new`
          : `Did you mean ${similar.map((symbol) => symbol.qualifiedName).join(', ')}?`,
      details: { query, similar: similar.map((symbol) => symbol.id) },
    })
  }
}

/** Several runs have an id that begins so. */
export class RunAmbiguousError extends ForgeError {
  override readonly code = 'FORGE_RUN_AMBIGUOUS'

  constructor(start: string, ids: readonly string[]) {
    super(`Several runs have an id that begins with ${start}`, {
      hint: `Write more of it:\n${ids.map((id) => `  ${id}`).join('\n')}`,
      details: { start, candidates: ids },
    })
  }
}

/** No entry of the memory has the id. */
export class MemoryNotFoundError extends ForgeError {
  override readonly code = 'FORGE_MEMORY_NOT_FOUND'

  constructor(id: string) {
    super('There is no such entry in the memory', {
      hint: 'List the entries to see their ids; it may have been removed to make room',
      details: { id: id.slice(0, 100) },
    })
  }
}

/** The database of the user's projects failed; `cause` is its own error, `details.code` the code of that, `details.file` the file. */
export class ProjectsStorageError extends ForgeError {
  override readonly code = 'FORGE_PROJECTS_STORAGE'
}

/** Several symbols answer to the name and only one was wanted. */
export class SymbolAmbiguousError extends ForgeError {
  override readonly code = 'FORGE_SYMBOL_AMBIGUOUS'

  constructor(query: string, candidates: readonly GraphSymbol[]) {
    super(`${candidates.length} symbols are called ${query}`, {
      hint: `Name one by its id:\n${candidates.map((symbol) => `  ${symbol.id}  (${symbol.kind})`).join('\n')}`,
      details: { query, candidates: candidates.map((symbol) => symbol.id) },
    })
  }
}

/** What reads the answer takes no more of it; not used where the reader has gone away, which is no error. */
export class OutputUnwritableError extends ForgeError {
  override readonly code = 'FORGE_OUTPUT_UNWRITABLE'

  constructor(cause: Error) {
    super(`The answer cannot be written: ${cause.message}`, { hint: 'Check where stdout leads, and its disk', cause })
  }
}

/** Nothing is named at the position, or its file is not part of the index. */
export class PositionNotFoundError extends ForgeError {
  override readonly code = 'FORGE_POSITION_NOT_FOUND'
}

/** A file is not as it was when it was indexed. */
export class SourceChangedError extends ForgeError {
  override readonly code = 'FORGE_SOURCE_CHANGED'

  constructor(file: string, { isGone = false }: { readonly isGone?: boolean } = {}) {
    super(
      `${file} ${isGone ? 'is not there any more, or cannot be read; it was indexed' : 'has changed since it was indexed'}`,
      {
        hint: 'Run `forge index`',
        details: { file },
      },
    )
  }
}

/** What is asked about has no code that runs. */
export class NoCodeError extends ForgeError {
  override readonly code = 'FORGE_NO_CODE'
}
