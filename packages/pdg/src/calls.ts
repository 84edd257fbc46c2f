import { type FunctionIr, exitAt, op, operandCodes } from './ir.ts'

/** Whether an instruction calls something, or makes it by `new`. */
export function isCall({ instructions }: FunctionIr, at: number): boolean {
  return instructions.op[at] === op.call || instructions.op[at] === op.construct
}

/** The arguments of a call. */
export function argumentsOf({ instructions }: FunctionIr, call: number): number[] {
  const { op: ops, operands, operandKind, operandRef } = instructions
  const found: number[] = []
  for (let row = operands[call]!; row < operands[call + 1]!; row++) {
    if (operandKind[row] === operandCodes.value && ops[operandRef[row]!] === op.argument) found.push(operandRef[row]!)
  }
  return found
}

/** The instructions that write what a function is given. */
export function parametersOf({ instructions }: FunctionIr): number[] {
  const found: number[] = []
  for (let at = exitAt; at < instructions.count; at += 1) if (instructions.op[at] === op.parameter) found.push(at)
  return found
}
