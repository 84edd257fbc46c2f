import type { Database } from '@forge/db'
import type { Kysely } from 'kysely'
import type { RegistryTables } from '../schema.ts'
import { ProjectFeeder } from './feed-project.ts'
import { confidences, type Confidence, type FeedReport, type ProjectFeed, type PublicSymbol } from './feed-types.ts'
import { parseOutside } from './outside-id.ts'
import { symbolOf } from './symbol-row.ts'
import { type Use, UseReader } from './use-reader.ts'
import { everyProvider, type LinkReason } from './resolve-use.ts'

/** What {@link createSymbolTable} makes a symbol table of. */
export interface SymbolTableOptions {
  /** A database with the tables of `projectMigrations`. */
  readonly db: Database<RegistryTables>
}

/** An installed package that is known. */
export interface KnownPackage {
  readonly provider: number
  readonly name: string
  readonly version: string
  readonly files: readonly { readonly path: string; readonly hash: string }[]
  /** The specifiers it was read by. */
  readonly specifiers: readonly string[]
}

/** Where a package was found installed, when the project was fed last. */
export interface KnownInstall {
  readonly origin: string
  readonly name: string
  /** Empty where it is not installed. */
  readonly location: string
  readonly version: string
  readonly stamp: string
  readonly provider: number | null
  readonly linked: number | null
  /** The files that were read there. */
  readonly files: readonly string[]
}

/** Who uses a symbol of a project. */
export interface User {
  readonly project: number
  readonly folder: string
  readonly outside: string
  readonly files: number
  readonly sites: number
  /** The id of the symbol that it means. */
  readonly symbol: string
  readonly confidence: Confidence
  readonly reason: LinkReason
}

/** A dependency that a package declares. */
export interface Dependency {
  /** The folder of the package. */
  readonly folder: string
  readonly name: string
  readonly kind: string
  readonly range: string
}

/** A name under which a public symbol can be imported: `parse` or `core.parse` of `zod`. */
export interface ExportPath {
  readonly specifier: string
  readonly path: string
  readonly symbol: PublicSymbol
}

/** How to wait. */
interface Waiting {
  readonly signal?: AbortSignal | undefined
}

/**
 * The public symbols of all projects and of the packages they have installed, and who names them.
 *
 * It is fed by each project ({@link SymbolTable.feed}); everything else only reads. Errors: those of the database, the reason of a signal.
 */
export interface SymbolTable {
  /**
   * Puts what is known of a project now in the place of what was, in one transaction, and links again the uses, of all projects, that it makes a difference to.
   *
   * @returns undefined, with nothing done, where another process has meanwhile dropped the project or a package that the feed says is known: read it again.
   */
  feed(project: number, feed: ProjectFeed, options?: Waiting): Promise<FeedReport | undefined>
  /** Links again what led to projects that are not in the registry any more. Returns how many uses that were. */
  repair(options?: Waiting): Promise<number>
  /** The stamp of the last feed of a project; undefined where it was never fed. */
  stamp(project: number): Promise<string | undefined>
  /** Installed packages of a name that are known. */
  known(name: string): Promise<readonly KnownPackage[]>
  /** Where packages were found when a project was fed last. */
  installs(project: number): Promise<readonly KnownInstall[]>
  /** What an installed package names of other ones in what it offers: `external:zod#object`. */
  outsides(provider: number): Promise<readonly string[]>
  /** The specifiers of a package that some project names: `zod`, `zod/v4`. */
  specifiersNamed(packageName: string): Promise<readonly string[]>
  /** What a project names outside of itself, by package, id and folder. */
  uses(project: number): Promise<readonly Use[]>
  /**
   * Who uses symbols of a project.
   *
   * @param ids as in its graph
   * @param options.within also of what is in these: the members of a class, all that a file declares
   */
  users(project: number, ids: readonly string[], options?: { readonly within?: boolean }): Promise<readonly User[]>
  /** What a symbol outside a project may mean, for each of its packages that names it. */
  meanings(project: number, outside: string): Promise<readonly Use[]>
  dependencies(project: number): Promise<readonly Dependency[]>
  /** The folders of the packages of a project. */
  folders(project: number): Promise<readonly string[]>
  /** The names under which the symbols of a project can be imported, down to members of what is exported, at most `depth` names (default 1). */
  exportPaths(project: number, options?: { readonly depth?: number }): Promise<readonly ExportPath[]>
  /** The packages that projects have, by name. */
  packages(): Promise<readonly ProvidedPackage[]>
}

