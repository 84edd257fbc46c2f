import type { Evaluation } from './evaluation.ts'
import { expectedSlot } from './flows.ts'
import { side } from './values.ts'

/** The types that are expected where an object literal is written: what its members are named after. */
export function expectedOf({ flows }: Evaluation, object: number): number {
  return flows.get(object, side.static, expectedSlot)
}
