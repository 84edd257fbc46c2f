import { AccessorRuns } from './accessor-runs.ts'
import { AliasClasses } from './alias-classes.ts'
import { throwsItself } from './control-flow.ts'
import {
  type FunctionIr,
  type FileIr,
  instructionFlag,
  locationCodes,
  op,
  operandCodes,
  variableFlag,
  variableCodes,
} from './ir.ts'
import { isCall } from './calls.ts'
import { SliceInputError } from './errors.ts'
import { propertiesLike } from './heap-accesses.ts'
import { keptFunctions } from './kept-functions.ts'
import { type Accesses, type AccessesOfKind, add, emptyAccesses, placesOf } from './keyed-accesses.ts'
import type { Callee, Callees, Caller, FunctionId, Place, Procedure, Program, SharedAccess } from './program.ts'
import { buildPdg } from './program-dependence.ts'
import { isSelf } from './self-name.ts'
import { Resumptions, asks } from './resumptions.ts'
import { ValueFlow } from './value-flow.ts'

const operand = operandCodes
const [variableCode, propertyCode, elementCode] = [
  locationCodes.variable,
  locationCodes.property,
  locationCodes.element,
]
const freeKind = variableCodes.free
const none: readonly Place[] = []
const noFunctions: readonly FunctionId[] = []
/** How often a value is followed from one variable to the next. */
const mostSteps = 16
/** How many instructions a file may have whose values are followed. */
const mostFollowed = 5000

/**
 * A program of one file: a function's id is its index in the file.
 *
 * What is called is known where the file says it: a function that is written there, one that is declared and never another one, a class with `new`. Other calls are
 * taken for calls of what is not known. Variables are told apart by where they are declared, properties by their names.
 */
export class FileProgram implements Program {
  readonly #file: FileIr
  readonly #procedures: (Procedure | undefined)[] = []
  #callers: Map<FunctionId, Caller[]> | undefined
  #callersByName: Map<FunctionId, Caller[]> | undefined
  #accessors: AccessorRuns | undefined
  #kept: ReadonlyMap<string, readonly FunctionId[]> | undefined
  readonly #writers: (Int32Array | undefined)[] = []
  readonly #captured: (Int32Array | undefined)[] = []
  #accesses: Accesses | undefined
  readonly #followsValues: boolean
  #valueFlow: ValueFlow | undefined
  #resumed: Resumptions | undefined
  #asking: readonly Place[] | undefined
  /** By key, what may be found there. */
  readonly #keys = new Map<string, () => ReadonlySet<number>>()
  readonly #same = new Map<string, ReadonlySet<string>>()

  /**
   * @param options.followsValues whether to follow functions and objects through all of the file to find what is called, and what is the same object:
   * what another program knows better. Default true; a file of more than 5,000 instructions is not followed, as that would take seconds.
   */
  constructor(file: FileIr, options: { readonly followsValues?: boolean } = {}) {
    const { followsValues = true } = options
    this.#file = file
    this.#followsValues = followsValues && instructionsOf(file) <= mostFollowed
  }

