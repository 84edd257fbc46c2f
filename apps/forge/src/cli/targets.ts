import type { FilePosition, GraphSymbol } from '@forge/graph'
import { PositionNotFoundError, UsageError } from '../errors.ts'
import type { Forge } from '../forge.ts'
import { askAboutCode, type CodeQuestion } from '../questions/code-questions.ts'
import { symbolsAt, symbolsCalled } from '../questions/targets.ts'
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
  const tooLarge = [line, column].find((digits) => digits !== undefined && !Number.isSafeInteger(Number(digits)))
  if (tooLarge !== undefined) {
    throw new PositionNotFoundError(`No file has so many lines or columns: ${tooLarge.slice(0, 100)}`, {
      hint: 'Check the position: FILE:LINE or FILE:LINE:COLUMN',
      details: { file: position.file },
    })
  }
  return position
}

/** Like {@link parsePosition}, for commands that take nothing else. */
export function needPosition(text: string, context: CommandContext, forge: Forge): FilePosition {
  const position = parsePosition(text, context, forge)
  if (position !== undefined) return position
  throw new UsageError(`${text} is not a position`, { hint: 'Write it as FILE:LINE or FILE:LINE:COLUMN' })
}

/** What {@link codeTargets} asks, and of how many. */
export interface CodeTargetOptions<T> {
  readonly exactOne?: boolean | undefined
  readonly ask: CodeQuestion<T>
}

/** Asks about the functions that a SYMBOL argument means, or that are at a POS; of the latter there are no symbols. */
export async function codeTargets<T>(
  text: string,
  context: CommandContext,
  forge: Forge,
  { exactOne = false, ask }: CodeTargetOptions<T>,
): Promise<{ readonly symbols: readonly GraphSymbol[]; readonly found: readonly T[] }> {
  const position = parsePosition(text, context, forge)
  if (position !== undefined) return { symbols: [], found: await ask(position) }
  const symbols = await symbolsCalled(forge.graph, text, { exactOne })
  return { symbols, found: await askAboutCode(symbols, ask) }
}

/** The symbols a SYMBOL or POS argument means: at least one, exactly one under `--exact-one`. */
export async function needTargets(
  text: string,
  context: CommandContext,
  forge: Forge,
  options: { readonly exactOne?: boolean },
): Promise<readonly GraphSymbol[]> {
  const position = parsePosition(text, context, forge)
  return position === undefined ? symbolsCalled(forge.graph, text, options) : symbolsAt(forge.graph, position)
}
