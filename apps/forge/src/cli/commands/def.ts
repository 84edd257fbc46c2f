import type { Answer, CommandContext } from '../command.ts'
import { symbolLine } from '../render.ts'
import { symbolsAt } from '../../questions/targets.ts'
import { needPosition } from '../targets.ts'

/** `forge def POS`. */
export async function run(context: CommandContext, [text]: readonly [string]): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const position = needPosition(text, context, forge)
  const definitions = await symbolsAt(forge.graph, position)
  return {
    data: { definitions },
    text: definitions.map((symbol) => symbolLine(symbol, context.terminal.colors)).join('\n'),
    freshness,
  }
}
