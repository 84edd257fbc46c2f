import {
  type FunctionIr,
  instructionFlag,
  locationCodes,
  op,
  operandCodes,
  receiverPlace,
  variableFlag,
  variableCodes,
} from './ir.ts'

const none = -1

const flag = {
  /** Code outside of the function may have the object as well. */
  outside: 1,
  /** It may be an object with methods of its own. */
  plain: 2,
  /** It is an object: something is made, kept or looked up in it. */
  object: 4,
  /** It may be an object: it is not of this function alone, or comes from a call. */
  unknown: 8,
} as const

const [variableCode, valueCode] = [locationCodes.variable, locationCodes.value]
const [localKind, resultKind] = [variableCodes.local, variableCodes.result]
/** What holds objects that the function has not made. */
const outsideKinds: ReadonlySet<number> = new Set(
  (['free', 'receiver', 'arguments', 'imported'] as const).map((kind) => variableCodes[kind]),
)
const { value, read, write, mayWrite, usedValue, usedRead } = operandCodes

/**
 * Whether an argument of a call is a module or a global: what is put into it is nobody's to see but its own. What is imported may be a container, where a method that writes one
 * is called.
 */
export function isExternal(ir: FunctionIr, call: number, argument: number): boolean {
  const { operands, operandKind, operandRef, flags } = ir.instructions
  const first = operands[argument]!
  if (operands[argument + 1] !== first + 1 || operandKind[first] !== read) return false
  const location = operandRef[first]!
  if (ir.locations.kind[location] !== variableCode) return false
  const of = ir.variables.flags[ir.locations.ref[location]!]!
  if ((of & variableFlag.external) === 0) return false
  const isWriting = (flags[call]! & (instructionFlag.container | instructionFlag.pure)) === instructionFlag.container
  // What is declared nowhere is not constant.
  return !isWriting || (of & variableFlag.constant) === 0
}

/**
 * Which variables and values of a function may be the same object: those of one class. Two classes are different objects, unless code outside of the
 * function has both.
 *
 * Classes are found by unification (B. Steensgaard, "Points-to Analysis in Almost Linear Time", 1996): what is assigned is one class with what
 * it is assigned to, and a class has one class for all that is in its objects. What a call is given, and what it is called on, are one class as well where they
 * are objects: it may put one into the other. The containers of the language are known to take in what they are given.
 */
export class AliasClasses {
  readonly #ir: FunctionIr
  readonly #parent: number[]
  readonly #flags: number[]
  readonly #content: number[]
  /** The class of the objects that no path leads to. */
  readonly #somewhere: number
  /** The location of what the function gives back, which nothing in it looks into. */
  readonly #result: number

  constructor(ir: FunctionIr) {
    this.#ir = ir
    const count = ir.variables.count + ir.instructions.count
    this.#parent = Array.from({ length: count }, (_, index) => index)
    this.#flags = Array.from({ length: count }, () => 0)
    this.#content = Array.from({ length: count }, () => none)
    this.#somewhere = this.#add(flag.outside)
    const { kind, ref } = ir.locations
    this.#result = ref.findIndex((to, row) => kind[row] === variableCode && ir.variables.kind[to] === resultKind)
    this.#variables()
    this.#locations()
    for (let at = 0; at < ir.instructions.count; at++) this.#flow(at)
    this.#calls()
  }

  /** The class of what a location holds, as its representative. */
  of(location: number): number {
    return this.#find(this.#class(location))
  }

  /** The class of the value of an instruction. */
  ofValue(instruction: number): number {
    return this.#find(this.#ir.variables.count + instruction)
  }

  /** The class of the object that has a property. */
  ofBase(location: number): number {
    const base = this.#ir.locations.base[location]!
    return base < 0 ? this.#find(this.#somewhere) : this.of(base)
  }

  /** The class of what is in the objects of a class, -1 if nothing looks into them. */
  contentOf(representative: number): number {
    const content = this.#content[representative]!
    return content < 0 ? none : this.#find(content)
  }

