import type { Forge, Freshness } from '../../forge.ts'
import type { FoundElsewhere } from '../../projects/across-projects.ts'
import { type AllProjectsOption, askAllFrom, projectHead, stateLines } from '../all-projects.ts'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { needKind } from '../option-values.ts'
import { symbolLine } from '../render.ts'

interface FindOptions extends ListOptions, AllProjectsOption {
  readonly kind?: string
  readonly file?: string
  readonly lang?: string
  readonly exact?: boolean
}

/** `forge find QUERY`. */
export async function run(context: CommandContext, [query]: readonly [string], options: FindOptions): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const search = {
    ...(options.kind === undefined ? {} : { kind: needKind(options.kind) }),
    ...fileFilter(options.file, context, forge),
    ...(options.lang === undefined ? {} : { language: options.lang }),
    exact: options.exact === true,
    limit: Math.min(rowLimit(options), Number.MAX_SAFE_INTEGER),
  }
  if (options.allProjects === true) return findEverywhere(context, { forge, freshness }, query, search, options)
  const { symbols, total } = await forge.graph.search(query, search)
  const { colors } = context.terminal
  const lines = symbols.map((symbol) => symbolLine(symbol, colors))
  return {
    data: { symbols, total },
    text: [...(total === 0 ? [`no symbol matches ${query}`] : lines), ...cutNote(symbols.length, total)].join('\n'),
    freshness,
    exit: total === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

async function findEverywhere(
  context: CommandContext,
  open: { readonly forge: Forge; readonly freshness: Freshness },
  query: string,
  search: Parameters<Forge['graph']['search']>[1],
  options: FindOptions,
): Promise<Answer> {
  const { asked } = await askAllFrom(context, open, options)
  const found = await asked.find(query, search ?? {})
  const total = found.reduce((sum, one) => sum + one.total, 0)
  const { colors } = context.terminal
  const projects: FoundElsewhere[] = []
  const lines: string[] = []
  let left = rowLimit(options)
  for (const one of found) {
    const symbols = one.symbols.slice(0, left)
    left -= symbols.length
    projects.push({ ...one, symbols })
    if (one.total > 0 || one.state !== 'ready') lines.push(projectHead(one, colors), ...stateLines(one, colors))
    for (const symbol of symbols) lines.push(`  ${symbolLine(symbol, colors)}`)
  }
  const shown = projects.reduce((sum, one) => sum + one.symbols.length, 0)
  return {
    data: { projects, total },
    text: [
      ...(total === 0 ? [`no symbol of any project matches ${query}`] : []),
      ...lines,
      ...cutNote(shown, total),
    ].join('\n'),
    freshness: open.freshness,
    exit: total === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

/** The folder of the project itself filters nothing out. */
function fileFilter(file: string | undefined, context: CommandContext, forge: Forge): { file?: string } {
  const path = file === undefined ? '' : forge.pathInProject(file, context.cwd)
  return path === '' ? {} : { file: path }
}
