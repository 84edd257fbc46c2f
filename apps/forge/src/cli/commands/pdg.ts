import type { FunctionDependences } from '../../dependence/dependence-types.ts'
import { UsageError } from '../../errors.ts'
import type { Answer, CommandContext, ListOptions } from '../command.ts'
import { rowLimit } from '../command.ts'
import { dependencesText } from '../dependences-text.ts'
import { dependencesDrawing } from '../drawing/dependences-drawing.ts'
import { type GraphFormatOptions, inFormat } from '../graph-format.ts'
import { count, counted, duration } from '../render.ts'
import { codeTargets } from '../targets.ts'

interface PdgOptions extends ListOptions, GraphFormatOptions {
  readonly exactOne?: boolean
  readonly save?: boolean
}

/** `forge pdg SYMBOL|POS`, `forge pdg --save`. */
export async function run(
  context: CommandContext,
  [target]: readonly [string | undefined],
  options: PdgOptions,
): Promise<Answer> {
  if (options.save === true) {
    if (target === undefined) return save(context)
    throw new UsageError('--save keeps the graphs of all functions, not those of one', {
      hint: 'Write it without SYMBOL',
    })
  }
  if (target === undefined) {
    throw new UsageError("missing required argument 'symbol'", { hint: 'See `forge pdg --help`' })
  }
  const { forge, freshness } = await context.open()
  const { symbols, found } = await context.endedBySignals(() =>
    codeTargets<FunctionDependences>(target, context, forge, {
      exactOne: options.exactOne,
      ask: (of) => forge.pdg.of(of),
    }),
  )
  const { colors } = context.terminal
  return {
    data: { symbols, functions: found },
    text: inFormat(options, context.global, {
      text: () => found.map((each) => dependencesText(each, rowLimit(options), colors).join('\n')).join('\n\n'),
      drawing: () => dependencesDrawing(found),
    }),
    freshness,
  }
}

async function save(context: CommandContext): Promise<Answer> {
  const { terminal, signal } = context
  const started = performance.now()
  const { forge, freshness } = await context.open()
  const saved = await forge.pdg.save({
    signal,
    onProgress: ({ done, total }) => terminal.progress(`graphs of ${count(done)} of ${counted(total, 'file')}`),
  })
  terminal.progress(undefined)
  const { files, functions, added, removed } = saved
  const changes = [`${count(added)} new`, ...(removed === 0 ? [] : [`${count(removed)} gone`])]
  const elapsed = duration(performance.now() - started)
  return {
    data: { saved },
    text: `${counted(functions, 'function')} of ${counted(files, 'file')} kept, ${changes.join(', ')} (${elapsed})`,
    freshness,
  }
}
