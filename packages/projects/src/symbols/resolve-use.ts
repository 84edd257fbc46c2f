import type { Database, Transaction } from '@forge/db'
import { satisfies, validRange } from 'semver'
import type { RegistryTables } from '../schema.ts'
import { packageOf, parseOutside } from './outside-id.ts'

/** Why something is what a use may mean. */
export type LinkReason =
  /** The folder that is installed is that of the project. */
  | 'linked'
  /** It is what is installed. */
  | 'installed'
  /** The project has the version that is installed. */
  | 'same-version'
  /** The project has another version than the one that is installed. */
  | 'other-version'
  /** Nothing is installed; the project has a version that the dependency allows. */
  | 'in-range'
  /** Nothing is installed; the project has a version that the dependency does not allow. */
  | 'out-of-range'
  /** Nothing is installed, and nothing says which version is meant. */
  | 'by-name'

/** One thing that a use may mean; without a target where there is nothing of that name, or, `ambiguous`, where that is not known. */
export interface ResolvedLink {
  readonly provider: number
  readonly target: number | null
  readonly confidence: number
  readonly reason: LinkReason
}

/** What linking has looked up, whatever came of it: when one of these is another, the use has to be linked again. */
export interface Read {
  readonly provider: number
  readonly holder: number
  readonly name: string
}

/** Numbers that stand for a holder in {@link Read}: the specifiers of a provider; of all projects the packages, and what those need (see {@link needName}). */
export const entriesRead = -1
export const packagesRead = -2
export const needsRead = -3
/** The name that stands for where other names are looked for, in {@link Read}. */
export const holdersName = ''
/** The name of the members of an index signature. */
const unnamed = '[]'
/** The name of modules elsewhere, all of whose names a module exports. */
const everything = '*'
/** The provider of a {@link Read} about all projects. */
export const everyProvider = 0

const exact = 0
const inferred = 1
const ambiguous = 2

/** The name that stands for what a package means where it is imported, and which versions of it are asked for there. */
export function needName(project: number, origin: string, name: string): string {
  return JSON.stringify([project, origin, name])
}

/** How far a name is followed from package to package, and up through bases. */
const mostHops = 8
const mostBases = 16

/** Where something is imported. */
export interface Importer {
  readonly project: number
  /** See `InstallRow.origin`. */
  readonly origin: string
}

/** A symbol of a provider, and from where on its own imports are looked up. */
interface Place {
  readonly provider: number
  readonly symbol: number
  readonly confidence: number
  readonly importer: Importer
}

interface Candidate {
  readonly provider: number
  readonly confidence: number
  readonly reason: LinkReason
  readonly importer: Importer
}

interface Lead {
  readonly target: number | null
  readonly outside: string | null
  readonly confidence: number
}

/** Finds what uses may mean. */
export class UseResolver {
  readonly #queries: ReturnType<typeof prepare>

  constructor(db: Database<RegistryTables>) {
    this.#queries = prepare(db)
  }

  /** All that a use may mean, the surest first: one link for each candidate at least. */
  resolve(tx: Transaction<RegistryTables>, importer: Importer, outside: string): ResolvedUse {
    return new Resolution(tx, this.#queries).resolve(importer, outside)
  }
}

/** What a use may mean, and what that was found out by. */
export interface ResolvedUse {
  readonly links: readonly ResolvedLink[]
  readonly reads: Iterable<Read>
}

/** The resolution of one use. */
class Resolution {
  readonly #tx: Transaction<RegistryTables>
  readonly #queries: ReturnType<typeof prepare>
  readonly #reads = new Map<string, Read>()

  constructor(tx: Transaction<RegistryTables>, queries: ReturnType<typeof prepare>) {
    this.#tx = tx
    this.#queries = queries
  }

