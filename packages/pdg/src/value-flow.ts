import {
  type FileIr,
  type FunctionIr,
  exitAt,
  instructionFlag,
  locationCodes,
  op,
  operandCodes,
  receiverPlace,
  variableFlag,
  variableCodes,
} from './ir.ts'
import { arrives } from './loaded-procedure.ts'
import { isCall, parametersOf } from './calls.ts'
import type { FunctionId } from './program.ts'
import { asks } from './resumptions.ts'
import { isSelf } from './self-name.ts'
import { ValueNodes } from './value-nodes.ts'
import type { CallSite, CellOf, Classes, Construction, FlowTargets, Made } from './value-flow-types.ts'

const operand = operandCodes
const [variableCode, valueCode, propertyCode] = [locationCodes.variable, locationCodes.value, locationCodes.property]
const freeKind = variableCodes.free
/** How many classes a class is derived from at most, each from the next. */
const deepest = 32

/** A value that comes from outside of the file. */
const outside = -1

/**
 * Which functions, classes and objects of a file the values in it may be.
 *
 * Values are followed from where they are made through variables, properties, arguments and results, until nothing changes (L. O. Andersen, "Program
 * Analysis and Specialization for the C Programming Language", 1994). A property is one place for all objects that have one of its name (A. Feldthaus et al.,
 * "Efficient Construction of Approximate Call Graphs for JavaScript IDE Programming Support", 2013); what is kept under a computed name is kept
 * apart by the object. What comes from outside of the file is one value.
 */
export class ValueFlow {
  readonly #file: FileIr
  readonly #cellOf: CellOf
  readonly #classes: Classes
  readonly #made: Made[] = []
  readonly #madeAt = new Map<number, number>()
  /** The first node of each function: its instructions, then its variables. */
  readonly #first: number[] = []
  readonly #nodes = new ValueNodes()
  readonly #properties = new Map<string, number>()
  /** By object: what it keeps under computed names. */
  readonly #elements = new Map<number, number>()
  /** By object: the properties it is made with. */
  readonly #own = new Map<number, Set<string>>()
  readonly #calls = new Map<number, CallSite>()
  /** By class: the nodes of what it is derived from. */
  readonly #bases = new Map<Made, number[]>()
  /** By name of a property: the nodes of the objects, -1 for a prototype, and of what is put there. */
  readonly #assigned = new Map<string, { readonly base: number; readonly from: number }[]>()
  /** Reads under computed names, to look at again where the object is not known. */
  readonly #computed: { readonly base: number; readonly to: number }[] = []

