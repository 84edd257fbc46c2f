import type { Reference } from '@forge/graph'
import { referencesQuestion } from '../../questions/symbol-rows.ts'
import type { Answer, CommandContext } from '../command.ts'
import { confidenceMark, place } from '../render.ts'
import { answerRows, doubtsLine, type SymbolRowsOptions } from '../symbol-rows.ts'
import type { Terminal } from '../terminal.ts'

/** `forge refs SYMBOL|POS`. */
export async function run(
  context: CommandContext,
  [target]: readonly [string],
  options: SymbolRowsOptions,
): Promise<Answer> {
  return answerRows(context, target, options, referencesQuestion, {
    line: referenceLine,
    doubts: doubtsLine('mention'),
    elsewhere: ({ asked, project }, symbols) =>
      asked.references(
        project,
        symbols.map(({ id }) => id),
      ),
  })
}

function referenceLine(reference: Reference, colors: Terminal['colors']): string {
  const { file, range, role, in: within, confidence } = reference
  const inside = within === null ? '' : colors.dim(`  in ${within}`)
  return `  ${place(file, range)}  ${role}${inside}${confidenceMark(confidence, colors)}`
}
