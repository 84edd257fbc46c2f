import { symbolFlag } from '@forge/lang'
import { kindCode, meaningsOfKind, opCode } from './codes.ts'
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
  /** The `declare module 'x'` of the project that a specifier matches, `*` in it standing for anything; -1 for none. */
  module(specifier: string): number
  /** All that the project declares with `declare module 'x'`, the longer names first: of several of one name, the one whose file comes first is the first. */
  modules(): ReadonlyMap<string, readonly number[]>
}

const nothing: readonly number[] = []

/**
 * Makes the globals of a program: what its files declare with `declare global`, and the declarations of
 * its scripts, the files that are no modules.
 */
export function createProjectGlobals(program: Program, externals: Externals, sets: ConfidentSets): ProjectGlobals {
  let declared: Map<number, number[]> | undefined
  let modules: Map<string, readonly number[]> | undefined

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
    module(specifier) {
      modules ??= collectModules(program)
      const exactly = modules.get(specifier)
      if (exactly !== undefined) return exactly[0]!
      for (const [pattern, [symbol = -1]] of modules) {
        const star = pattern.indexOf('*')
        if (star < 0 || specifier.length < pattern.length - 1) continue
        if (specifier.startsWith(pattern.slice(0, star)) && specifier.endsWith(pattern.slice(star + 1))) return symbol
      }
      return -1
    },
    modules: () => (modules ??= collectModules(program)),
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

/** What a file declares for all files, as a text: the same as long as it declares the same. */
export function declarationsOf(program: Program, file: number): string {
  return JSON.stringify([...collectDeclarations(program, [file]), ...collectModules(program, [file])])
}

function collectDeclarations(program: Program, files: Iterable<number> = program.files.keys()): Map<number, number[]> {
  const declared = new Map<number, number[]>()
  const skipped = symbolFlag.hidden | symbolFlag.local
  const globalName = program.nameOf('global')
  for (const file of files) {
    const { facts } = program.files[file]!
    const base = program.symbol(file, 0)
    let augmentation = -1
    const script = (program.flags[base]! & symbolFlag.exported) === 0
    for (let row = 1; row < facts.symbols.count; row++) {
      const symbol = program.symbol(file, row)
      const parent = program.parent[symbol]!
      const kind = program.kind[symbol]!
      if (isAugmentation(symbol, base)) {
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

  function isAugmentation(symbol: number, module: number): boolean {
    return (
      program.parent[symbol] === module &&
      program.kind[symbol] === kindCode.namespace &&
      program.symbolName(symbol) === globalName
    )
  }
}

/** The modules the project declares with `declare module 'x'`, by what is between the quotes. */
function collectModules(
  program: Program,
  files: Iterable<number> = program.files.keys(),
): Map<string, readonly number[]> {
  const modules = new Map<string, number[]>()
  for (const file of files) {
    const { facts } = program.files[file]!
    const base = program.symbol(file, 0)
    for (let row = 1; row < facts.symbols.count; row++) {
      const symbol = program.symbol(file, row)
      if (program.kind[symbol] !== kindCode.namespace || program.parent[symbol] !== base) continue
      if ((program.flags[symbol]! & symbolFlag.ambient) === 0 || !declaresModule(program, file, symbol)) continue
      const name = program.text(program.symbolName(symbol))
      const others = modules.get(name)
      if (others === undefined) modules.set(name, [symbol])
      else others.push(symbol)
    }
  }
  const pathOf = (symbol: number): string => program.files[program.owner[symbol]!]!.path
  // Whatever the order the files were given in.
  for (const symbols of modules.values()) symbols.sort((left, right) => (pathOf(left) < pathOf(right) ? -1 : 1))
  // Longer patterns come first: `*.module.css` before `*.css`.
  return new Map([...modules].toSorted(([a], [b]) => b.length - a.length || (a < b ? -1 : 1)))
}

/**
 * Whether a `declare` declares a module of its own: in a module, a `declare module 'x'` that does not add to a file of the project, and no
 * `declare namespace X`, which is one of the module's own names.
 */
function declaresModule(program: Program, file: number, symbol: number): boolean {
  const { facts, targets } = program.files[file]!
  const module = facts.symbols.type[program.row[symbol]!]!
  if (module >= 0 && facts.exprs.op[module] === opCode.module) return targets[facts.exprs.a[module]!]!.kind !== 'file'
  return (program.flags[program.symbol(file, 0)]! & symbolFlag.exported) === 0
}
