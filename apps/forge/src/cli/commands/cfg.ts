import type { FunctionFlow } from '../../dependence/dependence-types.ts'
import type { Answer, CommandContext, ListOptions } from '../command.ts'
import { rowLimit } from '../command.ts'
import { flowDrawing } from '../drawing/flow-drawing.ts'
import { flowText } from '../flow-text.ts'
import { type GraphFormatOptions, inFormat } from '../graph-format.ts'
import { codeTargets } from '../targets.ts'

interface CfgOptions extends ListOptions, GraphFormatOptions {
  readonly paths?: number
  readonly exactOne?: boolean
}

/** `forge cfg SYMBOL|POS`. */
export async function run(context: CommandContext, [target]: readonly [string], options: CfgOptions): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const { paths = 0 } = options
  const { symbols, found } = await context.endedBySignals(() =>
    codeTargets<FunctionFlow>(target, context, forge, {
      exactOne: options.exactOne,
      ask: (of) => forge.cfg.of(of, { paths }),
    }),
  )
  const { colors } = context.terminal
  return {
    data: { symbols, functions: found },
    text: inFormat(options, context.global, {
      text: () => found.map((flow) => flowText(flow, rowLimit(options), colors).join('\n')).join('\n\n'),
      drawing: () => flowDrawing(found),
    }),
    freshness,
  }
}
