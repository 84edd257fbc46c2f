import { symbolFlag } from '@forge/lang'
import { calledValues, isCode } from './called-functions.ts'
import { calleeOf } from './call-arguments.ts'
import { roleCode } from './codes.ts'
import { elementOf } from './confident-sets.ts'
import type { Evaluation } from './evaluation.ts'
import { givenCode } from './given-code.ts'
import { inputKind } from './inputs.ts'
import type { Program } from './program.ts'
import { callingSymbol, isPromoted, sourceSymbol, type IsPromoted } from './shown-symbols.ts'

/** A call of a function without a name. */
interface HiddenCall {
  readonly called: number
  /** The symbol whose code the call is, without regard to functions that have no name; -1 where it is called by a name. */
  readonly named: number
  /** The function without a name that the call stands in, -1 for none. */
  readonly by: number
}

/**
 * Which functions without a name are shown: those that are called as the value of something, by a name, or by code that is not of what they
 * stand in. All others are part of what they stand in, and so are their calls: `list.map((x) => f(x))` calls `f`.
 */
export interface Promotions {
  /** Reads the calls of a file, for the first time or again. */
  read(file: number): void
  /** Decides by what was read. Returns the functions that are shown now and were not, or the other way round. */
  decide(): readonly number[]
}

/** Makes {@link Promotions} that have read nothing. */
export function createPromotions(evaluation: Evaluation): Promotions {
  const { program, sets, values } = evaluation
  const callsIn: HiddenCall[][] = []
  const callsOf = new Map<number, HiddenCall[]>()
  /** The functions of which some calls are others since the last decision. */
  const doubted = new Set<number>()
  /** Those that are shown whatever else is: 1, by number. */
  let alone = new Uint8Array(0)

  function read(file: number): void {
    const before = callsIn[file] ?? []
    const found = readCalls(file)
    if (JSON.stringify(before) === JSON.stringify(found)) return
    callsIn[file] = found
    for (const call of before) {
      callsOf.set(call.called, callsOf.get(call.called)?.filter((one) => one !== call) ?? [])
      doubted.add(call.called)
    }
    for (const call of found) {
      const list = callsOf.get(call.called)
      if (list === undefined) callsOf.set(call.called, [call])
      else list.push(call)
      doubted.add(call.called)
    }
  }

  function readCalls(file: number): HiddenCall[] {
    const { calls, exprs, occurrences } = program.files[file]!.facts
    const found: HiddenCall[] = []
    for (let row = 0; row < calls.count; row++) {
      const called = calledValues(evaluation, file, calleeOf(evaluation, file, exprs.a[calls.expr[row]!]!))
      const named = program.symbol(file, calls.in[row]!)
      const by = calls.by[row]! < 0 ? -1 : program.symbol(file, calls.by[row]!)
      collect(found, called, calls.occurrence[row]! < 0 ? named : -1, by)
      collect(found, givenCode(evaluation, file, calls.expr[row]!, called), named, by)
    }
    const told = new Set(calls.occurrence)
    for (let occurrence = 0; occurrence < occurrences.count; occurrence++) {
      if (occurrences.role[occurrence] !== roleCode.call || told.has(occurrence)) continue
      collect(found, calledValues(evaluation, file, occurrences.expr[occurrence]!), -1, -1)
    }
    return found
  }

  function collect(found: HiddenCall[], called: number, named: number, by: number): void {
    for (let i = 0; i < sets.size(called); i++) {
      const value = elementOf(sets.at(called, i))
      const entity = values.entity(value)
      if (!isCode(evaluation, value) || (program.flags[entity]! & symbolFlag.hidden) === 0) continue
      evaluation.reads(inputKind.declaration, entity)
      if (hasBody(program, entity)) found.push({ called: entity, named, by })
    }
  }

  /** Whether a function is called by what it does not stand in, by what is known to be shown; where nothing is known, -1 for its own place. */
  function isCalledFromElsewhere(fn: number, isKnown: IsPromoted): boolean {
    const place = sourceSymbol(program, fn, isKnown)
    return (callsOf.get(fn) ?? []).some(({ named, by }) => {
      const source = named < 0 || by < 0 ? named : callingSymbol(program, by, named, isKnown)
      return place !== source
    })
  }

  return {
    read,
    decide() {
      if (alone.length < program.count()) {
        const before = alone
        alone = new Uint8Array(Math.ceil(program.count() * 1.25))
        alone.set(before)
      }
      // What stands in a function that is shown is told apart from what stands around it: so it takes two passes, each by what was known before.
      let isSame = true
      for (const fn of doubted) {
        const isAlone = isCalledFromElsewhere(fn, () => false) ? 1 : 0
        if (isAlone === alone[fn]) continue
        alone[fn] = isAlone
        isSame = false
      }
      const changed: number[] = []
      for (const fn of isSame ? doubted : callsOf.keys()) {
        const isShown = alone[fn] === 1 || isCalledFromElsewhere(fn, (symbol) => alone[symbol] === 1) ? 1 : 0
        if (isShown === program.promoted[fn]) continue
        program.promoted[fn] = isShown
        changed.push(fn)
      }
      doubted.clear()
      return changed
    },
  }
}

/** The symbol whose code a call is: a function without a name only where users see it. */
export function callerOf(evaluation: Evaluation, file: number, row: number): number {
  const { program } = evaluation
  const { calls } = program.files[file]!.facts
  const named = program.symbol(file, calls.in[row]!)
  if (calls.by[row]! < 0) return named
  const by = program.symbol(file, calls.by[row]!)
  return callingSymbol(program, by, named, isPromoted(evaluation))
}

/** Whether a symbol is a function, and not the type of one. */
function hasBody(program: Program, symbol: number): boolean {
  return program.files[program.owner[symbol]!]!.facts.symbols.complexity[program.row[symbol]!]! > 0
}
