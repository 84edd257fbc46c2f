import { isForgeError } from '@forge/errors'
import type { FilePosition, Graph, GraphSymbol } from '@forge/graph'
import { PositionNotFoundError, SymbolAmbiguousError, SymbolNotFoundError } from '../errors.ts'

/** The symbols a name, a qualified name or an id means: at least one, exactly one where `exactOne` is set. */
export async function symbolsCalled(
  graph: Graph,
  text: string,
  { exactOne = false }: { readonly exactOne?: boolean } = {},
): Promise<readonly GraphSymbol[]> {
  const symbols = await graph.resolveSymbol(text)
  if (symbols.length === 0) throw new SymbolNotFoundError(text, await graph.findSymbol(text, { limit: 3 }))
  if (symbols.length > 1 && exactOne) throw new SymbolAmbiguousError(text, symbols)
  return symbols
}

/** The symbols named at a position: at least one. */
export async function symbolsAt(graph: Graph, position: FilePosition): Promise<readonly GraphSymbol[]> {
  const definitions = await definitionsAt(graph, position)
  if (definitions.length > 0) return definitions.map(({ symbol }) => symbol)
  const { file, line, column } = position
  throw new PositionNotFoundError(
    `Nothing that is known is named at ${file}:${line}${column === undefined ? '' : `:${column}`}`,
    {
      hint: 'Point at a name; `forge status` counts the names that could not be resolved',
      details: { file, line, ...(column === undefined ? {} : { column }) },
    },
  )
}

/** A line that the file does not have is no mistake of whoever asks: the file may have changed since. */
async function definitionsAt(graph: Graph, position: FilePosition): ReturnType<Graph['definition']> {
  try {
    return await graph.definition(position)
  } catch (error) {
    if (!isForgeError(error) || error.code !== 'FORGE_GRAPH_INPUT') throw error
    throw new PositionNotFoundError(error.message, {
      hint: 'Check the line; run `forge index` if the file has changed',
      details: { ...position },
      cause: error,
    })
  }
}
