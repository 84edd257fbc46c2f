import { accessKinds } from './accesses.ts'
import { type AliasClasses, isExternal } from './alias-classes.ts'
import { runsOthers } from './control-flow.ts'
import type { ControlFlow } from './control-flow.ts'
import { dataFlag } from './data-flag.ts'
import { definedAtEntry, noDefinition } from './definition.ts'
import type { DominatorTree } from './dominator-tree.ts'
import { StableBases } from './stable-bases.ts'
import {
  type FunctionIr,
  entryAt,
  instructionFlag,
  locationCodes,
  op,
  operandCodes,
  receiverPlace,
  variableFlag,
  variableCodes,
} from './ir.ts'
import { type SsaForm, ssaForm } from './ssa-form.ts'

/** Takes one data dependence: what depends, on what, by which location, the flags, and the call that it is assumed for. */
export type TakeEdge = (to: number, from: number, location: number, flags: number, via: number) => void

/** How many definitions are looked at for one access one by one; those before are taken together, whatever they define. */
const mostSteps = 64
/** The same for an object that nothing here looks into: whatever is defined there is of that object. */
const mostOpaqueSteps = 2

/** What makes properties of objects that cannot be written. */
const fixing: ReadonlySet<string> = new Set([
  'defineProperties',
  'defineProperty',
  'freeze',
  'preventExtensions',
  'seal',
])

const operand = operandCodes
const [propertyCode, elementCode] = [locationCodes.property, locationCodes.element]
const [variableCode, valueCode] = [locationCodes.variable, locationCodes.value]
const freeKind = variableCodes.free
const [readCode, mayWriteCode] = [accessKinds.indexOf('read'), accessKinds.indexOf('mayWrite')]

/** What an access is: of a location, of all that is in an object, or what a call may do. */
interface HeapRow {
  readonly instruction: number
  readonly heap: number
  readonly kind: number
  /** -1 for the other two. */
  readonly location: number
  /** For all that is in an object: where the object is found, -1 where it is a value. */
  readonly holder: number
  /** For what is not of a location: the classes of the objects that it is about. */
  readonly classes: readonly number[]
  readonly flags: number
  /** For all that is in an argument: the call. For what a call may do: the call, -1 where that is known. */
  readonly via: number
}

/**
 * Finds what reads of properties and elements see.
 *
 * The objects of one alias class are one variable in static single assignment form, those of all classes that code outside has are another one; each write and
 * each call is a definition that keeps what was there. From a read, the definitions are followed back: those of other properties and other objects are left out, and a
 * write of the same property of what is surely the same object ends the way (as in the memory form of F. Chow et al., "Effective Representation of
 * Aliases and Indirect Memory Operations in SSA Form", 1996, walked on demand).
 */
export class HeapAccesses {
  readonly #ir: FunctionIr
  readonly #flow: ControlFlow
  readonly #tree: DominatorTree
  readonly #classes: AliasClasses
  readonly #bases: StableBases
  readonly #rows: HeapRow[] = []
  /** The number of the variable of each class; 0 for all that code outside has. */
  readonly #heapOf = new Map<number, number>()
  #take: TakeEdge = () => undefined
  #form: SsaForm | undefined
  /** What was looked at for which access: for rows and merges, twice the access, and one more where nothing could end the way. */
  #looked = new Int32Array(0)
  readonly #hubs = new Map<number, number>()
  #nodes = 0
  /** Whether a property may be there that a write leaves as it is. */
  readonly #mayBeFixed: boolean

  constructor(ir: FunctionIr, flow: ControlFlow, tree: DominatorTree, classes: AliasClasses) {
    this.#ir = ir
    this.#flow = flow
    this.#tree = tree
    this.#classes = classes
    this.#bases = new StableBases(ir, flow)
    this.#mayBeFixed = ir.names.some((name) => fixing.has(name))
  }