/** A package that a project has, or has installed. */
export interface ProvidedPackage {
  readonly name: string
  readonly version: string
  readonly project: number
  /** Relative to the project where it is a package of it; undefined where it is installed. */
  readonly folder: string | undefined
}

/** Opens the symbol table of a registry. */
export function createSymbolTable({ db }: SymbolTableOptions): SymbolTable {
  return new SqlSymbolTable(db)
}

class SqlSymbolTable implements SymbolTable {
  readonly #db: Database<RegistryTables>
  readonly #feeder: ProjectFeeder
  readonly #uses: UseReader
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<RegistryTables>) {
    this.#db = db
    this.#feeder = new ProjectFeeder(db)
    this.#uses = new UseReader(db)
    this.#statements = prepare(db)
  }

  feed(project: number, feed: ProjectFeed, { signal }: Waiting = {}): Promise<FeedReport | undefined> {
    return this.#db.transaction((tx) => this.#feeder.feed(tx, project, feed), { mode: 'immediate', signal })
  }

  async repair({ signal }: Waiting = {}): Promise<number> {
    if ((await this.#statements.orphan.first()) === undefined) return 0
    return this.#db.transaction((tx) => this.#feeder.repair(tx), { mode: 'immediate', signal })
  }

  async stamp(project: number): Promise<string | undefined> {
    return (await this.#statements.stamp.first({ project }))?.stamp
  }

  known(name: string): Promise<readonly KnownPackage[]> {
    return this.#db.transaction(
      (tx) =>
        tx.all(this.#statements.installed, { name }).map(({ id, version }) => ({
          provider: id,
          name,
          version: version ?? '',
          files: tx.all(this.#statements.files, { provider: id }),
          specifiers: tx.all(this.#statements.entries, { provider: id }).map(({ specifier }) => specifier),
        })),
      { mode: 'read' },
    )
  }

  installs(project: number): Promise<readonly KnownInstall[]> {
    return this.#db.transaction(
      (tx) => {
        const rows = tx.all(this.#statements.filesOfInstalls, { project })
        const files = Map.groupBy(rows, ({ provider }) => provider)
        return tx
          .all(this.#statements.installs, { project })
          .map((install): KnownInstall =>
            Object.assign(install, { files: (files.get(install.provider ?? 0) ?? []).map(({ path }) => path) }),
          )
      },
      { mode: 'read' },
    )
  }

  async outsides(provider: number): Promise<readonly string[]> {
    return (await this.#statements.outsidesOfProvider.all({ provider })).map(({ outside }) => outside!)
  }

  async specifiersNamed(packageName: string): Promise<readonly string[]> {
    const rows = await this.#statements.outsides.all({ package: packageName })
    return [...new Set(rows.map(({ outside }) => specifierOf(outside)))]
  }

  uses(project: number): Promise<readonly Use[]> {
    return this.#uses.of(project)
  }

  meanings(project: number, outside: string): Promise<readonly Use[]> {
    return this.#uses.of(project, outside)
  }

  users(
    project: number,
    ids: readonly string[],
    { within = false }: { readonly within?: boolean } = {},
  ): Promise<readonly User[]> {
    return this.#db.transaction(
      (tx) => {
        const found = new Map<string, User>()
        for (const id of ids) {
          const rows = tx.all(this.#statements.users, { project, id })
          if (within) {
            for (const [from, to] of insideOf(id))
              rows.push(...tx.all(this.#statements.usersWithin, { project, from, to }))
          }
          for (const row of rows) {
            const { confidence, reason, ...user } = row
            const key = JSON.stringify([user.project, user.folder, user.outside, user.symbol])
            if (found.has(key)) continue
            found.set(key, { ...user, confidence: confidences[confidence]!, reason: reason as LinkReason })
          }
        }
        return [...found.values()]
      },
      { mode: 'read' },
    )
  }

  dependencies(project: number): Promise<readonly Dependency[]> {
    return this.#statements.dependencies.all({ project })
  }

  async folders(project: number): Promise<readonly string[]> {
    return (await this.#statements.folders.all({ project })).map(({ folder }) => folder)
  }

  exportPaths(project: number, { depth = 1 }: { readonly depth?: number } = {}): Promise<readonly ExportPath[]> {
    return this.#db.transaction(
      (tx) => {
        const paths: ExportPath[] = []
        for (const { provider, specifier, symbol } of tx.all(this.#statements.entriesOfProject, { project })) {
          if (symbol === null) continue
          let level = [{ key: symbol, path: '' }]
          for (let at = 0; at < depth; at++) {
            const next: typeof level = []
            for (const { key, path } of level) {
              for (const row of tx.all(this.#statements.namesOfHolder, { provider, holder: key })) {
                const { exported, key: target, ...found } = row
                const inner = path === '' ? exported : `${path}.${exported}`
                paths.push({ specifier, path: inner, symbol: symbolOf(found) })
                next.push({ key: target, path: inner })
              }
            }
            level = next
          }
        }
        return paths
      },
      { mode: 'read' },
    )
  }

  async packages(): Promise<readonly ProvidedPackage[]> {
    const own = await this.#statements.ownPackages.all()
    const installed = await this.#statements.installedPackages.all()
    const packages: ProvidedPackage[] = []
    for (const { name, version, project, folder } of own) packages.push({ name, version, project: project!, folder })
    for (const { name, version, project } of installed) {
      packages.push({ name: name ?? '', version: version ?? '', project, folder: undefined })
    }
    return packages
  }
}

/** The ranges of ids, each without its end, of what is in a symbol: `a.ts#B.c` in `a.ts#B`, and that in `a.ts`. */
function insideOf(id: string): readonly (readonly [from: string, to: string])[] {
  return id.includes('#') ? [[`${id}.`, `${id}/`]] : [[`${id}#`, `${id}$`]]
}

function specifierOf(outside: string): string {
  return parseOutside(outside).specifier
}

function usersOf(q: Kysely<RegistryTables>, project: number) {
  return q
    .selectFrom('providers as v')
    .innerJoin('symbols as s', 's.provider', 'v.id')
    .innerJoin('links as l', (join) => join.onRef('l.provider', '=', 's.provider').onRef('l.target', '=', 's.key'))
    .innerJoin('uses as u', 'u.id', 'l.use')
    .select([
      'u.project',
      'u.folder',
      'u.outside',
      'u.files',
      'u.sites',
      's.shown_as as symbol',
      'l.confidence',
      'l.reason',
    ])
    .where('v.project', '=', project)
    .orderBy('u.project')
    .orderBy('u.outside')
    .orderBy('u.folder')
    .orderBy('l.confidence')
}

function prepare(db: Database<RegistryTables>) {
  return {
    orphan: db.prepared((q) =>
      q
        .selectFrom('reads as r')
        .select('r.use')
        .where('r.provider', '>', everyProvider)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('providers as v').select('v.id').whereRef('v.id', '=', 'r.provider'))),
        )
        .limit(1),
    ),
    stamp: db.prepared((q, p: { project: number }) =>
      q.selectFrom('feeds').select('stamp').where('project', '=', p.project),
    ),
    installed: db.prepared((q, p: { name: string }) =>
      q.selectFrom('providers').select(['id', 'version']).where('name', '=', p.name).orderBy('id'),
    ),
    files: db.prepared((q, p: { provider: number }) =>
      q.selectFrom('provider_files').select(['path', 'hash']).where('provider', '=', p.provider).orderBy('path'),
    ),
    entries: db.prepared((q, p: { provider: number }) =>
      q.selectFrom('entries').select('specifier').where('provider', '=', p.provider),
    ),
    installs: db.prepared((q, p: { project: number }) =>
      q
        .selectFrom('installs')
        .select(['origin', 'name', 'location', 'version', 'stamp', 'provider', 'linked'])
        .where('project', '=', p.project),
    ),
    filesOfInstalls: db.prepared((q, p: { project: number }) =>
      q
        .selectFrom('provider_files as f')
        .select(['f.provider', 'f.path'])
        .where('f.provider', 'in', (inner) =>
          inner
            .selectFrom('installs')
            .select('provider')
            .where('project', '=', p.project)
            .where('provider', 'is not', null)
            .$castTo<{ provider: number }>(),
        )
        .orderBy('f.provider')
        .orderBy('f.path'),
    ),
    outsides: db.prepared((q, p: { package: string }) =>
      q.selectFrom('uses').select('outside').distinct().where('package', '=', p.package).orderBy('outside'),
    ),
    outsidesOfProvider: db.prepared((q, p: { provider: number }) =>
      q
        .selectFrom('names')
        .select('outside')
        .where('provider', '=', p.provider)
        .where('outside', 'is not', null)
        .union(
          q.selectFrom('holders').select('outside').where('provider', '=', p.provider).where('outside', 'is not', null),
        ),
    ),
    users: db.prepared((q, p: { project: number; id: string }) => usersOf(q, p.project).where('s.shown_as', '=', p.id)),
    usersWithin: db.prepared((q, p: { project: number; from: string; to: string }) =>
      usersOf(q, p.project).where('s.shown_as', '>=', p.from).where('s.shown_as', '<', p.to),
    ),
    dependencies: db.prepared((q, p: { project: number }) =>
      q
        .selectFrom('dependencies')
        .select(['folder', 'name', 'kind', 'range'])
        .where('project', '=', p.project)
        .orderBy('folder')
        .orderBy('name')
        .orderBy('kind'),
    ),
    folders: db.prepared((q, p: { project: number }) =>
      q
        .selectFrom('packages as k')
        .innerJoin('providers as v', 'v.id', 'k.provider')
        .select('k.folder')
        .where('v.project', '=', p.project)
        .orderBy('k.folder'),
    ),
    entriesOfProject: db.prepared((q, p: { project: number }) =>
      q
        .selectFrom('providers as v')
        .innerJoin('entries as e', 'e.provider', 'v.id')
        .select(['e.provider', 'e.specifier', 'e.symbol'])
        .where('v.project', '=', p.project)
        .orderBy('e.specifier'),
    ),
    namesOfHolder: db.prepared((q, p: { provider: number; holder: number }) =>
      q
        .selectFrom('names as n')
        .innerJoin('symbols as s', (join) =>
          join.onRef('s.provider', '=', 'n.provider').onRef('s.key', '=', 'n.target'),
        )
        .select([
          'n.name as exported',
          's.key',
          's.id',
          's.shown_as',
          's.name',
          's.qualified_name',
          's.kind',
          's.file',
          's.line',
          's.column',
        ])
        .where('n.provider', '=', p.provider)
        .where('n.holder', '=', p.holder)
        .orderBy('n.name')
        .orderBy('n.position'),
    ),
    ownPackages: db.prepared((q) =>
      q
        .selectFrom('packages as k')
        .innerJoin('providers as v', 'v.id', 'k.provider')
        .select(['k.name', 'k.version', 'v.project', 'k.folder'])
        .where('v.project', 'is not', null)
        .orderBy('k.name')
        .orderBy('v.project')
        .orderBy('k.folder'),
    ),
    installedPackages: db.prepared((q) =>
      q
        .selectFrom('installs as i')
        .innerJoin('providers as v', 'v.id', 'i.provider')
        .select(['v.name', 'v.version', 'i.project'])
        .distinct()
        .orderBy('v.name')
        .orderBy('v.version')
        .orderBy('i.project'),
    ),
  }
}