  resolve(importer: Importer, outside: string): ResolvedUse {
    const links: ResolvedLink[] = []
    const { specifier, path } = parseOutside(outside)
    for (const candidate of this.#candidates(importer, packageOf(specifier))) {
      const { provider, reason } = candidate
      const found = this.#enter(candidate, specifier, path, 0)
      if (found.length === 0) {
        // What JavaScript exports when it runs is not known.
        const confidence = this.#isUntyped(provider, specifier) ? ambiguous : candidate.confidence
        links.push({ provider, target: null, confidence, reason })
      }
      for (const { provider: of, symbol, confidence } of found) {
        const known = links.some((link) => link.provider === of && link.target === symbol)
        if (!known) links.push({ provider: of, target: symbol, confidence, reason })
      }
    }
    return { links: links.toSorted((left, right) => left.confidence - right.confidence), reads: this.#reads.values() }
  }

  #isUntyped(provider: number, specifier: string): boolean {
    const file = this.#tx.first(this.#queries.fileOfEntry, { provider, specifier })?.file
    return file !== undefined && /\.[cm]?jsx?$/.test(file)
  }

  /** What a package may be where it is imported. */
  #candidates(importer: Importer, name: string): readonly Candidate[] {
    const { project, origin } = importer
    this.#read(everyProvider, packagesRead, name)
    this.#read(everyProvider, needsRead, needName(project, origin, name))
    const install = this.#tx.first(this.#queries.install, { project, origin, name })
    const offers = this.#tx.all(this.#queries.projectPackages, { name }).filter((offer) => offer.project !== project)
    if (install?.linked != null && install.linkedProvider !== null) {
      const offer = offers.find((each) => each.provider === install.linkedProvider)
      const inside = { project: install.linked, origin: offer?.folder ?? '' }
      return [{ provider: install.linkedProvider, confidence: exact, reason: 'linked', importer: inside }]
    }
    const candidates: Candidate[] = []
    const installed = install?.provider ?? undefined
    if (installed !== undefined) {
      const inside = { project, origin: install!.location }
      candidates.push({ provider: installed, confidence: exact, reason: 'installed', importer: inside })
    }
    const installedVersion = installed === undefined ? undefined : install!.version
    const judged = offers.map((offer) => ({
      offer,
      reason: this.#judge(importer, name, offer.version, installedVersion),
    }))
    const likely = judged.filter(({ reason }) => reason === 'same-version' || reason === 'in-range')
    for (const { offer, reason } of judged) {
      const isLikely = reason === 'same-version' || reason === 'in-range'
      candidates.push({
        provider: offer.provider,
        confidence: isLikely && likely.length === 1 ? inferred : ambiguous,
        reason,
        importer: { project: offer.project!, origin: offer.folder },
      })
    }
    return candidates
  }

