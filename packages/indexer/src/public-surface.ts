import { describeSymbols, symbolKinds, type Facts } from '@forge/lang'
import { createPublicNames, type Confidence, type LinkFile, type NameTarget, type PublicNames } from '@forge/link'
import { compareText } from './diagnostic.ts'
import { isShown } from './graph-records.ts'
import { baseName } from './project-paths.ts'

/** A symbol that can be named from outside, or holds names that can. */
export interface SurfaceSymbol {
  /** Its id, as in the graph: `src/pool.ts#Pool.acquire`. */
  readonly id: string
  /** The id of what users see in its place; the same where it has a name. */
  readonly shownAs: string
  readonly name: string
  readonly qualifiedName: string
  /** The kind, as in the graph; of what has no name that of what is seen in its place. */
  readonly kind: string
  readonly file: string
  /** Where its name is, both from 1, in UTF-16 units. */
  readonly line: number
  readonly column: number
}

/** What a name leads to: the place of a symbol in {@link PublicSurface.symbols}, or the id of one outside, `external:node:fs#readFile`. */
export interface SurfaceTarget {
  readonly symbol: number | string
  readonly confidence: Confidence
}

/** What may be named from outside of some files, and where it leads. */
export interface PublicSurface {
  readonly symbols: readonly SurfaceSymbol[]
  /** For each specifier that was asked for the module it leads to, -1 where it leads nowhere. */
  readonly entries: readonly { readonly specifier: string; readonly module: number }[]
  /** The names that symbols hold: what modules export, `*` for modules elsewhere all of whose names they export, and the members of all else. */
  readonly names: readonly {
    readonly holder: number
    readonly name: string
    readonly targets: readonly SurfaceTarget[]
  }[]
  /** Where names are looked for that a symbol does not hold itself. */
  readonly holders: readonly { readonly symbol: number; readonly targets: readonly SurfaceTarget[] }[]
}

/** A specifier that others may name, and where it leads. */
export interface SurfaceEntry {
  readonly specifier: string
  /** The index of the file that it leads to; undefined where it leads to none, or to one that is no code. */
  readonly file: number | undefined
  /** The path of a file that is no code: a style sheet, JSON. */
  readonly asset?: string | undefined
}

/** A {@link PublicSurface} without anything. */
export const emptySurface: PublicSurface = { symbols: [], entries: [], names: [], holders: [] }

/**
 * Finds everything that can be named through some modules: what they export, the members of that, and what those inherit. With
 * `declared`, the modules that files declare by name (`declare module 'x'`) are entries as well.
 */
export function publicSurface(
  files: readonly LinkFile[],
  entries: readonly SurfaceEntry[],
  { declared = false }: { readonly declared?: boolean } = {},
): PublicSurface {
  const collector = new Collector(files, createPublicNames(files))
  for (const entry of entries) collector.enter(entry)
  if (declared) collector.enterDeclared()
  return collector.finish()
}

class Collector {
  readonly #files: readonly LinkFile[]
  readonly #names: PublicNames
  readonly #places = new Map<number | string, number>()
  /** The symbols that were met, in the order of their places; files that are no code by their paths. */
  readonly #met: (number | string)[] = []
  readonly #entries = new Map<string, number>()
  readonly #describe: (file: number) => FileDescription

