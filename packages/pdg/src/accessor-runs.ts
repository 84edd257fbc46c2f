import { type FileIr, type FunctionIr, instructionFlag, locationCodes, op, operandCodes, receiverPlace } from './ir.ts'
import type { FunctionId } from './program.ts'
import { argumentsOf, isCall } from './calls.ts'
import { iterates, iterators } from './resumptions.ts'
import type { ValueFlow } from './value-flow.ts'

const operand = operandCodes
const [propertyCode, elementCode, valueCode] = [locationCodes.property, locationCodes.element, locationCodes.value]
const none: readonly FunctionId[] = []
/** The properties that say of an object literal that it describes a getter or setter, and of which property; of one whose name is not known, with none. */
const described = /^\[\[(?<how>[gs])et (?<name>.*)\]\]$/

/** The functions of the language that read all that is in what they are given. */
const reading: ReadonlySet<string> = new Set(['assign', 'entries', 'stringify', 'structuredClone', 'values'])

/** The methods that make a text or a number of an object. */
const converting: ReadonlySet<string> = new Set(['toString', 'valueOf', '[Symbol.toPrimitive]'])

/** What is known of the values of a file. */
export interface AccessorInput {
  /** Where values are followed: what they may be. Else any object may have any accessor. */
  flow(): ValueFlow | undefined
  /** The functions that an operand is. */
  functionsAt(id: FunctionId, kind: number, ref: number): readonly FunctionId[]
}

/** Getters, or setters. */
interface Accessors {
  readonly byName: Map<string, FunctionId[]>
  /** Those whose names are computed. */
  readonly unnamed: FunctionId[]
  readonly all: FunctionId[]
}

/** Which functions of a file the instructions run that read or write properties, and that take iterables apart. */
export class AccessorRuns {
  readonly #file: FileIr
  readonly #input: AccessorInput
  readonly #getters: Accessors = { byName: new Map(), unnamed: [], all: [] }
  readonly #setters: Accessors = { byName: new Map(), unnamed: [], all: [] }
  /** If the file has iterators, all methods by which they are used. */
  readonly ofIterators: readonly FunctionId[]
  readonly #converters: FunctionId[] = []
  /** By function and instruction. */
  readonly #known: (readonly FunctionId[])[][] = []