  isOutside(representative: number): boolean {
    return (this.#flags[representative]! & flag.outside) !== 0
  }

  isObject(representative: number): boolean {
    return (this.#flags[representative]! & flag.object) !== 0
  }

  /** Whether it may be an object that nothing in the function looks into: only what it is given to does. */
  isOpaque(representative: number): boolean {
    return (this.#flags[representative]! & (flag.object | flag.unknown)) === flag.unknown
  }

  /** Whether a call does what the containers of the language do: its receiver is one that only this function has. */
  isContainerCall(call: number, receiver: number): boolean {
    if ((this.#ir.instructions.flags[call]! & instructionFlag.container) === 0) return false
    const of = this.ofValue(receiver)
    return (this.#flags[of]! & (flag.plain | flag.outside)) === 0 && this.isObject(of)
  }

  #add(flags: number): number {
    this.#flags.push(flags)
    this.#content.push(none)
    return this.#parent.push(this.#parent.length) - 1
  }

  #find(of: number): number {
    const parent = this.#parent
    let root = of
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]!]!
      root = parent[root]!
    }
    return root
  }

  #unify(left: number, right: number): void {
    let [a, b] = [left, right]
    while (true) {
      ;[a, b] = [this.#find(a), this.#find(b)]
      if (a === b) return
      this.#parent[b] = a
      this.#mark(a, this.#flags[b]!)
      this.#mark(a, this.#flags[a]! | this.#flags[b]!)
      const [inA, inB] = [this.#content[a]!, this.#content[b]!]
      if (inA < 0) {
        this.#content[a] = inB
        this.#mark(a, this.#flags[a]!)
        return
      }
      if (inB < 0) return
      ;[a, b] = [inA, inB]
    }
  }

  /** What code outside has, it has with all that is in it. */
  #mark(of: number, flags: number): void {
    let at = this.#find(of)
    this.#flags[at]! |= flags
    while (this.#content[at]! >= 0 && (flags & flag.outside) !== 0) {
      at = this.#find(this.#content[at]!)
      if ((this.#flags[at]! & flag.outside) !== 0) return
      this.#flags[at]! |= flag.outside
    }
  }

  #contentClass(of: number): number {
    const root = this.#find(of)
    if (this.#content[root]! < 0) this.#content[root] = this.#add((this.#flags[root]! & flag.outside) | flag.unknown)
    this.#flags[root]! |= flag.object
    return this.#content[root]!
  }

  #class(location: number): number {
    const { kind, base, ref } = this.#ir.locations
    const depth: number[] = []
    let at = location
    while (at >= 0 && kind[at] !== variableCode && kind[at] !== valueCode) {
      depth.push(at)
      at = base[at]!
    }
    let of = at < 0 ? this.#somewhere : kind[at] === variableCode ? ref[at]! : this.#ir.variables.count + ref[at]!
    for (let level = 0; level < depth.length; level++) of = this.#contentClass(of)
    return of
  }

  #variables(): void {
    const { count, kind, flags } = this.#ir.variables
    for (let row = 0; row < count; row++) {
      const isShared = kind[row] === localKind && (flags[row]! & variableFlag.captured) !== 0
      if (isShared || outsideKinds.has(kind[row]!)) this.#mark(row, flag.outside | flag.unknown)
    }
  }

  /** Makes the classes of all locations, so that what is looked into is known for an object before calls are looked at. */
  #locations(): void {
    for (let row = 0; row < this.#ir.locations.count; row++) this.#class(row)
  }

  #flow(at: number): void {
    const { op: ops, a, operands, operandKind, operandRef, flags } = this.#ir.instructions
    const code = ops[at]!
    const own = this.#ir.variables.count + at
    const isClass = code === op.allocate && a[at] === 2
    if (code === op.parameter || code === op.catch || code === op.await || code === op.yield)
      this.#mark(own, flag.outside | flag.unknown)
    if (code === op.closure) this.#mark(own, flag.outside | flag.plain)
    if (code === op.allocate) this.#mark(own, flag.object | (a[at] === 1 ? 0 : flag.plain))
    if (code === op.construct) {
      const isContainer = (flags[at]! & instructionFlag.container) !== 0
      this.#mark(own, flag.object | (isContainer ? 0 : flag.plain | flag.outside))
    }
    for (let operand = operands[at]!; operand < operands[at + 1]!; operand++) {
      const to = operandRef[operand]!
      switch (operandKind[operand]) {
        case value:
          if (code !== op.call && code !== op.construct) this.#unify(own, this.#ir.variables.count + to)
          break
        case write:
        case mayWrite:
          // What different `return`s give back is not one object.
          if (to === this.#result) break
          this.#unify(own, this.#class(to))
          break
        case read:
          this.#unify(own, this.#class(to))
          break
        // What is not found in a class is looked up in the one that it is derived from.
        case usedValue:
          if (isClass) this.#unify(own, this.#ir.variables.count + to)
          break
        case usedRead:
          if (isClass) this.#unify(own, this.#class(to))
          break
        default:
      }
    }
    if (code === op.yield) this.#mark(own, flag.outside)
  }

  #calls(): void {
    const { count, op: ops } = this.#ir.instructions
    const isTaken = new Uint8Array(count)
    // What is known for a container may turn out to be another object, once it is known what flows there.
    for (let isDone = false; !isDone;) {
      isDone = true
      for (let at = 0; at < count; at++) {
        if ((ops[at] !== op.call && ops[at] !== op.construct) || isTaken[at] === 1) continue
        const keeps = this.#callKeeps(at)
        if (keeps) continue
        isTaken[at] = 1
        isDone = false
      }
    }
  }

