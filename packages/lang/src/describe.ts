import { kindCode } from './codes.ts'
import { symbolFlag } from './facts.ts'
import type { Facts } from './facts.ts'

/** How the symbols of one file are named from outside it; element `i` is of symbol `i`. */
export interface SymbolDescriptions {
  readonly qualifiedNames: readonly string[]
  readonly descriptors: readonly string[]
}

const tags = new Map<number, string>([
  [kindCode.interface, '~type'],
  [kindCode.type, '~type'],
  [kindCode.namespace, '~namespace'],
  [kindCode.setter, '~set'],
])

/**
 * Names each symbol of a file, within that file.
 *
 * ```
 * qualified name := '' for the module, else name { '.' name }
 * descriptor     := qualified name [ tag ] [ '~' number ]
 * tag            := '~type' | '~namespace' | '~set' | '~static' | '~hidden'
 * ```
 *
 * The names of a qualified name are those of the symbol's ancestors below the module and its own,
 * outermost first, ancestors left out that are hidden, an `object` or an `import`. A function that
 * has no name is called `(anonymous)`; another symbol without one shares the name of the symbol it is shown as.
 *
 * An empty name (`{ '': 1 }`) is written `""`.
 *
 * A descriptor is unique in the file. Symbols of one qualified name form groups by what they mean:
 * values have no tag, interfaces, type aliases and type parameters `~type`, namespaces
 * `~namespace`, setters `~set`, and other static members `~static`. A group has its tag only where
 * the name has more than one group. Within a group the first symbol has no number, the second `~2`,
 * the third `~3`, in source order, local symbols after all others. Symbols that users never see
 * (hidden ones, objects and imports) are a group of their own, always tagged `~hidden`.
 *
 * So a descriptor stays when code moves inside the file or local names come and go; it changes when
 * its symbol or an ancestor is renamed, or when another one of the same qualified name does.
 */
export function describeSymbols(facts: Facts): SymbolDescriptions {
  const { symbols, strings } = facts
  const qualifiedNames: string[] = ['']
  const groups = new Map<string, number[]>()
  const unnamed = new Map<number, string>()
  for (let row = 1; row < symbols.count; row += 1) {
    const outer = qualifiedNames[symbols.parent[row]!]!
    const own = isUnnamed(facts, row) ? '' : strings[symbols.name[row]!]! || '""'
    let name = own === '' ? outer : outer === '' ? own : `${outer}.${own}`
    qualifiedNames.push(name)
    if (isUnnamedFunction(facts, row)) {
      name = outer === '' ? unnamedFunction : `${outer}.${unnamedFunction}`
      unnamed.set(row, name)
    }
    const rows = groups.get(name)
    if (rows === undefined) groups.set(name, [row])
    else rows.push(row)
  }
  for (const [row, name] of unnamed) qualifiedNames[row] = name
  const descriptors = [...qualifiedNames]
  const taken = new Set(['', ...groups.keys()])
  for (const [name, rows] of groups) {
    if (rows.length > 1 || isUnseen(facts, rows[0]!)) tellApart(facts, name, rows, taken, descriptors)
  }
  return { qualifiedNames, descriptors }
}

/** What a function without a name is called where it must be told apart. */
const unnamedFunction = '(anonymous)'

function isUnnamedFunction({ symbols }: Facts, row: number): boolean {
  return (symbols.flags[row]! & symbolFlag.hidden) !== 0 && symbols.kind[row] === kindCode.function
}

/** Whether a symbol adds nothing to a qualified name. */
function isUnnamed(facts: Facts, row: number): boolean {
  return (facts.symbols.flags[row]! & symbolFlag.hidden) !== 0 || facts.symbols.kind[row] === kindCode.object
}

function isUnseen(facts: Facts, row: number): boolean {
  return (isUnnamed(facts, row) && !isUnnamedFunction(facts, row)) || facts.symbols.kind[row] === kindCode.import
}

function isLocal(facts: Facts, row: number): boolean {
  return (facts.symbols.flags[row]! & symbolFlag.local) !== 0
}

function tellApart(
  facts: Facts,
  name: string,
  rows: readonly number[],
  taken: Set<string>,
  descriptors: string[],
): void {
  const seenTags = new Set(rows.filter((row) => !isUnseen(facts, row)).map((row) => tagOf(facts, row)))
  const used = new Set<string>()
  const lastNumbers = new Map<string, number>()
  const ordered = [...rows.filter((row) => !isLocal(facts, row)), ...rows.filter((row) => isLocal(facts, row))]
  for (const row of ordered) {
    const tag = tagOf(facts, row)
    const base = tag !== '~hidden' && seenTags.size < 2 ? name : name + tag
    let descriptor = base
    let number = lastNumbers.get(base) ?? 1
    if (number > 1) descriptor = `${base}~${(number += 1)}`
    while (used.has(descriptor) || (descriptor !== name && taken.has(descriptor))) {
      number += 1
      descriptor = `${base}~${number}`
    }
    lastNumbers.set(base, number)
    used.add(descriptor)
    descriptors[row] = descriptor
  }
  for (const descriptor of used) taken.add(descriptor)
}

function tagOf(facts: Facts, row: number): string {
  if (isUnseen(facts, row)) return '~hidden'
  const { symbols } = facts
  const tag = tags.get(symbols.kind[row]!)
  if (tag !== undefined) return tag
  return (symbols.flags[row]! & symbolFlag.static) === 0 ? '' : '~static'
}
