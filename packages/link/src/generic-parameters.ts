import { parameterPlace } from '@forge/lang'
import { kindCode, opCode } from './codes.ts'
import type { Program } from './program.ts'

/** Types nested deeper than this say nothing of type parameters. */
export const deepestType = 4

/** Which parameters of a generic function say what its type parameters stand for. */
export interface GenericParameters {
  /** The rows of {@link Program.parameterTypes} of a function whose types name its type parameters. */
  rows(fn: number): readonly number[]
  /** Says that what is known of a function may be something else now. */
  forget(fn: number): void
}

const none: readonly number[] = []

/** Makes the {@link GenericParameters} of a program; those of a function are looked for when they are first asked for. */
export function createGenericParameters(program: Program): GenericParameters {
  const known = new Map<number, readonly number[]>()

  function find(fn: number): readonly number[] {
    const wanted = program.typeParameters(fn)
    if (wanted.length === 0) return none
    const file = program.owner[fn]!
    const { parameters } = program.files[file]!.facts
    return program
      .parameterTypes(fn)
      .filter((row) => parameters.place[row]! < parameterPlace.receiver)
      .filter((row) => mentions(file, parameters.type[row]!, wanted, deepestType))
  }

  /** Whether a type names one of the type parameters. */
  function mentions(file: number, expr: number, wanted: readonly number[], depth: number): boolean {
    if (expr < 0 || depth === 0) return false
    const { exprs, symbols } = program.files[file]!.facts
    const a = exprs.a[expr]!
    switch (exprs.op[expr]!) {
      case opCode.instance:
        return isWanted(file, a, wanted) || anyMentions(file, exprs.b[expr]!, wanted, depth - 1)
      case opCode.union:
        return anyMentions(file, a, wanted, depth - 1)
      case opCode.symbol:
        return symbols.kind[a] === kindCode.function && mentions(file, symbols.returns[a]!, wanted, depth - 1)
      default:
        return false
    }
  }

  function anyMentions(file: number, list: number, wanted: readonly number[], depth: number): boolean {
    if (list < 0) return false
    const { lists } = program.files[file]!.facts
    for (let i = 1; i <= lists[list]!; i++) if (mentions(file, lists[list + i]!, wanted, depth)) return true
    return false
  }

  function isWanted(file: number, expr: number, wanted: readonly number[]): boolean {
    const { exprs } = program.files[file]!.facts
    return exprs.op[expr] === opCode.symbol && wanted.includes(program.symbol(file, exprs.a[expr]!))
  }

  return {
    rows(fn) {
      let rows = known.get(fn)
      if (rows === undefined) known.set(fn, (rows = find(fn)))
      return rows
    },
    forget: (fn) => void known.delete(fn),
  }
}