  constructor(file: FileIr, cellOf: CellOf, classes: Classes) {
    this.#file = file
    this.#cellOf = cellOf
    this.#classes = classes
    for (const { instructions, variables } of file.functions) {
      this.#first.push(this.#nodes.values.length)
      for (let node = 0; node < instructions.count + variables.count; node += 1) this.#nodes.make()
    }
    for (const [id, ir] of file.functions.entries()) {
      if (ir.kind === 'method' && ir.parent >= 0) this.#method(id, ir)
      for (let at = 0; at < ir.instructions.count; at += 1) this.#instruction(id, ir, at)
    }
    this.#nodes.run()
    for (const { base, to } of this.#computed) {
      if ([...this.#nodes.values[base]!].some((value) => value >= file.functions.length)) continue
      for (const property of this.#properties.values()) this.#nodes.edge(property, to)
    }
    this.#nodes.run()
    this.#comeFromOutside()
    this.#nodes.run()
  }

  /** Marks what code that is not known hands in: arguments of functions that it calls, and what calls of it give. */
  #comeFromOutside(): void {
    const known = new Set<FunctionId>()
    const given = new Set<FunctionId>()
    for (const site of this.#calls.values()) {
      for (const one of site.called) known.add(one)
      for (const one of site.given) given.add(one)
    }
    for (const [id, ir] of this.#file.functions.entries()) {
      const { kind, flags } = ir.variables
      for (let row = 0; row < ir.variables.count; row += 1) {
        if (kind[row] === freeKind && (flags[row]! & variableFlag.external) !== 0)
          this.#nodes.add(this.#cell(id, row), outside)
      }
      const isCalled = (known.has(id) && !given.has(id)) || ir.kind === 'fields'
      for (let at = 0; at < ir.instructions.count; at += 1) {
        const code = ir.instructions.op[at]!
        const isHandedIn = (code === op.parameter && !isCalled) || code === op.catch || code === op.yield
        if (isHandedIn || this.#givesOutside(id, at)) this.#nodes.add(this.#value(id, at), outside)
      }
    }
  }

  /** Whether a call may give what comes from outside. */
  #givesOutside(id: FunctionId, at: number): boolean {
    const site = this.#calls.get(this.#value(id, at))
    if (site === undefined || site.isConstruct || site.called.size > 0) return false
    return this.#file.functions[id]!.instructions.flags[at] === 0
  }

  /** What a call calls. */
  targets(id: FunctionId, call: number): FlowTargets {
    const site = this.#calls.get(this.#first[id]! + call)
    if (site === undefined) return noTargets
    const { called, given, callees, isConstruct } = site
    const method = site.isSuper ? this.#methodsOfBase(id, site) : this.#methodsOf(site)
    if (method !== undefined) return { called: method, given, isComplete: true }
    const values = this.#valuesOfAll(callees)
    const isKnown = (value: number): boolean => (isConstruct ? this.#isClassOfFile(value) : this.#isFunction(value))
    const isComplete = values.length > 0 && values.every(isKnown) && (isConstruct || called.size > 0)
    return {
      called,
      given,
      isComplete: isComplete && (site.receiver < 0 || (!site.isSuper && this.#isMade(site.receiver))),
    }
  }

  /** Whether all that a node may be are objects whose methods are those that the file gives them. */
  #isMade(node: number): boolean {
    const values = this.#nodes.values[node]!
    return (
      values.size > 0 &&
      [...values].every(
        (value) => value >= this.#file.functions.length && (this.#isObject(value) || this.#classesOf(value).length > 0),
      )
    )
  }

  /** Whether something is made by a literal with properties, or is a class. */
  #isObject(value: number): boolean {
    const { function: id, instruction } = this.#made[value - this.#file.functions.length]!
    const { op: ops, a } = this.#file.functions[id]!.instructions
    return ops[instruction] === op.allocate && a[instruction] !== 1
  }

  /** Whether a class, and all that it is derived from, is of the file. */
  #isClassOfFile(value: number, depth = 0): boolean {
    const made = this.#made[value - this.#file.functions.length]
    if (made === undefined || !made.isClass || depth > deepest) return this.#isFunction(value)
    const bases = this.#basesOf(made)
    return bases.every((base) => this.#isClassOfFile(base, depth + 1)) && (bases.length > 0 || !this.#hasBase(made))
  }

  #hasBase({ function: id, instruction }: Made): boolean {
    const { operands } = this.#file.functions[id]!.instructions
    return operands[instruction] !== operands[instruction + 1]
  }

  #basesOf(made: Made): readonly number[] {
    return this.#valuesOfAll(this.#bases.get(made) ?? [])
  }

  #valuesOfAll(nodes: readonly number[]): readonly number[] {
    return nodes.flatMap((node) => Array.from(this.#nodes.values[node]!))
  }

  /** The methods that a call is of, where its receiver is known to be an object of classes of the file that have one of its name. */
  #methodsOf({ receiver, name }: CallSite): ReadonlySet<FunctionId> | undefined {
    if (receiver < 0 || name === null || !this.#isMade(receiver)) return undefined
    const found = this.#putInto(receiver, name)
    for (const value of this.#nodes.values[receiver]!) {
      const classes = this.#classesOf(value)
      if (classes.length === 0) return undefined
      for (const one of classes) {
        const method = this.#methodIn(one, name)
        if (method === undefined) return undefined
        for (const each of method) found.add(each)
      }
    }
    return found
  }

  /** The functions that are assigned to a property of what a node may be, or of a prototype. */
  #putInto(receiver: number, name: string): Set<FunctionId> {
    const found = new Set<FunctionId>()
    for (const { base, from } of this.#assigned.get(name) ?? []) {
      if (base >= 0 && ![...this.#nodes.values[base]!].some((value) => this.#nodes.values[receiver]!.has(value)))
        continue
      for (const value of this.#nodes.values[from]!) {
        if (this.#isFunction(value) && this.#file.functions[value]!.kind !== 'method') found.add(value)
      }
    }
    return found
  }

  /** The methods that a call by `super` is of. */
  #methodsOfBase(id: FunctionId, { name }: CallSite): ReadonlySet<FunctionId> | undefined {
    const derived = this.#classes.derived(id)
    if (derived === undefined || name === null) return undefined
    const found = this.#basesOf(this.#madeOf(derived.function, derived.made)).map((base) => this.#methodIn(base, name))
    return found.length === 0 || found.includes(undefined) ? undefined : new Set(found.flatMap((methods) => methods!))
  }

  /** The classes that `new` made an object of. */
  #classesOf(object: number): readonly number[] {
    const { function: id, instruction } = this.#made[object - this.#file.functions.length]!
    const site = this.#calls.get(this.#value(id, instruction))
    if (site?.isConstruct !== true) return []
    const values = this.#valuesOfAll(site.callees)
    return values.every((value) => !this.#isFunction(value) && this.#isClassOfFile(value)) ? values : []
  }

  #methodIn(value: number, name: string, depth = 0): readonly FunctionId[] | undefined {
    const made = this.#made[value - this.#file.functions.length]
    if (made === undefined || depth > deepest) return undefined
    const own = this.#classes
      .methods(made.function, made.instruction)
      .filter((id) => this.#file.functions[id]!.name === name)
    if (own.length > 0) return this.#file.functions[own[0]!]!.kind === 'method' ? own : undefined
    const bases = this.#basesOf(made).map((base) => this.#methodIn(base, name, depth + 1))
    return bases.length === 0 || bases.includes(undefined) ? undefined : bases.flatMap((found) => found!)
  }

  /** The functions and objects that a location may be, as numbers that tell them apart. */
  valuesAt(id: FunctionId, location: number): ReadonlySet<number> {
    return this.#nodes.values[this.#location(id, location)]!
  }

  /** The functions and objects that the value of an instruction may be. */
  valuesOf(id: FunctionId, instruction: number): ReadonlySet<number> {
    return this.#nodes.values[this.#value(id, instruction)]!
  }

  /** Where an object is made; `undefined` for a function, and for what comes from outside. */
  made(value: number): Made | undefined {
    return this.#made[value - this.#file.functions.length]
  }

  #isClass(id: FunctionId, instruction: number): boolean {
    const { op: ops, a } = this.#file.functions[id]!.instructions
    return ops[instruction] === op.allocate && a[instruction] === 2
  }

  /** The number of what an instruction makes. */
  #make(id: FunctionId, instruction: number, isClass = this.#isClass(id, instruction)): number {
    const key = this.#first[id]! + instruction
    let made = this.#madeAt.get(key)
    if (made === undefined) {
      made = this.#file.functions.length + this.#made.push({ function: id, instruction, isClass }) - 1
      this.#madeAt.set(key, made)
    }
    return made
  }

  #isFunction(value: number): boolean {
    return value >= 0 && value < this.#file.functions.length
  }

