import type { Reference } from '@forge/graph'
import type { Answer, CommandContext } from '../command.ts'
import { confidenceMark, place } from '../render.ts'
import { answerRows, type SymbolRowsOptions } from '../symbol-rows.ts'
import type { Terminal } from '../terminal.ts'
import { doubtsLine, unresolvedNamed } from '../unresolved.ts'

/** `forge refs SYMBOL|POS`. */
export async function run(
  context: CommandContext,
  [target]: readonly [string],
  options: SymbolRowsOptions,
): Promise<Answer> {
  return answerRows(context, target, options, {
    noun: 'reference',
    ask: (forge, symbol) => forge.graph.references(symbol.id),
    line: referenceLine,
    doubts: async (forge, symbols) => {
      const places = await unresolvedNamed(forge, symbols)
      return { count: places.length, text: doubtsLine(places.length, 'mention', symbols) }
    },
  })
}

function referenceLine(reference: Reference, colors: Terminal['colors']): string {
  const { file, range, role, in: within, confidence } = reference
  const inside = within === null ? '' : colors.dim(`  in ${within}`)
  return `  ${place(file, range)}  ${role}${inside}${confidenceMark(confidence, colors)}`
}
