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

/** A file of a slice, and the lines of it that are shown. */
export interface ShownFile extends SlicedFile {
  readonly shown: readonly number[]
}

/** How to show a slice. */
export interface SliceTextOptions {
  /** What was asked: `src/pool.ts:42`. */
  readonly from: string
  /** What is shown of it, by {@link shownFiles}. */
  readonly files: readonly ShownFile[]
  readonly colors: Terminal['colors']
  readonly sourceOf: (file: string) => SliceSource
}

const mostAssumed = 5

/**
 * At most so many lines of a slice, by file, first the file that was asked about: those that are the fewest steps from one function to another away, and of these
 * the nearest in the file.
 */
export function shownFiles(slice: CodeSlice, limit: number): ShownFile[] {
  const isAsked = ({ file }: SlicedFile): boolean => slice.criterion.some((step) => step.file === file)
  const files = [...slice.files.filter(isAsked), ...slice.files.filter((file) => !isAsked(file))]
  const rows = files.flatMap((of) => {
    const [asked] = criterionLines(slice, of.file)
    return of.lines.map((line, at) => ({
      of,
      line,
      steps: of.distances[at]!,
      away: asked === undefined ? Infinity : Math.abs(line - asked),
    }))
  })
  // What is equally far away stays in the order of files and lines.
  const nearest = rows.toSorted((a, b) => a.steps - b.steps || compareNumbers(a.away, b.away)).slice(0, limit)
  const shown = Map.groupBy(nearest, ({ of }) => of)
  return files.flatMap((of) => {
    const lines = shown.get(of)?.map(({ line }) => line)
    return lines === undefined ? [] : [{ ...of, shown: lines.toSorted((a, b) => a - b) }]
  })
}

function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Shows a slice in the source: lines that belong to it are marked `>`, those that were asked about `*`. */
export function sliceText(slice: CodeSlice, { from, files, colors, sourceOf }: SliceTextOptions): string[] {
  const excerpts = files.flatMap(({ file, lines, shown, ofLines }) => {
    const asked = new Set(criterionLines(slice, file))
    const { lines: source, headsOf } = sourceOf(file)
    const marks = new Map(shown.map((line) => [line, asked.has(line) ? '*' : '>']))
    const around = new Set(shown.flatMap((line) => headsOf(line)))
    const functions = slice.functions.filter((one) => one.file === file)
    const counts = linesOf(lines.length, ofLines, functions.length)
    return [
      '',
      `${colors.cyan(file)}  ${colors.dim(counts)}`,
      ...sourceExcerpt({ lines: source, marks, around }, colors),
    ]
  })
  const shown = files.reduce((sum, file) => sum + file.shown.length, 0)
  const cut = cutNote(shown, linesIn(slice), 'lines')
  return [
    headline(slice, from),
    ...excerpts,
    ...assumedLines(slice, colors),
    ...(slice.cut === 0 ? [] : ['', cutSteps(slice)]),
    ...(cut.length === 0 ? [] : ['', ...cut]),
  ]
}

/** What was left out because it is too far away. */
function cutSteps({ cut }: CodeSlice): string {
  return `${counted(cut, 'step')} to other functions not followed (--functions N, --depth N)`
}

function linesIn({ files }: CodeSlice): number {
  return files.reduce((sum, { lines }) => sum + lines.length, 0)
}

function criterionLines({ criterion }: CodeSlice, file: string): readonly number[] {
  return criterion.filter((step) => step.file === file).map(({ range }) => range.start.line)
}

/** `what affects src/pool.ts:42: 12 of 80 lines of 3 functions, in 2 files`. */
function headline(slice: CodeSlice, from: string): string {
  const { direction, files, functions } = slice
  const of = files.reduce((sum, file) => sum + file.ofLines, 0)
  const what = direction === 'backward' ? `what affects ${from}` : `what ${from} affects`
  return `${what}: ${linesOf(linesIn(slice), of, functions.length)}, in ${counted(files.length, 'file')}`
}

/** `12 of 80 lines of 3 functions`: not of their files. */
function linesOf(lines: number, all: number, functions: number): string {
  return `${count(lines)} of ${counted(all, 'line')} of ${counted(functions, 'function')}`
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
