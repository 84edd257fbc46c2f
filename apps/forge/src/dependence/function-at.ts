import type { FunctionId } from '@forge/pdg'
import type { SourceFile } from './source-file.ts'

/** A place in a file. */
interface LinePlace {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column?: number
}

/** The function with a name of its own that begins on a line, the outermost of several; with a column, the one whose name or head is there. */
export function functionBeginningAt(file: SourceFile, { line, column }: LinePlace): FunctionId | undefined {
  const { start, end } = file.line(line)
  const offset = column === undefined ? undefined : start + column - 1
  for (const [index, ir] of file.ir.functions.entries()) {
    if (ir.name === '' || ir.kind === 'module' || ir.kind === 'fields') continue
    const owner = file.owner(index)
    if (owner === undefined || !file.functionsOf(owner.id).includes(file.first + index)) continue
    const isNamed = owner.nameEnd > owner.nameStart
    const head = isNamed ? Math.min(owner.nameStart, ir.start) : ir.start
    const headEnd = isNamed ? owner.nameEnd : ir.start
    if (offset === undefined ? head >= start && head <= end : offset >= head && offset <= headEnd) {
      return file.first + index
    }
  }
  return undefined
}

/** The innermost function, but not the module, that a whole line is in. */
export function functionAround(file: SourceFile, { line }: LinePlace): FunctionId | undefined {
  const { start, end } = file.line(line)
  const index = file.ir.functions.findLastIndex(
    ({ kind, start: from, end: to }) => kind !== 'module' && from <= start && to >= end,
  )
  return index < 0 ? undefined : file.first + index
}
