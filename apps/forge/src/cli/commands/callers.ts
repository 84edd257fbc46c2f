import type { Answer, CommandContext } from '../command.ts'
import { answerCalls, type CallOptions } from '../call-list.ts'
import { doubtsLine, unresolvedNamed } from '../unresolved.ts'

/** `forge callers SYMBOL`. */
export async function run(context: CommandContext, [target]: readonly [string], options: CallOptions): Promise<Answer> {
  return answerCalls(context, target, options, {
    other: 'caller',
    ask: (forge, symbol, depth) => forge.graph.callers(symbol.id, { depth }),
    doubts: async (forge, symbols) => {
      const calls = (await unresolvedNamed(forge, symbols)).filter((place) => place.call)
      return { count: calls.length, text: doubtsLine(calls.length, 'call', symbols) }
    },
  })
}
