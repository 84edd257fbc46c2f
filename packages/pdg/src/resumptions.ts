import { type FileIr, type FunctionIr, instructionFlag, locationCodes, op, operandCodes, restPlace } from './ir.ts'
import type { Callees, FunctionId, Place } from './program.ts'
import type { ValueFlow } from './value-flow.ts'

const operand = operandCodes
const elementCode = locationCodes.element
const [variableCode, valueCode] = [locationCodes.variable, locationCodes.value]
/** The names of the methods that make iterators. */
const iterators: ReadonlySet<string> = new Set(['[Symbol.iterator]', '[Symbol.asyncIterator]'])
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
      for (const argument of argumentsOf(ir, at)) this.#madeBy(id, argument, found)
      return [...found]
    }
    const seen = new Set<number>()
    for (const value of this.#given(id, at, flow)) {
      // What comes from outside is taken for a generator of the file where nothing but one is meant.
      if (value < 0 && isAsking) return this.#all
      this.#generators(value, { flow, seen, found })
    }
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

  /** Adds the generators that a value may be of, or that may be in what code outside has made of them. */
  #generators(
    value: number,
    into: { readonly flow: ValueFlow; readonly seen: Set<number>; readonly found: Set<FunctionId> },
  ): void {
    const made = into.flow.made(value)
    if (made === undefined || into.seen.has(value)) return
    into.seen.add(value)
    const { function: id, instruction: at, isClass } = made
    const ir = this.#file.functions[id]!
    const code = ir.instructions.op[at]
    const isObject = code === op.allocate && ir.instructions.a[at] !== 1 && !isClass
    if ((isObject || code === op.construct) && this.#hasIterators) for (const one of this.#all) into.found.add(one)
    if (code !== op.call) return
    const { functions, isComplete } = this.#input.callees(id, at)
    for (const { function: one } of functions) if (this.#file.functions[one]!.isGenerator) into.found.add(one)
    if (isComplete || asks(ir, at)) return
    for (const inner of this.#given(id, at, into.flow)) this.#generators(inner, into)
  }

  /** Adds the generators that the value of an instruction is made by in its function, where values are not followed. */
  #madeBy(id: FunctionId, at: number, found: Set<FunctionId>, seen = new Set<number>()): void {
    if (seen.has(at)) return
    seen.add(at)
    const ir = this.#file.functions[id]!
    const { operands, operandKind, operandRef } = ir.instructions
    if (isCall(ir, at)) {
      for (const { function: one } of this.#input.callees(id, at).functions)
        if (this.#file.functions[one]!.isGenerator) found.add(one)
    }
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const [how, to] = [operandKind[row]!, operandRef[row]!]
      if (how === operand.value) this.#madeBy(id, to, found, seen)
      if (how !== operand.read || ir.locations.kind[to] !== variableCode) continue
      for (const writer of writersOf(ir, to)) this.#madeBy(id, writer, found, seen)
    }
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

/** Whether elements are read of what an instruction takes apart, not only properties. */
function isReadByPlace({ count, kind, base, ref }: FunctionIr['locations'], at: number): boolean {
  for (let location = 0; location < count; location++) {
    const of = base[location]!
    if (kind[location] === elementCode && of >= 0 && kind[of] === valueCode && ref[of] === at) return true
  }
  return false
}

/** Whether an instruction calls something, or makes it by `new`. */
export function isCall({ instructions }: FunctionIr, at: number): boolean {
  return instructions.op[at] === op.call || instructions.op[at] === op.construct
}

/** The arguments of a call. */
export function argumentsOf({ instructions }: FunctionIr, call: number): number[] {
  const { op: ops, operands, operandKind, operandRef } = instructions
  const found: number[] = []
  for (let row = operands[call]!; row < operands[call + 1]!; row++) {
    if (operandKind[row] === operand.value && ops[operandRef[row]!] === op.argument) found.push(operandRef[row]!)
  }
  return found
}

function writersOf({ instructions }: FunctionIr, location: number): number[] {
  const { count, operands, operandKind, operandRef } = instructions
  const found: number[] = []
  for (let at = 0; at < count; at++) {
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      if (operandRef[row] === location && operandKind[row] === operand.write) found.push(at)
    }
  }
  return found
}