  procedure(id: FunctionId): Procedure {
    const ir = this.#file.functions[id]
    if (ir === undefined) {
      throw new SliceInputError(`The file has no function ${id}`, {
        hint: `Functions are 0 to ${this.#file.functions.length - 1}`,
        details: { function: id },
        callSite: this.procedure,
      })
    }
    return (this.#procedures[id] ??= { ir, pdg: buildPdg(ir) })
  }

  throws(id: FunctionId, call: number): boolean {
    return this.callees(id, call).functions.some((callee) => throwsItself(this.#file.functions[callee.function]!))
  }

  callees(id: FunctionId, call: number): Callees {
    const ir = this.#file.functions[id]!
    const { op: ops, a, operandKind, operandRef } = ir.instructions
    if (a[call] === -1) return { functions: this.#fieldsOf(id), isComplete: true }
    const callee = this.#callee(id, call)
    const called =
      callee < 0 ? [] : this.#functionsAt(id, operandKind[callee]!, operandRef[callee]!, ops[call] === op.construct)
    if (called.length === 0) return this.#mayCall(id, call)
    return { functions: called.map((one) => ({ function: one, isIndirect: false })), isComplete: true }
  }

  /** Whether the file has getters, setters or iterators. */
  get hasAccessors(): boolean {
    return !this.#accessorRuns.isEmpty
  }

  /** If the file has iterators: what makes them, and the methods by which they are used. */
  get ofIterators(): readonly FunctionId[] {
    return this.#accessorRuns.ofIterators
  }

  accessors(id: FunctionId, instruction: number): readonly FunctionId[] {
    return this.#accessorRuns.by(id, instruction)
  }

  get #accessorRuns(): AccessorRuns {
    return (this.#accessors ??= new AccessorRuns(this.#file, {
      flow: () => (this.#followsValues ? this.#flow : undefined),
      functionsAt: (id, kind, ref) => this.#functionsAt(id, kind, ref, false),
    }))
  }

  resumers(id: FunctionId): readonly Place[] {
    return this.#resumptions.of(id)
  }

  resumes(id: FunctionId, instruction: number): readonly FunctionId[] {
    return this.#resumptions.by(id, instruction)
  }

  /** The instructions that ask an iterator for more, or a generator to end, if that is what they are given. */
  get asking(): readonly Place[] {
    return (this.#asking ??= this.#file.functions.flatMap((ir, id) =>
      [...ir.instructions.op.keys()].flatMap((at) => (asks(ir, at) ? [{ function: id, instruction: at }] : [])),
    ))
  }

  /** Whether an instruction is one of {@link FileProgram.asking}. */
  asks(id: FunctionId, instruction: number): boolean {
    return asks(this.#file.functions[id]!, instruction)
  }

  get #resumptions(): Resumptions {
    return (this.#resumed ??= new Resumptions(this.#file, {
      flow: () => (this.#followsValues ? this.#flow : undefined),
      callees: (id, call) => this.callees(id, call),
    }))
  }

  /**
   * The functions of the file that a call may be of by the name of what it calls: those that are kept under the name of the property, in the object whose
   * elements are called, or in the variable.
   */
  named(id: FunctionId, call: number): readonly FunctionId[] {
    const { instructions, locations, names } = this.#file.functions[id]!
    const callee = this.#callee(id, call)
    if (callee < 0 || instructions.operandKind[callee] !== operand.usedRead) return noFunctions
    const to = instructions.operandRef[callee]!
    const ref = locations.ref[to]!
    this.#kept ??= keptFunctions(this.#file, (of, location) => this.#keyOf(of, location))
    switch (locations.kind[to]) {
      case propertyCode:
        return this.#kept.get(`.${names[ref]!}`) ?? noFunctions
      case variableCode:
        return this.#kept.get(this.#cellKey(id, ref)) ?? noFunctions
      default:
        return this.#kept.get(`${this.#keyOf(id, locations.base[to]!)}[]`) ?? noFunctions
    }
  }

  /** The functions that are written to the variable that a call calls; none where it calls something else. */
  assigned(id: FunctionId, call: number): readonly FunctionId[] {
    const { instructions, locations } = this.#file.functions[id]!
    const callee = this.#callee(id, call)
    if (callee < 0 || instructions.operandKind[callee] !== operand.usedRead) return noFunctions
    return locations.kind[instructions.operandRef[callee]!] === variableCode ? this.named(id, call) : noFunctions
  }

