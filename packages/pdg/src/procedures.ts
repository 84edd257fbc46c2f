import { ContentAccesses, mayBeSame } from './content-accesses.ts'
import { controlDependence } from './control-dependence.ts'
import { type ControlFlow, controlFlow } from './control-flow.ts'
import type { DataDependence } from './data-dependence.ts'
import { dataFlag } from './data-flag.ts'
import { feedsBack } from './feedback.ts'
import { type Adjacency, flowKinds } from './flow-graph.ts'
import {
  type FunctionIr,
  exitAt,
  instructionFlag,
  locationCodes,
  op,
  operandCodes,
  raiseAt,
  receiverPlace,
  restPlace,
  variableCodes,
} from './ir.ts'
import type { Callees, Caller, FunctionId, Place, Procedure, Program } from './program.ts'

const valueOperand = operandCodes.value
const nextKind = flowKinds.indexOf('next')
const variableLocation = locationCodes.variable
const propertyLocation = locationCodes.property
const argumentsVariable = variableCodes.arguments

/** Edges by their source: those of node `n` are `rows` from `offsets[n]` to `offsets[n + 1] - 1`, indexes of the table of dependences; `target` is what depends. */
export interface Dependents {
  readonly offsets: Int32Array
  readonly rows: Int32Array
  /** The node that each row of the table of dependences is of. */
  readonly target: Int32Array
}

/** One function while it is looked at by a slice: its dependences both ways, and what is known of its calls. */
export class LoadedProcedure {
  readonly id: FunctionId
  readonly ir: FunctionIr
  readonly data: DataDependence
  readonly callees: Map<number, Callees> = new Map()
  readonly accessors: Map<number, readonly LoadedProcedure[]> = new Map()
  callers: readonly Caller[] | undefined
  accessorRuns: readonly AccessorRun[] | undefined
  #flow: ControlFlow
  #control: Adjacency
  isFedBack: boolean | undefined
  #dependents: Dependents | undefined
  #argumentsReaders: readonly number[] | undefined
  #parameters: readonly number[] | undefined
  #contents: ContentAccesses | undefined
  #callsOfParameters: ReadonlySet<number> | undefined
  /** By call and argument, see {@link Procedures.contentEffects}. */
  readonly contentEffects: Map<string, Promise<ContentEffects>> = new Map()
  #controlled: Map<number, readonly number[]> | undefined

  constructor(id: FunctionId, { ir, pdg }: Procedure) {
    this.id = id
    this.ir = ir
    this.data = pdg.data
    this.#flow = pdg.flow
    this.#control = pdg.control
  }

  get flow(): ControlFlow {
    return this.#flow
  }

  /** Lets control go as in `flow`. */
  depends(flow: ControlFlow): void {
    this.#flow = flow
    this.#control = controlDependence(flow.graph)
  }

  isInstruction(node: number): boolean {
    return node < this.ir.instructions.count
  }

  isCall(node: number): boolean {
    const code = this.ir.instructions.op[node]
    return code === op.call || code === op.construct
  }

  /** The instructions on which it depends whether an instruction is executed; `null` stands for the call of the function. */
  predicates(instruction: number): (number | null)[] {
    const [flow, control] = [this.#flow, this.#control]
    const block = flow.blockOf[instruction]!
    const found: (number | null)[] = []
    for (let at = control.offsets[block]!; at < control.offsets[block + 1]!; at++) {
      const from = control.nodes[at]!
      const isStart = from === flow.graph.entry && control.kinds[at] === nextKind
      found.push(isStart ? null : flow.first[from + 1]! - 1)
    }
    return found
  }

  /** The blocks whose execution depends on an instruction; with `null`, on the call of the function. */
  controlled(instruction: number | null): readonly number[] {
    this.#controlled ??= this.#byPredicate()
    return this.#controlled.get(instruction ?? -1) ?? []
  }

  #byPredicate(): Map<number, number[]> {
    const flow = this.#flow
    const found = new Map<number, number[]>()
    for (let block = 0; block < flow.graph.size - 1; block++) {
      for (const predicate of new Set(this.predicates(flow.first[block]!))) {
        const blocks = found.get(predicate ?? -1)
        if (blocks === undefined) found.set(predicate ?? -1, [block])
        else blocks.push(block)
      }
    }
    return found
  }

