import type { Facts } from '@forge/lang'
import { kindCode, opCode } from './codes.ts'
import { elementOf, emptySet } from './confident-sets.ts'
import { type Evaluation, flatMap } from './evaluation.ts'
import type { LinkFile } from './link-types.ts'
import type { Program } from './program.ts'
import { side } from './values.ts'

/** What the files of a program add to modules with `declare module 'x'`. */
export interface Augmentations {
  /** The declarations merged with one of a module of the project. */
  of(symbol: number): readonly number[]
  /** The declarations merged with something outside the project, by its id. */
  ofExternal(id: string): readonly number[]
  /** The symbol of the project that a declaration is merged with, -1 for none. */
  origin(symbol: number): number
  /** The declarations that a file exports beside its own. */
  exports(file: number, name: number): readonly number[]
  readonly isEmpty: boolean
  /** The files that declare to add something, also where it leads nowhere. */
  readonly files: ReadonlySet<number>
  /** The same for two that say the same. */
  readonly digest: string
}

const nothing: readonly number[] = []

/** That no file adds anything to a module. */
export const noAugmentations: Augmentations = {
  of: () => nothing,
  ofExternal: () => nothing,
  origin: () => -1,
  exports: () => nothing,
  isEmpty: true,
  files: new Set(),
  digest: '',
}

/** Collects what is added to modules; `evaluation`, which is made without that, says what the modules export themselves. */
export function collectAugmentations(
  evaluation: Evaluation,
  files: Iterable<number> = evaluation.program.files.keys(),
): Augmentations {
  const { program, externals, sets } = evaluation
  const merged = new Map<number, number[]>()
  const outside = new Map<string, number[]>()
  const origins = new Map<number, number>()
  const exported = new Map<string, number[]>()

  const given = new Set<number>()
  for (const { symbol, holder } of additions(program, files)) {
    const file = program.owner[symbol]!
    given.add(file)
    const { facts, targets } = program.files[file]!
    const target = targets[facts.exprs.a[facts.symbols.type[program.row[holder]!]!]!]!
    const name = program.symbolName(symbol)
    if (target.kind === 'external')
      add(outside, externals.id(externals.child(externals.root(target.name), name)), symbol)
    if (target.kind !== 'file') continue
    const named = evaluation.exportNamed(target.file, name)
    const found = named === emptySet ? inWholeExport(evaluation, target.file, name) : named
    for (let i = 0; i < sets.size(found); i++) {
      const entity = elementOf(sets.at(found, i))
      if (entity < 0) continue
      add(merged, entity, symbol)
      origins.set(symbol, entity)
    }
    if (sets.size(found) === 0) add(exported, `${target.file} ${name}`, symbol)
  }
  if (merged.size + outside.size + exported.size === 0) return { ...noAugmentations, files: given }
  return {
    of: (symbol) => merged.get(symbol) ?? nothing,
    ofExternal: (id) => outside.get(id) ?? nothing,
    origin: (symbol) => origins.get(symbol) ?? -1,
    exports: (file, name) => exported.get(`${file} ${name}`) ?? nothing,
    isEmpty: false,
    files: given,
    digest: JSON.stringify([[...merged], [...outside], [...exported]]),
  }
}

/** What a name is in the namespace that a file exports as a whole, with `export =`. */
function inWholeExport(evaluation: Evaluation, file: number, name: number): number {
  const { program, sets, values } = evaluation
  const whole = evaluation.exportNamed(file, program.nameOf('export='))
  return flatMap(sets, whole, (entity) =>
    entity < 0 ? emptySet : evaluation.memberNamed(values.of(entity, side.static, 0), name),
  )
}

function add<Key>(lists: Map<Key, number[]>, key: Key, symbol: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [symbol])
  else list.push(symbol)
}

/** Whether a file adds anything to a module. */
export function hasAdditions({ facts }: LinkFile): boolean {
  return additionsIn(facts).next().done !== true
}

/** The declarations directly inside the `declare module 'x'` of modules. */
function* additions(
  program: Program,
  files: Iterable<number>,
): Generator<{ readonly symbol: number; readonly holder: number }> {
  for (const file of files) {
    for (const { row, holder } of additionsIn(program.files[file]!.facts)) {
      yield { symbol: program.symbol(file, row), holder: program.symbol(file, holder) }
    }
  }
}

function* additionsIn({ symbols, exprs }: Facts): Generator<{ readonly row: number; readonly holder: number }> {
  const holders = new Set<number>()
  for (let row = 1; row < symbols.count; row++) {
    const parent = symbols.parent[row]!
    if (parent === 0) {
      if (symbols.kind[row] !== kindCode.namespace || symbols.type[row]! < 0) continue
      if (exprs.op[symbols.type[row]!] === opCode.module) holders.add(row)
    } else if (holders.size > 0 && holders.has(parent) && symbols.kind[row] !== kindCode.import) {
      yield { row, holder: parent }
    }
  }
}
