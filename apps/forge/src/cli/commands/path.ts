import type { CallPath } from '@forge/graph'
import { callsOf, shortestPath } from '../../questions/shortest-path.ts'
import { symbolsCalled } from '../../questions/targets.ts'
import type { Answer, CommandContext } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { counted, place } from '../render.ts'

/** `forge path FROM TO`. */
export async function run(
  context: CommandContext,
  [from, to]: readonly [string, string],
  options: { readonly exactOne?: boolean; readonly failEmpty?: boolean },
): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const sources = await symbolsCalled(forge.graph, from, options)
  const targets = await symbolsCalled(forge.graph, to, options)
  const shortest = await shortestPath(forge.graph, sources, targets)
  return {
    data: { from: sources, to: targets, calls: shortest === undefined ? null : callsOf(shortest) },
    text:
      shortest === undefined
        ? `no chain of known calls leads from ${from} to ${to}`
        : chain(shortest, context.terminal.colors.dim),
    freshness,
    exit: shortest === undefined && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

function chain({ symbols, steps }: CallPath, dim: (text: string) => string): string {
  return [
    `${symbols[0]!.id}  ${dim(counted(steps.length, 'call'))}`,
    ...steps.map(({ callee, sites: [site] }) => `  -> ${callee}  ${dim(place(site!.file, site!.range))}`),
  ].join('\n')
}
