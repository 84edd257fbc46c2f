import { symbolFlag } from '@forge/lang'
import { kindCode } from './codes.ts'
import type { Program } from './program.ts'

/** Whether a symbol has a name and is no mere holder of members or alias: it can be what an edge leads to. */
export function isShown(program: Program, symbol: number): boolean {
  const kind = program.kind[symbol]!
  return (program.flags[symbol]! & symbolFlag.hidden) === 0 && kind !== kindCode.object && kind !== kindCode.import
}

/** The symbol itself when it is shown, else the nearest one around it that is; a module is always shown. */
export function shownSymbol(program: Program, symbol: number): number {
  let at = symbol
  while (!isShown(program, at) && program.parent[at]! >= 0) at = program.parent[at]!
  return at
}

/** Like {@link shownSymbol}, local ones left out: what can be the source of an edge. */
export function sourceSymbol(program: Program, symbol: number): number {
  let at = symbol
  while (program.parent[at]! >= 0 && (!isShown(program, at) || (program.flags[at]! & symbolFlag.local) !== 0)) {
    at = program.parent[at]!
  }
  return at
}
