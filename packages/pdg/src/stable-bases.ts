import type { ControlFlow } from './control-flow.ts'
import { type FunctionIr, locationCodes, operandCodes, variableFlag, variableCodes } from './ir.ts'

/** How long the object of a location stays the same one. */
export interface Stability {
  /** The block in which it is found, once for each time that control comes there; -1 for one that the function begins with. */
  readonly block: number
  /** Whether a call may make it another one. */
  readonly isUntilCall: boolean
}

const [variableCode, valueCode, propertyCode] = [locationCodes.variable, locationCodes.value, locationCodes.property]
const [write, mayWrite] = [operandCodes.write, operandCodes.mayWrite]
const freeKind = variableCodes.free

/** Which locations have an object that is surely the same one from one access to the next. */
export class StableBases {
  readonly #ir: FunctionIr
  readonly #flow: ControlFlow
  /** How many instructions write each variable, and the last of them. */
  readonly #writes: Int32Array
  readonly #writer: Int32Array
  /** The names of properties that the function writes. */
  readonly #names = new Set<number>()
  #hasComputed = false

  constructor(ir: FunctionIr, flow: ControlFlow) {
    this.#ir = ir
    this.#flow = flow
    this.#writes = new Int32Array(ir.variables.count)
    this.#writer = new Int32Array(ir.variables.count).fill(-1)
    const { count, operands, operandKind, operandRef } = ir.instructions
    const { kind, ref } = ir.locations
    for (let at = 0; at < count; at++) {
      for (let row = operands[at]!; row < operands[at + 1]!; row++) {
        if (operandKind[row] !== write && operandKind[row] !== mayWrite) continue
        const to = operandRef[row]!
        if (kind[to] === variableCode) {
          this.#writes[ref[to]!]! += 1
          this.#writer[ref[to]!] = at
        } else if (kind[to] === propertyCode) this.#names.add(ref[to]!)
        else this.#hasComputed = true
      }
    }
  }

  /** How stable the object of a property is; `undefined` where it may be another one at any time. */
  of(location: number): Stability | undefined {
    const { kind, base } = this.#ir.locations
    return kind[location] === propertyCode ? this.#object(base[location]!) : undefined
  }

  #object(location: number): Stability | undefined {
    if (location < 0) return undefined
    const { kind, base, ref } = this.#ir.locations
    const of = ref[location]!
    if (kind[location] === valueCode) return { block: this.#flow.blockOf[of]!, isUntilCall: false }
    if (kind[location] === variableCode) return this.#variable(of)
    if (kind[location] !== propertyCode || this.#hasComputed || this.#names.has(of)) return undefined
    const around = this.#object(base[location]!)
    return around === undefined ? undefined : { block: around.block, isUntilCall: true }
  }

  #variable(row: number): Stability | undefined {
    const { kind, flags, name } = this.#ir.variables
    const isConstant = (flags[row]! & variableFlag.constant) !== 0 || name[row] === 'this'
    const isShared = !isConstant && (kind[row] === freeKind || (flags[row]! & variableFlag.writtenInside) !== 0)
    if (this.#writes[row] === 0) return { block: -1, isUntilCall: isShared }
    if (this.#writes[row] !== 1) return undefined
    return { block: this.#flow.blockOf[this.#writer[row]!]!, isUntilCall: isShared }
  }
}