  /** The operand that says what is called; -1 for none. */
  #callee(id: FunctionId, call: number): number {
    const { op: ops, operands, operandKind, operandRef } = this.#file.functions[id]!.instructions
    let callee = -1
    for (let row = operands[call]!; row < operands[call + 1]!; row++) {
      if (operandKind[row] === operand.mayWrite) continue
      if (operandKind[row] !== operand.value || ops[operandRef[row]!] !== op.argument) callee = row
    }
    return callee
  }

  /** The calls that {@link FileProgram.named} has a function for. */
  callersByName(id: FunctionId): readonly Caller[] {
    this.#callersByName ??= this.#callersOf((caller, at) =>
      this.#isCallAt(caller, at) ? this.named(caller, at).map((one) => ({ function: one, isIndirect: false })) : [],
    )
    return this.#callersByName.get(id) ?? []
  }

  #isCallAt(id: FunctionId, at: number): boolean {
    const code = this.#file.functions[id]!.instructions.op[at]
    return code === op.call || code === op.construct
  }

  callers(id: FunctionId): readonly Caller[] {
    this.#callers ??= this.#callersOf((caller, at) => [
      ...this.accessors(caller, at).map((one) => ({ function: one, isIndirect: this.#isCallAt(caller, at) })),
      ...(this.#isCallAt(caller, at) ? this.callees(caller, at).functions : []),
    ])
    return this.#callers.get(id) ?? []
  }

  writers(access: SharedAccess): readonly Place[] {
    return this.#places('written', access)
  }

  readers(access: SharedAccess): readonly Place[] {
    return this.#places('read', access)
  }

  /** The places where an object that is found like that of a location is accessed by computed names, or given to what is not known. */
  computed(how: 'read' | 'written', { function: id, location }: SharedAccess): readonly Place[] {
    const found = (this.#accesses ??= this.#findAccesses())[how]
    const keys = this.#sameAs(id, this.#file.functions[id]!.locations.base[location]!)
    return [found.elementsOf, found.given].flatMap((of) => placesOf(of, keys))
  }

  /** The places where what is in the object of a variable of the module is accessed, or may be. */
  content(how: 'read' | 'written', variable: number): readonly Place[] {
    return this.#contentAt(how, new Set([`0 ${variable}`]))
  }

  /** The places where what is in the object of a property of a name is accessed, or may be. */
  contentOf(how: 'read' | 'written', name: string): readonly Place[] {
    return this.#contentAt(how, new Set([`.${name}`]))
  }

  #contentAt(how: 'read' | 'written', keys: ReadonlySet<string>): readonly Place[] {
    const found = (this.#accesses ??= this.#findAccesses())[how]
    return [found.propertiesOf, found.elementsOf, found.given].flatMap((of) => placesOf(of, keys))
  }

  /** Where a variable is declared: the function, and its variable there. */
  declaration(id: FunctionId, variable: number): { readonly function: FunctionId; readonly variable: number } {
    return this.#cell(id, variable)
  }

  /** What a call may call, as far as values of the file are followed. */
  #mayCall(id: FunctionId, call: number): Callees {
    if (!this.#followsValues) return { functions: this.#given(id, call), isComplete: false }
    const { called, given, isComplete } = this.#flow.targets(id, call)
    const functions = [...called].map((one): Callee => ({ function: one, isIndirect: false }))
    if (!isComplete) for (const one of given) if (!called.has(one)) functions.push({ function: one, isIndirect: true })
    return { functions: functions.toSorted((left, right) => left.function - right.function), isComplete }
  }

  /** The functions that a call is given as they are written there, or by the name of one. */
  #given(id: FunctionId, call: number): Callee[] {
    const { op: ops, operands, operandKind, operandRef } = this.#file.functions[id]!.instructions
    const functions: Callee[] = []
    for (let row = operands[call]!; row < operands[call + 1]!; row++) {
      const to = operandRef[row]!
      if (operandKind[row] !== operand.value || ops[to] !== op.argument) continue
      for (const given of this.#functionsOf(id, to)) functions.push({ function: given, isIndirect: true })
    }
    return functions
  }

  get #flow(): ValueFlow {
    return (this.#valueFlow ??= new ValueFlow(this.#file, (id, variable) => this.#cell(id, variable), {
      constructors: (id, made) => this.#constructorsIn(id, made),
      methods: (id, made) => this.#membersIn(id, made),
      derived: (id) => this.#classAround(id),
    }))
  }

  /** Where the class is made whose constructor a function is, or is in. */
  #classAround(id: FunctionId): { readonly function: FunctionId; readonly made: number } | undefined {
    let at = id
    while (at >= 0 && this.#file.functions[at]!.kind === 'arrow') at = this.#file.functions[at]!.parent
    const { parent, start } = this.#file.functions[at]!
    if (parent < 0) return undefined
    const { instructions, start: from } = this.#file.functions[parent]!
    let found: number | undefined
    for (let made = 0; made < instructions.count; made++) {
      if (instructions.op[made] !== op.allocate || instructions.a[made] !== 2) continue
      if (from + instructions.start[made]! <= start && from + instructions.b[made]! > start) found = made
    }
    return found === undefined ? undefined : { function: parent, made: found }
  }

  /** The instructions that run a function, by the function. */
  #callersOf(runs: (id: FunctionId, at: number) => readonly Callee[]): Map<FunctionId, Caller[]> {
    const found = new Map<FunctionId, Caller[]>()
    for (const [id, { instructions }] of this.#file.functions.entries()) {
      for (let at = 0; at < instructions.count; at++) {
        for (const { function: callee, isIndirect } of runs(id, at)) {
          const callers = found.get(callee)
          if (callers === undefined) found.set(callee, [{ function: id, call: at, isIndirect }])
          else callers.push({ function: id, call: at, isIndirect })
        }
      }
    }
    return found
  }

  /** The functions that an operand is. */
  #functionsAt(id: FunctionId, kind: number, ref: number, isConstruct: boolean, depth = 0): FunctionId[] {
    if (kind === operand.value || kind === operand.usedValue) return this.#functionsOf(id, ref, isConstruct, depth)
    const { locations } = this.#file.functions[id]!
    if (locations.kind[ref] !== variableCode) return []
    const { function: owner, variable } = this.#cell(id, locations.ref[ref]!)
    const ir = this.#file.functions[owner]!
    if ((ir.variables.flags[variable]! & variableFlag.writtenInside) !== 0) return []
    const writer = (this.#writers[owner] ??= onlyWriters(ir))[variable]!
    return writer < 0 || depth > mostSteps ? [] : this.#functionsOf(owner, writer, isConstruct, depth + 1)
  }

  /** The functions that the value of an instruction is; for a class what `new` runs. */
  #functionsOf(id: FunctionId, instruction: number, isConstruct = false, depth = 0): FunctionId[] {
    const ir = this.#file.functions[id]!
    const { op: ops, a, operands, operandKind, operandRef } = ir.instructions
    const code = ops[instruction]!
    if (code === op.closure) return [ir.children[a[instruction]!]!]
    if (code === op.allocate) return isConstruct && a[instruction] === 2 ? this.#constructorsOf(id, instruction) : []
    if (code !== op.evaluate && code !== op.argument) return []
    const values: number[] = []
    for (let row = operands[instruction]!; row < operands[instruction + 1]!; row++) {
      if (operandKind[row] !== operand.write) values.push(row)
    }
    if (values.length === 0 && isSelf(ir, instruction)) return [id]
    if (values.length !== 1) return []
    const [only] = values
    return this.#functionsAt(id, operandKind[only!]!, operandRef[only!]!, isConstruct, depth)
  }

  /** What `new` of a class without a base runs: its constructor, else what initialises its fields. */
  #constructorsOf(id: FunctionId, made: number): FunctionId[] {
    const ir = this.#file.functions[id]!
    const { operands } = ir.instructions
    return operands[made] === operands[made + 1] ? this.#constructorsIn(id, made) : []
  }

  /** The methods that are written in a class. */
  #membersIn(id: FunctionId, made: number): FunctionId[] {
    const ir = this.#file.functions[id]!
    const [from, to] = [ir.start + ir.instructions.start[made]!, ir.start + ir.instructions.b[made]!]
    const inside = ir.children.filter((child) => {
      const { start, end, kind } = this.#file.functions[child]!
      return start > from && end <= to && (kind === 'method' || kind === 'getter' || kind === 'setter')
    })
    // Those of a class, or of an object, that is written inside of it are others.
    return inside.filter((child) => this.#classAround(child)?.made === made)
  }

  /** What is written in a class that `new` of it runs: its constructor, else what initialises its fields. */
  #constructorsIn(id: FunctionId, made: number): FunctionId[] {
    const ir = this.#file.functions[id]!
    const { start, b } = ir.instructions
    const [from, to] = [ir.start + start[made]!, ir.start + b[made]!]
    const inside = ir.children.filter((child) => {
      const { start: begin, end } = this.#file.functions[child]!
      return begin >= from && end <= to
    })
    const own = inside.filter((child) => this.#file.functions[child]!.kind === 'constructor')
    const fields = inside.filter((child) => {
      const of = this.#file.functions[child]!
      return of.kind === 'fields' && of.start === from
    })
    return own.length > 0 ? own.slice(0, 1) : fields
  }

  /** What initialises the fields of the class whose constructor this is. */
  #fieldsOf(id: FunctionId): Callee[] {
    const { parent, start, end } = this.#file.functions[id]!
    const around = this.#file.functions[parent]!.children.filter((child) => {
      const of = this.#file.functions[child]!
      return of.kind === 'fields' && of.start <= start && of.end >= end
    })
    return around.slice(-1).map((fields) => ({ function: fields, isIndirect: false }))
  }

  /** Where a variable is declared: the function, and its variable there. */
  #cell(id: FunctionId, variable: number): { readonly function: FunctionId; readonly variable: number } {
    let at = id
    let row = variable
    for (let ir = this.#file.functions[at]!; ir.variables.kind[row] === freeKind && ir.parent >= 0;) {
      row = (this.#captured[at] ??= this.#capturedBy(at))[row]!
      at = ir.parent
      ir = this.#file.functions[at]!
    }
    return { function: at, variable: row }
  }

  /** For each free variable of a function the variable of the one around it. */
  #capturedBy(id: FunctionId): Int32Array {
    const { parent, variables } = this.#file.functions[id]!
    const { children, captures } = this.#file.functions[parent]!
    const captured = captures[children.indexOf(id)]!
    let nth = 0
    return Int32Array.from(variables.kind, (kind) => (kind === freeKind ? captured[nth++]! : -1))
  }

  #places(how: 'read' | 'written', access: SharedAccess): readonly Place[] {
    const { function: id, location, what } = access
    this.#accesses ??= this.#findAccesses()
    const { kind, base, ref } = this.#file.functions[id]!.locations
    const found = this.#accesses[how]
    if (what === 'content') {
      const keys = this.#sameAs(id, location)
      return [found.propertiesOf, found.elementsOf, found.given].flatMap((of) => placesOf(of, keys))
    }
    if (kind[location] === variableCode) return found.variables.get(this.#cellKey(id, ref[location]!)) ?? none
    const keys = this.#sameAs(id, base[location]!)
    const given = placesOf(found.given, keys)
    if (kind[location] === elementCode) {
      const isInherited = how === 'read' && keys.has('.prototype')
      const named = isInherited ? [...found.properties.values()].flat() : placesOf(found.propertiesOf, keys)
      return [...found.elements, ...named, ...given]
    }
    const name = this.#file.functions[id]!.names[ref[location]!]!
    const named = this.#namesLike(name, how).flatMap((one) => found.properties.get(one) ?? none)
    // What a prototype has is found in objects that are known by other names.
    const inherited = keys.has('.prototype')
      ? none
      : [found.elementsOf, found.given].flatMap((of) => of.get('.prototype') ?? none)
    return [...named, ...placesOf(found.elementsOf, keys), ...inherited, ...given]
  }

  /** The names of properties that are accessed where one of a name is. */
  #namesLike(name: string, how: 'read' | 'written'): readonly string[] {
    return propertiesLike(name, this.#accesses![how].properties.keys())
  }

  /** The keys of all that may be the same object as what is at a location. */
  #sameAs(id: FunctionId, location: number): ReadonlySet<string> {
    const key = this.#keyOf(id, location)
    const known = this.#same.get(key)
    if (known !== undefined) return known
    const same = new Set([key])
    this.#same.set(key, same)
    if (location < 0 || !this.#followsValues) return same
    const values = this.#flow.valuesAt(id, location)
    for (const [other, valuesOf] of this.#keys) {
      if (other === key) continue
      for (const value of valuesOf()) {
        if (!values.has(value)) continue
        same.add(other)
        break
      }
    }
    return same
  }

  /**
   * By what an object is found: a variable, the name of a property, or the instruction whose value it is; empty where nothing of that is known. Two objects are
   * told to be the same one, where their properties are accessed by computed names or they are given to what is not known, by this key, or where something that the file makes
   * may be found by both.
   */
  #keyOf(id: FunctionId, location: number): string {
    const ir = this.#file.functions[id]!
    const { names, locations } = ir
    if (location < 0) return ''
    const ref = locations.ref[location]!
    if (locations.kind[location] === variableCode) return this.#cellKey(id, ref)
    if (locations.kind[location] === propertyCode) return `.${names[ref]!}`
    if (locations.kind[location] === elementCode) return ''
    const copied = copiedFrom(ir, ref)
    return copied < 0 ? `${id}:${ref}` : this.#keyOf(id, copied)
  }

  #noteKey(id: FunctionId, location: number): string {
    const key = this.#keyOf(id, location)
    if (key !== '' && !this.#keys.has(key)) this.#keys.set(key, () => this.#flow.valuesAt(id, location))
    return key
  }

  #cellKey(id: FunctionId, variable: number): string {
    const cell = this.#cell(id, variable)
    return `${cell.function} ${cell.variable}`
  }

  #findAccesses(): Accesses {
    const accesses: Accesses = { read: emptyAccesses(), written: emptyAccesses() }
    for (const [id, ir] of this.#file.functions.entries()) {
      const { count, operands, operandKind, operandRef } = ir.instructions
      const classes = new AliasClasses(ir)
      for (let at = 0; at < count; at++) {
        for (let row = operands[at]!; row < operands[at + 1]!; row++) {
          const how = operandKind[row]
          if (how === operand.value || how === operand.usedValue) continue
          const isWrite = how === operand.write || how === operand.mayWrite
          this.#note(
            accesses[isWrite ? 'written' : 'read'],
            { function: id, instruction: at },
            operandRef[row]!,
            classes,
          )
        }
        if (!isCall(ir, at)) continue
        const isKnown = this.callees(id, at).isComplete
        // Where values are followed, what a known call does to an object is found by the object.
        if (!isKnown || !this.#followsValues) this.#noteGiven(accesses, { function: id, instruction: at }, isKnown)
      }
    }
    return accesses
  }

  /** Notes what a call is given: it, or what it calls, may read all that is in it, and write it unless it is known not to. Of a known call, what other functions have, too. */
  #noteGiven({ read, written }: Accesses, { function: id, instruction: call }: Place, isKnown: boolean): void {
    const { op: ops, flags, operands, operandKind, operandRef } = this.#file.functions[id]!.instructions
    for (let row = operands[call]!; row < operands[call + 1]!; row++) {
      const argument = operandRef[row]!
      if (operandKind[row] !== operand.value || ops[argument] !== op.argument) continue
      const keys = new Set<string>()
      for (let of = operands[argument]!; of < operands[argument + 1]!; of++) {
        const to = operandRef[of]!
        const isFound = operandKind[of] === operand.read && !this.#isExternal(id, to)
        if (isFound && !(isKnown && this.#isOwn(id, to))) keys.add(this.#noteKey(id, to))
        if (operandKind[of] !== operand.value || isKnown) continue
        const key = `${id}:${to}`
        keys.add(key)
        this.#keys.set(key, () => this.#flow.valuesOf(id, to))
      }
      for (const key of keys) {
        if (key === '') continue
        add(read.given, key, { function: id, instruction: argument })
        if ((flags[call]! & instructionFlag.pure) === 0) add(written.given, key, { function: id, instruction: call })
      }
    }
  }

  /** Whether a location is a variable that no other function has. */
  #isOwn(id: FunctionId, location: number): boolean {
    const { locations, variables } = this.#file.functions[id]!
    if (locations.kind[location] !== variableCode) return false
    const variable = locations.ref[location]!
    return variables.kind[variable] !== freeKind && (variables.flags[variable]! & variableFlag.captured) === 0
  }

  /** Whether a location is a variable that is declared nowhere. */
  #isExternal(id: FunctionId, location: number): boolean {
    const { locations, variables } = this.#file.functions[id]!
    if (locations.kind[location] !== variableCode) return false
    const flags = variables.flags[locations.ref[location]!]!
    return (flags & (variableFlag.external | variableFlag.constant)) === variableFlag.external
  }

  #note(into: AccessesOfKind, { function: id, instruction }: Place, location: number, classes: AliasClasses): void {
    const ir = this.#file.functions[id]!
    const { kind, base, ref } = ir.locations
    const place: Place = { function: id, instruction }
    if (kind[location] === variableCode) {
      if (!this.#isOwn(id, location)) add(into.variables, this.#cellKey(id, ref[location]!), place)
      return
    }
    // Elements of an array that nobody else has are found inside of the function, and by what it gives back.
    const isIndex = kind[location] === propertyCode && /^\d/.test(ir.names[ref[location]!]!)
    if (isIndex && !classes.isOutside(classes.ofBase(location))) return
    const key = this.#noteKey(id, base[location]!)
    if (kind[location] === elementCode) {
      into.elements.push(place)
      add(into.elementsOf, key, place)
    } else if (kind[location] === propertyCode) {
      add(into.properties, ir.names[ref[location]!]!, place)
      add(into.propertiesOf, key, place)
    }
  }
}

