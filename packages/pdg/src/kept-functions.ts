import { type FileIr, locationCodes, op, operandCodes } from './ir.ts'
import type { FunctionId } from './program.ts'

const operand = operandCodes
const [variableCode, valueCode, elementCode] = [locationCodes.variable, locationCodes.value, locationCodes.element]

/**
 * The functions that are written in a file, by where they are kept: a variable, `.name` for all properties of a name, and `holder[]` for those in the
 * properties of an object that is found by `holder` (A. Feldthaus et al., "Efficient Construction of Approximate Call Graphs for JavaScript IDE Programming
 * Support", 2013, for the properties).
 *
 * @param keyOf by what something at a location is found: a variable, `.name`, or where a value is made; empty where nothing of that is known
 */
export function keptFunctions(
  file: FileIr,
  keyOf: (id: FunctionId, location: number) => string,
): ReadonlyMap<string, readonly FunctionId[]> {
  const found = new Map<string, FunctionId[]>()
  const keep = (key: string, functions: Iterable<FunctionId>): void => {
    for (const one of functions) {
      const known = found.get(key)
      if (known === undefined) found.set(key, [one])
      else if (!known.includes(one)) known.push(one)
    }
  }
  for (const [id, { name, kind }] of file.functions.entries())
    if (kind === 'method' && name !== '') keep(`.${name}`, [id])
  for (const [id, ir] of file.functions.entries()) {
    const { count, op: ops, a, operands, operandKind, operandRef } = ir.instructions
    const { kind, base } = ir.locations
    const made = (at: number): readonly FunctionId[] => (ops[at] === op.closure ? [ir.children[a[at]!]!] : [])
    for (let at = 0; at < count; at++) {
      const closures = [...made(at)]
      const objects: FunctionId[] = []
      for (let row = operands[at]!; row < operands[at + 1]!; row++) {
        if (operandKind[row] !== operand.value) continue
        closures.push(...made(operandRef[row]!))
        objects.push(...(found.get(`${id}:${operandRef[row]!}[]`) ?? []))
      }
      if (closures.length + objects.length === 0) continue
      for (let row = operands[at]!; row < operands[at + 1]!; row++) {
        const to = operandRef[row]!
        if (operandKind[row] !== operand.write && operandKind[row] !== operand.mayWrite) continue
        const key = kind[to] === elementCode ? '' : keyOf(id, to)
        if (key !== '') {
          keep(key, closures)
          keep(`${key}[]`, objects)
        }
        if (kind[to] === variableCode || kind[to] === valueCode || base[to]! < 0) continue
        keep(`${keyOf(id, base[to]!)}[]`, closures)
      }
    }
  }
  return found
}
