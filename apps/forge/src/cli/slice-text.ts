import type { CodeSlice, SlicedFile } from '../dependence/dependence-types.ts'
import { shortened } from './code-text.ts'
import { cutNote } from './command.ts'
import { count, counted } from './render.ts'
import { sourceExcerpt } from './source-excerpt.ts'
import type { Terminal } from './terminal.ts'

/** A file of a slice as it reads. */
export interface SliceSource {
  readonly lines: readonly string[]
  /** The lines where what a line is in begins: classes and functions, the outermost first. */
  readonly headsOf: (line: number) => readonly number[]
}

/** How to show a slice. */
export interface SliceTextOptions {
  /** What was asked: `src/pool.ts:42`. */
  readonly from: string
  /** At most so many lines that belong to it. */
  readonly limit: number
  readonly colors: Terminal['colors']
  readonly sourceOf: (file: string) => SliceSource
}

const mostAssumed = 5

/** Shows a slice in the source: lines that belong to it are marked `>`, those that were asked about `*`. The file that was asked about comes first. */
export function sliceText(slice: CodeSlice, { from, limit, colors, sourceOf }: SliceTextOptions): string[] {
  const asked = new Set(slice.criterion.map(({ file, range }) => `${file}:${range.start.line}`))
  const isAsked = ({ file }: SlicedFile): boolean => slice.criterion.some((step) => step.file === file)
  const files = [...slice.files.filter(isAsked), ...slice.files.filter((file) => !isAsked(file))]
  let left = limit
  const shown = files.flatMap(({ file, lines, ofLines }) => {
    const cut = nearest(lines, left, criterionLines(slice, file))
    left -= cut.length
    if (cut.length === 0) return []
    const source = sourceOf(file)
    const excerpt = sourceExcerpt(
      {
        lines: source.lines,
        marks: new Map(cut.map((line) => [line, asked.has(`${file}:${line}`) ? '*' : '>'])),
        around: new Set(cut.flatMap((line) => source.headsOf(line))),
      },
      colors,
    )
    const heading = `${colors.cyan(file)}  ${colors.dim(`${count(lines.length)} of ${counted(ofLines, 'line')}`)}`
    return ['', heading].concat(excerpt)
  })
  const total = slice.files.reduce((sum, { lines }) => sum + lines.length, 0)
  const cut = cutNote(limit - left, total, 'lines')
  return [headline(slice, from), ...shown, ...assumedLines(slice, colors), ...(cut.length === 0 ? [] : ['', ...cut])]
}

function criterionLines({ criterion }: CodeSlice, file: string): readonly number[] {
  return criterion.filter((step) => step.file === file).map(({ range }) => range.start.line)
}

/** At most so many lines, sorted: those that are the nearest to what was asked about, where that is in the file. */
function nearest(lines: readonly number[], limit: number, asked: readonly number[]): readonly number[] {
  if (lines.length <= limit) return lines
  const [first = 1] = asked
  const distance = (line: number): number => Math.abs(line - first)
  return lines
    .toSorted((a, b) => distance(a) - distance(b) || a - b)
    .slice(0, limit)
    .toSorted((a, b) => a - b)
}

/** `what affects src/pool.ts:42: 12 of 80 lines in 3 functions of 2 files`. */
function headline({ direction, files, functions }: CodeSlice, from: string): string {
  const lines = files.reduce((sum, file) => sum + file.lines.length, 0)
  const of = files.reduce((sum, file) => sum + file.ofLines, 0)
  const what = direction === 'backward' ? `what affects ${from}` : `what ${from} affects`
  const where = `${counted(functions.length, 'function')} of ${counted(files.length, 'file')}`
  return `${what}: ${count(lines)} of ${counted(of, 'line')} in ${where}`
}

function assumedLines({ assumed }: CodeSlice, colors: Terminal['colors']): string[] {
  if (assumed.length === 0) return []
  const calls = assumed.slice(0, mostAssumed)
  return [
    '',
    `assumed that ${counted(assumed.length, 'call')} of unknown code may change what is passed:`,
    ...calls.map(({ file, range, text }) => `  ${file}:${range.start.line}  ${shortened(text, 60)}`),
    ...(assumed.length > mostAssumed ? [`  and ${count(assumed.length - mostAssumed)} more`] : []),
  ].map((line) => (line === '' ? '' : colors.dim(line)))
}
