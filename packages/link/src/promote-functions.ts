import { symbolFlag } from '@forge/lang'
import { calledValues, isCode } from './called-functions.ts'
import { calleeOf } from './call-arguments.ts'
import { roleCode } from './codes.ts'
import { elementOf } from './confident-sets.ts'
import type { Evaluation } from './evaluation.ts'
import { givenCode } from './given-code.ts'
import type { Program } from './program.ts'
import { callingSymbol, sourceSymbol } from './shown-symbols.ts'

/**
 * Shows those functions without a name that are called as the value of something: by a name, or by code that is not of what they
 * stand in. All others are part of what they stand in, and so are their calls: `list.map((x) => f(x))` calls `f`.
 */
export function promoteFunctions(evaluation: Evaluation): void {
  const { program, sets, values } = evaluation
  for (let file = 0; file < program.files.length; file++) {
    const { calls, exprs, occurrences } = program.files[file]!.facts
    for (let row = 0; row < calls.count; row++) {
      const called = calledValues(evaluation, file, calleeOf(evaluation, file, exprs.a[calls.expr[row]!]!))
      const source = callerOf(program, file, row)
      show(called, calls.occurrence[row]! < 0 ? source : -1)
      show(givenCode(evaluation, file, calls.expr[row]!, called), source)
    }
    const told = new Set(calls.occurrence)
    for (let occurrence = 0; occurrence < occurrences.count; occurrence++) {
      if (occurrences.role[occurrence] !== roleCode.call || told.has(occurrence)) continue
      show(calledValues(evaluation, file, occurrences.expr[occurrence]!), -1)
    }
  }

  function show(called: number, source: number): void {
    for (let i = 0; i < sets.size(called); i++) {
      const value = elementOf(sets.at(called, i))
      const entity = values.entity(value)
      if (!isCode(evaluation, value) || (program.flags[entity]! & symbolFlag.hidden) === 0) continue
      if (hasBody(program, entity) && sourceSymbol(program, entity) !== source) program.promoted[entity] = 1
    }
  }
}

/** The symbol whose code a call is: a function without a name only where users see it. */
export function callerOf(program: Program, file: number, row: number): number {
  const { calls } = program.files[file]!.facts
  const named = program.symbol(file, calls.in[row]!)
  return calls.by[row]! < 0 ? named : callingSymbol(program, program.symbol(file, calls.by[row]!), named)
}

/** Whether a symbol is a function, and not the type of one. */
function hasBody(program: Program, symbol: number): boolean {
  const file = program.owner[symbol]!
  return program.files[file]!.facts.symbols.complexity[program.row[symbol]!]! > 0
}
