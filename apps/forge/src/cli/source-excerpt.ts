import { shortened } from './code-text.ts'
import type { Terminal } from './terminal.ts'

/** Which lines of a text to show. */
export interface Excerpt {
  readonly lines: readonly string[]
  /** Lines, from 1, with the sign that marks each. */
  readonly marks: ReadonlyMap<number, string>
  /** Lines that say where one is, shown without a mark. */
  readonly around: ReadonlySet<number>
}

/** Shorter stretches between lines that are shown are shown too. */
const shortestGap = 3
const longestLine = 160

/** Shows the marked lines of a text with their numbers, short stretches between them dimmed, long ones as `⋮`. */
export function sourceExcerpt({ lines, marks, around }: Excerpt, colors: Terminal['colors']): string[] {
  const wanted = [...new Set([...marks.keys(), ...around])].toSorted((a, b) => a - b)
  const width = String(wanted.at(-1) ?? 0).length
  const shown: string[] = []
  const show = (line: number): void => {
    const mark = marks.get(line)
    const text = shortened(lines[line - 1] ?? '', longestLine)
    const row = `${mark ?? ' '} ${String(line).padStart(width)}  ${text}`.trimEnd()
    shown.push(mark === undefined ? colors.dim(row) : mark === '*' ? colors.bold(row) : row)
  }
  let last = 0
  for (const line of wanted) {
    const between = Array.from({ length: line - last - 1 }, (_, at) => last + 1 + at)
    if (last > 0 && between.length <= shortestGap) for (const at of between) show(at)
    else if (between.length > 0) shown.push(colors.dim(`${' '.repeat(width + 1)}⋮`))
    show(line)
    last = line
  }
  if (last < lines.length - 1) shown.push(colors.dim(`${' '.repeat(width + 1)}⋮`))
  return shown
}
