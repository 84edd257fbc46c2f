import { UsageError } from '../../errors.ts'
import { analyticsOf } from '../analytics-place.ts'
import type { Answer, CommandContext, StreamedAnswer } from '../command.ts'
import type { RunsOption } from '../own-store-place.ts'
import { bytes, counted, table } from '../render.ts'
import path from 'node:path'

interface ExportOptions extends RunsOption {
  readonly format: 'jsonl' | 'parquet'
  readonly to?: string
  readonly force?: boolean
}

/** `forge export`. */
export async function run(
  context: CommandContext,
  _args: readonly [],
  options: ExportOptions,
): Promise<StreamedAnswer | Answer> {
  if (options.format === 'parquet') return await exportParquet(context, options)
  if (options.to !== undefined || options.force === true) {
    throw new UsageError('--to and --force are for --format parquet', {
      hint: 'JSON lines go to standard output: forge export > graph.jsonl',
    })
  }
  const { forge, freshness } = await context.open()
  return { lines: forge.graph.exportLines(), freshness }
}

async function exportParquet(context: CommandContext, options: ExportOptions): Promise<Answer> {
  if (options.to === undefined) {
    throw new UsageError('Parquet files need a folder', { hint: 'Name it: forge export --format parquet --to DIR' })
  }
  const folder = path.resolve(context.cwd, options.to)
  const { terminal } = context
  const { analytics, freshness, asking } = await analyticsOf(context, options)
  const files = await analytics.exportParquet(folder, {
    ...asking,
    force: options.force === true,
    onFile: ({ view }) => terminal.progress(`parquet ${view}`),
  })
  return {
    data: { format: 'parquet', folder, files },
    text: [
      ...table(
        files.map(({ view, rows, bytes: size }) => [`${view}.parquet`, counted(rows, 'row'), bytes(size)]),
        '',
      ),
      `in ${folder}`,
    ].join('\n'),
    freshness,
  }
}
