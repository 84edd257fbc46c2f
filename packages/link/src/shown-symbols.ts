import { symbolFlag } from '@forge/lang'
import { kindCode } from './codes.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import type { Program } from './program.ts'

/** Whether users see a function that has no name, as something else calls it. */
export type IsPromoted = (symbol: number) => boolean

/** Asks what the program has, and says who asks. */
export function isPromoted(evaluation: Evaluation): IsPromoted {
  const { program } = evaluation
  return (symbol) => {
    evaluation.reads(inputKind.promoted, symbol)
    return program.promoted[symbol] === 1
  }
}

/**
 * Whether a symbol has a name and is no mere holder of members or alias, or is a function that something else calls: it can be what an
 * edge leads to.
 */
export function isShown(program: Program, symbol: number, isPromoted: IsPromoted): boolean {
  if ((program.flags[symbol]! & symbolFlag.hidden) !== 0) return isPromoted(symbol)
  const kind = program.kind[symbol]!
  return kind !== kindCode.object && kind !== kindCode.import
}

/** The symbol itself when it is shown, else the nearest one around it that is; a module is always shown. */
export function shownSymbol(program: Program, symbol: number, isPromoted: IsPromoted): number {
  let at = symbol
  while (!isShown(program, at, isPromoted) && program.parent[at]! >= 0) at = program.parent[at]!
  return at
}

/** Like {@link shownSymbol}, local ones left out: what can be the source of an edge. */
export function sourceSymbol(program: Program, symbol: number, isPromoted: IsPromoted): number {
  let at = symbol
  while (program.parent[at]! >= 0 && (!isShown(program, at, isPromoted) || isLocal(program, at))) {
    at = program.parent[at]!
  }
  return at
}

/** The symbol whose calls those in a function without a name are: the function itself or one around it that users see, else `otherwise`. */
export function callingSymbol(program: Program, hidden: number, otherwise: number, isPromoted: IsPromoted): number {
  for (let at = hidden; at >= 0 && !isNamed(program, at); at = program.parent[at]!) if (isPromoted(at)) return at
  return otherwise
}

function isLocal(program: Program, symbol: number): boolean {
  return (program.flags[symbol]! & symbolFlag.local) !== 0
}

function isNamed(program: Program, symbol: number): boolean {
  return (program.flags[symbol]! & (symbolFlag.hidden | symbolFlag.local)) === 0
}
