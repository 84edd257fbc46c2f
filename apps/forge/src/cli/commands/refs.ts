import type { Reference } from '@forge/graph'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { counted, place, symbolLine } from '../render.ts'
import { needTargets } from '../targets.ts'
import { doubtsLine, unresolvedNamed } from '../unresolved.ts'

/** `forge refs SYMBOL|POS`. */
export async function run(
  context: CommandContext,
  [target]: readonly [string],
  options: ListOptions & { readonly exactOne?: boolean },
): Promise<Answer> {
  const forge = await context.open()
  const symbols = await needTargets(target, context, forge, options)
  const { colors } = context.terminal
  const limit = rowLimit(options)
  const references: Reference[] = []
  const lines: string[] = []
  let total = 0
  for (const symbol of symbols) {
    const found = await forge.graph.references(symbol.id)
    const shown = found.slice(0, Math.max(0, limit - references.length))
    total += found.length
    references.push(...shown)
    lines.push(
      `${symbolLine(symbol, colors)}  ${colors.dim(counted(found.length, 'reference'))}`,
      ...shown.map(
        ({ file, range, role, in: within, confidence }) =>
          `  ${place(file, range)}  ${role}${within === null ? '' : colors.dim(`  in ${within}`)}${confidence === 'exact' ? '' : `  ${colors.yellow(confidence)}`}`,
      ),
    )
  }
  const doubts = await unresolvedNamed(forge, symbols)
  return {
    data: { symbols, references, total, unresolved: doubts.length },
    text: [
      ...lines,
      ...cutNote(references.length, total),
      ...(doubts.length === 0 ? [] : [colors.dim(doubtsLine(doubts.length, 'mention', symbols))]),
    ].join('\n'),
    freshness: await forge.freshness(),
    exit: total === 0 && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}
