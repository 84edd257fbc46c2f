import { type FunctionIr, locationCodes, op, operandCodes } from './ir.ts'

const writeOperand = operandCodes.write
const variableCode = locationCodes.variable

/** Whether an instruction gives a function expression its own name, inside of it. */
export function isSelf({ instructions, locations, variables, name }: FunctionIr, at: number): boolean {
  const { op: ops, start, end, operands, operandKind, operandRef } = instructions
  if (ops[at] !== op.evaluate || start[at] !== 0 || end[at] !== 0 || operands[at + 1] !== operands[at]! + 1)
    return false
  const to = operandRef[operands[at]!]!
  const isWritten = operandKind[operands[at]!] === writeOperand && locations.kind[to] === variableCode
  return isWritten && name !== '' && variables.name[locations.ref[to]!] === name
}
