import { symbolFlag } from '@forge/lang'
import { kindCode, meaningsOfKind } from './codes.ts'
import { ambiguous, elementOf, emptySet, exact } from './confident-sets.ts'
import type { ConfidentSets } from './confident-sets.ts'
import type { Externals } from './externals.ts'
import { isKnownGlobal } from './globals.ts'
import type { Program } from './program.ts'

/** Names that no file has to import. */
export interface ProjectGlobals {
  /** The entities a free name stands for: declarations of the project, else what the platform is known to have. */
  named(name: number): number
  /** The declarations of the project that add to a global of the platform, `interface Array<T> { … }`. */
  additions(name: number): readonly number[]
}

const nothing: readonly number[] = []

/**
 * Makes the globals of a program: what its files declare with `declare global`, and the declarations of
 * its scripts, the files that neither import nor export.
 */
export function createProjectGlobals(program: Program, externals: Externals, sets: ConfidentSets): ProjectGlobals {
  let declared: Map<number, number[]> | undefined

  function declarations(name: number): readonly number[] {
    declared ??= collectDeclarations(program)
    return declared.get(name) ?? nothing
  }

  function isAddition(symbol: number): boolean {
    const kind = program.kind[symbol]!
    return kind === kindCode.interface || kind === kindCode.namespace
  }

  return {
    named(name) {
      const text = program.text(name)
      if (text === 'globalThis') return sets.one(-1 - externals.root('globalThis'), exact)
      const found = declarations(name)
      const known = isKnownGlobal(text)
      if (found.length === 0 || (known && found.every(isAddition))) {
        return known ? sets.one(-1 - externals.child(externals.root('globalThis'), name), exact) : emptySet
      }
      let result = emptySet
      let conflict = false
      for (const symbol of found) {
        conflict ||= !isAddition(symbol) && sharesMeaning(symbol, result)
        result = sets.union(result, sets.one(symbol, exact))
      }
      return conflict ? sets.weaken(result, ambiguous) : result
    },
    additions: declarations,
  }

  function sharesMeaning(symbol: number, set: number): boolean {
    for (let i = 0; i < sets.size(set); i++) {
      const other = elementOf(sets.at(set, i))
      if (!isAddition(other) && (meaningsOfKind[program.kind[other]!]! & meaningsOfKind[program.kind[symbol]!]!) !== 0)
        return true
    }
    return false
  }
}

function collectDeclarations(program: Program): Map<number, number[]> {
  const declared = new Map<number, number[]>()
  const skipped = symbolFlag.hidden | symbolFlag.local
  const globalName = program.nameOf('global')
  for (let file = 0; file < program.files.length; file++) {
    const { facts } = program.files[file]!
    const base = program.first[file]!
    const script = facts.exports.count === 0 && facts.modules.count === 0
    let augmentation = -1
    for (let symbol = base + 1; symbol < base + facts.symbols.count; symbol++) {
      const parent = program.parent[symbol]!
      const kind = program.kind[symbol]!
      if (parent === base && kind === kindCode.namespace && program.symbolName(symbol) === globalName) {
        augmentation = symbol
        continue
      }
      if (!(script && parent === base) && (augmentation < 0 || parent !== augmentation)) continue
      if ((program.flags[symbol]! & skipped) !== 0 || kind === kindCode.import) continue
      const name = program.symbolName(symbol)
      const list = declared.get(name)
      if (list === undefined) declared.set(name, [symbol])
      else list.push(symbol)
    }
  }
  return declared
}