  /** Takes a call for one of a container, if it may be; if not, for one of anything, whose effects are there once and for all. */
  #callKeeps(at: number): boolean {
    const { op: ops, flags } = this.#ir.instructions
    const own = this.#ir.variables.count + at
    const { receiver, given } = this.#arguments(at)
    const isMade = ops[at] === op.construct && (flags[at]! & instructionFlag.container) !== 0
    const into = isMade ? own : receiver < 0 ? none : this.#ir.variables.count + receiver
    if (isMade || (receiver >= 0 && this.isContainerCall(at, receiver))) {
      const content = this.#contentClass(into)
      for (const argument of given) this.#unify(content, this.#ir.variables.count + argument)
      if (!isMade) {
        this.#unify(own, content)
        this.#unify(this.#contentClass(own), content)
      }
      return true
    }
    const isPure = (flags[at]! & instructionFlag.pure) !== 0 && (flags[at]! & instructionFlag.container) === 0
    this.#mark(own, flag.outside | flag.unknown)
    if (isPure) return false
    let object = none
    for (const argument of receiver < 0 ? given : [receiver, ...given]) {
      const of = this.#find(this.#ir.variables.count + argument)
      this.#mark(of, flag.outside)
      if (!this.isObject(of)) continue
      if (object >= 0) this.#unify(object, of)
      object = of
    }
    if (object >= 0 && this.isObject(this.#find(own))) this.#unify(object, own)
    return false
  }

  #arguments(at: number): { readonly receiver: number; readonly given: readonly number[] } {
    const { op: ops, a, operands, operandKind, operandRef } = this.#ir.instructions
    const given: number[] = []
    let receiver = none
    for (let operand = operands[at]!; operand < operands[at + 1]!; operand++) {
      const from = operandRef[operand]!
      if (operandKind[operand] !== value || ops[from] !== op.argument) continue
      if (a[from] !== receiverPlace) given.push(from)
      else if (!isExternal(this.#ir, at, from)) receiver = from
    }
    return { receiver, given }
  }
}
