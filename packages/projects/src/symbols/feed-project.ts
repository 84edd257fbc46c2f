import type { Database, Transaction } from '@forge/db'
import type { RegistryTables } from '../schema.ts'
import type { FedInstall, FedInstalled, FeedReport, ProjectFeed } from './feed-types.ts'
import { Linking } from './linking.ts'
import { everyProvider, needName, needsRead, packagesRead, type Read } from './resolve-use.ts'
import { SurfaceWriter } from './write-surface.ts'

type Tx = Transaction<RegistryTables>

/** Puts what is known of a project in the place of what was. */
export class ProjectFeeder {
  readonly #statements: ReturnType<typeof prepare>
  readonly #surfaces: SurfaceWriter
  readonly #linking: Linking

  constructor(db: Database<RegistryTables>) {
    this.#statements = prepare(db)
    this.#surfaces = new SurfaceWriter(db)
    this.#linking = new Linking(db)
  }

  /**
   * Does so, and links again the uses of all projects that what has changed makes a difference to.
   *
   * @returns undefined, with nothing done, where somebody has dropped the project or a package that the feed says is known.
   */
  feed(tx: Tx, project: number, feed: ProjectFeed): FeedReport | undefined {
    if (!this.#hasAll(tx, project, feed)) return undefined
    const changed: Read[] = []
    const provider = this.#providerOf(tx, project)
    changed.push(...this.#writePackages(tx, provider, feed))
    changed.push(...this.#surfaces.write(tx, provider, feed.surface))
    changed.push(...this.#writeDependencies(tx, project, feed))
    changed.push(...this.#writeInstalls(tx, project, feed.installs))
    const added = this.#writeUses(tx, project, feed)
    this.#dropUnused(tx)
    const due = new Set(added)
    this.#linking.addReaders(tx, changed, due)
    this.#linking.addOrphans(tx, due)
    this.#linking.link(tx, due)
    tx.run(this.#statements.putStamp, { project, stamp: feed.stamp })
    return { changed: changed.length, relinked: due.size, uses: feed.uses.length }
  }

  /** Links the uses again that lead to projects which are gone. */
  repair(tx: Tx): number {
    const due = new Set<number>()
    this.#dropUnused(tx)
    this.#linking.addOrphans(tx, due)
    this.#linking.link(tx, due)
    return due.size
  }

  #hasAll(tx: Tx, project: number, { installs }: ProjectFeed): boolean {
    const { project: find, isProvider } = this.#statements
    const projects = new Set([project])
    const providers = new Set<number>()
    for (const { is } of installs) {
      if (is === 'nothing') continue
      if ('project' in is) projects.add(is.project)
      else if ('provider' in is) providers.add(is.provider)
      else if (is.instead !== undefined) providers.add(is.instead)
    }
    return (
      [...projects].every((id) => tx.first(find, { id }) !== undefined) &&
      [...providers].every((id) => tx.first(isProvider, { id }) !== undefined)
    )
  }

  #providerOf(tx: Tx, project: number): number {
    const known = tx.first(this.#statements.provider, { project })
    return (
      known?.id ??
      (tx.run(this.#statements.addProvider, { project, name: null, version: null }).lastInsertRowid as number)
    )
  }

  #writePackages(tx: Tx, provider: number, { packages }: ProjectFeed): readonly Read[] {
    const { packages: all, dropPackages, putPackage } = this.#statements
    const before = tx.all(all, { provider })
    const rows = (list: readonly { folder: string; name: string; version: string }[], name: string): string =>
      JSON.stringify(list.filter((each) => each.name === name).map(({ folder, version }) => [folder, version]))
    const names = new Set([...before, ...packages].map(({ name }) => name))
    const changed = [...names].filter((name) => rows(before, name) !== rows(packages, name))
    if (changed.length > 0) {
      tx.run(dropPackages, { provider })
      for (const { folder, name, version } of packages) tx.run(putPackage, { provider, folder, name, version })
    }
    return changed.map((name) => ({ provider: everyProvider, holder: packagesRead, name }))
  }

  #writeDependencies(tx: Tx, project: number, { packages }: ProjectFeed): readonly Read[] {
    const { dependencies, dropDependencies, putDependency } = this.#statements
    const wanted = packages.flatMap(({ folder, dependencies: declared }) =>
      declared.map(({ name, kind, range }) => ({ folder, name, kind, range })),
    )
    const textOf = ({ kind, range }: (typeof wanted)[number]): string => JSON.stringify([kind, range])
    const keyOf = ({ folder, name }: (typeof wanted)[number]): string => needName(project, folder, name)
    const changed = differing(tx.all(dependencies, { project }), wanted, keyOf, textOf)
    if (changed.length > 0) {
      tx.run(dropDependencies, { project })
      for (const row of wanted) tx.run(putDependency, { project, ...row })
    }
    return changed.map((name) => ({ provider: everyProvider, holder: needsRead, name }))
  }

  #writeInstalls(tx: Tx, project: number, installs: readonly FedInstall[]): readonly Read[] {
    const { installs: all, dropInstalls, putInstall } = this.#statements
    const changed: Read[] = []
    const read = new Map<FedInstalled, number>()
    const rows = installs.map(({ origin, name, location, version, stamp, is }) => {
      let provider: number | null = null
      if (is === 'nothing') return { origin, name, location, version, stamp, provider, linked: null }
      if ('provider' in is) {
        provider = is.provider
      } else if ('read' in is) {
        provider = read.get(is.read) ?? this.#writeInstalled(tx, is.read, is.instead, changed)
        read.set(is.read, provider)
      }
      return { origin, name, location, version, stamp, provider, linked: 'project' in is ? is.project : null }
    })
    // What leads into a project that was not fed yet is linked again when it is.
    for (const { linked } of rows) if (linked !== null) this.#providerOf(tx, linked)
    const textOf = ({ location, version, provider, linked }: (typeof rows)[number]): string =>
      JSON.stringify([location, version, provider, linked])
    const keyOf = ({ origin, name }: (typeof rows)[number]): string => needName(project, origin, name)
    for (const name of differing(tx.all(all, { project }), rows, keyOf, textOf)) {
      changed.push({ provider: everyProvider, holder: needsRead, name })
    }
    tx.run(dropInstalls, { project })
    for (const row of rows) tx.run(putInstall, { project, ...row })
    return changed
  }

  #writeInstalled(tx: Tx, read: FedInstalled, instead: number | undefined, changed: Read[]): number {
    const { name, version, files, surface } = read
    const { addProvider, setProvider, dropFiles, putFile } = this.#statements
    let provider = instead
    if (provider === undefined) {
      provider = tx.run(addProvider, { project: null, name, version }).lastInsertRowid as number
    } else {
      tx.run(setProvider, { id: provider, name, version })
      tx.run(dropFiles, { provider })
    }
    for (const { path, hash } of files) tx.run(putFile, { provider, path, hash })
    changed.push(...this.#surfaces.write(tx, provider, surface))
    return provider
  }

  /** Returns the uses that are new. */
  #writeUses(tx: Tx, project: number, { uses }: ProjectFeed): readonly number[] {
    const { usesOf, addUse, setUse, dropUse } = this.#statements
    const key = (folder: string, outside: string): string => `${folder}\0${outside}`
    const before = new Map(tx.all(usesOf, { project }).map((use) => [key(use.folder, use.outside), use]))
    const added: number[] = []
    for (const { folder, outside, package: name, files, sites } of uses) {
      const known = before.get(key(folder, outside))
      before.delete(key(folder, outside))
      if (known === undefined) {
        const use = { project, folder, outside, package: name, files, sites }
        added.push(tx.run(addUse, use).lastInsertRowid as number)
      } else if (known.files !== files || known.sites !== sites) {
        tx.run(setUse, { id: known.id, files, sites })
      }
    }
    for (const { id } of before.values()) tx.run(dropUse, { id })
    return added
  }

  /** Drops packages that no project has installed any more. */
  #dropUnused(tx: Tx): void {
    for (const { id } of tx.all(this.#statements.unused)) tx.run(this.#statements.dropProvider, { id })
  }
}

/** The keys under which two lists have different rows, whatever their order. */
function differing<Row>(
  before: readonly Row[],
  now: readonly Row[],
  keyOf: (row: Row) => string,
  textOf: (row: Row) => string,
): readonly string[] {
  const texts = (rows: readonly Row[]): ReadonlyMap<string, string> =>
    new Map([...Map.groupBy(rows, keyOf)].map(([key, same]) => [key, JSON.stringify(same.map(textOf).toSorted())]))
  const [old, wanted] = [texts(before), texts(now)]
  return [...new Set([...old.keys(), ...wanted.keys()])].filter((key) => old.get(key) !== wanted.get(key))
}

function prepare(db: Database<RegistryTables>) {
  return {
    project: db.prepared((q, p: { id: number }) => q.selectFrom('projects').select('id').where('id', '=', p.id)),
    isProvider: db.prepared((q, p: { id: number }) => q.selectFrom('providers').select('id').where('id', '=', p.id)),
    provider: db.prepared((q, p: { project: number }) =>
      q.selectFrom('providers').select('id').where('project', '=', p.project),
    ),
    addProvider: db.prepared((q, p: { project: number | null; name: string | null; version: string | null }) =>
      q.insertInto('providers').values({ project: p.project, name: p.name, version: p.version } as never),
    ),
    setProvider: db.prepared((q, p: { id: number; name: string; version: string }) =>
      q.updateTable('providers').set({ name: p.name, version: p.version }).where('id', '=', p.id),
    ),
    dropProvider: db.prepared((q, p: { id: number }) => q.deleteFrom('providers').where('id', '=', p.id)),
    unused: db.prepared((q) =>
      q
        .selectFrom('providers as v')
        .select('v.id')
        .where('v.project', 'is', null)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('installs as i').select('i.provider').whereRef('i.provider', '=', 'v.id'))),
        ),
    ),
    dropFiles: db.prepared((q, p: { provider: number }) =>
      q.deleteFrom('provider_files').where('provider', '=', p.provider),
    ),
    putFile: db.prepared((q, p: RegistryTables['provider_files']) =>
      q.insertInto('provider_files').values({ provider: p.provider, path: p.path, hash: p.hash }),
    ),
    packages: db.prepared((q, p: { provider: number }) =>
      q
        .selectFrom('packages')
        .select(['folder', 'name', 'version'])
        .where('provider', '=', p.provider)
        .orderBy('folder'),
    ),
    dropPackages: db.prepared((q, p: { provider: number }) =>
      q.deleteFrom('packages').where('provider', '=', p.provider),
    ),
    putPackage: db.prepared((q, p: RegistryTables['packages']) =>
      q.insertInto('packages').values({ provider: p.provider, folder: p.folder, name: p.name, version: p.version }),
    ),
    dependencies: db.prepared((q, p: { project: number }) =>
      q.selectFrom('dependencies').select(['folder', 'name', 'kind', 'range']).where('project', '=', p.project),
    ),
    dropDependencies: db.prepared((q, p: { project: number }) =>
      q.deleteFrom('dependencies').where('project', '=', p.project),
    ),
    putDependency: db.prepared((q, p: RegistryTables['dependencies']) =>
      q
        .insertInto('dependencies')
        .values({ project: p.project, folder: p.folder, name: p.name, kind: p.kind, range: p.range }),
    ),
    installs: db.prepared((q, p: { project: number }) =>
      q
        .selectFrom('installs')
        .select(['origin', 'name', 'location', 'version', 'stamp', 'provider', 'linked'])
        .where('project', '=', p.project),
    ),
    dropInstalls: db.prepared((q, p: { project: number }) => q.deleteFrom('installs').where('project', '=', p.project)),
    putInstall: db.prepared((q, p: RegistryTables['installs']) =>
      q.insertInto('installs').values({
        project: p.project,
        origin: p.origin,
        name: p.name,
        location: p.location,
        version: p.version,
        stamp: p.stamp,
        provider: p.provider,
        linked: p.linked,
      }),
    ),
    usesOf: db.prepared((q, p: { project: number }) =>
      q.selectFrom('uses').select(['id', 'folder', 'outside', 'files', 'sites']).where('project', '=', p.project),
    ),
    addUse: db.prepared((q, p: Omit<RegistryTables['uses'], 'id'>) =>
      q.insertInto('uses').values({
        project: p.project,
        folder: p.folder,
        outside: p.outside,
        package: p.package,
        files: p.files,
        sites: p.sites,
      } as never),
    ),
    setUse: db.prepared((q, p: { id: number; files: number; sites: number }) =>
      q.updateTable('uses').set({ files: p.files, sites: p.sites }).where('id', '=', p.id),
    ),
    dropUse: db.prepared((q, p: { id: number }) => q.deleteFrom('uses').where('id', '=', p.id)),
    putStamp: db.prepared((q, p: { project: number; stamp: string }) =>
      q
        .insertInto('feeds')
        .values({ project: p.project, stamp: p.stamp })
        .onConflict((conflict) =>
          conflict.column('project').doUpdateSet((eb) => ({ stamp: eb.ref('excluded.stamp') })),
        ),
    ),
  }
}
