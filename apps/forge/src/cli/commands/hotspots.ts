import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { count, place, table } from '../render.ts'

interface HotspotsOptions extends ListOptions {
  readonly complexity: number
  readonly fanOut: number
}

/** `forge hotspots`. */
export async function run(context: CommandContext, _args: readonly [], options: HotspotsOptions): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const { complexity, fanOut } = options
  const hotspots = await forge.analysis.hotspots({ complexity, fanOut })
  const distribution = await forge.analysis.complexity()
  const shown = hotspots.slice(0, rowLimit(options))
  const rows = shown.map((row) => [
    count(row.score),
    count(row.complexity),
    count(row.fanOut),
    count(row.fanIn),
    row.symbol.qualifiedName,
    place(row.symbol.file, row.symbol.range),
  ])
  const { simple, moderate, complex, veryComplex } = distribution
  return {
    data: { hotspots: shown, total: hotspots.length, complexity: distribution },
    text: [
      ...(hotspots.length === 0
        ? [`no symbol has ${complexity} paths or more and calls ${fanOut} others or more`]
        : table([['score', 'complexity', 'calls', 'called by', 'symbol', 'place'], ...rows], '')),
      ...cutNote(shown.length, hotspots.length),
      `complexity: ${count(simple)} up to 10, ${count(moderate)} up to 20, ${count(complex)} up to 50, ${count(veryComplex)} above`,
    ].join('\n'),
    freshness,
    exit: hotspots.length === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}
