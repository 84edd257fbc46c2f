import {
  exitAt,
  instructionFlag,
  locationCodes,
  longestPath,
  op,
  operandCodes,
  raiseAt,
  variableCodes,
} from '@forge/pdg'
import type { FunctionIr, FunctionKind, VariableKind } from '@forge/pdg'

const kindOf = variableCodes
const locationKind = locationCodes
const operandKind = operandCodes

/** What an expression comes to, before an instruction takes it: pairs of an operand's kind and what it refers to, as one number each. */
export type Operands = readonly number[]

/** Nothing that anything depends on: a literal. */
export const nothing: Operands = []

/** Whether operands have a location that is read, which something written later would change. */
export function hasReads(operands: Operands): boolean {
  return operands.some((operand) => operand % 8 === operandKind.read || operand % 8 === operandKind.usedRead)
}

/** The same operands where they are only worked with: none of them is the value that comes of it. */
export function used(operands: Operands): Operands {
  return operands.map((operand) => {
    const kind = operand % 8
    if (kind === operandKind.value) return operand - kind + operandKind.usedValue
    return kind === operandKind.read ? operand - kind + operandKind.usedRead : operand
  })
}

/**
 * Where control comes from to what is emitted next: instructions, each with which of its ways out it is. Ways 0 to 2 are `next`, `other`, and
 * what would follow a jump; from 3 on, those of a `dispatch`.
 */
export type Ends = number[]

const waysOfEnds = 0x1_0000
const next = 0
const other = 1
const skipped = 2
const firstWay = 3

/** Something that a jump goes to, the ends of what goes there collected until it is emitted. */
export interface Target {
  readonly name: string | null
  readonly ends: Ends
  /** How many `finally` are around it. */
  readonly depth: number
}

/** A handler that is not emitted yet: what goes there, and the instructions for whose exceptions it is. */
interface Region {
  handler: number
  readonly ends: Ends
}

/** What a function is called, what it is and where it stands; see {@link FunctionIr}. */
export interface FunctionHead extends Pick<FunctionIr, 'name' | 'kind' | 'start' | 'end' | 'parent'> {
  readonly isAsync?: boolean
  readonly isGenerator?: boolean
}

/** One `finally` that is being built. */
interface Finally {
  readonly completion: number
  readonly entries: Ends
  /** Where it goes on to, by way; `undefined` for what goes to the next handler. */
  readonly ways: (Target | undefined)[]
}

/**
 * Builds the instructions of one function. What is emitted follows what was emitted before, unless the ends say otherwise: {@link FunctionBuilder.cut} takes the
 * ends that wait for the next instruction, {@link FunctionBuilder.join} gives some back.
 */
export class FunctionBuilder {
  readonly name: string
  readonly kind: FunctionKind
  readonly start: number
  readonly end: number
  readonly parent: number
  readonly isAsync: boolean
  readonly isGenerator: boolean
  readonly children: number[] = []
  readonly captures: number[][] = []
  /** The rows of its free variables, in order. */
  readonly free: number[] = []
  readonly variableNames: string[] = []
  readonly result: number
  /** Where `return` goes. */
  readonly exit: Target = { name: null, ends: [], depth: 0 }
  readonly #variableKinds: number[] = []
  readonly #variableFlags: number[] = []
  readonly #variableStarts: number[] = []
  readonly #locationKinds: number[] = []
  readonly #bases: number[] = []
  readonly #refs: number[] = []
  readonly #lengths: number[] = []
  readonly #locations = new Map<number, number>()
  readonly #names: string[] = []
  readonly #nameIds = new Map<string, number>()
  readonly #ops: number[] = []
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  readonly #as: number[] = []
  readonly #bs: number[] = []
  readonly #flags: number[] = []
  readonly #nexts: number[] = []
  readonly #others: number[] = []
  readonly #regionOf: number[] = []
  readonly #offsets: number[] = []
  readonly #operandKinds: number[] = []
  readonly #operandRefs: number[] = []
  readonly #ways = new Map<number, number[]>()
  readonly #regions: Region[] = [{ handler: raiseAt, ends: [] }]
  readonly #thrown: number
  #region = 0
  #pending: Ends = []
  readonly #finallies: Finally[] = []

