import path from 'node:path'
import type { CodeSlice, CodeSliceOptions } from '../../dependence/dependence-types.ts'
import type { Forge } from '../../forge.ts'
import { readSource } from '../../read-source.ts'
import { rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { sliceDrawing } from '../drawing/slice-drawing.ts'
import { exitCode } from '../exit-code.ts'
import { type GraphFormatOptions, inFormat } from '../graph-format.ts'
import { type SliceSource, sliceText } from '../slice-text.ts'
import { needPosition } from '../targets.ts'

interface SliceOptions extends ListOptions, GraphFormatOptions {
  readonly forward?: boolean
  readonly within?: boolean
  readonly exceptions: NonNullable<CodeSliceOptions['exceptions']>
}

/** `forge slice FILE:LINE[:COLUMN]`. */
export async function run(context: CommandContext, [text]: readonly [string], options: SliceOptions): Promise<Answer> {
  const { forge, freshness } = await context.open()
  const { format, forward = false, within = false, exceptions } = options
  const position = needPosition(text, context, forge)
  const { slice, sources } = await context.endedBySignals(async () => {
    const slice = await forge.pdg.slice({
      ...position,
      direction: forward ? 'forward' : 'backward',
      within,
      exceptions,
      edges: format === 'dot' || format === 'mermaid',
      signal: context.signal,
    })
    return { slice, sources: await sourcesOf(slice, forge) }
  })
  const sourceOf = (file: string): SliceSource => sources.get(file)!
  return {
    data: slice,
    text: inFormat(options, context.global, {
      text: () =>
        sliceText(slice, {
          from: [position.file, position.line, ...(position.column === undefined ? [] : [position.column])].join(':'),
          limit: rowLimit(options),
          colors: context.terminal.colors,
          sourceOf,
        }).join('\n'),
      drawing: () => sliceDrawing(slice, (file, line) => sourceOf(file).lines[line - 1] ?? ''),
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

const heads: ReadonlySet<string> = new Set(['class', 'function', 'method', 'constructor', 'getter', 'setter'])

/** The files of a slice as they read, and what is around their lines. */
async function sourcesOf(slice: CodeSlice, forge: Forge): Promise<ReadonlyMap<string, SliceSource>> {
  const sources = new Map<string, SliceSource>()
  for (const { file } of slice.files) {
    const text = (readSource(path.join(forge.root, file)) ?? '').replace(/^\uFEFF/, '')
    const lines = text.split('\n').map((line) => line.replace(/\r$/, ''))
    const starts = lineStarts(text)
    const around = (await forge.graph.outline(file))
      .filter(({ kind, nameEnd, nameStart }) => heads.has(kind) && nameEnd > nameStart)
      .map(({ nameStart, start, end }) => ({
        head: lineAt(starts, nameStart),
        first: lineAt(starts, start),
        last: lineAt(starts, end),
      }))
    sources.set(file, {
      lines,
      headsOf: (line) => around.filter(({ first, last }) => first <= line && line <= last).map(({ head }) => head),
    })
  }
  return sources
}

function lineStarts(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)]
}

/** The line of an offset, from 1. */
function lineAt(starts: readonly number[], offset: number): number {
  const next = starts.findIndex((start) => start > offset)
  return next < 0 ? starts.length : next
}
