import type { AffectedSymbol, GraphSymbol, Impact } from '@forge/graph'
import type { Forge } from '../../forge.ts'
import { namesOf, unresolvedNamed } from '../../questions/symbol-rows.ts'
import { type AllProjectsOption, askAllFrom, showElsewhere } from '../all-projects.ts'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { confidenceMark, counted, place, symbolLine } from '../render.ts'
import { needTargets } from '../targets.ts'
import type { Terminal } from '../terminal.ts'

interface ImpactOptions extends ListOptions, AllProjectsOption {
  readonly depth?: number
  readonly files?: boolean
  readonly exactOne?: boolean
}

/** `forge impact SYMBOL|FILE…`. */
export async function run(
  context: CommandContext,
  [targets]: readonly [readonly string[]],
  options: ImpactOptions,
): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const symbols = new Map<string, GraphSymbol>()
  for (const target of targets) {
    for (const symbol of await targetsOf(target, context, forge, options)) symbols.set(symbol.id, symbol)
  }
  const depth = options.depth ?? Infinity
  const impact = await forge.analysis.impact([...symbols.keys()], { depth })
  const from = options.allProjects === true ? await askAllFrom(context, { forge, freshness }, options) : undefined
  const others = (await from?.asked.impact(from.project, [...symbols.keys()], depth, impact)) ?? []
  const unresolved = await unresolvedNamed(forge.graph, [...symbols.values()])
  const limit = rowLimit(options)
  const { affected, files } = impact
  const ownTotal = options.files === true ? files.length : affected.length
  const { colors } = context.terminal
  const rows =
    options.files === true
      ? files
          .slice(0, limit)
          .map(({ file, distance, symbols }) => `  ${distance}  ${file}  ${colors.dim(counted(symbols, 'symbol'))}`)
      : affected.slice(0, limit).map((row) => affectedLine(row, colors))
  const elsewhere = showElsewhere(others, limit - rows.length, 'symbol', colors, affectedLine)
  const projects = elsewhere.projects.map(({ rows: found, ...other }) => ({ ...other, affected: found }))
  const total = ownTotal + elsewhere.total
  return {
    data: {
      symbols: impact.targets,
      affected: options.files === true ? [] : affected.slice(0, limit),
      files: files.slice(0, limit),
      total: affected.length,
      filesTotal: files.length,
      unresolved: unresolved.length,
      ...(from === undefined ? {} : { projects, projectsTotal: elsewhere.total }),
    },
    text: [
      ...headLines(impact, colors),
      ...rows,
      ...elsewhere.lines,
      ...cutNote(rows.length + elsewhere.shown, total),
      ...(unresolved.length === 0
        ? []
        : [
            colors.dim(
              `${counted(unresolved.length, 'unresolved mention')} of something called ${namesOf(impact.targets).join(' or ')} may be affected too`,
            ),
          ]),
    ].join('\n'),
    freshness,
    exit: total === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

/** A file where it is one, else what a symbol or a position means. */
async function targetsOf(
  target: string,
  context: CommandContext,
  forge: Forge,
  options: ImpactOptions,
): Promise<readonly GraphSymbol[]> {
  const module = await forge.graph.symbol(forge.pathInProject(target, context.cwd))
  return module?.kind === 'module' ? [module] : needTargets(target, context, forge, options)
}

function headLines({ targets, affected, files }: Impact, colors: Terminal['colors']): string[] {
  const [only] = targets
  const what = targets.length === 1 && only !== undefined ? symbolLine(only, colors) : counted(targets.length, 'target')
  return [
    `${what}  ${colors.dim(`${counted(affected.length, 'symbol')} in ${counted(files.length, 'file')} may be affected`)}`,
  ]
}

function affectedLine(
  { symbol, distance, kind, through, site, confidence }: AffectedSymbol,
  colors: Terminal['colors'],
): string {
  const where = site === undefined ? '' : `  ${place(site.file, site.range)}`
  return `  ${distance}  ${symbol.id}  ${colors.dim(`${kind} ${through}${where}`)}${confidenceMark(confidence, colors)}`
}