  /** The data dependences by what is depended on. */
  get dependents(): Dependents {
    return (this.#dependents ??= dependentsOf(this.data))
  }

  /** The nodes that find what the function is called with in `arguments`. */
  get argumentsReaders(): readonly number[] {
    if (this.#argumentsReaders !== undefined) return this.#argumentsReaders
    const { nodes, offsets, location, flags } = this.data
    const found: number[] = []
    for (let node = 0; this.ir.variables.kind.includes(argumentsVariable) && node < nodes; node++) {
      for (let row = offsets[node]!; row < offsets[node + 1]!; row++) {
        if ((flags[row]! & dataFlag.outside) !== 0 && isArguments(this.ir, location[row]!)) found.push(node)
      }
    }
    return (this.#argumentsReaders = found)
  }

  /** The calls of functions that it is given: whoever calls it gets what they are given, as by `resolve` of a promise. */
  get callsOfParameters(): ReadonlySet<number> {
    return (this.#callsOfParameters ??= callsOfParameters(this.ir))
  }

  /** What it does with what is in the objects that it is given. */
  get contents(): ContentAccesses {
    return (this.#contents ??= new ContentAccesses(this.ir))
  }

  /** The parameters. */
  get parameters(): readonly number[] {
    const { count, op: ops } = this.ir.instructions
    this.#parameters ??= Array.from({ length: count }, (_, at) => at).filter((at) => ops[at] === op.parameter)
    return this.#parameters
  }

  /** The arguments of a call. */
  arguments(call: number): number[] {
    const { op: ops, operands, operandKind, operandRef } = this.ir.instructions
    const found: number[] = []
    for (let row = operands[call]!; row < operands[call + 1]!; row++) {
      if (operandKind[row] === valueOperand && ops[operandRef[row]!] === op.argument) found.push(operandRef[row]!)
    }
    return found
  }
}

function callsOfParameters({ instructions, locations }: FunctionIr): ReadonlySet<number> {
  const { count, op: ops, operands, operandKind, operandRef } = instructions
  const parameters = new Set<number>()
  const calls = new Set<number>()
  for (let at = 0; at < count; at++) {
    const isParameter = ops[at] === op.parameter
    if (!isParameter && ops[at] !== op.call) continue
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const [how, to] = [operandKind[row], operandRef[row]!]
      const isVariable =
        how !== operandCodes.value && how !== operandCodes.usedValue && locations.kind[to] === variableLocation
      if (!isVariable) continue
      if (isParameter && how === operandCodes.write) parameters.add(to)
      if (!isParameter && how === operandCodes.usedRead && parameters.has(to)) calls.add(at)
    }
  }
  return calls
}

function dependentsOf({ nodes, offsets, source }: DataDependence): Dependents {
  const starts = new Int32Array(nodes + 1)
  for (const from of source) starts[from + 1]!++
  for (let node = 0; node < nodes; node++) starts[node + 1]! += starts[node]!
  const next = starts.slice()
  const rows = new Int32Array(source.length)
  const target = new Int32Array(source.length)
  for (let node = 0; node < nodes; node++) {
    for (let row = offsets[node]!; row < offsets[node + 1]!; row++) {
      target[row] = node
      rows[next[source[row]!]!++] = row
    }
  }
  return { offsets: starts, rows, target }
}

/** Places where whatever is passed arrives. */
const everyPlace = [receiverPlace, restPlace]

/** Whether what is passed at one place arrives at another one. */
export function arrives(passed: number, place: number): boolean {
  if (passed === receiverPlace || place === receiverPlace) return passed === place
  const isSpread = passed >= restPlace
  const isRest = place >= restPlace
  const from = isSpread ? passed - restPlace : passed
  const to = isRest ? place - restPlace : place
  if (isSpread) return isRest || to >= from
  return isRest ? from >= to : from === to
}

/** Which calls are thought to throw where no handler is around them: those of functions that throw by themselves, or all. */
export type ExceptionScope = 'direct' | 'all'

/** How far {@link Procedures} looks. */
export interface ProceduresOptions {
  readonly exceptions: ExceptionScope
  /** How many calls away functions are summarised. */
  readonly depth: number
  /** How many functions are sliced. */
  readonly limit: number
}

/** An instruction that runs functions without calling them. */
interface AccessorRun {
  readonly instruction: number
  readonly functions: readonly FunctionId[]
}

/** Something that a call writes in an object that it is given. */
export interface ContentWrite {
  /** The instruction that does it: in a function that is called, by way of others too. */
  readonly place: Place
  /** The name of the property; null for any. */
  readonly name: string | null
  /** The arguments by which the object is passed on until it gets there. */
  readonly through: readonly Place[]
}

/** What a call does with what is in an object that it is given. */
export interface ContentEffects {
  /** The names of the properties that it reads; null for any. */
  readonly read: ReadonlySet<string | null>
  /** Those that it writes. */
  readonly written: ReadonlySet<string | null>
  readonly writes: readonly ContentWrite[]
}

/** An argument that gives an object to a call. */
interface GivenObject {
  readonly procedure: LoadedProcedure
  readonly call: number
  readonly argument: number
  /** Whether it is the object that was given first, not one that has it or is in it. */
  readonly isItself: boolean
  readonly through: readonly Place[]
}

/** How often an object is passed on before the calls that it comes to are taken for calls of what is not known. */
const mostPassed = 256

/** How many functions are summarised for each that may be sliced: beyond that, what a function gives back is thought to depend on everything. */
const summariesPerFunction = 4

/** The functions of a program that were looked at, and the summaries of those that are called. */
export class Procedures {
  readonly program: Program
  readonly #loaded = new Map<FunctionId, LoadedProcedure>()
  readonly #summaries = new Map<FunctionId, Set<number>>()
  /** Those whose summary says that they depend on everything, because they are too far away. */
  readonly #cut = new Set<FunctionId>()
  /** Whose summary was made from that of a function. */
  readonly #usedBy = new Map<FunctionId, Set<FunctionId>>()

  readonly #exceptions: ExceptionScope
  readonly #depth: number
  readonly #most: number

  constructor(program: Program, { exceptions, depth, limit }: ProceduresOptions) {
    this.program = program
    this.#exceptions = exceptions
    this.#depth = depth
    this.#most = limit * summariesPerFunction
  }

  async load(id: FunctionId): Promise<LoadedProcedure> {
    const known = this.#loaded.get(id)
    if (known !== undefined) return known
    const procedure = await this.program.procedure(id)
    const loaded = new LoadedProcedure(id, procedure)
    this.#loaded.set(id, loaded)
    const throwing = await this.#throwing(loaded)
    if (throwing !== undefined) loaded.depends(controlFlow(procedure.ir, { throws: throwing }))
    return loaded
  }

  /** Which calls may throw where no handler is around them; `undefined` if none does. */
  async #throwing(procedure: LoadedProcedure): Promise<((call: number) => boolean) | undefined> {
    const { count, handler } = procedure.ir.instructions
    const throwing = new Set<number>()
    for (let at = 0; at < count; at++) {
      if (!procedure.isCall(at) || handler[at] !== raiseAt) continue
      if (this.#exceptions === 'all' || (await this.program.throws(procedure.id, at))) throwing.add(at)
    }
    return throwing.size === 0 ? undefined : (call) => throwing.has(call)
  }

  async callees(procedure: LoadedProcedure, call: number): Promise<Callees> {
    const known = procedure.callees.get(call)
    if (known !== undefined) return known
    const callees = await this.program.callees(procedure.id, call)
    procedure.callees.set(call, callees)
    return callees
  }

  /** The getters and setters that an instruction runs. */
  async accessors(procedure: LoadedProcedure, instruction: number): Promise<readonly LoadedProcedure[]> {
    const known = procedure.accessors.get(instruction)
    if (known !== undefined) return known
    const found: LoadedProcedure[] = []
    for (const id of await this.program.accessors(procedure.id, instruction)) found.push(await this.load(id))
    procedure.accessors.set(instruction, found)
    return found
  }

  /** The instructions of a function that run getters, setters or iterators. */
  async accessorRuns(procedure: LoadedProcedure): Promise<readonly AccessorRun[]> {
    if (procedure.accessorRuns !== undefined) return procedure.accessorRuns
    const runs: AccessorRun[] = []
    for (let instruction = 0; instruction < procedure.ir.instructions.count; instruction++) {
      const functions = await this.program.accessors(procedure.id, instruction)
      if (functions.length > 0) runs.push({ instruction, functions })
    }
    return (procedure.accessorRuns = runs)
  }

  async callers(procedure: LoadedProcedure): Promise<readonly Caller[]> {
    return (procedure.callers ??= await this.program.callers(procedure.id))
  }

  /** Whether a function is called again because of what it gave back, or with it: by code that is not known. */
  async isFedBack(procedure: LoadedProcedure): Promise<boolean> {
    if (procedure.isFedBack !== undefined) return procedure.isFedBack
    let isFedBack = false
    for (const { function: id, call, isIndirect } of await this.callers(procedure)) {
      isFedBack ||= isIndirect && feedsBack((await this.load(id)).ir, call)
    }
    return (procedure.isFedBack = isFedBack)
  }

  /**
   * What a call does with what is in the object that an argument gives it, in all that it calls. A call of what is not known may do anything, unless it is known to
   * write nothing.
   */
  contentEffects(procedure: LoadedProcedure, call: number, argument: number): Promise<ContentEffects> {
    const key = `${call} ${argument}`
    let effects = procedure.contentEffects.get(key)
    if (effects === undefined) {
      effects = this.#findContentEffects({ procedure, call, argument, isItself: true, through: [] })
      procedure.contentEffects.set(key, effects)
    }
    return effects
  }

  async #findContentEffects(first: GivenObject): Promise<ContentEffects> {
    const read = new Set<string | null>()
    const written = new Set<string | null>()
    const writes: ContentWrite[] = []
    const write = (effect: ContentWrite): void => {
      written.add(effect.name)
      writes.push(effect)
    }
    const open = new Map<string, GivenObject>()
    const pass = (given: GivenObject): void => {
      const key = `${given.procedure.id} ${given.call} ${given.argument} ${given.isItself}`
      if (!open.has(key)) open.set(key, given)
    }
    pass(first)
    let passed = 0
    for (const given of open.values()) {
      const { procedure, call, argument, through } = given
      const { functions, isComplete } = await this.callees(procedure, call)
      if (!isComplete || passed++ > mostPassed) {
        const isPure = (procedure.ir.instructions.flags[call]! & instructionFlag.pure) !== 0
        read.add(null)
        if (!isPure) write({ place: { function: procedure.id, instruction: call }, name: null, through })
      }
      if (passed > mostPassed) continue
      for (const { function: id, isIndirect } of functions) {
        const target = await this.load(id)
        for (const instruction of target.argumentsReaders) {
          read.add(null)
          write({ place: { function: id, instruction }, name: null, through })
        }
        const isItself = given.isItself && !isIndirect
        for (const parameter of target.parameters) {
          const place = target.ir.instructions.a[parameter]!
          if (!isIndirect && !arrives(procedure.ir.instructions.a[argument]!, place)) continue
          const of = target.contents.of(parameter)
          for (const { instruction, isWrite, name } of of.accesses) {
            const property = isItself ? name : null
            if (isWrite) write({ place: { function: id, instruction }, name: property, through })
            else read.add(property)
          }
          for (const next of of.passed) {
            pass({
              procedure: target,
              call: next.call,
              argument: next.argument,
              isItself: isItself && next.isItself,
              through: [...through, { function: id, instruction: next.argument }],
            })
          }
        }
      }
    }
    return { read, written, writes }
  }

  /** Whether a call writes something in what it is given, or reads it, under a name; null for any. */
  async touchesContent(
    procedure: LoadedProcedure,
    call: number,
    {
      isWrite,
      name,
      argument,
    }: { readonly isWrite: boolean; readonly name: string | null; readonly argument?: number },
  ): Promise<boolean> {
    for (const given of argument === undefined ? procedure.arguments(call) : [argument]) {
      const { read, written } = await this.contentEffects(procedure, call, given)
      for (const one of isWrite ? written : read) if (mayBeSame(one, name)) return true
    }
    return false
  }

  /** Whether it is known what a call calls, so that nothing has to be assumed for it. */
  async isKnown(procedure: LoadedProcedure, call: number): Promise<boolean> {
    return (procedure.callees.get(call) ?? (await this.callees(procedure, call))).isComplete
  }

  /** The arguments of a call of what is not known, which calls what it is given because of them; none of another call. */
  async argumentsOfUnknown(procedure: LoadedProcedure, call: number): Promise<ReadonlySet<number>> {
    return new Set((await this.isKnown(procedure, call)) ? [] : procedure.arguments(call))
  }

  /** The arguments of a call that its value depends on: all of them where something is called that is not known. */
  async neededArguments(procedure: LoadedProcedure, call: number): Promise<ReadonlySet<number>> {
    return this.#needed(procedure, call, (callee) => this.#summary(callee))
  }

  async #needed(
    procedure: LoadedProcedure,
    call: number,
    summaryOf: (callee: FunctionId) => ReadonlySet<number> | Promise<ReadonlySet<number>>,
  ): Promise<ReadonlySet<number>> {
    const { a } = procedure.ir.instructions
    const given = procedure.arguments(call)
    const { functions, isComplete } = await this.callees(procedure, call)
    if (!isComplete) return new Set(given)
    const needed = new Set<number>()
    for (const { function: callee, isIndirect } of functions) {
      const places = [...(await summaryOf(callee))]
      for (const argument of given) {
        if (isIndirect || places.some((place) => arrives(a[argument]!, place))) needed.add(argument)
      }
    }
    return needed
  }

  /**
   * The places of the parameters that what a function gives back, or throws, depends on. Found once for each function, from those that it calls, until
   * nothing changes (S. Horwitz, T. Reps, D. Binkley, "Interprocedural Slicing Using Dependence Graphs", 1990; on demand, as in T. Reps, S. Horwitz,
   * M. Sagiv, G. Rosay, "Speeding up Slicing", 1994).
   */
  async #summary(id: FunctionId): Promise<ReadonlySet<number>> {
    const known = this.#summaries.get(id)
    if (known !== undefined && !this.#cut.has(id)) return known
    this.#cut.delete(id)
    this.#summaries.set(id, new Set())
    /** How many calls away each is that is open. */
    const open = new Map([[id, 0]])
    for (const [next, distance] of open) {
      open.delete(next)
      const summary = this.#summaries.get(next)!
      const before = summary.size
      for (const callee of await this.#summarise(next, summary)) {
        if (distance < this.#depth && this.#summaries.size <= this.#most) {
          open.set(callee, distance + 1)
          continue
        }
        // Too far: it may depend on everything.
        this.#cut.add(callee)
        for (const place of everyPlace) this.#summaries.get(callee)!.add(place)
        open.set(next, distance)
      }
      if (summary.size > before) for (const user of this.#usedBy.get(next) ?? []) open.set(user, distance)
    }
    return this.#summaries.get(id)!
  }

  /**
   * Follows the dependences inside of one function from its ends back to its parameters.
   *
   * @returns the functions whose summary has to be made for this one.
   */
  async #summarise(id: FunctionId, summary: Set<number>): Promise<FunctionId[]> {
    const procedure = await this.load(id)
    const { ir, data } = procedure
    const unknown: FunctionId[] = []
    const summaryOf = (callee: FunctionId): ReadonlySet<number> => {
      let users = this.#usedBy.get(callee)
      if (users === undefined) this.#usedBy.set(callee, (users = new Set()))
      users.add(id)
      const known = this.#summaries.get(callee)
      if (known !== undefined) return known
      unknown.push(callee)
      const empty = new Set<number>()
      this.#summaries.set(callee, empty)
      return empty
    }
    const seen = new Uint8Array(data.nodes)
    const open: number[] = []
    const push = (node: number): void => {
      if (seen[node] === 1) return
      seen[node] = 1
      open.push(node)
    }
    push(exitAt)
    push(raiseAt)
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      let needed: ReadonlySet<number> | undefined
      if (procedure.isInstruction(node)) {
        for (const predicate of procedure.predicates(node)) if (predicate !== null) push(predicate)
        if (ir.instructions.op[node] === op.parameter) summary.add(ir.instructions.a[node]!)
        if (procedure.isCall(node)) needed = await this.#needed(procedure, node, summaryOf)
      }
      for (let row = data.offsets[node]!; row < data.offsets[node + 1]!; row++) {
        const source = data.source[row]!
        if ((data.flags[row]! & dataFlag.outside) !== 0) {
          if (isArguments(ir, data.location[row]!)) summary.add(restPlace)
        } else if (needed !== undefined && ir.instructions.op[source] === op.argument && !needed.has(source)) {
          continue
        } else if (data.via[row]! < 0 || !(await this.isKnown(procedure, data.via[row]!))) {
          push(source)
        } else {
          await this.#summariseContent(procedure, { node, row }, push)
        }
      }
    }
    return unknown
  }

  /** From what is in an object that a known call was given to what that depends on: all arguments, if the call writes there; what was there before, if it reads it. */
  async #summariseContent(
    procedure: LoadedProcedure,
    { node, row }: { readonly node: number; readonly row: number },
    push: (node: number) => void,
  ): Promise<void> {
    const { ir, data } = procedure
    const [call, source] = [data.via[row]!, data.source[row]!]
    const name = propertyName(ir, data.location[row]!)
    if (source !== call) {
      if (await this.touchesContent(procedure, call, { isWrite: false, name, argument: node })) push(source)
    } else if (await this.touchesContent(procedure, call, { isWrite: true, name })) {
      for (const argument of procedure.arguments(call)) push(argument)
    }
  }
}

/** The name of the property that a location is; null for one that is not known. */
export function propertyName({ locations, names }: FunctionIr, location: number): string | null {
  return location >= 0 && locations.kind[location] === propertyLocation ? names[locations.ref[location]!]! : null
}

/** Whether a location is `arguments`. */
export function isArguments({ locations, variables }: FunctionIr, location: number): boolean {
  const isVariable = location >= 0 && locations.kind[location] === variableLocation
  return isVariable && variables.kind[locations.ref[location]!] === argumentsVariable
}
