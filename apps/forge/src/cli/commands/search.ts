import { symbolConditions } from '@forge/graph'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { needKind } from '../option-values.ts'
import { counted, place, symbolLine } from '../render.ts'

interface SearchOptions extends ListOptions {
  readonly in?: string
  readonly kind?: string
  readonly lang?: string
  readonly exported?: boolean
  readonly only?: 'symbols' | 'code'
  readonly word?: boolean
}

/** `forge search TEXT`. */
export async function run(context: CommandContext, [text]: readonly [string], options: SearchOptions): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const { kind, lang, exported, only, word = false } = options
  const limit = rowLimit(options)
  const folder = options.in === undefined ? '' : forge.pathInProject(options.in, context.cwd)
  const is = symbolConditions
  const conditions = [
    ...(folder === '' ? [] : [is.in(folder)]),
    ...(kind === undefined ? [] : [is.kind(needKind(kind))]),
    ...(lang === undefined ? [] : [is.language(lang)]),
    ...(exported === true ? [is.exported()] : []),
  ]
  const search = forge.search.symbols(text).where(is.and(...conditions))
  // What is asked of symbols says nothing of lines.
  const asksForSymbols = only === 'symbols' || kind !== undefined || exported === true
  const symbols = only === 'code' ? [] : await search.limit(limit).all()
  const symbolsTotal = only === 'code' ? 0 : symbols.length < limit ? symbols.length : await search.count()
  const code = asksForSymbols
    ? { lines: [], total: 0, files: 0 }
    : await forge.search.lines(text, {
        ...(folder === '' ? {} : { in: [folder] }),
        ...(lang === undefined ? {} : { language: lang }),
        wholeWords: word,
        limit,
        signal: context.signal,
      })
  const { colors } = context.terminal
  const nothing = symbolsTotal + code.total === 0
  return {
    data: { symbols, symbolsTotal, lines: code.lines, linesTotal: code.total, files: code.files },
    text: [
      ...(nothing ? [`nothing has ${text} in it`] : []),
      ...(symbolsTotal === 0 ? [] : [counted(symbolsTotal, 'symbol')]),
      ...symbols.map((symbol) => `  ${symbolLine(symbol, colors)}`),
      ...cutNote(symbols.length, symbolsTotal, 'symbols'),
      ...(code.total === 0 ? [] : [`${counted(code.total, 'line')} in ${counted(code.files, 'file')}`]),
      ...code.lines.map(({ file, range, text: line }) => `  ${colors.cyan(place(file, range))}  ${line}`),
      ...cutNote(code.lines.length, code.total, 'lines'),
    ].join('\n'),
    freshness,
    exit: nothing && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}
