import { type FileIr, type FunctionIr, locationCodes, op, operandCodes } from './ir.ts'
import type { FunctionId } from './program.ts'
import { iterates } from './resumptions.ts'
import type { ValueFlow } from './value-flow.ts'

const operand = operandCodes
const [propertyCode, elementCode, valueCode] = [locationCodes.property, locationCodes.element, locationCodes.value]
const none: readonly FunctionId[] = []
/** The names of the methods that make iterators. */
const iterators: ReadonlySet<string> = new Set(['[Symbol.iterator]', '[Symbol.asyncIterator]'])
/** The properties that say of an object literal that it describes a getter or setter, and of which property; of one whose name is not known, with none. */
const described = /^\[\[(?<how>[gs])et (?<name>.*)\]\]$/

/** What is known of the values of a file. */
export interface AccessorInput {
  /** Where values are followed: what they may be. Else any object may have any accessor. */
  readonly flow: ValueFlow | undefined
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

  constructor(file: FileIr, input: AccessorInput) {
    this.#file = file
    this.#input = input
    const ofIterators: FunctionId[] = []
    for (const [id, ir] of file.functions.entries()) {
      if (ir.kind === 'getter') note(this.#getters, ir.name, id)
      else if (ir.kind === 'setter') note(this.#setters, ir.name, id)
      else if (iterators.has(ir.name) || ir.name === 'next' || ir.name === 'return') ofIterators.push(id)
      this.#noteDescribed(id, ir)
    }
    const hasIterators = ofIterators.some((id) => iterators.has(file.functions[id]!.name))
    this.ofIterators = hasIterators ? ofIterators : none
  }

  /** Whether the file has getters, setters or iterators. */
  get isEmpty(): boolean {
    return this.#getters.all.length + this.#setters.all.length + this.ofIterators.length === 0
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
          for (const one of this.#input.functionsAt(id, operandKind[from], operandRef[from]!))
            note(groups['how'] === 'g' ? this.#getters : this.#setters, groups['name']!, one)
        }
      }
    }
  }

  /** The functions that an instruction runs, or may run. */
  by(id: FunctionId, at: number): readonly FunctionId[] {
    if (this.isEmpty) return none
    const ir = this.#file.functions[id]!
    const { op: ops, a, operands, operandKind, operandRef } = ir.instructions
    const isIterating = iterates(ir, at)
    const found = new Set<FunctionId>(isIterating ? this.ofIterators : none)
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

  /** Whether what a computed name is looked up in may have getters or setters: it is no array, and not taken apart element by element. */
  #mayHave(id: FunctionId, location: number): boolean {
    const ir = this.#file.functions[id]!
    const { kind, base, ref } = ir.locations
    const of = base[location]!
    if (of < 0) return true
    const { op: ops, a } = ir.instructions
    if (kind[of] === valueCode && (isArray(ops[ref[of]!]!, a[ref[of]!]!) || iterates(ir, ref[of]!))) return false
    const { flow } = this.#input
    if (flow === undefined) return true
    return [...flow.valuesAt(id, of)].some((value) => {
      const made = flow.made(value)
      if (made === undefined) return value < 0
      const { op: codes, a: which } = this.#file.functions[made.function]!.instructions
      return !isArray(codes[made.instruction]!, which[made.instruction]!)
    })
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