  constructor(head: FunctionHead) {
    const { name, kind, start, end, parent, isAsync = false, isGenerator = false } = head
    this.name = name
    this.kind = kind
    this.start = start
    this.end = end
    this.parent = parent
    this.isAsync = isAsync
    this.isGenerator = isGenerator
    this.result = this.variable('(result)', 'result', -1)
    this.#thrown = this.variable('(thrown)', 'thrown', -1)
    this.emit(op.entry, start, start)
    this.#pending = []
    this.emit(op.exit, end, end, [this.#read(this.variableLocation(this.result))])
    this.#pending = []
    this.emit(op.raise, end, end, [this.#read(this.variableLocation(this.#thrown))])
    this.#pending = [end0(0)]
  }

  /** How many instructions there are. */
  get count(): number {
    return this.#ops.length
  }

  /** Whether control gets to what is emitted next. */
  get isReached(): boolean {
    return this.#pending.some((end) => end % waysOfEnds !== skipped)
  }

  /** Whether an exception here goes to a handler of this function. */
  get isGuarded(): boolean {
    return this.#region !== 0
  }

  /** How many `finally` are around what is emitted. */
  get depth(): number {
    return this.#finallies.length
  }

  variable(name: string, kind: VariableKind, start: number): number {
    const row = this.variableNames.length
    this.variableNames.push(name)
    this.#variableKinds.push(kindOf[kind])
    this.#variableFlags.push(0)
    this.#variableStarts.push(start < 0 ? -1 : start - this.start)
    if (kind === 'free') this.free.push(row)
    return row
  }

  flagsOf(variable: number): number {
    return this.#variableFlags[variable]!
  }

  mark(variable: number, flag: number): void {
    this.#variableFlags[variable]! |= flag
  }

  #location(kind: number, base: number, ref: number): number {
    const key = ((base + 1) * 0x100_0000 + ref) * 4 + kind
    const known = this.#locations.get(key)
    if (known !== undefined) return known
    const row = this.#refs.length
    this.#locations.set(key, row)
    this.#locationKinds.push(kind)
    this.#bases.push(base)
    this.#refs.push(ref)
    this.#lengths.push(
      kind === locationKind.property || kind === locationKind.element ? (base < 0 ? 0 : this.#lengths[base]!) + 1 : 0,
    )
    return row
  }

  variableLocation(variable: number): number {
    return this.#location(locationKind.variable, -1, variable)
  }

  /** The object that the value of an instruction is. */
  valueLocation(instruction: number): number {
    return this.#location(locationKind.value, -1, instruction)
  }

  isValueLocation(location: number): boolean {
    return this.#locationKinds[location] === locationKind.value
  }

  /** Whether a location has as many properties as a path may have. */
  isLongest(location: number): boolean {
    return this.#lengths[location]! >= longestPath
  }

  /** A property of the object at a location; with `null`, one whose name is computed. */
  propertyLocation(base: number, name: string | null): number {
    const from = base >= 0 && this.#lengths[base]! >= longestPath ? -1 : base
    return name === null
      ? this.#location(locationKind.element, from, 0)
      : this.#location(locationKind.property, from, this.#nameId(name))
  }

  #nameId(name: string): number {
    const known = this.#nameIds.get(name)
    if (known !== undefined) return known
    const id = this.#names.length
    this.#names.push(name)
    this.#nameIds.set(name, id)
    return id
  }

  /** The instruction whose value an operand is, -1 for another one. */
  instructionOf(operand: number): number {
    const kind = operand % 8
    return kind === operandKind.value || kind === operandKind.usedValue ? Math.floor(operand / 8) : -1
  }

  /** The instruction whose value an operand passes on as it is, -1 for another one. */
  passedOn(operand: number): number {
    return operand % 8 === operandKind.value ? this.instructionOf(operand) : -1
  }

  value(instruction: number): number {
    return instruction * 8 + operandKind.value
  }

  #read(location: number): number {
    return location * 8 + operandKind.read
  }

  read(location: number): number {
    return this.#read(location)
  }

  write(location: number): number {
    return location * 8 + operandKind.write
  }

  mayWrite(location: number): number {
    return location * 8 + operandKind.mayWrite
  }

  /** Adds an instruction after what was emitted last. Offsets are those of the file. */
  emit(code: number, start: number, end: number, operands: Operands = nothing, a = 0, b = 0, flags = 0): number {
    const row = this.#ops.length
    this.#ops.push(code)
    this.#starts.push(start - this.start)
    this.#ends.push(end - this.start)
    this.#as.push(a)
    this.#bs.push(b)
    this.#flags.push(flags)
    this.#nexts.push(-1)
    this.#others.push(-1)
    this.#regionOf.push(this.#region)
    this.#offsets.push(this.#operandRefs.length)
    for (const operand of operands) {
      this.#operandKinds.push(operand % 8)
      this.#operandRefs.push(Math.floor(operand / 8))
    }
    this.link(this.cut(), row)
    this.#pending.push(end0(row))
    return row
  }

  /** Takes the ends that wait for the next instruction. */
  cut(): Ends {
    const ends = this.#pending
    this.#pending = []
    return ends
  }

  /** Lets ends wait for the next instruction as well. */
  join(ends: Ends): void {
    for (const end of ends) this.#pending.push(end)
  }

  /** The way out of a `branch` or `iterate` where its condition does not hold, and of a `yield` that is the end. */
  otherwise(instruction: number): Ends {
    return [instruction * waysOfEnds + other]
  }

  /** Lets ends go to an instruction that exists. */
  link(ends: Ends, target: number): void {
    for (const end of ends) {
      const row = Math.floor(end / waysOfEnds)
      const way = end % waysOfEnds
      if (way === next) this.#nexts[row] = target
      else if (way < firstWay) this.#others[row] = target
      else this.#ways.get(row)![way - firstWay] = target
    }
  }

  /** An instruction that what goes back can go to: the next one, made where there would be none. */
  loopHead(start: number, end: number): number {
    return this.emit(op.jump, start, end, nothing, 0, 0, instructionFlag.implicit)
  }

  /** What stands in place of a condition that always comes out the same. */
  fixedCondition(start: number, end: number): number {
    return this.emit(op.jump, start, end, nothing, 1, 0, instructionFlag.implicit)
  }

  target(name: string | null): Target {
    return { name, ends: [], depth: this.depth }
  }

  /** Emits `return`, `break` or `continue`, through each `finally` that is left. What follows would be next if it did nothing. */
  jump(instruction: number, target: Target): void {
    this.cut()
    this.#leave(
      [end0(instruction)],
      target,
      this.#starts[instruction]! + this.start,
      this.#ends[instruction]! + this.start,
    )
    this.#pending.push(instruction * waysOfEnds + skipped)
  }

