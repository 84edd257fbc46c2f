import type { Forge } from '../../forge.ts'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { needKind } from '../option-values.ts'
import { symbolLine } from '../render.ts'

interface FindOptions extends ListOptions {
  readonly kind?: string
  readonly file?: string
  readonly lang?: string
  readonly exact?: boolean
}

/** `forge find QUERY`. */
export async function run(context: CommandContext, [query]: readonly [string], options: FindOptions): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const { symbols, total } = await forge.graph.search(query, {
    ...(options.kind === undefined ? {} : { kind: needKind(options.kind) }),
    ...fileFilter(options.file, context, forge),
    ...(options.lang === undefined ? {} : { language: options.lang }),
    exact: options.exact === true,
    limit: Math.min(rowLimit(options), Number.MAX_SAFE_INTEGER),
  })
  const { colors } = context.terminal
  const lines = symbols.map((symbol) => symbolLine(symbol, colors))
  return {
    data: { symbols, total },
    text: [...(total === 0 ? [`no symbol matches ${query}`] : lines), ...cutNote(symbols.length, total)].join('\n'),
    freshness,
    exit: total === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

/** The folder of the project itself filters nothing out. */
function fileFilter(file: string | undefined, context: CommandContext, forge: Forge): { file?: string } {
  const path = file === undefined ? '' : forge.pathInProject(file, context.cwd)
  return path === '' ? {} : { file: path }
}
