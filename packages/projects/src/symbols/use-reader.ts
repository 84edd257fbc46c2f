import type { Database } from '@forge/db'
import type { RegistryTables } from '../schema.ts'
import { confidences, type Confidence, type PublicSymbol } from './feed-types.ts'
import type { LinkReason } from './resolve-use.ts'
import { symbolOf } from './symbol-row.ts'

/** What a public symbol is of. */
export interface Owner {
  /** Undefined for an installed package. */
  readonly project: number | undefined
  /** The package that it is of: of an installed one its name; of a project the package in whose folder it is, empty where that has no name. */
  readonly package: string
  readonly version: string
}

/** One thing that a use may mean. */
export interface UseLink {
  readonly owner: Owner
  /** Undefined where there is nothing of that name. */
  readonly symbol: PublicSymbol | undefined
  readonly confidence: Confidence
  readonly reason: LinkReason
}

/** That the code of a package of a project names something outside the project, and all it may mean, the surest first. */
export interface Use {
  readonly project: number
  /** The folder of the package; empty for the project itself. */
  readonly folder: string
  /** `external:zod#object`: the id in the graph of the project. */
  readonly outside: string
  /** The package that is imported. */
  readonly package: string
  /** How many files name it, and how many places in them. */
  readonly files: number
  readonly sites: number
  readonly links: readonly UseLink[]
}

/** Reads what projects name outside of themselves. */
export class UseReader {
  readonly #db: Database<RegistryTables>
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<RegistryTables>) {
    this.#db = db
    this.#statements = prepare(db)
  }

  /** All that a project names, or one thing, by package, id and folder. */
  of(project: number, outside?: string): Promise<readonly Use[]> {
    const { uses, usesOfOutside, packages } = this.#statements
    return this.#db.transaction(
      (tx) => {
        const rows = outside === undefined ? tx.all(uses, { project }) : tx.all(usesOfOutside, { project, outside })
        const owners = new Owners(Map.groupBy(tx.all(packages), ({ provider }) => provider))
        return collect(rows, owners)
      },
      { mode: 'read' },
    )
  }
}

interface PackageRow {
  readonly provider: number
  readonly folder: string
  readonly name: string
  readonly version: string
}

/** Rows of one use come one after the other. */
function collect(rows: readonly UseJoin[], owners: Owners): readonly Use[] {
  const uses: (Use & { readonly links: UseLink[] })[] = []
  let last: number | undefined
  for (const row of rows) {
    const { id, project, folder, outside, package: name, files, sites } = row
    if (id !== last) uses.push({ project, folder, outside, package: name, files, sites, links: [] })
    last = id
    const link = linkOf(row, owners)
    if (link !== undefined) uses.at(-1)!.links.push(link)
  }
  return uses
}

/** A use and one of its links; what is of the link is null where it has none, what is of the symbol where that leads to none. */
interface UseJoin {
  readonly id: number
  readonly project: number
  readonly folder: string
  readonly outside: string
  readonly package: string
  readonly files: number
  readonly sites: number
  readonly provider: number | null
  readonly reason: string | null
  readonly confidence: number | null
  readonly owner: number | null
  readonly ownerName: string | null
  readonly ownerVersion: string | null
  readonly symbolId: string | null
  readonly shown_as: string | null
  readonly name: string | null
  readonly qualified_name: string | null
  readonly kind: string | null
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
}

function linkOf(row: UseJoin, owners: Owners): UseLink | undefined {
  if (row.reason === null) return undefined
  const symbol = symbolIn(row)
  return {
    owner: owners.of(row, symbol),
    symbol,
    confidence: confidences[row.confidence!]!,
    reason: row.reason as LinkReason,
  }
}

function symbolIn({
  symbolId,
  shown_as,
  name,
  qualified_name,
  kind,
  file,
  line,
  column,
}: UseJoin): PublicSymbol | undefined {
  if (symbolId === null) return undefined
  return symbolOf({
    id: symbolId,
    shown_as: shown_as!,
    name: name!,
    qualified_name: qualified_name!,
    kind: kind!,
    file: file!,
    line: line!,
    column: column!,
  })
}

/** Says which package something is of. */
class Owners {
  readonly #packages: ReadonlyMap<number, readonly PackageRow[]>

  constructor(packages: ReadonlyMap<number, readonly PackageRow[]>) {
    this.#packages = packages
  }

  of(
    { provider, owner, ownerName, ownerVersion, package: imported }: UseJoin,
    symbol: PublicSymbol | undefined,
  ): Owner {
    if (owner === null) return { project: undefined, package: ownerName ?? imported, version: ownerVersion ?? '' }
    const packages = this.#packages.get(provider!) ?? []
    const found =
      symbol === undefined ? packages.find(({ name }) => name === imported) : innermost(packages, symbol.file)
    return { project: owner, package: found?.name ?? imported, version: found?.version ?? '' }
  }
}

function innermost(packages: readonly PackageRow[], file: string): PackageRow | undefined {
  let best: PackageRow | undefined
  for (const one of packages) {
    const holds = one.folder === '' || file.startsWith(`${one.folder}/`)
    if (holds && one.folder.length >= (best?.folder.length ?? 0)) best = one
  }
  return best
}

function prepare(db: Database<RegistryTables>) {
  const joined = (where: 'all' | 'outside') =>
    db.prepared((q, p: { project: number; outside?: string }) => {
      const uses = q
        .selectFrom('uses as u')
        .leftJoin('links as l', 'l.use', 'u.id')
        .leftJoin('providers as v', 'v.id', 'l.provider')
        .leftJoin('symbols as s', (join) => join.onRef('s.provider', '=', 'l.provider').onRef('s.key', '=', 'l.target'))
        .select([
          'u.id',
          'u.project',
          'u.folder',
          'u.outside',
          'u.package',
          'u.files',
          'u.sites',
          'l.provider',
          'l.reason',
          'l.confidence',
          'v.project as owner',
          'v.name as ownerName',
          'v.version as ownerVersion',
          's.id as symbolId',
          's.shown_as',
          's.name',
          's.qualified_name',
          's.kind',
          's.file',
          's.line',
          's.column',
        ])
        .where('u.project', '=', p.project)
        .orderBy('u.package')
        .orderBy('u.outside')
        .orderBy('u.folder')
        .orderBy('l.position')
      return where === 'all' ? uses : uses.where('u.outside', '=', p.outside!)
    })
  return {
    uses: joined('all'),
    usesOfOutside: joined('outside'),
    packages: db.prepared((q) =>
      q
        .selectFrom('packages as k')
        .innerJoin('providers as v', 'v.id', 'k.provider')
        .select(['k.provider', 'k.folder', 'k.name', 'k.version'])
        .where('v.project', 'is not', null),
    ),
  }
}