  /** Lets a `yield` be the end, as a `return` there. */
  mayEnd(instruction: number): void {
    const [start, end] = [this.#starts[instruction]! + this.start, this.#ends[instruction]! + this.start]
    this.#leave(this.otherwise(instruction), this.exit, start, end)
  }

  /** Emits what `throw` does after its value is computed. */
  throw(instruction: number): void {
    this.cut()
    const region = this.#regions[this.#region]!
    if (region.handler >= 0) this.link([end0(instruction)], region.handler)
    else region.ends.push(end0(instruction))
    this.#pending.push(instruction * waysOfEnds + skipped)
  }

  throwsTo(): number {
    return this.write(this.variableLocation(this.#thrown))
  }

  #leave(ends: Ends, target: Target, start: number, end: number): void {
    const inner = this.#finallies.at(-1)
    if (inner === undefined || target.depth >= this.depth) {
      target.ends.push(...ends)
      return
    }
    const saved = this.cut()
    this.join(ends)
    this.#complete(inner, target, start, end)
    inner.entries.push(...this.cut())
    this.join(saved)
  }

  #complete(around: Finally, target: Target | undefined, start: number, end: number): void {
    let way = around.ways.indexOf(target)
    if (way < 0) way = around.ways.push(target) - 1
    const write = this.write(this.variableLocation(around.completion))
    this.emit(op.complete, start, end, [write], way, 0, instructionFlag.implicit)
  }

  /**
   * Emits `try`: `body`, `handler` for what it throws where there is one, and `finalizer` on every way out where there is one.
   */
  try(
    parts: {
      readonly body: () => void
      readonly handler?: ((caught: number) => void) | undefined
      readonly finalizer?: (() => void) | undefined
    },
    place: { readonly start: number; readonly end: number; readonly catchStart: number; readonly catchEnd: number },
  ): void {
    const { finalizer } = parts
    if (finalizer === undefined) {
      this.#tryCatch(parts.body, parts.handler!, place)
      return
    }
    const after = this.target(null)
    const inside: Finally = {
      completion: this.variable('(completion)', 'completion', -1),
      entries: [],
      ways: [],
    }
    const region = this.#enterRegion()
    this.#finallies.push(inside)
    if (parts.handler === undefined) parts.body()
    else this.#tryCatch(parts.body, parts.handler, place)
    const { start, end } = place
    if (this.isReached) this.#complete(inside, after, start, end)
    inside.entries.push(...this.cut())
    this.#region = region.outer
    this.#finallies.pop()
    // What is thrown inside comes in here, and goes on to the next handler.
    this.join(region.region.ends)
    region.region.handler = this.count
    this.#complete(inside, undefined, start, end)
    this.join(inside.entries)
    finalizer()
    const read = this.#read(this.variableLocation(inside.completion))
    const dispatch = this.emit(op.dispatch, end, end, [read], 0, 0, instructionFlag.implicit)
    this.cut()
    this.#ways.set(
      dispatch,
      inside.ways.map(() => -1),
    )
    for (const [way, target] of inside.ways.entries()) {
      const ends = [dispatch * waysOfEnds + firstWay + way]
      if (target === after) this.join(ends)
      else if (target === undefined) this.#toHandler(ends)
      else this.#leave(ends, target, end, end)
    }
  }