  #judge({ project, origin }: Importer, name: string, offered: string, installed: string | undefined): LinkReason {
    if (installed !== undefined) return installed === offered ? 'same-version' : 'other-version'
    const declared = this.#tx.first(this.#queries.range, { project, folder: origin, name })?.range
    const range = declared?.replace(/^workspace:/, '').replace(/^npm:.*@/, '')
    if (range === undefined || validRange(range) === null || offered === '') return 'by-name'
    return satisfies(offered, range, { includePrerelease: true }) ? 'in-range' : 'out-of-range'
  }

  #enter(candidate: Candidate, specifier: string, path: readonly string[], hops: number): readonly Place[] {
    const { provider, importer } = candidate
    for (const name of namesOfModule(specifier)) {
      this.#read(provider, entriesRead, name)
      const symbol = this.#tx.first(this.#queries.entry, { provider, specifier: name })?.symbol ?? undefined
      if (symbol === undefined) continue
      const module = { provider, symbol, confidence: candidate.confidence, importer }
      // The module stands for what it exports as a whole as well.
      if (path.length === 0) return distinct([module, ...this.#wholeOf(module, hops)])
      const found = this.#walk([module], path, hops)
      if (found.length > 0) return found
    }
    return []
  }

  /** Whether it is a file, or a module that is declared by name. */
  #isModule({ provider, symbol }: Place): boolean {
    return this.#tx.first(this.#queries.module, { provider, symbol }) !== undefined
  }

  /** Follows names from places on. */
  #walk(from: readonly Place[], path: readonly string[], hops: number): readonly Place[] {
    let places = from
    for (const name of path) places = distinct(places.flatMap((place) => this.#member(place, name, hops)))
    return places
  }

  /** What a name leads to that is looked for at a place: the place's own, else what the first of those that it has others from has. */
  #member(place: Place, name: string, hops: number): readonly Place[] {
    const queue = [place]
    const seen = new Set<string>()
    for (let at = 0; at < queue.length && at < mostBases; at++) {
      const holder = queue[at]!
      const key = `${holder.provider} ${holder.symbol}`
      if (seen.has(key)) continue
      seen.add(key)
      this.#read(holder.provider, holder.symbol, name)
      const { provider, symbol } = holder
      const leads = this.#tx.all(this.#queries.names, { provider, holder: symbol, name })
      if (leads.length > 0) return this.#follow(holder, leads, hops)
      queue.push(...this.#holdersOf(holder, hops))
      // `export *` leaves the default out.
      if (name !== 'default') queue.push(...this.#named(holder, everything, hops))
    }
    if (name !== 'default') return this.#unnamed(queue.slice(0, mostBases), hops)
    // What CommonJS exports as a whole is what `import x from` gives; where it exports by name, that is the module.
    const whole = this.#wholeOf(place, hops)
    return whole.length > 0 ? whole : [{ ...place, confidence: Math.max(place.confidence, inferred) }]
  }

  /** What a module exports as a whole: what it has names from, but for other declarations of the same module. Where that is a module again, what that exports as well. */
  #wholeOf(module: Place, hops: number): readonly Place[] {
    const places = new Map<string, Place>()
    const queue = [module]
    for (let at = 0; at < queue.length && at < mostBases; at++) {
      const own = this.#described(queue[at]!)
      for (const holder of this.#holdersOf(queue[at]!, hops)) {
        const { name, kind } = this.#described(holder)
        const key = `${holder.provider} ${holder.symbol}`
        const isSame = kind === 'namespace' && kind === own.kind && name === own.name
        if (isSame || places.has(key)) continue
        places.set(key, holder)
        if (this.#isModule(holder)) queue.push(holder)
      }
    }
    return [...places.values()]
  }

  #described({ provider, symbol }: Place): { readonly name?: string; readonly kind?: string } {
    return this.#tx.first(this.#queries.description, { provider, key: symbol }) ?? {}
  }

  /** An index signature has members of any name. */
  #unnamed(places: readonly Place[], hops: number): readonly Place[] {
    for (const place of places) {
      const found = this.#named(place, unnamed, hops)
      if (found.length > 0) return found
    }
    return []
  }

  /** What a name of the place's own leads to. */
  #named(place: Place, name: string, hops: number): readonly Place[] {
    const { provider, symbol } = place
    this.#read(provider, symbol, name)
    return this.#follow(place, this.#tx.all(this.#queries.names, { provider, holder: symbol, name }), hops)
  }

  #holdersOf(place: Place, hops: number): readonly Place[] {
    const { provider, symbol } = place
    this.#read(provider, symbol, holdersName)
    return this.#follow(place, this.#tx.all(this.#queries.holders, { provider, symbol }), hops)
  }

  #follow(from: Place, leads: readonly Lead[], hops: number): readonly Place[] {
    return leads.flatMap(({ target, outside, confidence }): readonly Place[] => {
      const least = Math.max(from.confidence, confidence)
      if (target !== null) return [{ ...from, symbol: target, confidence: least }]
      return outside === null || hops >= mostHops ? [] : this.#leave(from, outside, least, hops + 1)
    })
  }

  /** Goes on in another package. */
  #leave(from: Place, outside: string, confidence: number, hops: number): readonly Place[] {
    const { specifier, path } = parseOutside(outside)
    const candidates = this.#candidates(from.importer, packageOf(specifier))
    // Who takes what is installed has what that is made with; only where nothing is, others come into question.
    const sure = candidates.filter((candidate) => candidate.confidence === exact)
    return (sure.length > 0 ? sure : candidates).flatMap((candidate) =>
      this.#enter({ ...candidate, confidence: Math.max(candidate.confidence, confidence) }, specifier, path, hops),
    )
  }

  #read(provider: number, holder: number, name: string): void {
    const key = `${provider} ${holder} ${name}`
    if (!this.#reads.has(key)) this.#reads.set(key, { provider, holder, name })
  }
}