/** The variable or property whose value is that of an instruction, as it is; -1 for none. */
function copiedFrom({ instructions, locations }: FunctionIr, at: number): number {
  const { op: ops, operands, operandKind, operandRef } = instructions
  if (ops[at] !== op.evaluate) return -1
  let read = -1
  for (let row = operands[at]!; row < operands[at + 1]!; row++) {
    if (operandKind[row] === operand.value || (operandKind[row] === operand.read && read >= 0)) return -1
    if (operandKind[row] === operand.read) read = operandRef[row]!
  }
  if (read < 0 || locations.kind[read] === variableCode) return read
  return locations.kind[read] === propertyCode ? read : -1
}

/** For each variable the instruction that writes it; -1 where none does, or several. */
function onlyWriters({ instructions, locations, variables }: FunctionIr): Int32Array {
  const { count, operands, operandKind, operandRef } = instructions
  const writers = new Int32Array(variables.count).fill(-1)
  const several = new Uint8Array(variables.count)
  for (let at = 0; at < count; at++) {
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const isWrite = operandKind[row] === operand.write || operandKind[row] === operand.mayWrite
      const to = operandRef[row]!
      if (!isWrite || locations.kind[to] !== variableCode) continue
      const variable = locations.ref[to]!
      if (writers[variable] !== -1 && writers[variable] !== at) several[variable] = 1
      writers[variable] = at
    }
  }
  return writers.map((writer, variable) => (several[variable] === 1 ? -1 : writer))
}

function instructionsOf({ functions }: FileIr): number {
  return functions.reduce((sum, { instructions }) => sum + instructions.count, 0)
}
