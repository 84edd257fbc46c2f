import type { Cycle } from '@forge/graph'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { place } from '../render.ts'
import type { Terminal } from '../terminal.ts'

interface CyclesOptions extends ListOptions {
  readonly of: 'modules' | 'calls'
  readonly ambiguous?: boolean
}

/** `forge cycles`. */
export async function run(context: CommandContext, _args: readonly [], options: CyclesOptions): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const { of, ambiguous = false } = options
  const cycles = await forge.analysis.cycles({ of, ambiguous })
  const shown = cycles.slice(0, rowLimit(options))
  const nothing = of === 'calls' ? 'no symbols call each other in a cycle' : 'no modules import each other in a cycle'
  const lines = shown.flatMap((cycle) => cycleLines(cycle, of, context.terminal.colors))
  return {
    data: { of, cycles: shown, total: cycles.length },
    text: [...(cycles.length === 0 ? [nothing] : lines), ...cutNote(shown.length, cycles.length)].join('\n'),
    freshness,
    exit: cycles.length === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

/** How many go around, a shortest way with its places, and who else is in it. */
function cycleLines(
  { symbols, steps, onlyTypes }: Cycle,
  of: CyclesOptions['of'],
  colors: Terminal['colors'],
): string[] {
  const what = of === 'calls' ? 'symbols call each other' : 'modules import each other'
  const shown = new Set(steps.map(({ from }) => from))
  const rest = symbols.filter(({ id }) => !shown.has(id))
  return [
    `${symbols.length} ${what}${onlyTypes ? `  ${colors.dim('types only: gone at run time')}` : ''}`,
    ...steps.map(({ from, to, site }) => `  ${from} -> ${to}  ${colors.dim(place(site.file, site.range))}`),
    ...rest.slice(0, mostOthers).map(({ id }) => `  ${colors.dim('and')} ${id}`),
    ...(rest.length > mostOthers
      ? [`  ${colors.dim(`and ${rest.length - mostOthers} more (--json lists them)`)}`]
      : []),
  ]
}

const mostOthers = 10
