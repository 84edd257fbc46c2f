import type { Answer, CommandContext } from '../command.ts'
import { answerCalls, type CallOptions } from '../call-list.ts'
import { counted } from '../render.ts'

/** `forge callees SYMBOL`. */
export async function run(context: CommandContext, [target]: readonly [string], options: CallOptions): Promise<Answer> {
  return answerCalls(context, target, options, {
    other: 'callee',
    ask: (forge, symbol, depth) => forge.graph.callees(symbol.id, { depth }),
    doubts: async (forge, symbols) => {
      const found = await Promise.all(symbols.map((symbol) => forge.graph.unresolvedIn(symbol.id)))
      const calls = found.flat().filter((reference) => reference.call)
      return { count: calls.length, text: `${counted(calls.length, 'call')} in there could not be resolved` }
    },
  })
}
