import { type FileIr, type FunctionIr, instructionFlag, locationCodes, op, operandCodes, restPlace } from './ir.ts'
import { argumentsOf, isCall } from './calls.ts'
import type { Callees, FunctionId, Place } from './program.ts'
import type { ValueFlow } from './value-flow.ts'

const operand = operandCodes
const elementCode = locationCodes.element
const [variableCode, valueCode] = [locationCodes.variable, locationCodes.value]
/** The names of the methods that make iterators. */
export const iterators: ReadonlySet<string> = new Set(['[Symbol.iterator]', '[Symbol.asyncIterator]'])
/** What calls that let a generator go on may write. */
const sent = '[[sent]]'

/** What is known of the values and the calls of a file. */
export interface ResumptionInput {
  /** Where values are followed: what they may be. Else whatever takes something apart may take apart any generator. */
  flow(): ValueFlow | undefined
  callees(id: FunctionId, call: number): Callees
}

/**
 * Which instructions of a file may let which of its generators go on: those that take an iterable apart, calls of `next`, `throw` and `return`, and calls of what
 * is not known with a generator among what they are given.
 */
export class Resumptions {
  readonly #file: FileIr
  readonly #input: ResumptionInput
  readonly #all: readonly FunctionId[]
  readonly #hasIterators: boolean
  #resumers: Map<FunctionId, Place[]> | undefined
  /** By function, see {@link Resumptions.#heldIn}. */
  readonly #held = new Map<FunctionId, readonly (ReadonlySet<FunctionId> | undefined)[]>()

  constructor(file: FileIr, input: ResumptionInput) {
    this.#file = file
    this.#input = input
    this.#all = [...file.functions.keys()].filter((id) => file.functions[id]!.isGenerator)
    this.#hasIterators = file.functions.some(({ name }) => iterators.has(name))
  }

  /** The instructions that may let a generator go on. */
  of(id: FunctionId): readonly Place[] {
    this.#resumers ??= this.#find()
    return this.#resumers.get(id) ?? []
  }

  #find(): Map<FunctionId, Place[]> {
    const found = new Map<FunctionId, Place[]>()
    for (const [id, { instructions }] of this.#file.functions.entries()) {
      for (let at = 0; at < instructions.count; at++) {
        for (const one of this.by(id, at)) {
          const places = found.get(one)
          if (places === undefined) found.set(one, [{ function: id, instruction: at }])
          else places.push({ function: id, instruction: at })
        }
      }
    }
    return found
  }

  /** The generators that an instruction may let go on. */
  by(id: FunctionId, at: number): readonly FunctionId[] {
    if (this.#all.length === 0) return this.#all
    const ir = this.#file.functions[id]!
    const isAsking = asks(ir, at)
    if (!isAsking && !(isCall(ir, at) && !this.#input.callees(id, at).isComplete)) return []
    const flow = this.#input.flow()
    if (isAsking && flow === undefined) return this.#all
    const found = new Set<FunctionId>()
    if (flow === undefined) {
      const held = this.#heldIn(id)
      for (const argument of argumentsOf(ir, at)) for (const one of held[argument] ?? []) found.add(one)
      return [...found]
    }
    const values = new Set<number>()
    for (const value of this.#given(id, at, flow)) {
      // What comes from outside is taken for a generator of the file where nothing but one is meant.
      if (value < 0 && isAsking) return this.#all
      values.add(value)
    }
    for (const value of values) this.#noteGenerators(value, { flow, values, found })
    return [...found]
  }

  /** What an instruction takes apart, or a call is given. */
  #given(id: FunctionId, at: number, flow: ValueFlow): readonly number[] {
    const ir = this.#file.functions[id]!
    if (isCall(ir, at)) return argumentsOf(ir, at).flatMap((argument) => Array.from(flow.valuesOf(id, argument)))
    const { operands, operandKind, operandRef } = ir.instructions
    const values: number[] = []
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const [how, to] = [operandKind[row]!, operandRef[row]!]
      if (how === operand.value || how === operand.usedValue) values.push(...flow.valuesOf(id, to))
      else if (how === operand.read || how === operand.usedRead) {
        const of = ir.locations.kind[to] === elementCode ? ir.locations.base[to]! : to
        if (of >= 0) values.push(...flow.valuesAt(id, of))
      }
    }
    return values
  }

  /** Adds the generators that a value may be of, and to `values` those that code outside may have made it of. */
  #noteGenerators(
    value: number,
    into: { readonly flow: ValueFlow; readonly values: Set<number>; readonly found: Set<FunctionId> },
  ): void {
    const made = into.flow.made(value)
    if (made === undefined) return
    const { function: id, instruction: at, isClass } = made
    const ir = this.#file.functions[id]!
    const code = ir.instructions.op[at]
    const isObject = code === op.allocate && ir.instructions.a[at] !== 1 && !isClass
    if ((isObject || code === op.construct) && this.#hasIterators) for (const one of this.#all) into.found.add(one)
    if (code !== op.call) return
    const { functions, isComplete } = this.#input.callees(id, at)
    for (const { function: one } of functions) if (this.#file.functions[one]!.isGenerator) into.found.add(one)
    if (isComplete || asks(ir, at)) return
    for (const inner of this.#given(id, at, into.flow)) into.values.add(inner)
  }

  /** For each instruction of a function the generators that its value may be of, as far as that is seen inside of the function. */
  #heldIn(id: FunctionId): readonly (ReadonlySet<FunctionId> | undefined)[] {
    const known = this.#held.get(id)
    if (known !== undefined) return known
    const ir = this.#file.functions[id]!
    const { count, operands, operandKind, operandRef } = ir.instructions
    /** Instructions, then locations. */
    const held: (Set<FunctionId> | undefined)[] = []
    this.#held.set(id, held)
    const users: (number[] | undefined)[] = []
    const open: number[] = []
    for (let at = 0; at < count; at++) {
      for (let row = operands[at]!; row < operands[at + 1]!; row++) {
        const [how, to] = [operandKind[row]!, operandRef[row]!]
        const isVariable = how !== operand.value && how !== operand.usedValue && ir.locations.kind[to] === variableCode
        if (how === operand.value) (users[to] ??= []).push(at)
        else if (isVariable && how === operand.read) (users[count + to] ??= []).push(at)
        else if (isVariable && how !== operand.usedRead) (users[at] ??= []).push(count + to)
      }
      if (!isCall(ir, at)) continue
      const generators = this.#input
        .callees(id, at)
        .functions.filter((one) => this.#file.functions[one.function]!.isGenerator)
      if (generators.length === 0) continue
      held[at] = new Set(generators.map((one) => one.function))
      open.push(at)
    }
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const user of users[at] ?? []) {
        const before = held[user]?.size ?? 0
        const all = (held[user] ??= new Set())
        for (const one of held[at]!) all.add(one)
        if (all.size > before) open.push(user)
      }
    }
    return held
  }
}

