import type { ComplexityMeasure, Hotspot } from '@forge/graph'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { complexityLines } from '../complexity-lines.ts'
import { exitCode } from '../exit-code.ts'
import { momentOf } from '../option-values.ts'
import { count, place, table } from '../render.ts'

interface HotspotsOptions extends ListOptions {
  readonly by: ComplexityMeasure
  readonly complexity?: number
  readonly fanOut: number
  readonly churn?: boolean
  readonly since?: string
}

/** `forge hotspots`. */
export async function run(context: CommandContext, _args: readonly [], options: HotspotsOptions): Promise<Answer> {
  const { by, complexity, fanOut } = options
  const since = options.since === undefined ? undefined : momentOf(options.since)
  const withChurn = options.churn === true || since !== undefined
  const { forge, freshness } = await context.open()
  const churn = withChurn ? await forge.churn({ since, signal: context.signal }) : undefined
  const hotspots = await forge.analysis.hotspots({
    by,
    fanOut,
    ...(complexity === undefined ? {} : { complexity }),
    ...(churn === undefined ? {} : { churn }),
  })
  const distribution = await forge.analysis.complexity()
  const shown = hotspots.slice(0, rowLimit(options))
  return {
    data: { by, hotspots: shown, total: hotspots.length, complexity: distribution },
    text: [
      ...(hotspots.length === 0
        ? [
            `no symbol is that complex and calls that many others${withChurn ? ', in a file that commits have changed' : ''}`,
          ]
        : rows(shown, by, withChurn)),
      ...cutNote(shown.length, hotspots.length),
      ...complexityLines(distribution),
    ].join('\n'),
    freshness,
    exit: hotspots.length === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

function rows(hotspots: readonly Hotspot[], by: ComplexityMeasure, withChurn: boolean): string[] {
  const heading = [
    'score',
    by,
    'calls',
    'called by',
    ...(withChurn ? ['commits'] : []),
    'maintainability',
    'symbol',
    'place',
  ]
  const cells = hotspots.map(({ score, complexity, fanOut, fanIn, churn, metrics, symbol }) => [
    count(score),
    count(complexity),
    count(fanOut),
    count(fanIn),
    ...(churn === undefined ? [] : [count(churn)]),
    metrics === undefined ? '' : count(Math.round(metrics.maintainability)),
    symbol.qualifiedName,
    place(symbol.file, symbol.range),
  ])
  return table([heading, ...cells], '')
}
