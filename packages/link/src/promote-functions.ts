import { symbolFlag } from '@forge/lang'
import { calledValues, isCode } from './called-functions.ts'
import { calleeOf } from './call-arguments.ts'
import { roleCode } from './codes.ts'
import { elementOf } from './confident-sets.ts'
import type { Evaluation } from './evaluation.ts'
import { givenCode } from './given-code.ts'
import { inputKind } from './inputs.ts'
import type { Program } from './program.ts'
import { callingSymbol, sourceSymbol } from './shown-symbols.ts'

/** A function without a name, or a function expression, and who calls it: that the function is hidden is all that matters here. */
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
  const callsOf: HiddenCall[][] = program.files.map(() => [])

  function read(file: number): void {
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
    callsOf[file] = found
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

  return {
    read,
    decide() {
      const before = program.promoted
      const shown = new Uint8Array(program.count())
      // What stands in a function that is shown is told apart from what stands around it: so it takes two passes, each by what was known before.
      program.promoted = new Uint8Array(program.count())
      for (let pass = 0; pass < 2; pass++) {
        for (const calls of callsOf) {
          for (const { called, named, by } of calls) {
            const source = named < 0 || by < 0 ? named : callingSymbol(program, by, named)
            if (sourceSymbol(program, called) !== source) shown[called] = 1
          }
        }
        program.promoted = shown.slice()
      }
      const changed: number[] = []
      for (let symbol = 0; symbol < shown.length; symbol++) {
        if (shown[symbol] !== (before[symbol] ?? 0)) changed.push(symbol)
      }
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
  return callingSymbol(program, by, named, (symbol) => evaluation.reads(inputKind.promoted, symbol))
}

/** Whether a symbol is a function, and not the type of one. */
function hasBody(program: Program, symbol: number): boolean {
  return program.files[program.owner[symbol]!]!.facts.symbols.complexity[program.row[symbol]!]! > 0
}