  constructor(file: FileIr, input: AccessorInput) {
    this.#file = file
    this.#input = input
    const ofIterators: FunctionId[] = []
    for (const [id, ir] of file.functions.entries()) {
      if (ir.kind === 'getter') note(this.#getters, ir.name, id)
      else if (ir.kind === 'setter') note(this.#setters, ir.name, id)
      else if (converting.has(ir.name)) this.#converters.push(id)
      else if (ir.name === 'toJSON') note(this.#getters, 'toJSON', id)
      else if (iterators.has(ir.name) || ir.name === 'next' || ir.name === 'return') ofIterators.push(id)
      this.#noteDescribed(id, ir)
    }
    const hasIterators = ofIterators.some((id) => iterators.has(file.functions[id]!.name))
    this.ofIterators = hasIterators ? ofIterators : none
  }

  /** Whether the file has getters, setters or iterators. */
  get isEmpty(): boolean {
    const { length } = this.#converters
    return this.#getters.all.length + this.#setters.all.length + this.ofIterators.length + length === 0
  }

  /** The functions that are getters and setters by what defines them. */
  #noteDescribed(id: FunctionId, { instructions, locations, names }: FunctionIr): void {
    if (!names.some((name) => described.test(name))) return
    const { count, operands, operandKind, operandRef } = instructions
    for (let at = 0; at < count; at++) {
      const rows = Array.from({ length: operands[at + 1]! - operands[at]! }, (_, nth) => operands[at]! + nth)
      for (const row of rows) {
        const to = operandRef[row]!
        if (operandKind[row] !== operand.write || locations.kind[to] !== propertyCode) continue
        const groups = described.exec(names[locations.ref[to]!]!)?.groups
        if (groups === undefined) continue
        for (const from of rows) {
          if (operandKind[from] !== operand.value && operandKind[from] !== operand.read) continue
          for (const one of this.#functionsAt(id, operandKind[from], operandRef[from]!))
            note(groups['how'] === 'g' ? this.#getters : this.#setters, groups['name']!, one)
        }
      }
    }
  }

  /** The functions that an operand may be. */
  #functionsAt(id: FunctionId, kind: number, ref: number): readonly FunctionId[] {
    const known = this.#input.functionsAt(id, kind, ref)
    const flow = this.#input.flow()
    if (known.length > 0 || flow === undefined) return known
    const values = kind === operand.value ? flow.valuesOf(id, ref) : flow.valuesAt(id, ref)
    return [...values].filter((value) => value >= 0 && value < this.#file.functions.length)
  }

  /** The functions that an instruction runs, or may run. */
  by(id: FunctionId, at: number): readonly FunctionId[] {
    if (this.isEmpty) return none
    const ofFunction = (this.#known[id] ??= [])
    return (ofFunction[at] ??= this.#find(id, at))
  }

  #find(id: FunctionId, at: number): readonly FunctionId[] {
    const ir = this.#file.functions[id]!
    const { op: ops, a, operands, operandKind, operandRef } = ir.instructions
    const isIterating = iterates(ir, at)
    const found = new Set<FunctionId>(isIterating ? this.ofIterators : none)
    if (isCall(ir, at)) for (const one of this.#byCall(id, at)) found.add(one)
    else if (this.#converters.length > 0 && this.#converts(id, at)) for (const one of this.#converters) found.add(one)
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const [how, to] = [operandKind[row]!, operandRef[row]!]
      if (how === operand.value || how === operand.usedValue) {
        // Where it is made it does not run.
        const made = ops[to] === op.closure ? this.#file.functions[ir.children[a[to]!]!]!.kind : undefined
        if (made === 'getter' || made === 'setter') return none
        continue
      }
      const accessors = how === operand.write || how === operand.mayWrite ? this.#setters : this.#getters
      if (accessors.all.length === 0) continue
      const kind = ir.locations.kind[to]
      if (kind === propertyCode) {
        for (const one of accessors.byName.get(ir.names[ir.locations.ref[to]!]!) ?? none) found.add(one)
        for (const one of accessors.unnamed) found.add(one)
      } else if (kind === elementCode && !isIterating && this.#mayHave(id, to)) {
        for (const one of accessors.all) found.add(one)
      }
    }
    return [...found]
  }

  /** Whether an instruction makes a text or a number of an object, as far as values are followed: it works with one, and not to look something up in it. */
  #converts(id: FunctionId, at: number): boolean {
    const flow = this.#input.flow()
    const { instructions, locations } = this.#file.functions[id]!
    const { op: ops, flags, operands, operandKind, operandRef } = instructions
    const isOther = ops[at] === op.iterate || ops[at] === op.allocate || (flags[at]! & instructionFlag.identity) !== 0
    if (flow === undefined || isOther) return false
    const bases = new Set<string>()
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      if (operandKind[row] === operand.value || operandKind[row] === operand.usedValue) continue
      const of = locations.base[operandRef[row]!]!
      if (of < 0) continue
      bases.add(locations.kind[of] === valueCode ? `value ${locations.ref[of]!}` : `${of}`)
    }
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const [how, ref] = [operandKind[row], operandRef[row]!]
      if (how !== operand.usedValue && how !== operand.usedRead) continue
      if (bases.has(how === operand.usedValue ? `value ${ref}` : `${ref}`)) continue
      const values = how === operand.usedValue ? flow.valuesOf(id, ref) : flow.valuesAt(id, ref)
      if ([...values].some((value) => value >= 0 && this.#isObject(value, flow))) return true
    }
    return false
  }

  /** Whether what a computed name is looked up in may have getters or setters: it is no array, and not taken apart element by element. */
  #mayHave(id: FunctionId, location: number): boolean {
    const ir = this.#file.functions[id]!
    const { kind, base, ref } = ir.locations
    const of = base[location]!
    if (of < 0) return true
    const { op: ops, a } = ir.instructions
    if (kind[of] === valueCode && (isArray(ops[ref[of]!]!, a[ref[of]!]!) || iterates(ir, ref[of]!))) return false
    const flow = this.#input.flow()
    return flow === undefined || [...flow.valuesAt(id, of)].some((value) => this.#isObject(value, flow))
  }

  /** Whether a value may be an object with getters or setters, or comes from outside. */
  #isObject(value: number, flow: ValueFlow): boolean {
    const made = flow.made(value)
    if (made === undefined) return value < 0
    const { op: codes, a } = this.#file.functions[made.function]!.instructions
    return !isArray(codes[made.instruction]!, a[made.instruction]!)
  }

  /** The getters, and the setters of what is written to, that a call of the language runs as it reads all that is in what it is given. */
  #byCall(id: FunctionId, at: number): readonly FunctionId[] {
    const ir = this.#file.functions[id]!
    const { operands, operandKind, operandRef } = ir.instructions
    let name = ''
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const to = operandRef[row]!
      if (operandKind[row] === operand.usedRead && ir.locations.kind[to] === propertyCode)
        name = ir.names[ir.locations.ref[to]!]!
    }
    if (!reading.has(name)) return none
    const flow = this.#input.flow()
    const given = argumentsOf(ir, at).filter((one) => ir.instructions.a[one] !== receiverPlace)
    const isGiven =
      flow === undefined ||
      given.some((one) => [...flow.valuesOf(id, one)].some((value) => this.#isObject(value, flow)))
    if (!isGiven) return none
    return name === 'assign' ? [...this.#getters.all, ...this.#setters.all] : this.#getters.all
  }
}

function isArray(code: number, a: number): boolean {
  return code === op.allocate && a === 1
}

function note(into: Accessors, name: string, id: FunctionId): void {
  const known = into.byName.get(name)
  if (name === '') into.unnamed.push(id)
  else if (known === undefined) into.byName.set(name, [id])
  else known.push(id)
  into.all.push(id)
}
