import { GraphInputError } from './errors.ts'

/** Gives `value` back where it is an integer of at least `least`, or Infinity; else throws `FORGE_GRAPH_INPUT`. */
export function requireCount(what: string, value: number, least: 0 | 1): number {
  if (value === Infinity || (Number.isSafeInteger(value) && value >= least)) return value
  throw new GraphInputError(`The ${what} must be an integer, ${least} or more, or Infinity, not ${String(value)}`, {
    hint: `Correct or leave out ${what}`,
    details: { [what]: value },
  })
}
