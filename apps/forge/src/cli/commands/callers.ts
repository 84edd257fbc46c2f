import type { Answer, CommandContext } from '../command.ts'
import { answerCalls, type CallOptions } from '../call-list.ts'
import { counted } from '../render.ts'

/** `forge callers SYMBOL`. */
export async function run(context: CommandContext, [target]: readonly [string], options: CallOptions): Promise<Answer> {
  return answerCalls(context, target, options, {
    other: 'caller',
    ask: (forge, symbol, depth) => forge.graph.callers(symbol.id, { depth }),
    doubts: async (forge, symbols) => {
      const names = [...new Set(symbols.map((symbol) => symbol.name))]
      const found = await Promise.all(names.map((name) => forge.graph.unresolvedNamed(name)))
      const calls = found.flat().filter((reference) => reference.call)
      return {
        count: calls.length,
        text: `${counted(calls.length, 'call')} of something named ${names.join(' or ')} could not be resolved and may belong here`,
      }
    },
  })
}
