import { type FunctionIr, type Place, locationCodes, operandCodes, variableCodes } from '@forge/pdg'
import type { SourceFile, WantedAccess } from './source-file.ts'

const [variableLocation, propertyLocation] = [locationCodes.variable, locationCodes.property]
const [readOperand, usedOperand] = [operandCodes.read, operandCodes.usedRead]
const [writeOperand, mayWriteOperand] = [operandCodes.write, operandCodes.mayWrite]
const importedKind = variableCodes.imported

/** The instructions that stand around an offset and access what has a name: the narrowest of the innermost function that has some. */
export function placesNamed(file: SourceFile, offset: number, wanted: WantedAccess): Place[] {
  for (const index of file.functionsAt(offset)) {
    const ir = file.ir.functions[index]!
    const { count, start, end } = ir.instructions
    let narrowest = Infinity
    let found: number[] = []
    for (let at = 0; at < count; at++) {
      const length = end[at]! - start[at]!
      if (ir.start + start[at]! > offset || ir.start + end[at]! < offset || length > narrowest) continue
      if (!accesses(ir, at, wanted)) continue
      if (length < narrowest) found = []
      narrowest = length
      found.push(at)
    }
    if (found.length > 0) return found.map((instruction) => ({ function: file.first + index, instruction }))
  }
  return []
}

/** Whether an instruction reads or writes what has a name. */
export function accesses(ir: FunctionIr, at: number, { how, name, isMember }: WantedAccess): boolean {
  const { operands, operandKind, operandRef } = ir.instructions
  const { kind, ref } = ir.locations
  const [first, second] = how === 'read' ? [readOperand, usedOperand] : [writeOperand, mayWriteOperand]
  for (let row = operands[at]!; row < operands[at + 1]!; row++) {
    if (operandKind[row] !== first && operandKind[row] !== second) continue
    const to = operandRef[row]!
    if (kind[to] === variableLocation) {
      const isNamed = ir.variables.name[ref[to]!] === name || ir.variables.kind[ref[to]!] === importedKind
      if (isNamed && isMember !== true) return true
    } else if (kind[to] === propertyLocation && ir.names[ref[to]!] === name) return true
  }
  return false
}