  #toHandler(ends: Ends): void {
    const region = this.#regions[this.#region]!
    if (region.handler >= 0) this.link(ends, region.handler)
    else region.ends.push(...ends)
  }

  #tryCatch(
    body: () => void,
    handler: (caught: number) => void,
    place: { readonly catchStart: number; readonly catchEnd: number },
  ): void {
    const { region, outer } = this.#enterRegion()
    body()
    this.#region = outer
    const after = this.cut()
    this.join(region.ends)
    region.handler = this.count
    handler(this.emit(op.catch, place.catchStart, place.catchEnd, [this.#read(this.variableLocation(this.#thrown))]))
    this.join(after)
  }

  #enterRegion(): { readonly region: Region; readonly outer: number } {
    const outer = this.#region
    const region: Region = { handler: -1, ends: [] }
    this.#region = this.#regions.push(region) - 1
    return { region, outer }
  }

  /** What was built, once its end is reached. */
  finish(): FunctionIr {
    this.link(this.cut(), exitAt)
    this.link(this.exit.ends, exitAt)
    this.#offsets.push(this.#operandRefs.length)
    return {
      name: this.name,
      kind: this.kind,
      start: this.start,
      end: this.end,
      parent: this.parent,
      isAsync: this.isAsync,
      isGenerator: this.isGenerator,
      instructions: {
        count: this.count,
        op: Uint8Array.from(this.#ops),
        start: Int32Array.from(this.#starts),
        end: Int32Array.from(this.#ends),
        a: Int32Array.from(this.#as),
        b: Int32Array.from(this.#bs),
        flags: Uint8Array.from(this.#flags),
        next: Int32Array.from(this.#nexts),
        other: Int32Array.from(this.#others),
        handler: Int32Array.from(this.#regionOf, (region) => this.#regions[region]!.handler),
        operands: Int32Array.from(this.#offsets),
        operandKind: Uint8Array.from(this.#operandKinds),
        operandRef: Int32Array.from(this.#operandRefs),
      },
      variables: {
        count: this.variableNames.length,
        name: this.variableNames,
        kind: Uint8Array.from(this.#variableKinds),
        flags: Uint8Array.from(this.#variableFlags),
        start: Int32Array.from(this.#variableStarts),
      },
      locations: {
        count: this.#refs.length,
        kind: Uint8Array.from(this.#locationKinds),
        base: Int32Array.from(this.#bases),
        ref: Int32Array.from(this.#refs),
      },
      names: this.#names,
      children: this.children,
      captures: this.captures,
      ways: this.#ways,
    }
  }
}

function end0(instruction: number): number {
  return instruction * waysOfEnds + next
}
