import { isForgeError } from '@forge/errors'
import type { FilePosition, GraphSymbol } from '@forge/graph'
import { PositionNotFoundError, SymbolAmbiguousError, SymbolNotFoundError, UsageError } from '../errors.ts'
import type { Forge } from '../forge.ts'
import type { CommandContext } from './command.ts'

/** Reads `FILE:LINE[:COLUMN]`, the file relative to the working directory or to the root; undefined where it is none. */
function parsePosition(text: string, context: CommandContext, forge: Forge): FilePosition | undefined {
  const match = /^(?<file>.+?):(?<line>\d+)(?::(?<column>\d+))?$/s.exec(text)
  if (match?.groups === undefined) return undefined
  const { file, line, column } = match.groups as { file: string; line: string; column?: string }
  const position = {
    file: forge.pathInProject(file, context.cwd),
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
  }
  if (position.line === 0 || position.column === 0) {
    throw new UsageError('Lines and columns are counted from 1', { hint: 'Write FILE:1:1 for the start of a file' })
  }
  return position
}

/** Like {@link parsePosition}, for commands that take nothing else. */
export function needPosition(text: string, context: CommandContext, forge: Forge): FilePosition {
  const position = parsePosition(text, context, forge)
  if (position !== undefined) return position
  throw new UsageError(`${text} is not a position`, { hint: 'Write it as FILE:LINE or FILE:LINE:COLUMN' })
}

/** The symbols a SYMBOL or POS argument means: at least one, exactly one under `--exact-one`. */
export async function needTargets(
  text: string,
  context: CommandContext,
  forge: Forge,
  options: { readonly exactOne?: boolean },
): Promise<readonly GraphSymbol[]> {
  const position = parsePosition(text, context, forge)
  return position === undefined ? needSymbols(text, forge, options) : needDefinitions(position, forge)
}

/** The symbols a SYMBOL argument means: at least one, exactly one under `--exact-one`. */
export async function needSymbols(
  text: string,
  forge: Forge,
  options: { readonly exactOne?: boolean },
): Promise<readonly GraphSymbol[]> {
  const symbols = await forge.graph.resolveSymbol(text)
  if (symbols.length === 0) throw new SymbolNotFoundError(text, await forge.graph.findSymbol(text, { limit: 3 }))
  if (symbols.length > 1 && options.exactOne === true) throw new SymbolAmbiguousError(text, symbols)
  return symbols
}

/** The symbols named at a position, or the error that there are none. */
export async function needDefinitions(position: FilePosition, forge: Forge): Promise<readonly GraphSymbol[]> {
  const definitions = await definitionsAt(position, forge)
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
async function definitionsAt(position: FilePosition, forge: Forge): ReturnType<Forge['graph']['definition']> {
  try {
    return await forge.graph.definition(position)
  } catch (error) {
    if (!isForgeError(error) || error.code !== 'FORGE_GRAPH_INPUT') throw error
    throw new PositionNotFoundError(error.message, {
      hint: 'Check the line; run `forge index` if the file has changed',
      details: { ...position },
      cause: error,
    })
  }
}
