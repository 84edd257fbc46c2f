import type { CodeSlice, CodeSliceOptions } from '../../dependence/dependence-types.ts'
import { rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { sliceDrawing } from '../drawing/slice-drawing.ts'
import { exitCode } from '../exit-code.ts'
import { type GraphFormatOptions, inFormat } from '../graph-format.ts'
import { sliceSources } from '../slice-sources.ts'
import { shownFiles, sliceText } from '../slice-text.ts'
import { needPosition } from '../targets.ts'

interface SliceOptions extends ListOptions, GraphFormatOptions {
  readonly forward?: boolean
  readonly within?: boolean
  readonly depth?: number
  readonly functions: number
  readonly exceptions: NonNullable<CodeSliceOptions['exceptions']>
}

/** `forge slice FILE:LINE[:COLUMN]`. */
export async function run(context: CommandContext, [text]: readonly [string], options: SliceOptions): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const { format, forward = false, within = false, exceptions, depth, functions } = options
  const { file, line, column } = needPosition(text, context, forge)
  const isDrawn = format === 'dot' || format === 'mermaid'
  const { slice, files, sourceOf } = await context.endedBySignals(async () => {
    const slice = await forge.pdg.slice({
      file,
      line,
      ...(column === undefined ? {} : { column }),
      direction: forward ? 'forward' : 'backward',
      within,
      exceptions,
      limit: functions,
      ...(depth === undefined ? {} : { depth }),
      edges: isDrawn,
      signal: context.signal,
    })
    const files = shownFiles(slice, isDrawn ? Number.POSITIVE_INFINITY : rowLimit(options))
    return {
      slice,
      files,
      sourceOf: await sliceSources(
        files.map((shown) => shown.file),
        forge,
      ),
    }
  })
  return {
    data: slice,
    text: inFormat(options, context.global, {
      text: () => {
        const from = [file, line, ...(column === undefined ? [] : [column])].join(':')
        return sliceText(slice, { from, files, colors: context.terminal.colors, sourceOf }).join('\n')
      },
      drawing: () => sliceDrawing(slice, (of, at) => sourceOf(of).lines[at - 1] ?? ''),
    }),
    freshness,
    exit: options.failEmpty === true && isAlone(slice) ? exitCode.negative : exitCode.done,
  }
}

/** Whether nothing belongs to a slice but the lines that were asked about. */
function isAlone({ criterion, files }: CodeSlice): boolean {
  const asked = new Set(criterion.map(({ file, range }) => `${file}:${range.start.line}`))
  return files.every(({ file, lines }) => lines.every((line) => asked.has(`${file}:${line}`)))
}
