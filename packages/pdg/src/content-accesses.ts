import { AliasClasses } from './alias-classes.ts'
import { isSameProperty } from './heap-accesses.ts'
import { type FunctionIr, locationCodes, op, operandCodes, restPlace } from './ir.ts'

/** What an instruction does with what is in an object that a function was given. */
export interface ContentAccess {
  readonly instruction: number
  readonly isWrite: boolean
  /** The name of the property; null for one that is not known, and for what is in the properties. */
  readonly name: string | null
}

/** That an object, or one that has it or is in it, is given to a call. */
export interface PassedContent {
  readonly call: number
  readonly argument: number
  /** Whether it is the object itself. */
  readonly isItself: boolean
}

/** What a function does with what is in the objects of one parameter. */
interface OfParameter {
  readonly accesses: readonly ContentAccess[]
  readonly passed: readonly PassedContent[]
}

interface WrittenContent {
  readonly parameter: number
  readonly name: string | null
}

interface OfCall {
  readonly parameter: number
  readonly of: PassedContent
}

interface Found {
  readonly byParameter: ReadonlyMap<number, OfParameter>
  readonly written: ReadonlyMap<number, readonly WrittenContent[]>
  readonly passed: ReadonlyMap<number, readonly OfCall[]>
}

const operand = operandCodes
const [propertyCode, elementCode] = [locationCodes.property, locationCodes.element]
const nothing: OfParameter = { accesses: [], passed: [] }

/** Whether accesses of two names may be of the same property; null for a name that is not known. */
export function mayBeSame(written: string | null, read: string | null): boolean {
  return written === null || read === null || isSameProperty(written, read)
}

/** What a function does with what is in the objects that it is given, found by alias classes: what `this`, an argument, or what is in it may be. */
export class ContentAccesses {
  readonly #ir: FunctionIr
  readonly #classes: AliasClasses
  #found: Found | undefined

  constructor(ir: FunctionIr) {
    this.#ir = ir
    this.#classes = new AliasClasses(ir)
  }

  get #all(): Found {
    return (this.#found ??= indexed(this.#find()))
  }

  /** By the instruction that is the parameter. */
  of(parameter: number): OfParameter {
    return this.#all.byParameter.get(parameter) ?? nothing
  }

  /** The parameters whose content an instruction writes, and by what name. */
  written(instruction: number): readonly WrittenContent[] {
    return this.#all.written.get(instruction) ?? []
  }

  /** The parameters whose content a call is given. */
  passed(call: number): readonly OfCall[] {
    return this.#all.passed.get(call) ?? []
  }

  /** Whether what is at a location may be in an object that an argument gives; -1 for a location that is not known. */
  touches(argument: number, location: number): boolean {
    const inside = this.#inside(this.#classes.ofValue(argument))
    const { kind } = this.#ir.locations
    if (location < 0) return true
    const isMember = kind[location] === propertyCode || kind[location] === elementCode
    return inside.includes(isMember ? this.#classes.ofBase(location) : this.#classes.of(location))
  }

  /** A class and those of all that is in its objects. */
  #inside(of: number): number[] {
    const classes: number[] = []
    for (let one = of; one >= 0 && !classes.includes(one); one = this.#classes.contentOf(one)) classes.push(one)
    return classes
  }

  #find(): Map<number, OfParameter> {
    const { count, op: ops, a } = this.#ir.instructions
    const found = new Map<number, { accesses: ContentAccess[]; passed: PassedContent[] }>()
    /** For each class the parameters that it is of, and whether it is that of the object itself. */
    const parameters = new Map<number, { readonly parameter: number; readonly isItself: boolean }[]>()
    for (let at = 0; at < count; at++) {
      if (ops[at] !== op.parameter) continue
      found.set(at, { accesses: [], passed: [] })
      const isRest = a[at]! >= restPlace
      for (const [depth, one] of this.#inside(this.#classes.ofValue(at)).entries()) {
        const known = parameters.get(one)
        const entry = { parameter: at, isItself: depth === 0 && !isRest }
        if (known === undefined) parameters.set(one, [entry])
        else known.push(entry)
      }
    }
    if (parameters.size === 0) return found
    for (let at = 0; at < count; at++) {
      for (const { class: of, name, isWrite } of this.#touched(at)) {
        for (const { parameter, isItself } of parameters.get(of) ?? []) {
          found.get(parameter)!.accesses.push({ instruction: at, isWrite, name: isItself ? name : null })
        }
      }
      if (ops[at] !== op.call && ops[at] !== op.construct) continue
      for (const argument of this.#given(at)) {
        const given = this.#inside(this.#classes.ofValue(argument))
        const reached = new Map<number, boolean>()
        for (const [depth, of] of given.entries()) {
          for (const { parameter, isItself } of parameters.get(of) ?? []) {
            reached.set(parameter, reached.get(parameter) === true || (isItself && depth === 0))
          }
        }
        for (const [parameter, isItself] of reached) {
          found.get(parameter)!.passed.push({ call: at, argument, isItself })
        }
      }
    }
    return found
  }

  /** The classes of the objects in which an instruction reads or writes something by itself. */
  #touched(at: number): { readonly class: number; readonly name: string | null; readonly isWrite: boolean }[] {
    const { op: ops, operands, operandKind, operandRef } = this.#ir.instructions
    const { kind, ref } = this.#ir.locations
    const touched: { class: number; name: string | null; isWrite: boolean }[] = []
    const code = ops[at]
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const [how, to] = [operandKind[row]!, operandRef[row]!]
      const isValue = how === operand.value || how === operand.usedValue
      if (!isValue && (kind[to] === propertyCode || kind[to] === elementCode)) {
        const isWrite = how === operand.write || how === operand.mayWrite
        const name = kind[to] === propertyCode ? this.#ir.names[ref[to]!]! : null
        touched.push({ class: this.#classes.ofBase(to), name, isWrite })
      }
      const isHandedOn = code === op.return || code === op.throw || code === op.yield || how === operand.usedValue
      if (!isHandedOn || how === operand.write || how === operand.mayWrite) continue
      const of = isValue ? this.#classes.ofValue(to) : this.#classes.of(to)
      if (this.#classes.isObject(of)) touched.push({ class: of, name: null, isWrite: false })
    }
    return touched
  }

  #given(call: number): number[] {
    const { op: ops, operands, operandKind, operandRef } = this.#ir.instructions
    const given: number[] = []
    for (let row = operands[call]!; row < operands[call + 1]!; row++) {
      if (operandKind[row] === operand.value && ops[operandRef[row]!] === op.argument) given.push(operandRef[row]!)
    }
    return given
  }
}

function indexed(byParameter: ReadonlyMap<number, OfParameter>): Found {
  const rows = [...byParameter]
  const written = rows.flatMap(([parameter, { accesses }]) =>
    accesses.flatMap(({ instruction, isWrite, name }) => (isWrite ? [{ instruction, parameter, name }] : [])),
  )
  const passed = rows.flatMap(([parameter, of]) => of.passed.map((one) => ({ parameter, of: one })))
  return {
    byParameter,
    written: Map.groupBy(written, ({ instruction }) => instruction),
    passed: Map.groupBy(passed, ({ of }) => of.call),
  }
}
