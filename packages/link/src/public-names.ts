import { symbolFlag } from '@forge/lang'
import { collectAugmentations, noAugmentations } from './augmentations.ts'
import { kindCode, opCode, roleCode } from './codes.ts'
import { confidenceOf, elementOf, inferred } from './confident-sets.ts'
import { createEvaluation, createWorld } from './create-evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { confidences, type Confidence, type LinkFile } from './link-types.ts'
import { createProgram } from './program.ts'
import { side } from './values.ts'

/** What a name leads to: a symbol, or one outside the files, `external:node:fs#readFile`. */
export interface NameTarget {
  readonly symbol: number | string
  readonly confidence: Confidence
}

/** A name that something outside may use, and all it leads to. */
export interface PublicName {
  readonly name: string
  readonly targets: readonly NameTarget[]
}

/**
 * What files let others name. A symbol is one number: its file and its row in the facts of that are {@link PublicNames.fileOf} and
 * {@link PublicNames.rowOf}.
 */
export interface PublicNames {
  /** The module of a file. */
  module(file: number): number
  /** The modules that files declare by name (`declare module 'x'`). */
  readonly declaredModules: readonly { readonly specifier: string; readonly symbol: number }[]
  fileOf(symbol: number): number
  rowOf(symbol: number): number
  /**
   * The names of a symbol, by code unit: of a module what it exports, with `*` for modules outside the files all of whose names it exports; of another symbol its members, those named with `#` left out. */
  names(symbol: number): readonly PublicName[]
  /** Where a name is looked for that is none of the symbol's own: in bases, in the declared type, in what `export =` gives. */
  holders(symbol: number): readonly NameTarget[]
}

const skipped = symbolFlag.hidden | symbolFlag.local | symbolFlag.private | symbolFlag.generic

/**
 * Makes the public names of files. Pure, as a linker is, but sooner made: values are followed through declarations only.
 *
 * @throws LinkInputError when the targets of a file do not fit its module requests.
 */