  /**
   * Tells the dependences to `take`.
   *
   * @param nodes how many nodes there are; merges are numbered from there on.
   * @returns how many there are then.
   */
  find(nodes: number, take: TakeEdge): number {
    this.#nodes = nodes
    this.#take = take
    const calls = callsOfArguments(this.#ir)
    for (let at = 0; at < this.#ir.instructions.count; at++) this.#accesses(at, calls)
    const rows = this.#rows
    if (rows.every(({ kind }) => kind !== readCode)) return nodes
    this.#form = ssaForm({
      tree: this.#tree,
      accesses: {
        variables: this.#heapOf.size + 1,
        node: Int32Array.from(rows, ({ instruction }) => this.#flow.blockOf[instruction]!),
        variable: Int32Array.from(rows, ({ heap }) => heap),
        kind: Uint8Array.from(rows, ({ kind }) => kind),
      },
    })
    this.#looked = new Int32Array(rows.length + this.#form.merges.count).fill(-1)
    for (const [row, access] of rows.entries()) if (access.kind === readCode) this.#follow(row, access)
    return this.#nodes
  }

  #heap(of: number): number {
    if (this.#classes.isOutside(of) && !this.#classes.isOpaque(of)) return 0
    let heap = this.#heapOf.get(of)
    if (heap === undefined) this.#heapOf.set(of, (heap = this.#heapOf.size + 1))
    return heap
  }

  #accesses(at: number, calls: Int32Array): void {
    const { op: ops, flags: flagsOf, operands, operandKind, operandRef } = this.#ir.instructions
    const { kind } = this.#ir.locations
    const code = ops[at]!
    const bases = this.#basesRead(at)
    const isKept = code === op.evaluate && this.#keeps(at)
    const isIdentity = (flagsOf[at]! & instructionFlag.identity) !== 0
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const [how, to] = [operandKind[row]!, operandRef[row]!]
      const isRead = how === operand.read || how === operand.usedRead
      if (isRead && (kind[to] === propertyCode || kind[to] === elementCode)) {
        const flags = how === operand.usedRead ? dataFlag.used : 0
        this.#add({
          instruction: at,
          heap: this.#heap(this.#classes.ofBase(to)),
          kind: readCode,
          location: to,
          holder: -1,
          classes: [],
          flags,
          via: -1,
        })
      }
      if (how === operand.write || how === operand.mayWrite || isIdentity || !(isDeep(code, how) || isKept)) continue
      const isUsed = how === operand.usedRead || how === operand.usedValue
      if (isUsed && (isRead ? bases.locations.has(to) : bases.values.has(to))) continue
      const [of, call] = [isRead ? this.#classes.of(to) : this.#classes.ofValue(to), calls[at]!]
      if (this.#classes.isObject(of)) {
        this.#deep(at, of, { call, holder: isRead ? to : -1 })
        continue
      }
      // Nothing here looks into it, but what it was given to may have, and others before.
      if (this.#classes.isOpaque(of)) this.#deep(at, of, { call, holder: -1 })
      if (how === operand.read && !isKept && this.#isShared(to)) {
        this.#take(at, entryAt, to, dataFlag.deep | dataFlag.outside, call)
      }
    }
    if (runsOthers(code)) this.#effects(at)
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const [how, to] = [operandKind[row]!, operandRef[row]!]
      if (
        (how !== operand.write && how !== operand.mayWrite) ||
        (kind[to] !== propertyCode && kind[to] !== elementCode)
      )
        continue
      const flags = how === operand.write ? 0 : dataFlag.deep
      this.#add({
        instruction: at,
        heap: this.#heap(this.#classes.ofBase(to)),
        kind: mayWriteCode,
        location: to,
        holder: -1,
        classes: [],
        flags,
        via: -1,
      })
    }
  }

  /** Whether an instruction writes to where other functions find it: to a variable that they have, or into an object. */
  #keeps(at: number): boolean {
    const { operands, operandKind, operandRef } = this.#ir.instructions
    const { kind, ref } = this.#ir.locations
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      if (operandKind[row] !== operand.write && operandKind[row] !== operand.mayWrite) continue
      const to = operandRef[row]!
      if (kind[to] !== variableCode) {
        if (this.#classes.isOutside(this.#classes.ofBase(to))) return true
        continue
      }
      const isFree = this.#ir.variables.kind[ref[to]!] === freeKind
      if (isFree || (this.#ir.variables.flags[ref[to]!]! & variableFlag.captured) !== 0) return true
    }
    return false
  }

  /** The locations that an instruction reads, and the instructions whose values it takes, only to get to what is in them. */
  #basesRead(at: number): { readonly locations: ReadonlySet<number>; readonly values: ReadonlySet<number> } {
    const { operands, operandRef, operandKind } = this.#ir.instructions
    const { base, kind, ref } = this.#ir.locations
    const locations = new Set<number>()
    const values = new Set<number>()
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      if (operandKind[row] === operand.value || operandKind[row] === operand.usedValue) continue
      for (let of = base[operandRef[row]!]!; of >= 0; of = base[of]!) {
        locations.add(of)
        if (kind[of] === valueCode) values.add(ref[of]!)
      }
    }
    return { locations, values }
  }

  #add(row: HeapRow): void {
    this.#rows.push(row)
  }

  /** Adds that all that is in the objects of a class matters to an instruction. */
  #deep(at: number, of: number, { call, holder }: { readonly call: number; readonly holder: number }): void {
    const classes = this.#inside(of)
    for (const heap of new Set(classes.map((one) => this.#heap(one)))) {
      this.#add({
        instruction: at,
        heap,
        kind: readCode,
        location: -1,
        holder,
        classes,
        flags: dataFlag.deep,
        via: call,
      })
    }
  }

  /** Whether a location is a variable that other functions have as well. */
  #isShared(location: number): boolean {
    const { kind, ref } = this.#ir.locations
    if (kind[location] !== variableCode) return false
    const variable = ref[location]!
    const flags = this.#ir.variables.flags[variable]!
    // What is declared nowhere is external, and not constant as what is imported.
    if ((flags & variableFlag.external) !== 0) return (flags & variableFlag.constant) !== 0
    return this.#ir.variables.kind[variable] === freeKind || (flags & variableFlag.captured) !== 0
  }

  /** A class and those of all that is in its objects. */
  #inside(of: number): number[] {
    const classes: number[] = []
    for (let one = of; one >= 0 && !classes.includes(one); one = this.#classes.contentOf(one)) classes.push(one)
    return classes
  }

  /** Adds what a call may do to the objects that it is given, and to all that others have. */
  #effects(at: number): void {
    const { op: ops, a, flags, operands, operandKind, operandRef } = this.#ir.instructions
    const isCall = ops[at] === op.call || ops[at] === op.construct
    const given: number[] = []
    let receiver = -1
    const end = isCall ? operands[at + 1]! : operands[at]!
    for (let row = operands[at]!; row < end; row++) {
      const from = operandRef[row]!
      if (operandKind[row] !== operand.value || ops[from] !== op.argument) continue
      if (a[from] === receiverPlace && isExternal(this.#ir, at, from)) continue
      if (a[from] === receiverPlace) receiver = from
      given.push(from)
    }
    const isPure = (flags[at]! & instructionFlag.pure) !== 0
    const isContainer = receiver >= 0 && this.#classes.isContainerCall(at, receiver)
    if (isPure && (isContainer || (flags[at]! & instructionFlag.container) === 0 || ops[at] === op.construct)) return
    const about = isContainer ? [receiver] : given
    const classes = new Set(
      about.flatMap((argument) => {
        const of = this.#classes.ofValue(argument)
        if (this.#classes.isOpaque(of)) return [of]
        if (!this.#classes.isObject(of)) return []
        // What is in an object and not looked into is changed by those alone that it is given to.
        return isContainer ? [of] : this.#inside(of).filter((one) => !this.#classes.isOpaque(one))
      }),
    )
    const heaps = new Set([...classes].map((one) => this.#heap(one)))
    if (!isContainer) heaps.add(0)
    const via = isContainer ? -1 : at
    for (const heap of heaps) {
      this.#add({
        instruction: at,
        heap,
        kind: mayWriteCode,
        location: -1,
        holder: -1,
        classes: [...classes],
        flags: 0,
        via,
      })
    }
  }

  /** Follows the definitions that a read sees back to the entry. */
  #follow(row: number, read: HeapRow): void {
    const form = this.#form!
    const rows = this.#rows
    const { instruction: to, location, flags } = read
    const found = location < 0 ? read.holder : location
    const stability = location < 0 ? undefined : this.#bases.of(location)
    const isOutside =
      location < 0
        ? found >= 0 && read.classes.some((one) => this.#classes.isOutside(one))
        : this.#classes.isOutside(this.#classes.ofBase(location))
    const most = location < 0 && this.#classes.isOpaque(read.classes[0]!) ? mostOpaqueSteps : mostSteps
    let isOpen = false
    /** Pairs of a definition and whether a write may end the way there. */
    const open: number[] = [form.seen[row]!, stability === undefined ? 0 : 1]
    for (let steps = 0; open.length > 0; steps++) {
      let mayEnd = open.pop()!
      const seen = open.pop()!
      if (seen === noDefinition) continue
      if (seen === definedAtEntry) {
        isOpen ||= isOutside
        continue
      }
      const mark = row * 2 + 1 - mayEnd
      if (this.#looked[seen] === row * 2 + 1 || this.#looked[seen] === mark) continue
      this.#looked[seen] = mark
      if (steps > most) {
        this.#take(to, this.#hub(seen), location, flags, -1)
        isOpen ||= isOutside
        continue
      }
      if (seen >= rows.length) {
        const merge = seen - rows.length
        if (mayEnd === 1 && !this.#isAfter(form.merges.node[merge]!, stability!.block)) mayEnd = 0
        for (let at = form.merges.offsets[merge]!; at < form.merges.offsets[merge + 1]!; at++) {
          open.push(form.merges.definitions[at]!, mayEnd)
        }
        continue
      }
      const definition = rows[seen]!
      if (definition.location >= 0) {
        if (this.#mayBe(definition, read)) {
          const isAssumed = location < 0 && read.via >= 0
          this.#take(to, definition.instruction, definition.location, flags, isAssumed ? read.via : -1)
        }
        const isSame = definition.location === location && definition.flags === 0
        if (mayEnd === 1 && isSame && !this.#mayBeFixed) continue
      } else {
        if (this.#mayTouch(definition, read)) this.#take(to, definition.instruction, location, flags, definition.via)
        if (definition.via >= 0) {
          isOpen ||= isOutside
          if (stability?.isUntilCall === true) mayEnd = 0
        }
      }
      open.push(form.seen[seen]!, mayEnd)
    }
    if (isOpen) this.#take(to, entryAt, found, flags | dataFlag.outside, location < 0 ? read.via : -1)
  }

  /** Whether a block comes after what the object of a location was found by, in the same round of each loop. */
  #isAfter(block: number, base: number): boolean {
    return base < 0 || (block !== base && this.#tree.dominates(base, block))
  }

  /** Whether a write may be of what a read is about. */
  #mayBe(write: HeapRow, read: HeapRow): boolean {
    const of = this.#classes.ofBase(write.location)
    if (read.location < 0) return read.classes.includes(of)
    const { kind, ref } = this.#ir.locations
    const { names } = this.#ir
    const isSameName =
      kind[write.location] === elementCode ||
      kind[read.location] === elementCode ||
      ref[write.location] === ref[read.location] ||
      isSameProperty(names[ref[write.location]!]!, names[ref[read.location]!]!)
    const from = this.#classes.ofBase(read.location)
    return isSameName && (of === from || (this.#classes.isOutside(of) && this.#classes.isOutside(from)))
  }

  /** Whether a call may do something to what a read is about. */
  #mayTouch(call: HeapRow, read: HeapRow): boolean {
    if (read.location >= 0) return call.classes.includes(this.#classes.ofBase(read.location))
    return read.classes.some((one) => call.classes.includes(one))
  }

  /** A merge of a definition and all before it. */
  #hub(first: number): number {
    const known = this.#hubs.get(first)
    if (known !== undefined) return known
    const form = this.#form!
    const rows = this.#rows
    const open = [first]
    const hub = this.#nodes++
    this.#hubs.set(first, hub)
    for (let seen = open.pop(); seen !== undefined; seen = open.pop()) {
      const at = this.#hubs.get(seen)!
      const before: number[] = []
      if (seen >= rows.length) {
        const merge = seen - rows.length
        for (let one = form.merges.offsets[merge]!; one < form.merges.offsets[merge + 1]!; one++) {
          before.push(form.merges.definitions[one]!)
        }
      } else {
        const { instruction, location, via } = rows[seen]!
        this.#take(at, instruction, location, 0, via)
        before.push(form.seen[seen]!)
      }
      for (const one of before) {
        if (one < 0) continue
        let next = this.#hubs.get(one)
        if (next === undefined) {
          next = this.#nodes++
          this.#hubs.set(one, next)
          open.push(one)
        }
        this.#take(at, next, -1, 0, -1)
      }
    }
    return hub
  }
}

/** Whether to write one property may change another one: the elements of an array and its length. */
export function isSameProperty(written: string, read: string): boolean {
  if (written === read) return true
  return (written === 'length' && isIndex(read)) || (read === 'length' && isIndex(written))
}

/** Those of the properties of which writing one may change the other: found without looking at all of them where that can be. */
export function propertiesLike(name: string, all: Iterable<string>): readonly string[] {
  if (name === 'length') return [...all].filter((one) => isSameProperty(name, one))
  return isIndex(name) ? [name, 'length'] : [name]
}

function isIndex(name: string): boolean {
  const first = name.codePointAt(0)!
  return first >= 48 && first <= 57
}

/** Whether what is in the objects that an operand is matters to an instruction: what it hands to others, and what it turns into text or a number. */
function isDeep(code: number, how: number): boolean {
  const isGiven = code === op.argument || code === op.return || code === op.throw || code === op.yield
  return (
    isGiven || ((code === op.evaluate || code === op.branch) && (how === operand.usedRead || how === operand.usedValue))
  )
}

/** For each `argument` the call that takes it. */
function callsOfArguments({ instructions }: FunctionIr): Int32Array {
  const { count, op: ops, operands, operandKind, operandRef } = instructions
  const calls = new Int32Array(count).fill(-1)
  for (let at = 0; at < count; at++) {
    if (ops[at] !== op.call && ops[at] !== op.construct) continue
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      if (operandKind[row] === operand.value && ops[operandRef[row]!] === op.argument) calls[operandRef[row]!] = at
    }
  }
  return calls
}
