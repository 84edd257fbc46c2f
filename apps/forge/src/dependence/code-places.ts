import type { Position, Range } from '@forge/graph'
import { type FunctionIr, op, opcodes, type FunctionId, raiseAt } from '@forge/pdg'
import type { FunctionPlace, Step } from './dependence-types.ts'
import type { SourceFile } from './source-file.ts'

const longestText = 80

/** Shows a function of a file. */
export function functionPlace(file: SourceFile, id: FunctionId): FunctionPlace {
  const { name, kind, start, end } = file.function(id)
  return {
    name,
    kind,
    symbol: file.owner(id - file.first)?.id ?? null,
    file: file.path,
    range: rangeOf(file, start, end),
    text: textOf(file, start, end),
  }
}

/** Shows an instruction. */
export function stepOf(file: SourceFile, id: FunctionId, instruction: number): Step {
  const ir = file.function(id)
  const start = ir.start + ir.instructions.start[instruction]!
  const end = ir.start + ir.instructions.end[instruction]!
  return {
    id: instruction,
    op: opcodes[ir.instructions.op[instruction]!]!,
    file: file.path,
    range: rangeOf(file, start, end),
    text: textOf(file, start, end),
  }
}

/** The lines where an instruction is said to be: that on which it begins, and of a call the one that names what is called. */
export function linesOf(file: SourceFile, ir: FunctionIr, instruction: number): number[] {
  const { op: ops, start, a } = ir.instructions
  const first = file.lineOf(ir.start + start[instruction]!)
  const isCall = ops[instruction] === op.call || ops[instruction] === op.construct
  if (!isCall || a[instruction]! < 0) return [first]
  return [first, file.lineOf(ir.start + a[instruction]!)]
}

/** Whether an instruction stands in the text: the ends of a function, and what stands for nothing that is written, do not. */
export function isWritten({ instructions }: FunctionIr, instruction: number): boolean {
  return instruction > raiseAt && instructions.end[instruction]! > instructions.start[instruction]!
}

export function rangeOf(file: SourceFile, start: number, end: number): Range {
  return { start: positionOf(file, start), end: positionOf(file, end) }
}

function positionOf(file: SourceFile, offset: number): Position {
  const line = file.lineOf(offset)
  return { line, column: offset - file.line(line).start + 1, offset }
}

/** What stands between two offsets: one line, shortened. */
export function textOf(file: SourceFile, start: number, end: number): string {
  const text = file.text
    .slice(start, Math.min(end, start + longestText * 2))
    .replaceAll(/\s+/g, ' ')
    .trim()
  return text.length > longestText || end > start + longestText * 2 ? `${text.slice(0, longestText)}…` : text
}
