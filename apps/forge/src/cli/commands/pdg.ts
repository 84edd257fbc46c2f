import type { FunctionDependences } from '../../dependence/dependence-types.ts'
import type { Answer, CommandContext, ListOptions } from '../command.ts'
import { rowLimit } from '../command.ts'
import { dependencesText } from '../dependences-text.ts'
import { dependencesDrawing } from '../drawing/dependences-drawing.ts'
import { type GraphFormatOptions, inFormat } from '../graph-format.ts'
import { codeTargets } from '../targets.ts'

interface PdgOptions extends ListOptions, GraphFormatOptions {
  readonly exactOne?: boolean
}

/** `forge pdg SYMBOL|POS`. */
export async function run(context: CommandContext, [target]: readonly [string], options: PdgOptions): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const { symbols, found } = await context.endedBySignals(() =>
    codeTargets<FunctionDependences>(target, context, forge, {
      exactOne: options.exactOne,
      ask: (of) => forge.pdg.of(of),
    }),
  )
  const { colors } = context.terminal
  return {
    data: { symbols, functions: found },
    text: inFormat(options, context.global, {
      text: () => found.map((each) => dependencesText(each, rowLimit(options), colors).join('\n')).join('\n\n'),
      drawing: () => dependencesDrawing(found),
    }),
    freshness,
  }
}
