import type { Call, GraphSymbol } from '@forge/graph'
import type { Forge } from '../forge.ts'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from './command.ts'
import { exitCode } from './exit-code.ts'
import { counted, place, symbolLine } from './render.ts'
import { needTargets } from './targets.ts'

/** The options of `callers` and `callees`. */
export interface CallOptions extends ListOptions {
  readonly depth: number
  readonly exactOne?: boolean
}

/** What tells the two directions apart. */
export interface CallDirection {
  readonly ask: (forge: Forge, symbol: GraphSymbol, depth: number) => Promise<readonly Call[]>
  /** The end of a call that the user does not know yet. */
  readonly other: 'caller' | 'callee'
  /** Why the list may be longer in truth, as lines; none where it is complete. */
  readonly doubts: (forge: Forge, symbols: readonly GraphSymbol[]) => Promise<CallDoubts>
}

/** Calls that may belong to the answer and could not be resolved. */
export interface CallDoubts {
  readonly count: number
  readonly text: string
}

/** Answers `callers` and `callees`: for each symbol the name fits, its calls by distance. */
export async function answerCalls(
  context: CommandContext,
  target: string,
  options: CallOptions,
  direction: CallDirection,
): Promise<Answer> {
  const forge = await context.open()
  const symbols = await needTargets(target, context, forge, options)
  const { colors } = context.terminal
  const limit = rowLimit(options)
  const calls: Call[] = []
  const lines: string[] = []
  let total = 0
  for (const symbol of symbols) {
    const found = await direction.ask(forge, symbol, options.depth)
    const shown = found.slice(0, Math.max(0, limit - calls.length))
    total += found.length
    calls.push(...shown)
    lines.push(
      `${symbolLine(symbol, colors)}  ${colors.dim(counted(found.length, 'call'))}`,
      ...shown.map(
        (call) =>
          `${'  '.repeat(call.depth)}${call[direction.other]}  ${colors.dim(place(call.site.file, call.site.range))}${call.confidence === 'exact' ? '' : `  ${colors.yellow(call.confidence)}`}`,
      ),
    )
  }
  const doubts = await direction.doubts(forge, symbols)
  return {
    data: { symbols, calls, total, unresolved: doubts.count },
    text: [...lines, ...cutNote(calls.length, total), ...(doubts.count === 0 ? [] : [colors.dim(doubts.text)])].join(
      '\n',
    ),
    freshness: await forge.freshness(),
    exit: total === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}