  #property(name: string): number {
    let node = this.#properties.get(name)
    if (node === undefined) this.#properties.set(name, (node = this.#nodes.make()))
    return node
  }

  #elementsOf(made: number): number {
    let node = this.#elements.get(made)
    if (node === undefined) this.#elements.set(made, (node = this.#nodes.make()))
    return node
  }

  #value(id: FunctionId, instruction: number): number {
    return this.#first[id]! + instruction
  }

  #cell(id: FunctionId, variable: number): number {
    const { function: owner, variable: row } = this.#cellOf(id, variable)
    return this.#first[owner]! + this.#file.functions[owner]!.instructions.count + row
  }

  /** The node of a location that is no element. */
  #location(id: FunctionId, location: number): number {
    const { locations, names } = this.#file.functions[id]!
    const ref = locations.ref[location]!
    switch (locations.kind[location]) {
      case variableCode:
        return this.#cell(id, ref)
      case valueCode:
        return this.#value(id, ref)
      case propertyCode:
        return this.#property(names[ref]!)
      default: {
        const node = this.#nodes.make()
        this.#read(id, location, node)
        return node
      }
    }
  }

  /** A method is what its name is in all objects. */
  #method(id: FunctionId, ir: FunctionIr): void {
    if (ir.name !== '') {
      this.#nodes.add(this.#property(ir.name), id)
      return
    }
    for (const property of this.#properties.values()) this.#nodes.add(property, id)
    this.#nodes.add(this.#property('[]'), id)
  }

  #read(id: FunctionId, location: number, to: number): void {
    const { kind, base } = this.#file.functions[id]!.locations
    if (kind[location] === variableCode || kind[location] === valueCode) {
      this.#nodes.edge(this.#location(id, location), to)
      return
    }
    const isElement = kind[location] !== propertyCode
    if (!isElement) this.#nodes.edge(this.#location(id, location), to)
    if (base[location]! < 0) return
    const from = this.#location(id, base[location]!)
    const { names, locations } = this.#file.functions[id]!
    // What an iterator gives is the `value` of what its `next` gives.
    const isIndex = !isElement && /^(?:\d|value$)/.test(names[locations.ref[location]!]!)
    if (isElement) {
      this.#computed.push({ base: from, to })
      this.#nodes.edge(this.#property('[]'), to)
    }
    this.#nodes.watch(from, (value) => {
      if (value === outside) this.#nodes.add(to, outside)
      if (value === outside || this.#isFunction(value)) return
      if (isElement || isIndex || this.#isObject(value)) this.#nodes.edge(this.#elementsOf(value), to)
      if (isElement) for (const name of this.#own.get(value) ?? []) this.#nodes.edge(this.#property(name), to)
    })
  }

  #write(id: FunctionId, location: number, from: number): void {
    const { names, locations } = this.#file.functions[id]!
    const { kind, base, ref } = locations
    const of = base[location]!
    if (kind[location] === propertyCode && of >= 0 && kind[of] === valueCode) {
      const made = this.#make(id, ref[of]!)
      const own = this.#own.get(made)
      if (own === undefined) this.#own.set(made, new Set([names[ref[location]!]!]))
      else own.add(names[ref[location]!]!)
    }
    if (kind[location] === propertyCode && of >= 0) {
      const isInherited = kind[of] === propertyCode && names[ref[of]!] === 'prototype'
      const put = { base: isInherited ? -1 : this.#location(id, of), from }
      const name = names[ref[location]!]!
      const assigned = this.#assigned.get(name)
      if (assigned === undefined) this.#assigned.set(name, [put])
      else assigned.push(put)
    }
    if (kind[location] === variableCode || kind[location] === propertyCode) {
      this.#nodes.edge(from, this.#location(id, location))
      return
    }
    if (of < 0) return
    this.#nodes.watch(this.#location(id, of), (value) => {
      if (value !== outside && !this.#isFunction(value)) this.#nodes.edge(from, this.#elementsOf(value))
    })
  }

  #instruction(id: FunctionId, ir: FunctionIr, at: number): void {
    const { op: ops, a, operands, operandKind, operandRef } = ir.instructions
    const own = this.#value(id, at)
    const code = ops[at]!
    if (code === op.evaluate && isSelf(ir, at)) this.#nodes.add(own, id)
    if (code === op.closure) this.#nodes.add(own, ir.children[a[at]!]!)
    if (code === op.allocate) this.#nodes.add(own, this.#make(id, at, a[at] === 2))
    const isCalling = isCall(ir, at)
    for (let row = operands[at]!; row < operands[at + 1]!; row += 1) {
      const to = operandRef[row]!
      switch (operandKind[row]) {
        case operand.value:
          if (!isCalling) this.#nodes.edge(this.#value(id, to), own)
          break
        case operand.read:
          this.#read(id, to, own)
          break
        case operand.write:
        case operand.mayWrite:
          this.#write(id, to, own)
          break
        default:
      }
    }
    if (isCalling) this.#call(id, ir, at)
  }

  #call(id: FunctionId, ir: FunctionIr, at: number): void {
    const { op: ops, a, flags, operands, operandKind, operandRef } = ir.instructions
    const own = this.#value(id, at)
    const args: number[] = []
    let callee = -1
    for (let row = operands[at]!; row < operands[at + 1]!; row += 1) {
      const ref = operandRef[row]!
      if (operandKind[row] === operand.value && ops[ref] === op.argument) args.push(ref)
      else if (operandKind[row] !== operand.mayWrite) callee = row
    }
    const isConstruct = ops[at] === op.construct
    const callees: number[] = []
    const called = new Set<FunctionId>()
    const given = new Set<FunctionId>()
    const enter = (callee: FunctionId): void => {
      if (called.has(callee)) return
      called.add(callee)
      this.#enter(id, { call: at, args, callee, isConstruct })
    }
    const construction = { enter, classes: new Set<Made>() }
    let name: string | null = null
    if (callee >= 0) {
      const node = this.#operand(id, operandKind[callee]!, operandRef[callee]!)
      callees.push(node)
      name = this.#nameOf(id, operandKind[callee]!, operandRef[callee]!)
      this.#nodes.watch(node, (value) => {
        if (this.#isFunction(value)) enter(value)
        else if (isConstruct && value !== outside) this.#construct(value, construction)
      })
      if (isConstruct) this.#nodes.add(own, this.#make(id, at))
    } else if (a[at] !== -1) {
      const derived = this.#classes.derived(id)
      if (derived !== undefined)
        callees.push(...this.#enterBases(this.#madeOf(derived.function, derived.made), construction))
    }
    const receiver = args.find((argument) => a[argument] === receiverPlace) ?? -1
    const isSuper = receiver >= 0 && (flags[receiver]! & instructionFlag.base) !== 0
    const site = { called, given, isConstruct: isConstruct || callee < 0, callees, name, isSuper }
    this.#calls.set(own, { ...site, receiver: callee < 0 || receiver < 0 ? -1 : this.#value(id, receiver) })
    this.#given(id, {
      args,
      call: at,
      targets: { called, given },
      isKept: (flags[at]! & instructionFlag.container) !== 0,
      isAsking: asks(ir, at),
    })
  }

  /** The node of an operand that is only worked with. */
  #operand(id: FunctionId, kind: number, ref: number): number {
    const node = this.#nodes.make()
    if (kind === operand.usedRead) this.#read(id, ref, node)
    else this.#nodes.edge(this.#value(id, ref), node)
    return node
  }

  /** The name of the property that an operand reads. */
  #nameOf(id: FunctionId, kind: number, ref: number): string | null {
    const { locations, names } = this.#file.functions[id]!
    const isProperty = kind === operand.usedRead && locations.kind[ref] === propertyCode
    return isProperty ? names[locations.ref[ref]!]! : null
  }

  #madeOf(id: FunctionId, instruction: number): Made {
    return this.#made[this.#make(id, instruction, true) - this.#file.functions.length]!
  }

  /** Enters what `new` of a class runs: one without a constructor runs that of its base. */
  #construct(value: number, construction: Construction): void {
    const { enter, classes } = construction
    const made = this.#made[value - this.#file.functions.length]!
    if (!made.isClass || classes.has(made)) return
    classes.add(made)
    const own = this.#classes.constructors(made.function, made.instruction)
    for (const one of own) enter(one)
    if (!own.some((one) => this.#file.functions[one]!.kind === 'constructor')) this.#enterBases(made, construction)
  }

  /**
   * Enters what `new` of the bases of a class runs.
   *
   * @returns the nodes of the bases.
   */
  #enterBases(made: Made, construction: Construction): readonly number[] {
    let nodes = this.#bases.get(made)
    if (nodes === undefined) {
      const { operands, operandKind, operandRef } = this.#file.functions[made.function]!.instructions
      nodes = []
      this.#bases.set(made, nodes)
      for (let row = operands[made.instruction]!; row < operands[made.instruction + 1]!; row += 1) {
        nodes.push(this.#operand(made.function, operandKind[row]!, operandRef[row]!))
      }
    }
    for (const node of nodes) {
      this.#nodes.watch(node, (value) => {
        if (this.#isFunction(value)) construction.enter(value)
        else if (value !== outside) this.#construct(value, construction)
      })
    }
    return nodes
  }

  /** Passes values into a function that is called, and out of it. */
  #enter(
    id: FunctionId,
    of: {
      readonly call: number
      readonly args: readonly number[]
      readonly callee: FunctionId
      readonly isConstruct: boolean
    },
  ): void {
    const { call, args, callee, isConstruct } = of
    const { a } = this.#file.functions[id]!.instructions
    const ir = this.#file.functions[callee]!
    const own = this.#value(id, call)
    for (const at of parametersOf(ir)) {
      const place = ir.instructions.a[at]!
      const to = this.#value(callee, at)
      if (isConstruct && place === receiverPlace) this.#nodes.add(to, this.#make(id, call))
      for (const argument of args) {
        if (!arrives(a[argument]!, place)) continue
        if (place < 0 || place === a[argument]) this.#nodes.edge(this.#value(id, argument), to)
        else {
          const made = this.#make(callee, at)
          this.#nodes.add(to, made)
          this.#nodes.edge(this.#value(id, argument), this.#elementsOf(made))
          this.#nodes.edge(this.#value(id, argument), to)
        }
      }
    }
    const out = this.#value(callee, exitAt)
    if (!ir.isGenerator) {
      this.#nodes.edge(out, own)
      return
    }
    const made = this.#make(id, call)
    this.#nodes.add(own, made)
    this.#nodes.edge(out, this.#elementsOf(made))
  }

  /** What code that is not known may do with what it is given: call it with the rest, and with what is in the rest; keep it in the receiver. */
  #given(
    id: FunctionId,
    of: {
      readonly args: readonly number[]
      readonly call: number
      readonly targets: { readonly called: Set<FunctionId>; readonly given: Set<FunctionId> }
      readonly isKept: boolean
      /** Whether the receiver is asked for what it has, and is no part of that. */
      readonly isAsking: boolean
    },
  ): void {
    const { args, call, targets, isKept, isAsking } = of
    const { a } = this.#file.functions[id]!.instructions
    const own = this.#value(id, call)
    const all = this.#nodes.make()
    const result = this.#make(id, call)
    const kept = this.#elementsOf(result)
    for (const argument of args) {
      const node = this.#value(id, argument)
      const isReceiver = a[argument] === receiverPlace
      if (!isReceiver || !isAsking) this.#nodes.edge(node, all)
      this.#nodes.watch(node, (value) => {
        if (this.#isFunction(value)) {
          if (!targets.called.has(value)) this.#giveTo(value, all, kept, own)
          targets.given.add(value)
          if (isReceiver) this.#nodes.add(own, value)
          return
        }
        if (value === outside) return
        this.#nodes.edge(this.#elementsOf(value), all)
        for (const name of this.#own.get(value) ?? []) this.#nodes.edge(this.#property(name), all)
        if (isReceiver && isKept) {
          this.#nodes.edge(this.#elementsOf(value), own)
          for (const other of args)
            if (other !== argument) this.#nodes.edge(this.#value(id, other), this.#elementsOf(value))
        }
      })
    }
    if (args.length === 0) return
    this.#nodes.edge(all, kept)
    if (targets.called.size === 0) this.#nodes.add(kept, result)
    this.#nodes.add(own, result)
  }

  #giveTo(callee: FunctionId, all: number, kept: number, own: number): void {
    const ir = this.#file.functions[callee]!
    for (const at of parametersOf(ir)) this.#nodes.edge(all, this.#value(callee, at))
    this.#nodes.edge(this.#value(callee, exitAt), kept)
    this.#nodes.edge(this.#value(callee, exitAt), own)
  }
}

const noTargets: FlowTargets = { called: new Set(), given: new Set(), isComplete: false }
