import { callLine, type CallOptions } from '../call-line.ts'
import type { Answer, CommandContext } from '../command.ts'
import { counted } from '../render.ts'
import { answerRows } from '../symbol-rows.ts'

/** `forge callees SYMBOL`. */
export async function run(context: CommandContext, [target]: readonly [string], options: CallOptions): Promise<Answer> {
  return answerRows(context, target, options, {
    noun: 'call',
    ask: (forge, symbol) => forge.graph.callees(symbol.id, { depth: options.depth }),
    line: (call, colors) => callLine(call, 'callee', colors),
    doubts: async (forge, symbols) => {
      const found = await Promise.all(symbols.map((symbol) => forge.graph.unresolvedIn(symbol.id)))
      const calls = found.flat().filter((reference) => reference.call)
      return { count: calls.length, text: `${counted(calls.length, 'call')} in there could not be resolved` }
    },
  })
}
