import { callLine, type CallOptions } from '../call-line.ts'
import type { Answer, CommandContext } from '../command.ts'
import { answerRows } from '../symbol-rows.ts'
import { doubtsLine, unresolvedNamed } from '../unresolved.ts'

/** `forge callers SYMBOL`. */
export async function run(context: CommandContext, [target]: readonly [string], options: CallOptions): Promise<Answer> {
  return answerRows(context, target, options, {
    noun: 'call',
    ask: (forge, symbol) => forge.graph.callers(symbol.id, { depth: options.depth }),
    line: (call, colors) => callLine(call, 'caller', colors),
    doubts: async (forge, symbols) => {
      const calls = (await unresolvedNamed(forge, symbols)).filter((place) => place.call)
      return { count: calls.length, text: doubtsLine(calls.length, 'call', symbols) }
    },
  })
}
