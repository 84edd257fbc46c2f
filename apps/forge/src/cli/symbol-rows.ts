import type { GraphSymbol } from '@forge/graph'
import type { Forge } from '../forge.ts'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from './command.ts'
import { exitCode } from './exit-code.ts'
import { counted, symbolLine } from './render.ts'
import { needTargets } from './targets.ts'
import type { Terminal } from './terminal.ts'

/** The options of commands that list rows under symbols. */
export interface SymbolRowsOptions extends ListOptions {
  readonly exactOne?: boolean
}

/** What a command asks about every symbol that the user's name fits, and how a row of the answer reads. */
export interface SymbolQuestion<Row> {
  /** What a row is; in the plural, the member of `data` that holds them. */
  readonly noun: 'reference' | 'call'
  readonly ask: (forge: Forge, symbol: GraphSymbol) => Promise<readonly Row[]>
  readonly line: (row: Row, colors: Terminal['colors']) => string
  readonly doubts: (forge: Forge, symbols: readonly GraphSymbol[]) => Promise<Doubts>
}

/** How many places could not be resolved and may belong to the answer, and the remark about them. */
export interface Doubts {
  readonly count: number
  readonly text: string
}

/** Answers with rows under the symbols they are about; rows are cut at the limit, and so are symbols without any. */
export async function answerRows<Row>(
  context: CommandContext,
  target: string,
  options: SymbolRowsOptions,
  question: SymbolQuestion<Row>,
): Promise<Answer> {
  const forge = await context.open()
  const symbols = await needTargets(target, context, forge, options)
  const { colors } = context.terminal
  const limit = rowLimit(options)
  const listed: GraphSymbol[] = []
  const rows: Row[] = []
  const lines: string[] = []
  let total = 0
  for (const symbol of symbols) {
    const found = await question.ask(forge, symbol)
    total += found.length
    const shown = found.slice(0, Math.max(0, limit - rows.length))
    if (shown.length === 0 && listed.length >= limit) continue
    listed.push(symbol)
    rows.push(...shown)
    lines.push(
      `${symbolLine(symbol, colors)}  ${colors.dim(counted(found.length, question.noun))}`,
      ...shown.map((row) => question.line(row, colors)),
    )
  }
  const doubts = await question.doubts(forge, symbols)
  return {
    data: {
      symbols: listed,
      symbolsTotal: symbols.length,
      [`${question.noun}s`]: rows,
      total,
      unresolved: doubts.count,
    },
    text: [
      ...lines,
      ...cutNote(rows.length, total),
      ...cutNote(listed.length, symbols.length, 'symbols'),
      ...(doubts.count === 0 ? [] : [colors.dim(doubts.text)]),
    ].join('\n'),
    freshness: await forge.freshness(),
    exit: total === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}