  constructor(files: readonly LinkFile[], names: PublicNames) {
    this.#files = files
    this.#names = names
    const known = new Map<number, FileDescription>()
    this.#describe = (file) => {
      let found = known.get(file)
      if (found === undefined) known.set(file, (found = new FileDescription(files[file]!)))
      return found
    }
  }

  enter({ specifier, file, asset }: SurfaceEntry): void {
    if (file !== undefined) this.#entries.set(specifier, this.#placeOf(this.#names.module(file)))
    else this.#entries.set(specifier, asset === undefined ? -1 : this.#placeOf(asset))
  }

  enterDeclared(): void {
    for (const { specifier, symbol } of this.#names.declaredModules) {
      const place = this.#entries.get(specifier) ?? -1
      // A file that does no more than declare the module has nothing to name itself.
      if (place < 0 || this.#isEmpty(this.#met[place]!)) this.#entries.set(specifier, this.#placeOf(symbol))
    }
  }

  finish(): PublicSurface {
    const names: PublicSurface['names'][number][] = []
    const holders: PublicSurface['holders'][number][] = []
    for (let place = 0; place < this.#met.length; place++) {
      const symbol = this.#met[place]!
      if (typeof symbol === 'string') continue
      for (const { name, targets } of this.#names.names(symbol)) {
        names.push({ holder: place, name, targets: this.#targetsOf(targets) })
      }
      const targets = this.#targetsOf(this.#names.holders(symbol))
      if (targets.length > 0) holders.push({ symbol: place, targets })
    }
    return {
      symbols: this.#met.map((symbol) => this.#show(symbol)),
      entries: [...this.#entries]
        .map(([specifier, module]) => ({ specifier, module }))
        .toSorted((left, right) => compareText(left.specifier, right.specifier)),
      names,
      holders,
    }
  }

  #isEmpty(symbol: number | string): boolean {
    return (
      typeof symbol === 'string' || (this.#names.names(symbol).length === 0 && this.#names.holders(symbol).length === 0)
    )
  }

  #placeOf(symbol: number | string): number {
    let place = this.#places.get(symbol)
    if (place === undefined) {
      place = this.#met.push(symbol) - 1
      this.#places.set(symbol, place)
    }
    return place
  }

  #targetsOf(targets: readonly NameTarget[]): readonly SurfaceTarget[] {
    // What every value of the platform has is no part of what these files offer.
    return targets.flatMap(({ symbol, confidence }) => {
      if (typeof symbol === 'number') return { symbol: this.#placeOf(symbol), confidence }
      return symbol.startsWith('external:globalThis') ? [] : { symbol, confidence }
    })
  }

  #show(symbol: number | string): SurfaceSymbol {
    if (typeof symbol === 'string') {
      const place = { file: symbol, line: 1, column: 1 }
      return { id: symbol, shownAs: symbol, name: baseName(symbol), qualifiedName: symbol, kind: 'module', ...place }
    }
    const file = this.#names.fileOf(symbol)
    return this.#describe(file).show(this.#files[file]!.path, this.#names.rowOf(symbol))
  }
}

/** Says how the symbols of a file are seen. */
class FileDescription {
  readonly #facts: Facts
  readonly #described: ReturnType<typeof describeSymbols>

  constructor({ facts }: LinkFile) {
    this.#facts = facts
    this.#described = describeSymbols(facts)
  }

  show(path: string, row: number): SurfaceSymbol {
    const { symbols, strings, lineStarts } = this.#facts
    let shown = row
    while (shown > 0 && !isShown(this.#facts, shown)) shown = symbols.parent[shown]!
    const offset = symbols.nameStart[row] === symbols.nameEnd[row] ? symbols.start[row]! : symbols.nameStart[row]!
    const line = lineOf(lineStarts, offset)
    return {
      id: this.#idOf(path, row),
      shownAs: this.#idOf(path, shown),
      name: shown === 0 ? baseName(path) : strings[symbols.name[shown]!]!,
      qualifiedName: shown === 0 ? path : this.#described.qualifiedNames[shown]!,
      kind: symbolKinds[symbols.kind[shown]!]!,
      file: path,
      line: line + 1,
      column: offset - lineStarts[line]! + 1,
    }
  }

  #idOf(path: string, row: number): string {
    return row === 0 ? path : `${path}#${this.#described.descriptors[row]!}`
  }
}

function lineOf(lineStarts: Int32Array, offset: number): number {
  let [low, high] = [0, lineStarts.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (lineStarts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return low
}
