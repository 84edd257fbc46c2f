import { setImmediate } from 'node:timers/promises'
import { dataFlag } from './data-flag.ts'
import { checkPlace, checkSliceOptions } from './check-slice.ts'
import {
  entryAt,
  exitAt,
  instructionFlag,
  locationCodes,
  op,
  operandCodes,
  raiseAt,
  restPlace,
  variableFlag,
} from './ir.ts'
import type { ContentEffects } from './call-contents.ts'
import { mayBeSame } from './content-accesses.ts'
import { type LoadedProcedure, arrives, isArguments, propertyName } from './loaded-procedure.ts'
import { Procedures } from './procedures.ts'
import type { FunctionId, Place, Program, SharedAccess } from './program.ts'
import { ReachedNodes, way } from './reached-nodes.ts'
import type { Slice, SliceOptions } from './slice-types.ts'

/**
 * Finds what affects instructions, or what they affect, in a program.
 *
 * Across functions only ways that a run can take are followed: what goes into a function by one call does not come out by another one (S. Horwitz, T. Reps,
 * D. Binkley, "Interprocedural Slicing Using Dependence Graphs", 1990). Variables that several functions have, and properties, are followed
 * from each write to each read, whatever the calls in between.
 *
 * @throws {SliceInputError} `FORGE_PDG_SLICE` where an option cannot be, or `from` has what is no instruction; the reason of `signal`, and what the program throws.
 */
export async function slice(program: Program, options: SliceOptions): Promise<Slice> {
  const { exceptions = 'direct', depth = Infinity, limit = Infinity } = options
  checkSliceOptions(options, slice)
  return new Slicer(new Procedures(program, { exceptions, depth, limit }), options).run()
}

const elementKind = locationCodes.element
const valueKind = locationCodes.value
const [readOperand, writeOperand, mayWriteOperand] = [operandCodes.read, operandCodes.write, operandCodes.mayWrite]

/** How many functions are looked at for what they run. */
const mostRunning = 64

/** How many nodes are looked at before other tasks of the event loop get their turn. */
const turn = 256

class Slicer {
  readonly #procedures: Procedures
  readonly #options: SliceOptions
  readonly #reached = new ReachedNodes()
  /** By the number of steps from one function to another: whoever is nearer comes first. */
  readonly #open: { readonly id: FunctionId; readonly node: number; readonly how: number }[][] = [[]]
  /** How many steps away what is looked at is. */
  #distance = 0
  /** Steps that were not followed: by function, the nodes. */
  readonly #cut = new Map<FunctionId, Set<number>>()
  /** By call, location and way: what was followed already into what a call does with what it is given. */
  readonly #contents = new Set<string>()
  /** By what writes in an object: a bit for each way in which it was followed already. */
  readonly #followed = new Map<readonly Place[], number>()
  /** Jumps whose execution depends on what is sliced. */
  readonly #jumped = new Set<string>()

  constructor(procedures: Procedures, options: SliceOptions) {
    this.#procedures = procedures
    this.#options = options
  }

