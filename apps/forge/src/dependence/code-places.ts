import type { Position, Range } from '@forge/graph'
import { type FunctionId, type FunctionIr, instructionFlag, op, opcodes, raiseAt } from '@forge/pdg'
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
  const { start, end } = spanOf(file, id, instruction)
  return {
    id: instruction,
    op: opcodes[file.function(id).instructions.op[instruction]!]!,
    file: file.path,
    range: rangeOf(file, start, end),
    text: isForFields(file.function(id), instruction) ? '(fields)' : textOf(file, start, end),
  }
}

/** Where an instruction stands in the file. What a constructor does for the fields of its class stands at its name: nothing in it says that. */
export function spanOf(
  file: SourceFile,
  id: FunctionId,
  instruction: number,
): { readonly start: number; readonly end: number } {
  const { start: from, instructions } = file.function(id)
  const start = from + instructions.start[instruction]!
  const parameters = isForFields(file.function(id), instruction) ? file.text.indexOf('(', start) : -1
  return { start, end: parameters > start ? parameters : from + instructions.end[instruction]! }
}

/** Whether a constructor calls what initialises the fields of its class, or passes the object there. */
function isForFields({ kind, start, end, instructions }: FunctionIr, at: number): boolean {
  const isImplicit = (instructions.flags[at]! & instructionFlag.implicit) !== 0
  return kind === 'constructor' && isImplicit && instructions.start[at] === 0 && instructions.end[at] === end - start
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
