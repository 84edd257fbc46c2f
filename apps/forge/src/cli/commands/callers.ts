import { callersQuestion } from '../../questions/symbol-rows.ts'
import { callLine, type CallOptions } from '../call-line.ts'
import type { Answer, CommandContext } from '../command.ts'
import { answerRows, doubtsLine } from '../symbol-rows.ts'

/** `forge callers SYMBOL`. */
export async function run(context: CommandContext, [target]: readonly [string], options: CallOptions): Promise<Answer> {
  return answerRows(context, target, options, callersQuestion(options.depth), {
    line: (call, colors) => callLine(call, 'caller', colors),
    doubts: doubtsLine('call'),
    elsewhere: async ({ asked, project, forge }, symbols) => {
      const ids = symbols.map(({ id }) => id)
      const own = await Promise.all(ids.map((id) => forge.graph.callers(id, { depth: options.depth })))
      return asked.callers(project, ids, options.depth, own.flat())
    },
  })
}