export function createPublicNames(files: readonly LinkFile[]): PublicNames {
  const program = createProgram(files)
  const world = createWorld(program, false)
  const plain = createEvaluation(world, noAugmentations)
  const augmentations = collectAugmentations(plain)
  const evaluation = augmentations.files.size === 0 ? plain : createEvaluation(world, augmentations)
  const exportedOf = createExportLists(evaluation)
  const membersOf: (Map<number, number[]> | undefined)[] = []
  const unnamed = program.nameOf('[]')
  const exportPlaces: (Map<number, number[]> | undefined)[] = []

  function targetsOf(set: number): NameTarget[] {
    const { sets, externals } = evaluation
    return Array.from({ length: sets.size(set) }, (_, index) => {
      const packed = sets.at(set, index)
      const entity = elementOf(packed)
      return {
        symbol: entity < 0 ? externals.id(-1 - entity) : entity,
        confidence: confidences[confidenceOf(packed)]!,
      }
    })
  }

  function entitiesOf(values: number, besides: number): NameTarget[] {
    const { sets } = evaluation
    const found = new Map<number, NameTarget>()
    for (let i = 0; i < sets.size(values); i++) {
      const packed = sets.at(values, i)
      const entity = evaluation.values.entity(elementOf(packed))
      if (entity === besides || found.has(entity)) continue
      for (const target of targetsOf(sets.one(entity, confidenceOf(packed)))) found.set(entity, target)
    }
    return [...found.values()]
  }

  function members(symbol: number): readonly PublicName[] {
    const file = program.owner[symbol]!
    let children = membersOf[file]
    if (children === undefined) {
      children = new Map()
      for (const child of program.symbolsOf(file)) {
        const parent = program.parent[child]!
        if (parent < 0 || program.kind[child] === kindCode.parameter) continue
        // Members without a name, of an index signature, stand for those of any other name.
        if ((program.flags[child]! & skipped) !== 0 && program.symbolName(child) !== unnamed) continue
        const list = children.get(parent)
        if (list === undefined) children.set(parent, [child])
        else list.push(child)
      }
      membersOf[file] = children
    }
    const byName = new Map<string, NameTarget[]>()
    const add = (name: string, targets: readonly NameTarget[]): void => {
      const known = byName.get(name)
      if (known === undefined) byName.set(name, [...targets])
      else known.push(...targets.filter((target) => !known.some((one) => one.symbol === target.symbol)))
    }
    for (const child of children.get(symbol) ?? []) {
      const name = program.text(program.symbolName(child))
      if (name === '' || program.kind[child] === kindCode.constructor) continue
      const isImport = program.kind[child] === kindCode.import
      add(name, isImport ? targetsOf(evaluation.imported(child)) : [{ symbol: child, confidence: 'exact' }])
      // What CommonJS exports by name is named by the property and by what that holds: `module.exports = { parse }`.
      if (program.kind[symbol] === kindCode.object) add(name, heldBy(child))
    }
    // `export { name }` in a namespace, which may be one with a function; under which other name it is exported is not known.
    const { exprs, occurrences } = program.files[file]!.facts
    for (const at of exportsIn(file).get(program.row[symbol]!) ?? []) {
      const expr = occurrences.expr[at]!
      if (exprs.op[expr] !== opCode.symbol) continue
      const named = program.symbol(file, exprs.a[expr]!)
      add(program.text(program.symbolName(named)), targetsOf(evaluation.named(file, expr)))
    }
    return sorted(byName)
  }

  /** The functions and classes that a property of an object literal is given by their names, those of other packages among them. */
  function heldBy(property: number): readonly NameTarget[] {
    const { values, sets } = evaluation
    if (program.kind[property] !== kindCode.property) return []
    const held = evaluation.symbolValued(property)
    return Array.from({ length: sets.size(held) }, (_, index) => elementOf(sets.at(held, index)))
      .filter((value) => values.side(value) === side.static && isNamed(values.entity(value)))
      .flatMap((value) => targetsOf(sets.one(values.entity(value), inferred)))
  }

  /** Whether it is a function or class, not a value of one; of another package nothing else is known. */
  function isNamed(entity: number): boolean {
    return entity < 0 || program.kind[entity] === kindCode.function || program.kind[entity] === kindCode.class
  }

  function exports(file: number): readonly PublicName[] {
    const byName = new Map<string, NameTarget[]>()
    const { names, outside } = exportedOf(file)
    for (const name of [...names, program.nameOf('default')]) {
      const targets = targetsOf(evaluation.exportNamed(file, name))
      if (targets.length > 0) byName.set(program.text(name), targets)
    }
    if (outside.size > 0) {
      const roots = [...outside].toSorted().map((name) => evaluation.externals.root(name))
      byName.set(
        '*',
        roots.map((root): NameTarget => ({ symbol: evaluation.externals.id(root), confidence: 'inferred' })),
      )
    }
    return sorted(byName)
  }

  /** With the declarations that other files add to it, with `declare module 'x'`. */
  function holders(symbol: number): readonly NameTarget[] {
    const added = [...evaluation.augmentations.of(symbol), ...declaredWith(symbol)]
    return [...added.map((one): NameTarget => ({ symbol: one, confidence: 'exact' })), ...ownHolders(symbol)]
  }

  /** The other declarations of the module that a symbol is the first declaration of. */
  function declaredWith(symbol: number): readonly number[] {
    if (program.kind[symbol] !== kindCode.namespace) return []
    const declared = evaluation.globals.modules().get(program.text(program.symbolName(symbol)))
    return declared?.[0] === symbol ? declared.slice(1) : []
  }

  function ownHolders(symbol: number): readonly NameTarget[] {
    const { values, sets } = evaluation
    const kind = program.kind[symbol]!
    const file = program.owner[symbol]!
    const on = (which: number): number => evaluation.basesOf(values.of(symbol, which, 0))
    switch (kind) {
      case kindCode.module:
        return targetsOf(evaluation.exportNamed(file, program.nameOf('export=')))
      case kindCode.class:
        return entitiesOf(sets.union(on(side.static), sets.union(on(side.instance), awaited(symbol))), symbol)
      case kindCode.interface:
        return entitiesOf(sets.union(on(side.instance), awaited(symbol)), symbol)
      case kindCode.object:
        return entitiesOf(on(side.static), symbol)
      case kindCode.type:
        return entitiesOf(
          evaluation.valued(file, program.files[file]!.facts.symbols.type[program.row[symbol]!]!),
          symbol,
        )
      case kindCode.namespace:
        return wholeOf(symbol)
      default:
        return entitiesOf(evaluation.symbolValued(symbol), symbol)
    }
  }

  /** What awaiting a promise of one's own kind gives, `interface Chain extends Promise<Response>`: who names a member of it may have awaited it. */
  function awaited(symbol: number): number {
    return evaluation.sets.weaken(evaluation.awaited(evaluation.values.of(symbol, side.instance, 0)), inferred)
  }

  /** What a `declare module 'x' { … export = y }` exports as a whole: all that is called `y` in it. */
  function wholeOf(namespace: number): readonly NameTarget[] {
    const file = program.owner[namespace]!
    const { symbols, exprs } = program.files[file]!.facts
    const expr = symbols.type[program.row[namespace]!]!
    if (expr < 0 || exprs.op[expr] !== opCode.symbol) return []
    const named = program.symbolName(program.symbol(file, exprs.a[expr]!))
    const found = members(namespace).find(({ name }) => name === program.text(named))
    return found?.targets ?? targetsOf(evaluation.named(file, expr))
  }

  /** The places of a file that export something by its name, by the symbol whose code they are. */
  function exportsIn(file: number): ReadonlyMap<number, readonly number[]> {
    let places = exportPlaces[file]
    if (places === undefined) {
      places = new Map()
      const { occurrences } = program.files[file]!.facts
      for (let at = 0; at < occurrences.count; at++) {
        if (occurrences.role[at] !== roleCode.export) continue
        const list = places.get(occurrences.in[at]!)
        if (list === undefined) places.set(occurrences.in[at]!, [at])
        else list.push(at)
      }
      exportPlaces[file] = places
    }
    return places
  }

  return {
    module: (file) => program.symbol(file, 0),
    get declaredModules() {
      return [...evaluation.globals.modules()].map(([specifier, symbols]) => ({ specifier, symbol: symbols[0]! }))
    },
    fileOf: (symbol) => program.owner[symbol]!,
    rowOf: (symbol) => program.row[symbol]!,
    names: (symbol) => (program.kind[symbol] === kindCode.module ? exports(program.owner[symbol]!) : members(symbol)),
    holders,
  }
}

