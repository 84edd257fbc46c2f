import type { CallPath } from '@forge/graph'
import type { Answer, CommandContext } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { counted, place } from '../render.ts'
import { needSymbols } from '../targets.ts'

/** `forge path FROM TO`. */
export async function run(
  context: CommandContext,
  [from, to]: readonly [string, string],
  options: { readonly exactOne?: boolean; readonly failEmpty?: boolean },
): Promise<Answer> {
  const forge = await context.open()
  const sources = await needSymbols(from, forge, options)
  const targets = await needSymbols(to, forge, options)
  let shortest: CallPath | undefined
  for (const source of sources) {
    for (const target of targets) {
      const found = await forge.graph.path(source.id, target.id)
      if (found !== undefined && (shortest === undefined || found.steps.length < shortest.steps.length))
        shortest = found
    }
  }
  return {
    data: { from: sources, to: targets, calls: shortest === undefined ? null : callsOf(shortest) },
    text:
      shortest === undefined
        ? `no chain of known calls leads from ${from} to ${to}`
        : chain(shortest, context.terminal.colors.dim),
    freshness: await forge.freshness(),
    exit: shortest === undefined && options.failEmpty === true ? exitCode.negative : exitCode.done,
  }
}

/** One call a step: where a step has several sites, the first. */
function callsOf(path: CallPath): unknown[] {
  return path.steps.map(({ caller, callee, confidence, sites }) => ({ caller, callee, site: sites[0], confidence }))
}

function chain({ symbols, steps }: CallPath, dim: (text: string) => string): string {
  return [
    `${symbols[0]!.id}  ${dim(counted(steps.length, 'call'))}`,
    ...steps.map(({ callee, sites: [site] }) => `  -> ${callee}  ${dim(place(site!.file, site!.range))}`),
  ].join('\n')
}
