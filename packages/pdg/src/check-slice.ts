import { SliceInputError } from './errors.ts'
import type { FunctionIr } from './ir.ts'
import type { Place } from './program.ts'
import type { SliceOptions } from './slice-types.ts'

type CallSite = (...args: never[]) => unknown

/** Throws where an option of a slice cannot be: `FORGE_PDG_SLICE`. */
export function checkSliceOptions(options: SliceOptions, callSite: CallSite): void {
  const { from, direction, exceptions = 'direct', depth = Infinity, limit = Infinity } = options
  const isCount = (value: number): boolean => value === Infinity || (Number.isInteger(value) && value >= 0)
  const number = 'a whole number from 0, or leave it out'
  const isPlace = (place: Place | null): boolean => typeof place === 'object' && place !== null
  const checks = [
    ['from', from, Array.isArray(from) && from.every(isPlace), 'a list of `{ function, instruction }`'],
    ['direction', direction, direction === 'backward' || direction === 'forward', '`backward` or `forward`'],
    ['exceptions', exceptions, exceptions === 'direct' || exceptions === 'all', '`direct` or `all`'],
    ['depth', depth, isCount(depth), number],
    ['limit', limit, isCount(limit), number],
  ] as const
  for (const [name, value, isRight, wanted] of checks) {
    if (isRight) continue
    const given = typeof value === 'object' ? 'what it is' : String(value)
    throw new SliceInputError(`The option ${name} of a slice cannot be ${given}`, {
      hint: `Give \`${name}\` as ${wanted}`,
      details: { [name]: value },
      callSite,
    })
  }
}

/** Throws where a function has no such instruction: `FORGE_PDG_SLICE`. */
export function checkPlace({ instructions }: FunctionIr, place: Place, callSite: CallSite): void {
  const { function: id, instruction } = place
  if (Number.isInteger(instruction) && instruction >= 0 && instruction < instructions.count) return
  throw new SliceInputError(`Function ${id} has no instruction ${instruction}`, {
    hint: `Begin with an instruction from 0 to ${instructions.count - 1}`,
    details: { function: id, instruction },
    callSite,
  })
}
