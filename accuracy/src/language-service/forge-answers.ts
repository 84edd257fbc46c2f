import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rmSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { Forge } from '@forge/forge'
import { placeOf, type Place } from './place.ts'

/** A symbol as Forge exports it. */
export interface ForgeSymbol {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly file: string
  readonly start: number
  readonly end: number
  readonly nameStart: number
  readonly nameEnd: number
}

/** What Forge says about a place. */
export interface ForgeAnswer {
  /** Symbols of the project that are named there. */
  readonly symbols: readonly ForgeSymbol[]
  /** Ids of symbols outside of it. */
  readonly externals: readonly string[]
  /** Why nothing is named there. */
  readonly reason: string | undefined
}

/** Everything Forge says about the places of a folder. */
export interface ForgeAnswers {
  /** What a place names; nothing is said of places that are no occurrence. */
  at(place: Place): ForgeAnswer | undefined
  /** The symbols declared at a place. */
  declaredAt(place: Place): readonly ForgeSymbol[]
  /** The symbols declared in a file, by the place of their names. */
  declaredIn(file: string): readonly ForgeSymbol[]
  /** The places that name a symbol. */
  references(id: string): readonly Place[]
  readonly symbols: number
  readonly occurrences: number
}

interface ExportedEdge {
  readonly kind: string
  readonly to: string
  readonly confidence: string
  readonly sites: readonly (readonly [string, number, number])[]
}

interface Target {
  readonly id: string
  readonly confidence: string
}

/** Indexes a folder into a database of its own and reads its whole export. */
export async function forgeAnswers(folder: string): Promise<ForgeAnswers> {
  const database = join(tmpdir(), `forge-accuracy-${randomUUID()}.db`)
  try {
    await using forge = await Forge.open(folder, { database })
    await forge.index()
    return await readExport(forge.graph.exportLines())
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true })
  }
}

async function readExport(lines: AsyncIterable<string>): Promise<ForgeAnswers> {
  const symbols = new Map<string, ForgeSymbol>()
  const declared = new Map<Place, ForgeSymbol[]>()
  const occurrences = new Map<Place, { called: boolean; targets: Map<string, Target> }>()
  const reasons = new Map<Place, string>()
  for await (const text of lines) {
    const line: { readonly t: string } & Record<string, unknown> = JSON.parse(text)
    if (line.t === 'symbol') {
      const symbol = line as unknown as ForgeSymbol
      symbols.set(symbol.id, symbol)
      append(declared, placeOfSymbol(symbol), symbol)
    } else if (line.t === 'occurrence') {
      const { file, start, symbol, role } = line as unknown as Record<'file' | 'symbol' | 'role', string> & {
        start: number
      }
      const place = placeOf(file, start)
      const there = occurrences.get(place) ?? { called: false, targets: new Map() }
      occurrences.set(place, there)
      there.called ||= role === 'call'
      there.targets.set(symbol, { id: symbol, confidence: 'local' })
    } else if (line.t === 'edge') {
      const { kind, to, confidence, sites } = line as unknown as ExportedEdge
      if (kind === 'contains' || kind === 'overrides') continue
      for (const [file, start] of sites) {
        const targets = occurrences.get(placeOf(file, start))?.targets
        const known = targets?.get(to)
        if (targets === undefined || known === undefined || known.confidence === 'exact') continue
        targets.set(to, { id: to, confidence })
      }
    } else if (line.t === 'unresolved') {
      const { file, start, reason } = line as unknown as { file: string; start: number; reason: string }
      reasons.set(placeOf(file, start), reason)
    }
  }
  const answers = new Map<Place, ForgeAnswer>()
  const references = new Map<string, Place[]>()
  for (const [place, { called, targets }] of occurrences) {
    const named = namedBy([...targets.values()], called, symbols)
    for (const id of named) append(references, id, place)
    answers.set(place, {
      symbols: named.map((id) => symbols.get(id)).filter((symbol) => symbol !== undefined),
      externals: named.filter((id) => !symbols.has(id)),
      reason: undefined,
    })
  }
  for (const [place, reason] of reasons) {
    if (!answers.has(place)) answers.set(place, { symbols: [], externals: [], reason })
  }
  return {
    at: (place) => answers.get(place),
    declaredAt: (place) => declared.get(place) ?? [],
    declaredIn: (file) =>
      [...symbols.values()]
        .filter((symbol) => symbol.file === file)
        .toSorted((left, right) => left.nameStart - right.nameStart),
    references: (id) => references.get(id) ?? [],
    symbols: symbols.size,
    occurrences: answers.size,
  }
}

/**
 * Of the targets of a place, those that its name stands for: neither the constructor that `new` runs beside its class, nor
 * functions that are known to be the value of a variable, parameter or property which is called.
 */
function namedBy(
  targets: readonly Target[],
  called: boolean,
  symbols: ReadonlyMap<string, ForgeSymbol>,
): readonly string[] {
  const kinds = targets.map(({ id }) => symbols.get(id)?.kind ?? 'external')
  if (targets.length === 1 || !called) return targets.map(({ id }) => id)
  const hasHolder = kinds.some((kind) => holders.has(kind))
  const kept = targets.filter(({ confidence }, index) => {
    const kind = kinds[index]!
    if (kind === 'constructor') return false
    return !(hasHolder && values.has(kind) && confidence !== 'exact')
  })
  return (kept.length === 0 ? targets : kept).map(({ id }) => id)
}

const holders = new Set(['variable', 'constant', 'parameter', 'property', 'getter'])
const values = new Set(['function', 'method', 'class'])

/** The place by which a symbol is known: its name, or where it starts if it has none; of a module, its file. */
export function placeOfSymbol({ kind, file, start, nameStart, nameEnd }: ForgeSymbol): Place {
  if (kind === 'module') return placeOf(file, 'module')
  return placeOf(file, nameStart === nameEnd ? start : nameStart)
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
