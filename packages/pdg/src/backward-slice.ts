import type { ContentEffects } from './call-contents.ts'
import { dataFlag } from './data-flag.ts'
import { exitAt, locationCodes, op, raiseAt, restPlace, variableFlag } from './ir.ts'
import { type LoadedProcedure, arrives, isArguments, propertyName } from './loaded-procedure.ts'
import type { FunctionId, Place, SharedAccess } from './program.ts'
import { way } from './reached-nodes.ts'
import type { SliceDirection, SliceWalk } from './slice-walk.ts'

/** How many functions are looked at for what they run. */
const mostRunning = 64

/** From what depends to what it depends on. */
export class BackwardSlice implements SliceDirection {
  readonly #walk: SliceWalk
  /** By call, location and way: what was followed already into what a call does with what it is given. */
  readonly #contents = new Set<string>()
  /** By what writes in an object: a bit for each way in which it was followed already. */
  readonly #followed = new Map<readonly Place[], number>()

  constructor(walk: SliceWalk) {
    this.#walk = walk
  }

  async start({ id }: LoadedProcedure, instruction: number): Promise<void> {
    this.#walk.push(id, instruction, way.narrow)
  }

  async follow(procedure: LoadedProcedure, node: number, reached: number): Promise<void> {
    const { id, ir, data } = procedure
    const isInstruction = procedure.isInstruction(node)
    const isCall = isInstruction && procedure.isCall(node)
    const how = reached & ~way.started
    const isOnlyStarted = reached !== how
    if (isInstruction) {
      let isStarted = node <= raiseAt
      for (const predicate of procedure.predicates(node)) {
        if (predicate === null) isStarted = true
        else this.#walk.push(id, predicate, how | way.narrow)
      }
      if (isStarted && !this.#walk.isInside(how)) await this.#toStarts(procedure, how | way.narrow)
      if (isStarted || ir.instructions.op[node] === op.yield) await this.#toResumers(procedure, how | way.narrow)
      const isParameter = ir.instructions.op[node] === op.parameter
      if ((isStarted || isParameter) && !this.#walk.isWithin && (await this.#walk.procedures.isFedBack(procedure))) {
        this.#walk.push(id, exitAt, how)
      }
      if (isParameter) await this.#toArguments(procedure, ir.instructions.a[node]!, how)
      if (isCall && !isOnlyStarted) await this.#intoCallees(procedure, node, { how, isThrown: false })
      if (!isOnlyStarted) await this.#intoGetters(procedure, node, how)
    }
    let needed: ReadonlySet<number> | undefined
    if (isCall && isOnlyStarted) needed = await this.#walk.procedures.argumentsOfUnknown(procedure, node)
    else if (isCall && !this.#walk.isWithin) needed = await this.#walk.procedures.neededArguments(procedure, node)
    for (let row = data.offsets[node]!; row < data.offsets[node + 1]!; row++) {
      const source = data.source[row]!
      const next = procedure.isLookedInto(node, row) ? how & ~way.narrow : how
      if ((data.flags[row]! & dataFlag.outside) !== 0) {
        if (!(await this.#walk.isAssumed(procedure, row)) || (await this.#isRead(procedure, { node, row })))
          await this.#toOutside(procedure, { node, row }, next)
      } else if (needed !== undefined && ir.instructions.op[source] === op.argument && !needed.has(source)) {
        continue
      } else if (await this.#walk.isAssumed(procedure, row)) {
        await this.#intoContent(procedure, { node, row }, next)
      } else {
        await this.#toAccessorsThatWrite(procedure, { node, row }, next)
        const isUsed = (data.flags[row]! & dataFlag.used) !== 0 && next === how
        this.#walk.push(id, source, isUsed ? next | way.narrow : next)
        if ((data.flags[row]! & dataFlag.thrown) !== 0 && procedure.isInstruction(source)) {
          await this.#intoThrowing(procedure, source, next)
        }
      }
    }
  }

  /** From what a generator does first, or next, to whatever lets it go on. */
  async #toResumers({ id, ir }: LoadedProcedure, how: number): Promise<void> {
    if (this.#walk.isWithin || !ir.isGenerator) return
    for (const place of await this.#walk.procedures.program.resumers(id)) {
      this.#walk.step(place.function, place.instruction, how & ~way.inside)
    }
  }

  /** From the start of a function to the calls that start it. */
  async #toStarts(procedure: LoadedProcedure, how: number): Promise<void> {
    if (this.#walk.isWithin) return
    const isFedBack = await this.#walk.procedures.isFedBack(procedure)
    for (const { function: id, call, isIndirect } of await this.#walk.procedures.callers(procedure)) {
      this.#walk.step(id, call, isIndirect && isFedBack ? how : how | way.started)
    }
  }

  /** From a parameter to what is passed for it. */
  async #toArguments(procedure: LoadedProcedure, place: number, how: number): Promise<void> {
    if (this.#walk.isWithin || this.#walk.isInside(how)) return
    for (const { function: id, call, isIndirect } of await this.#walk.procedures.callers(procedure)) {
      if (!this.#walk.isNear(id) && !this.#walk.hasReached(id)) {
        this.#walk.noteCut(id, call)
        continue
      }
      const caller = await this.#walk.procedures.load(id)
      if (!caller.isCall(call)) this.#walk.step(id, call, how)
      for (const argument of caller.arguments(call)) {
        if (isIndirect || arrives(caller.ir.instructions.a[argument]!, place)) this.#walk.step(id, argument, how)
      }
    }
  }

  /** From what a call gives to what is given back. */
  async #intoCallees(
    procedure: LoadedProcedure,
    call: number,
    { how, isThrown }: { readonly how: number; readonly isThrown: boolean },
  ): Promise<void> {
    if (this.#walk.isWithin) return
    for (const { function: id, isIndirect } of (await this.#walk.procedures.callees(procedure, call)).functions) {
      this.#walk.step(id, isThrown ? raiseAt : exitAt, how | way.inside)
      if (!isIndirect || isThrown) continue
      for (const given of (await this.#walk.procedures.load(id)).callsOfParameters)
        this.#walk.step(id, given, how | way.inside)
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
      if (await this.#isRead(procedure, { node, row })) this.#walk.push(id, source, how)
      return
    }
    const key = `${id} ${call} ${location} ${how}`
    if (this.#contents.has(key)) return
    this.#contents.add(key)
    let isWritten = false
    for (const argument of procedure.arguments(call)) {
      if (!procedure.contents.touches(argument, location)) continue
      for (const effects of await this.#walk.procedures.contents.effects(procedure, call, argument)) {
        if (this.#toWritersIn(effects, name, how | way.inside)) isWritten = true
      }
    }
    if (isWritten) for (const argument of procedure.arguments(call)) this.#walk.push(id, argument, how)
  }

  /** @returns whether anything is written. */
  #toWritersIn(effects: ContentEffects, name: string | null, how: number): boolean {
    const writers = effects.writers(name)
    const followed = this.#followed.get(writers) ?? 0
    let isNear = (followed & (1 << how)) === 0
    for (const place of isNear ? writers : [])
      isNear = this.#walk.step(place.function, place.instruction, how) && isNear
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
    return this.#walk.procedures.contents.touches(procedure, data.via[row]!, { how: 'read', name, argument: node })
  }

  /** From what is caught to what is thrown in what was called, or gave or took a property. */
  async #intoThrowing(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    if (procedure.isCall(node)) await this.#intoCallees(procedure, node, { how, isThrown: true })
    if (this.#walk.isWithin) return
    for (const { id } of await this.#walk.procedures.accessors(procedure, node))
      this.#walk.step(id, raiseAt, how | way.inside)
  }

  /** From what a property is to what its getter gives back, and from an element to what gives it. */
  async #intoGetters(procedure: LoadedProcedure, node: number, how: number): Promise<void> {
    if (this.#walk.isWithin) return
    for (const { id, ir } of await this.#walk.procedures.accessors(procedure, node)) {
      if (ir.kind !== 'setter') this.#walk.step(id, exitAt, how | way.inside)
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
    if (this.#walk.isWithin) {
      const what = (flags[row]! & dataFlag.deep) === 0 ? 'itself' : 'content'
      await this.#toCallsThatWrite(procedure, { function: procedure.id, node, location, what }, how)
      return
    }
    if (isArguments(procedure.ir, location)) {
      await this.#toArguments(procedure, restPlace, how)
      return
    }
    const what = (flags[row]! & dataFlag.deep) === 0 ? 'itself' : 'content'
    const name = what === 'itself' ? propertyName(procedure.ir, location) : null
    const { procedures } = this.#walk
    for (const place of await procedures.program.writers({ function: procedure.id, node, location, what })) {
      const { function: id, instruction } = place
      const writer = this.#walk.isNear(id) ? (procedures.loaded(id) ?? (await procedures.load(id))) : undefined
      if (writer?.isCall(instruction) === true)
        await this.#toCallThatWrites(writer, { instruction, name }, how & ~way.inside)
      else this.#walk.step(id, instruction, how & ~way.inside)
    }
  }

  /** To a call that may write what others find in an object, by a name or null for any; of one of which it is known what it calls to what writes it there. */
  async #toCallThatWrites(
    writer: LoadedProcedure,
    { instruction, name }: { readonly instruction: number; readonly name: string | null },
    how: number,
  ): Promise<void> {
    const { id } = writer
    if (!(await this.#walk.procedures.isKnown(writer, instruction))) {
      this.#walk.step(id, instruction, how)
      return
    }
    let isWritten = false
    for (const argument of writer.arguments(instruction)) {
      for (const effects of await this.#walk.procedures.contents.effects(writer, instruction, argument)) {
        if (this.#toWritersIn(effects, name, how | way.inside)) isWritten = true
      }
    }
    if (isWritten) for (const argument of writer.arguments(instruction)) this.#walk.step(id, argument, how)
  }

  /** From what the function has written itself to the getters, setters and iterators that it runs, if they write that as well. */
  async #toAccessorsThatWrite(
    procedure: LoadedProcedure,
    { node, row }: { readonly node: number; readonly row: number },
    how: number,
  ): Promise<void> {
    const location = procedure.data.location[row]!
    if (location < 0 || this.#walk.isWithin) return
    const runs = await this.#walk.procedures.accessorRuns(procedure)
    if (runs.length === 0) return
    const key = `${procedure.id} runs ${location} ${how}`
    if (this.#contents.has(key)) return
    this.#contents.add(key)
    const access = { function: procedure.id, node, location, what: 'itself' } as const
    for (const place of await this.#walk.procedures.program.writers(access)) {
      for (const { instruction, functions } of runs) {
        if (!functions.includes(place.function)) continue
        this.#walk.push(procedure.id, instruction, how)
        this.#walk.step(place.function, place.instruction, how | way.inside)
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
    for (const place of await this.#walk.procedures.program.writers(access)) running.add(place.function)
    for (const one of running) {
      if (one === id || running.size > mostRunning) continue
      for (const { function: caller, call } of await this.#walk.procedures.program.callers(one)) {
        if (caller === id) this.#walk.push(id, call, how)
        else running.add(caller)
      }
    }
  }
}