function sorted(byName: ReadonlyMap<string, readonly NameTarget[]>): readonly PublicName[] {
  return [...byName]
    .map(([name, targets]) => ({ name, targets }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

/** What a file exports. */
interface ExportLists {
  readonly names: ReadonlySet<number>
  /** Modules outside the files, all of whose names it exports. */
  readonly outside: ReadonlySet<string>
}

/** The names that files export, those included that they export of other files without naming them. */
function createExportLists(evaluation: Evaluation): (file: number) => ExportLists {
  const { program } = evaluation
  const star = program.nameOf('*')
  const whole = program.nameOf('export=')
  const byDefault = program.nameOf('default')

  /** Files export all of each other in circles, so each is looked at once. */
  function add(file: number, names: Set<number>, outside: Set<string>, seen: Set<number>): void {
    seen.add(file)
    const { facts, targets } = program.files[file]!
    const { exports, exprs } = facts
    for (let row = 0; row < exports.count; row++) {
      const name = program.name(file, exports.name[row]!)
      if (name !== star) {
        if (name !== whole && (name !== byDefault || seen.size === 1)) names.add(name)
        continue
      }
      const expr = exports.expr[row]!
      const target = exprs.op[expr] === opCode.module ? targets[exprs.a[expr]!]! : undefined
      if (target?.kind === 'external') outside.add(target.name)
      if (target?.kind === 'file' && !seen.has(target.file)) add(target.file, names, outside, seen)
    }
  }

  return (file) => {
    const lists = { names: new Set<number>(), outside: new Set<string>() }
    add(file, lists.names, lists.outside, new Set())
    return lists
  }
}
