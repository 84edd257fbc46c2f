import { calleesQuestion } from '../../questions/symbol-rows.ts'
import { callLine, type CallOptions } from '../call-line.ts'
import type { Answer, CommandContext } from '../command.ts'
import { counted } from '../render.ts'
import { answerRows } from '../symbol-rows.ts'

/** `forge callees SYMBOL`. */
export async function run(context: CommandContext, [target]: readonly [string], options: CallOptions): Promise<Answer> {
  return answerRows(context, target, options, calleesQuestion(options.depth), {
    line: (call, colors) => callLine(call, 'callee', colors),
    doubts: (places) => `${counted(places, 'call')} in there could not be resolved`,
  })
}
