import { type ContentAccess, mayBeSame } from './content-accesses.ts'
import { instructionFlag } from './ir.ts'
import { type LoadedProcedure, arrives } from './loaded-procedure.ts'
import type { Callees, FunctionId, MaybePromise, Place } from './program.ts'

/** What is done with what is in an object, wherever it is passed on. */
export class ContentEffects {
  /** The names of the properties that are read and written; null for any. */
  readonly read: ReadonlySet<string | null>
  readonly written: ReadonlySet<string | null>
  readonly #by: readonly ContentEffect[]
  readonly #writers = new Map<string | null, readonly Place[]>()

  constructor(by: readonly ContentEffect[]) {
    const [read, written] = [new Set<string | null>(), new Set<string | null>()]
    for (const { accesses, isItself } of by) {
      for (const { isWrite, name } of accesses) (isWrite ? written : read).add(isItself ? name : null)
    }
    this.#by = by
    this.read = read
    this.written = written
  }

  /** The instructions that write what is under a name, null for any, and the arguments that pass the object on to them; none where nothing writes it. */
  writers(name: string | null): readonly Place[] {
    let writers = this.#writers.get(name)
    if (writers === undefined) this.#writers.set(name, (writers = this.#findWriters(name)))
    return writers
  }

  #findWriters(name: string | null): readonly Place[] {
    const places: Place[] = []
    const arrivals = new Set<Arrival>()
    for (const { function: id, accesses, isItself, arrival } of this.#by) {
      for (const { isWrite, name: written, instruction } of accesses) {
        if (!isWrite || (isItself && !mayBeSame(written, name))) continue
        arrivals.add(arrival)
        places.push({ function: id, instruction })
      }
    }
    for (const arrival of arrivals) {
      for (const { argument, before } of arrival.by) {
        places.push(argument)
        arrivals.add(before)
      }
    }
    return places
  }
}

/** What one function, to which the object comes, does with what is in it. */
interface ContentEffect {
  readonly function: FunctionId
  readonly accesses: readonly ContentAccess[]
  /** Whether it is the object itself, so that the names of the accesses count. */
  readonly isItself: boolean
  readonly arrival: Arrival
}

/** How an object comes to where something is done with what is in it: by each of these arguments; none where it is given first. */
interface Arrival {
  readonly by: { readonly argument: Place; readonly before: Arrival }[]
}

/** An argument that gives an object to a call. */
interface GivenObject {
  readonly procedure: LoadedProcedure
  readonly call: number
  readonly argument: number
  /** Whether it is the object that was given first, not one that has it or is in it. */
  readonly isItself: boolean
  readonly arrival: Arrival
}

/** A parameter at which an object arrives. */
interface ArrivedObject extends Pick<GivenObject, 'procedure' | 'isItself' | 'arrival'> {
  readonly parameter: number
}

/** What becomes of an object that is given to a call. */
interface HandedOn {
  readonly arrived: readonly ArrivedObject[]
  /** What is done without a parameter: by code that is not known, and by way of `arguments`. */
  readonly by: readonly ContentEffect[]
}

/** At how many parameters an object arrives before the calls that it comes to are taken for calls of what is not known. */
const mostPassed = 256

/** The functions of a program, and what their calls call. */
export interface CalledProcedures {
  load(id: FunctionId): Promise<LoadedProcedure>
  callees(procedure: LoadedProcedure, call: number): Promise<Callees>
}

/** What calls do with what is in the objects that they are given. */
export class CallContents {
  readonly #procedures: CalledProcedures
  /** By the argument. */
  readonly #ofArguments = new Map<LoadedProcedure, Map<number, MaybePromise<readonly ContentEffects[]>>>()
  /** By the parameter, twice it, and whether it is the object itself that arrives there. */
  readonly #ofParameters = new Map<LoadedProcedure, Map<number, ContentEffects>>()

  constructor(procedures: CalledProcedures) {
    this.#procedures = procedures
  }

  /**
   * What a call does with what is in the object that an argument gives it, in all that it calls. A call of what is not known may do anything, unless it is known to
   * write nothing.
   */
  effects(procedure: LoadedProcedure, call: number, argument: number): MaybePromise<readonly ContentEffects[]> {
    let known = this.#ofArguments.get(procedure)
    if (known === undefined) this.#ofArguments.set(procedure, (known = new Map()))
    let effects = known.get(argument)
    if (effects === undefined) {
      effects = this.#findEffects({ procedure, call, argument, isItself: true, arrival: { by: [] } })
      known.set(argument, effects)
    }
    return effects
  }

