import { lower } from '@forge/lang'
import type { Language } from '@forge/lang'
import { type FunctionIr, locationKinds, opcodes, operandKinds } from '@forge/pdg'

/** The functions of a text, by name; those without one by their kind. */
export function functionsIn(text: string, language: Language = 'typescript'): ReadonlyMap<string, FunctionIr> {
  const { functions } = lower({ text, language })
  return new Map(functions.map((ir) => [ir.name === '' ? ir.kind : ir.name, ir]))
}

/** What a location is called: `a.b[]`, `%3.c`. */
function locationText(ir: FunctionIr, location: number): string {
  const { kind, base, ref } = ir.locations
  if (location < 0) return '?'
  switch (locationKinds[kind[location]!]) {
    case 'variable':
      return ir.variables.name[ref[location]!]!
    case 'value':
      return `%${ref[location]!}`
    case 'element':
      return `${locationText(ir, base[location]!)}[]`
    default:
      return `${locationText(ir, base[location]!)}.${ir.names[ref[location]!]!}`
  }
}

/**
 * Each written instruction on a line: its number, what it does, what it takes and writes, where control goes: `3 branch <a → 4 | 7`. Operands that
 * are only worked with are in parentheses; what is written follows `>`; ways after a `|` are those where a condition does not hold, or that a jump skips.
 */
export function irText(ir: FunctionIr): string[] {
  const { count, op, operands, operandKind, operandRef, next, other } = ir.instructions
  return Array.from({ length: count }, (_, at) => {
    const taken: string[] = []
    for (let row = operands[at]!; row < operands[at + 1]!; row += 1) {
      const to = operandRef[row]!
      switch (operandKinds[operandKind[row]!]) {
        case 'value':
          taken.push(`%${to}`)
          break
        case 'usedValue':
          taken.push(`(%${to})`)
          break
        case 'read':
          taken.push(locationText(ir, to))
          break
        case 'usedRead':
          taken.push(`(${locationText(ir, to)})`)
          break
        case 'write':
          taken.push(`>${locationText(ir, to)}`)
          break
        default:
          taken.push(`>${locationText(ir, to)}?`)
      }
    }
    const ways = ir.ways.get(at)?.join(',') ?? String(next[at]!)
    const instead = other[at]! < 0 ? '' : ` | ${other[at]!}`
    return `${at} ${opcodes[op[at]!]!} ${taken.join(' ')} → ${ways}${instead}`.replace('  ', ' ')
  }).slice(3)
}
