import { NONE } from './expr-rows.ts'
import type { Walk } from './walk.ts'

/** The row of a value of the language's own type that a literal has, -1 for `null`. */
export function literalValue(w: Walk, value: unknown): number {
  switch (typeof value) {
    case 'string':
      return w.builtin('String')
    case 'number':
      return w.builtin('Number')
    case 'boolean':
      return w.builtin('Boolean')
    case 'bigint':
      return w.builtin('BigInt')
    default:
      return NONE
  }
}