/** Whether an instruction asks an iterator for more, or a generator to end, if that is what it is given. */
export function asks(ir: FunctionIr, at: number): boolean {
  if (iterates(ir, at)) return true
  const { operands, operandKind, operandRef } = ir.instructions
  if (!isCall(ir, at)) return false
  for (let row = operands[at]!; row < operands[at + 1]!; row++) {
    if (operandKind[row] !== operand.mayWrite) continue
    if (ir.names[ir.locations.ref[operandRef[row]!]!] === sent) return true
  }
  return false
}

/** Whether an instruction takes an iterable apart. */
export function iterates({ instructions, locations }: FunctionIr, at: number): boolean {
  const { op: ops, a, flags, operands, operandKind, operandRef } = instructions
  const code = ops[at]
  if (code === op.iterate || (code === op.argument && a[at]! >= restPlace)) return true
  if ((flags[at]! & instructionFlag.mayThrow) !== 0) return isReadByPlace(locations, at)
  if (code !== op.yield && code !== op.evaluate) return false
  let [reads, writes] = [false, code === op.yield]
  for (let row = operands[at]!; row < operands[at + 1]!; row++) {
    const [how, to] = [operandKind[row], operandRef[row]!]
    if (how === operand.value || how === operand.usedValue || locations.kind[to] !== elementCode) continue
    // One array is spread into another one.
    if (how === operand.read) reads = true
    else if (how === operand.write) writes ||= isOfArray(instructions, locations, to)
  }
  return reads && writes
}

/** Whether a location is in an array that its function makes. */
function isOfArray(
  { op: ops, a }: FunctionIr['instructions'],
  { kind, base, ref }: FunctionIr['locations'],
  location: number,
): boolean {
  const of = base[location]!
  return of >= 0 && kind[of] === valueCode && ops[ref[of]!] === op.allocate && a[ref[of]!] === 1
}

/** By the locations of a function, the instructions of whose values it has elements. */
const takenApart = new WeakMap<FunctionIr['locations'], ReadonlySet<number>>()

/** Whether elements are read of what an instruction takes apart, not only properties. */
function isReadByPlace(locations: FunctionIr['locations'], at: number): boolean {
  let known = takenApart.get(locations)
  if (known === undefined) {
    const { count, kind, base, ref } = locations
    const found = new Set<number>()
    for (let location = 0; location < count; location++) {
      const of = base[location]!
      if (kind[location] === elementCode && of >= 0 && kind[of] === valueCode) found.add(ref[of]!)
    }
    takenApart.set(locations, (known = found))
  }
  return known.has(at)
}
