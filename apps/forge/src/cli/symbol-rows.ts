import type { GraphSymbol } from '@forge/graph'
import type { RowsElsewhere } from '../projects/across-projects.ts'
import { askAboutSymbols, namesOf, flatAnswer, type SymbolQuestion } from '../questions/symbol-rows.ts'
import { type AllProjectsOption, askAllFrom, type AskedFrom, showElsewhere } from './all-projects.ts'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from './command.ts'
import { exitCode } from './exit-code.ts'
import { counted, symbolLine } from './render.ts'
import { needTargets } from './targets.ts'
import type { Terminal } from './terminal.ts'

/** The options of commands that list rows under symbols. */
export interface SymbolRowsOptions extends ListOptions, AllProjectsOption {
  readonly exactOne?: boolean
}

/** How a question about symbols is asked in other projects. */
export type AskElsewhere<Row> = (
  from: AskedFrom,
  symbols: readonly GraphSymbol[],
) => Promise<readonly RowsElsewhere<Row>[]>

/** How an answer about symbols reads. */
export interface SymbolRowsText<Row> {
  readonly line: (row: Row, colors: Terminal['colors']) => string
  /** The remark about places that could not be resolved. */
  readonly doubts: (places: number, symbols: readonly GraphSymbol[]) => string
  /** Where the question can be asked in other projects too. */
  readonly elsewhere?: AskElsewhere<Row>
}

/** Answers with rows under the symbols they are about. */
export async function answerRows<Row>(
  context: CommandContext,
  target: string,
  options: SymbolRowsOptions,
  question: SymbolQuestion<Row>,
  text: SymbolRowsText<Row>,
): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const symbols = await needTargets(target, context, forge, options)
  const { colors } = context.terminal
  const answer = await askAboutSymbols(forge.graph, symbols, question, rowLimit(options))
  const { groups, symbolsTotal, unresolved } = answer
  const from = options.allProjects === true ? await askAllFrom(context, { forge, freshness }, options) : undefined
  const others = from === undefined ? [] : ((await text.elsewhere?.(from, symbols)) ?? [])
  const lines = groups.flatMap(({ symbol, rows: about, total: found }) => [
    `${symbolLine(symbol, colors)}  ${colors.dim(counted(found, question.noun))}`,
    ...about.map((row) => text.line(row, colors)),
  ])
  const { rows, symbols: listed, ...counts } = flatAnswer(answer)
  const limit = rowLimit(options) - rows.length
  const elsewhere = showElsewhere(others, limit, question.noun, colors, text.line)
  const total = answer.total + elsewhere.total
  const projects = elsewhere.projects.map(({ rows: found, ...other }) => ({ ...other, [`${question.noun}s`]: found }))
  return {
    data: {
      symbols: listed,
      [`${question.noun}s`]: rows,
      ...counts,
      ...(from === undefined ? {} : { projects, projectsTotal: elsewhere.total }),
    },
    text: [
      ...lines,
      ...elsewhere.lines,
      ...cutNote(rows.length + elsewhere.shown, total),
      ...cutNote(groups.length, symbolsTotal, 'symbols'),
      ...(unresolved === 0 ? [] : [colors.dim(text.doubts(unresolved, symbols))]),
    ].join('\n'),
    freshness,
    exit: total === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

/** The remark that unresolved places of the same name may belong to an answer. */
export function doubtsLine(noun: 'call' | 'mention'): SymbolRowsText<never>['doubts'] {
  return (places, symbols) =>
    `${counted(places, `unresolved ${noun}`)} of something called ${namesOf(symbols).join(' or ')} may belong here`
}