/** A module of Node.js is declared under two names, one of which has all of the other. */
function namesOfModule(specifier: string): readonly string[] {
  return specifier.startsWith('node:') ? [specifier, specifier.slice('node:'.length)] : [specifier]
}

function distinct(places: readonly Place[]): readonly Place[] {
  const found = new Map<string, Place>()
  for (const place of places) {
    const key = `${place.provider} ${place.symbol}`
    const known = found.get(key)
    if (known === undefined || known.confidence > place.confidence) found.set(key, place)
  }
  return [...found.values()]
}

function prepare(db: Database<RegistryTables>) {
  return {
    install: db.prepared((q, p: { project: number; origin: string; name: string }) =>
      q
        .selectFrom('installs as i')
        .leftJoin('providers as linked', 'linked.project', 'i.linked')
        .select(['i.location', 'i.version', 'i.provider', 'i.linked', 'linked.id as linkedProvider'])
        .where('i.project', '=', p.project)
        .where('i.origin', '=', p.origin)
        .where('i.name', '=', p.name),
    ),
    /** The packages of projects that have a name. */
    projectPackages: db.prepared((q, p: { name: string }) =>
      q
        .selectFrom('packages as k')
        .innerJoin('providers as v', 'v.id', 'k.provider')
        .select(['k.provider', 'k.folder', 'k.version', 'v.project'])
        .where('k.name', '=', p.name)
        .where('v.project', 'is not', null)
        .orderBy('v.project')
        .orderBy('k.folder'),
    ),
    range: db.prepared((q, p: { project: number; folder: string; name: string }) =>
      q
        .selectFrom('dependencies')
        .select('range')
        .where('project', '=', p.project)
        .where('folder', '=', p.folder)
        .where('name', '=', p.name)
        .orderBy('kind', 'desc')
        .limit(1),
    ),
    entry: db.prepared((q, p: { provider: number; specifier: string }) =>
      q.selectFrom('entries').select('symbol').where('provider', '=', p.provider).where('specifier', '=', p.specifier),
    ),
    fileOfEntry: db.prepared((q, p: { provider: number; specifier: string }) =>
      q
        .selectFrom('entries as e')
        .innerJoin('symbols as s', (join) =>
          join.onRef('s.provider', '=', 'e.provider').onRef('s.key', '=', 'e.symbol'),
        )
        .select('s.file')
        .where('e.provider', '=', p.provider)
        .where('e.specifier', '=', p.specifier),
    ),
    description: db.prepared((q, p: { provider: number; key: number }) =>
      q.selectFrom('symbols').select(['name', 'kind']).where('provider', '=', p.provider).where('key', '=', p.key),
    ),
    module: db.prepared((q, p: { provider: number; symbol: number }) =>
      q
        .selectFrom('symbols')
        .select('key')
        .where('provider', '=', p.provider)
        .where('key', '=', p.symbol)
        .where('kind', '=', 'module')
        .union(
          q
            .selectFrom('entries')
            .select('symbol as key')
            .where('provider', '=', p.provider)
            .where('symbol', '=', p.symbol)
            .$narrowType<{ key: number }>(),
        ),
    ),
    names: db.prepared((q, p: { provider: number; holder: number; name: string }) =>
      q
        .selectFrom('names')
        .select(['target', 'outside', 'confidence'])
        .where('provider', '=', p.provider)
        .where('holder', '=', p.holder)
        .where('name', '=', p.name)
        .orderBy('position'),
    ),
    holders: db.prepared((q, p: { provider: number; symbol: number }) =>
      q
        .selectFrom('holders')
        .select(['target', 'outside', 'confidence'])
        .where('provider', '=', p.provider)
        .where('symbol', '=', p.symbol)
        .orderBy('position'),
    ),
  }
}
