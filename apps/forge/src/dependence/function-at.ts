import type { FunctionId } from '@forge/pdg'
import { isWritten } from './code-places.ts'
import type { SourceFile } from './source-file.ts'

/** A place in a file. */
interface LinePlace {
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units. */
  readonly column?: number
}

/** The function with a name of its own that begins on a line, the outermost of several; with a column, the one that begins there, or whose name or head is there. */
export function functionBeginningAt(file: SourceFile, { line, column }: LinePlace): FunctionId | undefined {
  const { start, end } = file.line(line)
  const offset = column === undefined ? undefined : start + column - 1
  const { functions } = file.ir
  // As it is printed: an anonymous one too.
  const exact = functions.findLastIndex((ir) => ir.kind !== 'module' && ir.start === offset)
  if (exact >= 0) return file.first + exact
  for (const [index, ir] of functions.entries()) {
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

/** The innermost function, but not the module, that a whole line is in, or a column. */
export function functionAround(file: SourceFile, { line, column }: LinePlace): FunctionId | undefined {
  const { start, end } = file.line(line)
  const [from, to] = column === undefined ? [start, end] : [start + column - 1, start + column]
  const index = file.ir.functions.findLastIndex(
    (ir, at) =>
      ir.kind !== 'module' &&
      ir.start <= from &&
      ir.end >= to &&
      (ir.kind !== 'fields' || isField(file, at, { from, to })),
  )
  return index < 0 ? undefined : file.first + index
}

/** Whether what initialises the fields of a class has code around a stretch: the class it stands for has much besides. */
function isField(
  file: SourceFile,
  index: number,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  const ir = file.ir.functions[index]!
  const { start, end, count } = ir.instructions
  for (let at = 0; at < count; at++) {
    if (isWritten(ir, at) && ir.start + start[at]! <= from && ir.start + end[at]! >= to) return true
  }
  return false
}
