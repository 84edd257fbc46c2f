import { type FunctionIr, locationCodes, op, operandCodes } from './ir.ts'

const propertyCode = locationCodes.property
const usedReadOperand = operandCodes.usedRead

/** Methods of the language that call what they are given whatever it gave back before. */
const independent = new Set([
  'filter',
  'flatMap',
  'forEach',
  'from',
  'map',
  'replace',
  'replaceAll',
  'then',
  'catch',
  'finally',
])

/**
 * Whether a call that is not known may call what it is given again because of what that gave back, or with it: `find` stops, `reduce` passes it on.
 */
export function feedsBack({ instructions, locations, names }: FunctionIr, call: number): boolean {
  const { op: ops, operands, operandKind, operandRef } = instructions
  if (ops[call] !== op.call) return false
  for (let row = operands[call]!; row < operands[call + 1]!; row++) {
    const to = operandRef[row]!
    if (operandKind[row] !== usedReadOperand || locations.kind[to] !== propertyCode) continue
    if (independent.has(names[locations.ref[to]!]!)) return false
  }
  return true
}