  async run(): Promise<Slice> {
    const { from, direction, signal } = this.#options
    for (const { function: id, instruction } of from) {
      const procedure = await this.#procedures.load(id)
      checkPlace(procedure.ir, { function: id, instruction }, slice)
      this.#push(id, instruction, direction === 'backward' ? way.narrow : 0)
      if (direction === 'backward') continue
      if (procedure.isJump(instruction)) await this.#runs(procedure, instruction, 0)
      await this.#startCallees(procedure, instruction, 0)
    }
    let looked = 0
    for (; this.#distance < this.#open.length; this.#distance++) {
      const open = this.#open[this.#distance]!
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const procedure = await this.#procedures.load(next.id)
        if (looked++ % turn === 0) {
          signal?.throwIfAborted()
          if (looked > 1) await setImmediate()
        }
        if (direction === 'backward') await this.#backward(procedure, next.node, next.how)
        else await this.#forward(procedure, next.node, next.how)
      }
    }
    return this.#result()
  }

  /** Goes on in another function, unless that is too far: gives whether it is not. */
  #step(id: FunctionId, node: number, how: number): boolean {
    const isNear = this.#isNear(id)
    if (isNear) this.#push(id, node, how, this.#distance + 1)
    else if (!this.#reached.has(id, node, how)) this.#noteCut(id, node)
    return isNear
  }

  /** Whether one step may be taken to a function. */
  #isNear(id: FunctionId): boolean {
    const { depth = Infinity, limit = Infinity } = this.#options
    return this.#distance < depth && (this.#reached.functions < limit || this.#reached.hasFunction(id))
  }

  #noteCut(id: FunctionId, node: number): void {
    const cut = this.#cut.get(id)
    if (cut === undefined) this.#cut.set(id, new Set([node]))
    else cut.add(node)
  }

  #push(id: FunctionId, node: number, how: number, distance = this.#distance): void {
    if (!this.#reached.add(id, { node, distance }, how)) return
    const open = (this.#open[distance] ??= [])
    open.push({ id, node, how })
  }

  async #result(): Promise<Slice> {
    const found = new Map<FunctionId, number[]>()
    const distances = new Map<FunctionId, number[]>()
    for (const [id, nodes] of this.#reached.inOrder()) {
      const { ir } = await this.#procedures.load(id)
      const instructions = nodes.filter(({ node }) => node > raiseAt && node < ir.instructions.count)
      if (instructions.length === 0) continue
      found.set(
        id,
        instructions.map(({ node }) => node),
      )
      distances.set(
        id,
        instructions.map(({ distance }) => distance),
      )
    }
    return { functions: found, distances, cut: [...this.#cut.values()].reduce((sum, { size }) => sum + size, 0) }
  }

  async #backward(procedure: LoadedProcedure, node: number, reached: number): Promise<void> {
    const { id, ir, data } = procedure
    const isInstruction = procedure.isInstruction(node)
    const isCall = isInstruction && procedure.isCall(node)
    const how = reached & ~way.started
    const isOnlyStarted = reached !== how
    if (isInstruction) {
      let isStarted = node <= raiseAt
      for (const predicate of procedure.predicates(node)) {
        if (predicate === null) isStarted = true
        else this.#push(id, predicate, how | way.narrow)
      }
      if (isStarted && !this.#isInside(how)) await this.#toStarts(procedure, how | way.narrow)
      if (isStarted || ir.instructions.op[node] === op.yield) await this.#toResumers(procedure, how | way.narrow)
      const isParameter = ir.instructions.op[node] === op.parameter
      if ((isStarted || isParameter) && !this.#isWithin && (await this.#procedures.isFedBack(procedure))) {
        this.#push(id, exitAt, how)
      }
      if (isParameter) await this.#toArguments(procedure, ir.instructions.a[node]!, how)
      if (isCall && !isOnlyStarted) await this.#intoCallees(procedure, node, { how, isThrown: false })
      if (!isOnlyStarted) await this.#intoGetters(procedure, node, how)
    }
    let needed: ReadonlySet<number> | undefined
    if (isCall && isOnlyStarted) needed = await this.#procedures.argumentsOfUnknown(procedure, node)
    else if (isCall && !this.#isWithin) needed = await this.#procedures.neededArguments(procedure, node)
    for (let row = data.offsets[node]!; row < data.offsets[node + 1]!; row++) {
      const source = data.source[row]!
      const next = this.#isLookedInto(procedure, node, row) ? how & ~way.narrow : how
      if ((data.flags[row]! & dataFlag.outside) !== 0) {
        if (!(await this.#isAssumed(procedure, row)) || (await this.#isRead(procedure, { node, row })))
          await this.#toOutside(procedure, { node, row }, next)
      } else if (needed !== undefined && ir.instructions.op[source] === op.argument && !needed.has(source)) {
        continue
      } else if (await this.#isAssumed(procedure, row)) {
        await this.#intoContent(procedure, { node, row }, next)
      } else {
        await this.#toAccessorsThatWrite(procedure, { node, row }, next)
        const isUsed = (data.flags[row]! & dataFlag.used) !== 0 && next === how
        this.#push(id, source, isUsed ? next | way.narrow : next)
        if ((data.flags[row]! & dataFlag.thrown) !== 0 && procedure.isInstruction(source)) {
          await this.#intoThrowing(procedure, source, next)
        }
      }
    }
  }

  get #isWithin(): boolean {
    return this.#options.within === true
  }

  #isInside(how: number): boolean {
    return (how & way.inside) !== 0
  }

  /** Whether what is in an object matters behind a dependence: a computed name is looked up in it. */
  #isLookedInto({ ir, data }: LoadedProcedure, node: number, row: number): boolean {
    if (node >= ir.instructions.count || (data.flags[row]! & dataFlag.used) === 0) return false
    const { operands, operandRef } = ir.instructions
    const { kind, base, ref } = ir.locations
    for (let operand = operands[node]!; operand < operands[node + 1]!; operand++) {
      const of = base[operandRef[operand]!]
      if (of === undefined || of < 0 || kind[operandRef[operand]!] !== elementKind) continue
      if (of === data.location[row] || (kind[of] === valueKind && ref[of] === data.source[row])) return true
    }
    return false
  }

  /** Whether a dependence is assumed for a call of which it is known what it calls. */
  async #isAssumed(procedure: LoadedProcedure, row: number): Promise<boolean> {
    const via = procedure.data.via[row]!
    return via >= 0 && !this.#isWithin && (await this.#procedures.isKnown(procedure, via))
  }

  async #toCallers(procedure: LoadedProcedure, how: number): Promise<void> {
    if (this.#isWithin) return
    for (const { function: id, call } of await this.#procedures.callers(procedure)) this.#step(id, call, how)
  }

  /** From what a generator does first, or next, to whatever lets it go on. */
  async #toResumers({ id, ir }: LoadedProcedure, how: number): Promise<void> {
    if (this.#isWithin || !ir.isGenerator) return
    for (const place of await this.#procedures.program.resumers(id)) {
      this.#step(place.function, place.instruction, how & ~way.inside)
    }
  }

  /** From the start of a function to the calls that start it. */
  async #toStarts(procedure: LoadedProcedure, how: number): Promise<void> {
    if (this.#isWithin) return
    const isFedBack = await this.#procedures.isFedBack(procedure)
    for (const { function: id, call, isIndirect } of await this.#procedures.callers(procedure)) {
      this.#step(id, call, isIndirect && isFedBack ? how : how | way.started)
    }
  }

  /** From a parameter to what is passed for it. */
  async #toArguments(procedure: LoadedProcedure, place: number, how: number): Promise<void> {
    if (this.#isWithin || this.#isInside(how)) return
    for (const { function: id, call, isIndirect } of await this.#procedures.callers(procedure)) {
      if (!this.#isNear(id) && !this.#reached.hasFunction(id)) {
        this.#noteCut(id, call)
        continue
      }
      const caller = await this.#procedures.load(id)
      if (!caller.isCall(call)) this.#step(id, call, how)
      for (const argument of caller.arguments(call)) {
        if (isIndirect || arrives(caller.ir.instructions.a[argument]!, place)) this.#step(id, argument, how)
      }
    }
  }

  /** From what a call gives to what is given back. */
  async #intoCallees(
    procedure: LoadedProcedure,
    call: number,
    { how, isThrown }: { readonly how: number; readonly isThrown: boolean },
  ): Promise<void> {
    if (this.#isWithin) return
    for (const { function: id, isIndirect } of (await this.#procedures.callees(procedure, call)).functions) {
      this.#step(id, isThrown ? raiseAt : exitAt, how | way.inside)
      if (!isIndirect || isThrown) continue
      for (const given of (await this.#procedures.load(id)).callsOfParameters) this.#step(id, given, how | way.inside)
    }
  }

  /**
   * From what is in an object that a known call was given to what the call has put there, or from what such a call finds there to what put it there before: as far
   * as the functions that it calls do such a thing.
   */
  async #intoContent(
    procedure: LoadedProcedure,
    { node, row }: { readonly node: number; readonly row: number },
    how: number,
  ): Promise<void> {
    const { id, ir, data } = procedure
    const [call, source, location] = [data.via[row]!, data.source[row]!, data.location[row]!]
    const name = propertyName(ir, location)
    if (source !== call) {
      if (await this.#isRead(procedure, { node, row })) this.#push(id, source, how)
      return
    }
    const key = `${id} ${call} ${location} ${how}`
    if (this.#contents.has(key)) return
    this.#contents.add(key)
    let isWritten = false
    for (const argument of procedure.arguments(call)) {
      if (!procedure.contents.touches(argument, location)) continue
      for (const effects of await this.#procedures.contents.effects(procedure, call, argument)) {
        if (this.#toWritersIn(effects, name, how | way.inside)) isWritten = true
      }
    }
    if (isWritten) for (const argument of procedure.arguments(call)) this.#push(id, argument, how)
  }

  /** @returns whether anything is written. */
  #toWritersIn(effects: ContentEffects, name: string | null, how: number): boolean {
    const writers = effects.writers(name)
    const followed = this.#followed.get(writers) ?? 0
    let isNear = (followed & (1 << how)) === 0
    for (const place of isNear ? writers : []) isNear = this.#step(place.function, place.instruction, how) && isNear
    // What is too far now may be among what is looked at later.
    if (isNear) this.#followed.set(writers, followed | (1 << how))
    return writers.length > 0
  }

  /** Whether a known call reads in what an argument gives it what a dependence is of. */
  #isRead(
    procedure: LoadedProcedure,
    { node, row }: { readonly node: number; readonly row: number },
  ): Promise<boolean> {
    const { ir, data } = procedure
    const name = (data.flags[row]! & dataFlag.outside) === 0 ? propertyName(ir, data.location[row]!) : null
    return this.#procedures.contents.touches(procedure, data.via[row]!, { how: 'read', name, argument: node })
  }

  /** From what is caught to what is thrown in what was called, or gave or took a property. */
  async #intoThrowing(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    if (procedure.isCall(node)) await this.#intoCallees(procedure, node, { how, isThrown: true })
    if (this.#isWithin) return
    for (const { id } of await this.#procedures.accessors(procedure, node)) this.#step(id, raiseAt, how | way.inside)
  }

  /** From what a property is to what its getter gives back, and from an element to what gives it. */
  async #intoGetters(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    if (this.#isWithin) return
    for (const { id, ir } of await this.#procedures.accessors(procedure, node)) {
      if (ir.kind !== 'setter') this.#step(id, exitAt, how | way.inside)
    }
  }

  /** From what a function finds in a variable or an object to whatever may have put it there. */
  async #toOutside(
    procedure: LoadedProcedure,
    { node, row }: { readonly node: number; readonly row: number },
    how: number,
  ): Promise<void> {
    const { location: locations, flags } = procedure.data
    const location = locations[row]!
    if (this.#isWithin) {
      const what = (flags[row]! & dataFlag.deep) === 0 ? 'itself' : 'content'
      await this.#toCallsThatWrite(procedure, { function: procedure.id, node, location, what }, how)
      return
    }
    if (isArguments(procedure.ir, location)) {
      await this.#toArguments(procedure, restPlace, how)
      return
    }
    const what = (flags[row]! & dataFlag.deep) === 0 ? 'itself' : 'content'
    for (const place of await this.#procedures.program.writers({ function: procedure.id, node, location, what })) {
      this.#step(place.function, place.instruction, how & ~way.inside)
    }
  }

  /** From what the function has written itself to the getters, setters and iterators that it runs, if they write that as well. */
  async #toAccessorsThatWrite(
    procedure: LoadedProcedure,
    { node, row }: { readonly node: number; readonly row: number },
    how: number,
  ): Promise<void> {
    const location = procedure.data.location[row]!
    if (location < 0 || this.#isWithin) return
    const runs = await this.#procedures.accessorRuns(procedure)
    if (runs.length === 0) return
    const key = `${procedure.id} runs ${location} ${how}`
    if (this.#contents.has(key)) return
    this.#contents.add(key)
    const access = { function: procedure.id, node, location, what: 'itself' } as const
    for (const place of await this.#procedures.program.writers(access)) {
      for (const { instruction, functions } of runs) {
        if (!functions.includes(place.function)) continue
        this.#push(procedure.id, instruction, how)
        this.#step(place.function, place.instruction, how | way.inside)
      }
    }
  }

  /** From a variable that functions inside have, or what is in its object, to the calls that run one that writes it. */
  async #toCallsThatWrite(procedure: LoadedProcedure, access: SharedAccess, how: number): Promise<void> {
    const { id, ir } = procedure
    const { kind, base, ref } = ir.locations
    let of = access.location
    while (of >= 0 && kind[of] !== locationCodes.variable) of = base[of]!
    const isOwn = of >= 0 && (ir.variables.flags[ref[of]!]! & variableFlag.captured) !== 0
    // Of other objects whatever may write them is left out, as what comes from outside.
    if (of < 0 || (!isOwn && of !== access.location)) return
    const running = new Set<FunctionId>()
    for (const place of await this.#procedures.program.writers(access)) running.add(place.function)
    for (const one of running) {
      if (one === id || running.size > mostRunning) continue
      for (const { function: caller, call } of await this.#procedures.program.callers(one)) {
        if (caller === id) this.#push(id, call, how)
        else running.add(caller)
      }
    }
  }

  async #forward(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    const { id, data } = procedure
    const isContent = (how & way.narrow) !== 0
    const isInstruction = procedure.isInstruction(node)
    if (node === exitAt || node === raiseAt) {
      if (!this.#isInside(how)) await this.#toCallers(procedure, how)
      if (node === exitAt && !this.#isWithin && (await this.#procedures.isFedBack(procedure))) {
        await this.#runs(procedure, null, how)
      }
      return
    }
    // Where a jump goes does not depend on its value: what it skips depends on whether it is executed.
    const isDecision = isInstruction && !isContent && !procedure.isJump(node)
    if (isDecision) {
      await this.#runs(procedure, node === entryAt ? null : node, how)
      await this.#toResumed(procedure, node, how)
    }
    if (isInstruction) {
      await this.#toReaders(procedure, node, how)
      if (procedure.isCall(node) && procedure.callsOfParameters.has(node)) await this.#toIndirectCallers(procedure, how)
      if (!this.#isInside(how)) await this.#toContentOfCallers(procedure, node, how)
      await this.#toAccessors(procedure, node, how)
    }
    const { rows, offsets, target } = procedure.dependents
    for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
      const row = rows[at]!
      const to = target[row]!
      if ((data.flags[row]! & dataFlag.outside) !== 0) continue
      if (isContent && (data.flags[row]! & dataFlag.used) !== 0) {
        if (this.#isLookedInto(procedure, to, row)) this.#push(id, to, how & ~way.narrow)
      } else if (await this.#isAssumed(procedure, row)) {
        if (data.via[row] !== node) this.#push(id, to, how | way.narrow)
        else await this.#toContentDependent(procedure, { to, row }, how)
      } else {
        await this.#toDependent(procedure, node, { to, how })
      }
    }
  }

  /** From an instruction to the generators that it lets go on. */
  async #toResumed({ id }: LoadedProcedure, node: number, how: number): Promise<void> {
    if (this.#isWithin) return
    for (const one of await this.#procedures.program.resumes(id, node)) this.#step(one, entryAt, how & ~way.inside)
  }

  /** From an instruction to what a getter or a setter that it runs takes: the object, and what is written. */
  async #toAccessors(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    if (this.#isWithin) return
    for (const { id, parameters } of await this.#procedures.accessors(procedure, node)) {
      for (const parameter of parameters) this.#step(id, parameter, how | way.inside)
    }
  }

  /** From a node to what takes its value. What a call is given goes to its parameters, and to what comes back if that depends on it. */
  async #toDependent(
    procedure: LoadedProcedure,
    node: number,
    { to, how }: { readonly to: number; readonly how: number },
  ): Promise<void> {
    const { id, ir } = procedure
    const isCall = procedure.isInstruction(to) && procedure.isCall(to)
    const isGiven = isCall && procedure.isInstruction(node) && ir.instructions.op[node] === op.argument
    if (!isGiven || this.#isWithin) {
      this.#push(id, to, how)
      if (procedure.isInstruction(to)) await this.#startCallees(procedure, to, how)
      return
    }
    for (const { function: callee, isIndirect } of (await this.#procedures.callees(procedure, to)).functions) {
      const target = await this.#procedures.load(callee)
      for (const reader of target.argumentsReaders) this.#step(callee, reader, how | way.inside)
      if (isIndirect) this.#step(callee, entryAt, how | way.inside)
      for (const parameter of target.parameters) {
        const isPassed = isIndirect || arrives(ir.instructions.a[node]!, target.ir.instructions.a[parameter]!)
        if (isPassed) this.#step(callee, parameter, how | way.inside)
      }
    }
    if ((await this.#procedures.neededArguments(procedure, to)).has(node)) this.#push(id, to, how)
    const { dependents } = procedure
    for (let at = dependents.offsets[to]!; at < dependents.offsets[to + 1]!; at++) {
      const row = dependents.rows[at]!
      if (procedure.data.via[row] !== to || !(await this.#isAssumed(procedure, row))) continue
      await this.#toContentDependent(procedure, { to: dependents.target[row]!, row }, how)
    }
  }

  /** From a known call to what finds in an object what the call has put there, if it has. */
  async #toContentDependent(
    procedure: LoadedProcedure,
    { to, row }: { readonly to: number; readonly row: number },
    how: number,
  ): Promise<void> {
    const [call, location] = [procedure.data.via[row]!, procedure.data.location[row]!]
    const name = propertyName(procedure.ir, location)
    if (!(await this.#procedures.contents.touches(procedure, call, { how: 'written', name }))) return
    this.#push(procedure.id, to, location < 0 ? how | way.narrow : how & ~way.narrow)
  }

  /** From the call of a function that unknown code has given to the call of that code, which gives what it was told. */
  async #toIndirectCallers(procedure: LoadedProcedure, how: number): Promise<void> {
    if (this.#isWithin) return
    for (const { function: id, call, isIndirect } of await this.#procedures.callers(procedure)) {
      if (isIndirect) this.#step(id, call, how & ~way.inside)
    }
  }

  /** From what writes in an object that the function was given to what finds that there where it is called. */
  async #toContentOfCallers(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    if (this.#isWithin) return
    const written = procedure.contents.written(node).map(({ parameter, name }) => ({ procedure, parameter, name }))
    if (procedure.isCall(node) && !(await this.#procedures.isKnown(procedure, node))) {
      const isPure = (procedure.ir.instructions.flags[node]! & instructionFlag.pure) !== 0
      if (!isPure) {
        for (const { parameter } of procedure.contents.passed(node)) written.push({ procedure, parameter, name: null })
      }
    }
    for (const { procedure: callee, parameter, name } of written) {
      const key = `${callee.id} ${parameter} ${how} ${name === null ? '*' : `.${name}`}`
      if (this.#contents.has(key)) continue
      this.#contents.add(key)
      for (const { function: id, call, isIndirect } of await this.#procedures.callers(callee)) {
        if (!this.#isNear(id)) {
          this.#noteCut(id, call)
          continue
        }
        const caller = await this.#procedures.load(id)
        if (!caller.isCall(call)) continue
        const given = caller
          .arguments(call)
          .filter(
            (argument) =>
              isIndirect || arrives(caller.ir.instructions.a[argument]!, callee.ir.instructions.a[parameter]!),
          )
        this.#toContentAround(caller, { call, given, name }, how)
        for (const { parameter: outer, of } of caller.contents.passed(call)) {
          if (!given.includes(of.argument)) continue
          written.push({ procedure: caller, parameter: outer, name: of.isItself && !isIndirect ? name : null })
        }
      }
    }
  }

  /** From a call to what finds, where it is called, what it has put into what it was given. */
  #toContentAround(
    caller: LoadedProcedure,
    { call, given, name }: { readonly call: number; readonly given: readonly number[]; readonly name: string | null },
    how: number,
  ): void {
    const { data, dependents } = caller
    for (let at = dependents.offsets[call]!; at < dependents.offsets[call + 1]!; at++) {
      const row = dependents.rows[at]!
      const location = data.location[row]!
      if (data.via[row] !== call || !mayBeSame(name, propertyName(caller.ir, location))) continue
      if (!given.some((argument) => caller.contents.touches(argument, location))) continue
      this.#step(caller.id, dependents.target[row]!, location < 0 ? how | way.narrow : how & ~way.narrow)
    }
  }

  /** From an instruction to all that is executed because of it; `null` stands for the call of the function. */
  async #runs(procedure: LoadedProcedure, instruction: number | null, how: number): Promise<void> {
    const { flow } = procedure
    for (const block of procedure.controlled(instruction)) {
      for (let at = flow.first[block]!; at < flow.first[block + 1]!; at++) {
        this.#push(procedure.id, at, how)
        await this.#startCallees(procedure, at, how)
        if (!procedure.isJump(at) || this.#jumped.has(`${procedure.id} ${at} ${how}`)) continue
        this.#jumped.add(`${procedure.id} ${at} ${how}`)
        await this.#runs(procedure, at, how)
      }
    }
  }

  /** From an instruction to all that is executed because of it in what it calls, or what gives or takes a property. */
  async #startCallees(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    if (this.#isWithin) return
    for (const { id } of await this.#procedures.accessors(procedure, node)) this.#step(id, entryAt, how | way.inside)
    if (!procedure.isCall(node)) return
    for (const { function: callee } of (await this.#procedures.callees(procedure, node)).functions) {
      this.#step(callee, entryAt, how | way.inside)
    }
  }

  /** From what writes a variable or an object, and from a call that may do so, to whatever may find that there in another function. */
  async #toReaders(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    if (this.#isWithin) return
    const { operands, operandKind, operandRef } = procedure.ir.instructions
    for (let row = operands[node]!; row < operands[node + 1]!; row++) {
      if (operandKind[row] === writeOperand || operandKind[row] === mayWriteOperand) {
        await this.#toReadersOf({ function: procedure.id, node, location: operandRef[row]!, what: 'itself' }, how)
      }
    }
    const isPure = (procedure.ir.instructions.flags[node]! & instructionFlag.pure) !== 0
    if (!procedure.isCall(node) || isPure || (await this.#procedures.isKnown(procedure, node))) return
    for (const argument of procedure.arguments(node)) {
      for (let row = operands[argument]!; row < operands[argument + 1]!; row++) {
        if (operandKind[row] === readOperand)
          await this.#toReadersOf({ function: procedure.id, node, location: operandRef[row]!, what: 'content' }, how)
      }
    }
  }

  async #toReadersOf(access: SharedAccess, how: number): Promise<void> {
    for (const place of await this.#procedures.program.readers(access)) {
      this.#step(place.function, place.instruction, how & ~way.inside)
      // A call reads what it calls, which then runs because of that; it is given what others read.
      if (!this.#isNear(place.function)) continue
      const reader = await this.#procedures.load(place.function)
      if (reader.isCall(place.instruction)) await this.#startCallees(reader, place.instruction, how & ~way.inside)
    }
  }
}
