import { posix } from 'node:path'
import type { DeadCode, DeadSymbol } from '@forge/graph'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { needKind } from '../option-values.ts'
import { counted, symbolLine } from '../render.ts'
import type { Terminal } from '../terminal.ts'

interface DeadOptions extends ListOptions {
  readonly entry?: readonly string[]
  readonly kind?: readonly string[]
  readonly entries?: boolean
}

/** `forge dead`. */
export async function run(context: CommandContext, _args: readonly [], options: DeadOptions): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const { entry = [], kind } = options
  const found = await forge.analysis.dead({
    entry: (path) => entry.find((glob) => posix.matchesGlob(path, glob)),
    ...(kind === undefined ? {} : { kinds: kind.map(needKind) }),
  })
  const { colors } = context.terminal
  const { dead, entryPoints, guessed } = found
  const shown = dead.slice(0, rowLimit(options))
  return {
    data: { entryPoints, guessed, dead: shown, total: dead.length },
    text: [
      ...(options.entries === true ? entryPoints.map(({ path, reason }) => `${path}  ${colors.dim(reason)}`) : []),
      headLine(found),
      ...shown.map((row) => deadLine(row, colors)),
      ...cutNote(shown.length, dead.length),
      ...(dead.some(({ unresolved }) => unresolved > 0)
        ? [colors.dim('"unresolved" counts places that name something of that name, and may mean it')]
        : []),
    ].join('\n'),
    freshness,
    exit: dead.length === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

function headLine({ dead, entryPoints, guessed }: DeadCode): string {
  const from = guessed
    ? `${counted(entryPoints.length, 'file')} that no other one imports; no entry point is known, name them with --entry`
    : `${counted(entryPoints.length, 'entry point')} (--entries lists them)`
  return `${counted(dead.length, 'symbol')} out of reach of ${from}`
}

function deadLine({ symbol, mentions, unresolved }: DeadSymbol, colors: Terminal['colors']): string {
  const remarks = [
    ...(mentions === 0 ? [] : [`${counted(mentions, 'user')}, dead as well`]),
    ...(unresolved === 0 ? [] : [`${unresolved} unresolved`]),
  ]
  return `  ${symbolLine(symbol, colors)}${remarks.length === 0 ? '' : `  ${colors.dim(remarks.join(', '))}`}`
}
