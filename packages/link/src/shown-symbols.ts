import { symbolFlag } from '@forge/lang'
import { kindCode } from './codes.ts'
import type { Program } from './program.ts'

/** Is told each function without a name of which it was asked whether it is shown. */
export type OnAsked = (symbol: number) => void

const nobody: OnAsked = () => undefined

/**
 * Whether a symbol has a name and is no mere holder of members or alias, or is a function that something else calls: it can be what an
 * edge leads to.
 */
export function isShown(program: Program, symbol: number, onAsked: OnAsked = nobody): boolean {
  if ((program.flags[symbol]! & symbolFlag.hidden) !== 0) {
    onAsked(symbol)
    return program.promoted[symbol] === 1
  }
  const kind = program.kind[symbol]!
  return kind !== kindCode.object && kind !== kindCode.import
}

/** The symbol itself when it is shown, else the nearest one around it that is; a module is always shown. */
export function shownSymbol(program: Program, symbol: number, onAsked: OnAsked = nobody): number {
  let at = symbol
  while (!isShown(program, at, onAsked) && program.parent[at]! >= 0) at = program.parent[at]!
  return at
}

/** Like {@link shownSymbol}, local ones left out: what can be the source of an edge. */
export function sourceSymbol(program: Program, symbol: number, onAsked: OnAsked = nobody): number {
  let at = symbol
  while (
    program.parent[at]! >= 0 &&
    (!isShown(program, at, onAsked) || (program.flags[at]! & symbolFlag.local) !== 0)
  ) {
    at = program.parent[at]!
  }
  return at
}

/** The symbol whose calls those in a function without a name are: the function itself or one around it that users see, else `otherwise`. */
export function callingSymbol(program: Program, hidden: number, otherwise: number, onAsked: OnAsked = nobody): number {
  for (let at = hidden; at >= 0 && !isNamed(program, at); at = program.parent[at]!) {
    onAsked(at)
    if (program.promoted[at] === 1) return at
  }
  return otherwise
}

function isNamed(program: Program, symbol: number): boolean {
  return (program.flags[symbol]! & (symbolFlag.hidden | symbolFlag.local)) === 0
}
