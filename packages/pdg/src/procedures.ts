import { CallContents } from './call-contents.ts'
import { flowOf } from './control-flow.ts'
import { dataFlag } from './data-flag.ts'
import { feedsBack } from './feedback.ts'
import { exitAt, op, raiseAt, receiverPlace, restPlace } from './ir.ts'
import { type AccessorRun, LoadedProcedure, arrives, isArguments, propertyName } from './loaded-procedure.ts'
import type { Callees, Caller, FunctionId, Program } from './program.ts'

/** Places where whatever is passed arrives. */
const everyPlace = [receiverPlace, restPlace]

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

/** How many functions are summarised for each that may be sliced: beyond that, what a function gives back is thought to depend on everything. */
const summariesPerFunction = 4

/** The functions of a program that were looked at, and the summaries of those that are called. */
export class Procedures {
  readonly program: Program
  readonly contents: CallContents = new CallContents(this)
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

  /** A function that was loaded before. */
  loaded(id: FunctionId): LoadedProcedure | undefined {
    return this.#loaded.get(id)
  }

  async load(id: FunctionId): Promise<LoadedProcedure> {
    const known = this.#loaded.get(id)
    if (known !== undefined) return known
    const procedure = await this.program.procedure(id)
    const loaded = new LoadedProcedure(id, procedure)
    this.#loaded.set(id, loaded)
    const throwing = await this.#throwing(loaded)
    if (throwing !== undefined) loaded.depends(flowOf(procedure.ir, { throws: throwing }))
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
      if (await this.contents.touches(procedure, call, { how: 'read', name, argument: node })) push(source)
    } else if (await this.contents.touches(procedure, call, { how: 'written', name })) {
      for (const argument of procedure.arguments(call)) push(argument)
    }
  }
}