  async #findEffects(given: GivenObject): Promise<readonly ContentEffects[]> {
    const { arrived, by } = await this.#handOn(given)
    const effects = by.length === 0 ? [] : [new ContentEffects(by)]
    for (const one of arrived) effects.push(await this.#parameterEffects(one))
    this.#ofArguments.get(given.procedure)!.set(given.argument, effects)
    return effects
  }

  /** What is done with what is in an object that arrives at a parameter, there and wherever it is passed on. */
  async #parameterEffects(first: ArrivedObject): Promise<ContentEffects> {
    const key = first.parameter * 2 + (first.isItself ? 1 : 0)
    let ofProcedure = this.#ofParameters.get(first.procedure)
    if (ofProcedure === undefined) this.#ofParameters.set(first.procedure, (ofProcedure = new Map()))
    const known = ofProcedure.get(key)
    if (known !== undefined) return known
    const by: ContentEffect[] = []
    const open = new Map([[`${first.procedure.id} ${key}`, { ...first, arrival: { by: [] } as Arrival }]])
    for (const { procedure, parameter, isItself, arrival } of open.values()) {
      const { id } = procedure
      const of = procedure.contents.of(parameter)
      if (of.accesses.length > 0) by.push({ function: id, accesses: of.accesses, isItself, arrival })
      for (const next of of.passed) {
        const on = { argument: { function: id, instruction: next.argument }, before: arrival }
        const further = { by: [on] }
        if (open.size > mostPassed) {
          by.push(anything(procedure, next.call, further))
          continue
        }
        const handed = await this.#handOn({ ...next, procedure, isItself: isItself && next.isItself, arrival: further })
        by.push(...handed.by)
        for (const one of handed.arrived) {
          const place = `${one.procedure.id} ${one.parameter * 2 + (one.isItself ? 1 : 0)}`
          const before = open.get(place)
          if (before === undefined) open.set(place, { ...one, arrival: { by: [on] } })
          else before.arrival.by.push(on)
        }
      }
    }
    const effects = new ContentEffects(by)
    ofProcedure.set(key, effects)
    return effects
  }

  async #handOn({ procedure, call, argument, isItself: isFirst, arrival }: GivenObject): Promise<HandedOn> {
    const arrived: ArrivedObject[] = []
    const { functions, isComplete } = await this.#procedures.callees(procedure, call)
    const by = isComplete ? [] : [anything(procedure, call, arrival)]
    for (const { function: id, isIndirect } of functions) {
      const target = await this.#procedures.load(id)
      for (const reader of target.argumentsReaders) by.push(anything(target, reader, arrival))
      for (const parameter of target.parameters) {
        const place = target.ir.instructions.a[parameter]!
        if (!isIndirect && !arrives(procedure.ir.instructions.a[argument]!, place)) continue
        arrived.push({ procedure: target, parameter, isItself: isFirst && !isIndirect, arrival })
      }
    }
    return { arrived, by }
  }

  /** Whether a call writes something in what it is given, or reads it, under a name; null for any. */
  async touches(
    procedure: LoadedProcedure,
    call: number,
    {
      how,
      name,
      argument,
    }: { readonly how: 'read' | 'written'; readonly name: string | null; readonly argument?: number },
  ): Promise<boolean> {
    for (const given of argument === undefined ? procedure.arguments(call) : [argument]) {
      const effects = this.effects(procedure, call, given)
      for (const one of effects instanceof Promise ? await effects : effects) {
        for (const touched of one[how]) if (mayBeSame(touched, name)) return true
      }
    }
    return false
  }
}

/** What is done by code that is not known, or is not looked at, when an instruction runs it. */
function anything({ id, ir }: LoadedProcedure, instruction: number, arrival: Arrival): ContentEffect {
  const isPure = (ir.instructions.flags[instruction]! & instructionFlag.pure) !== 0
  const accesses = (isPure ? [false] : [false, true]).map((isWrite) => ({ instruction, isWrite, name: null }))
  return { function: id, accesses, isItself: false, arrival }
}
