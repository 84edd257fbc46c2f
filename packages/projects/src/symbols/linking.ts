import type { Database, Transaction } from '@forge/db'
import type { RegistryTables } from '../schema.ts'
import { everyProvider, type Read, UseResolver } from './resolve-use.ts'

type Tx = Transaction<RegistryTables>

/** Keeps the links of uses: what each may mean, and what that was found out by. */
export class Linking {
  readonly #statements: ReturnType<typeof prepare>
  readonly #resolver: UseResolver

  constructor(db: Database<RegistryTables>) {
    this.#statements = prepare(db)
    this.#resolver = new UseResolver(db)
  }

  /** Adds the uses whose links were found by one of these lookups. */
  addReaders(tx: Tx, changed: Iterable<Read>, due: Set<number>): void {
    for (const read of changed) for (const { use } of tx.all(this.#statements.readers, read)) due.add(use)
  }

  /** Adds the uses that lead to what is gone with its project. */
  addOrphans(tx: Tx, due: Set<number>): void {
    for (const { use } of tx.all(this.#statements.orphans)) due.add(use)
  }

  /** Finds what these uses may mean now. */
  link(tx: Tx, uses: Iterable<number>): void {
    const { use: find, dropLinks, dropReads, putLink, putRead } = this.#statements
    for (const id of uses) {
      const use = tx.first(find, { id })
      if (use === undefined) continue
      const { links, reads } = this.#resolver.resolve(tx, { project: use.project, origin: use.folder }, use.outside)
      tx.run(dropLinks, { use: id })
      tx.run(dropReads, { use: id })
      for (const [position, link] of links.entries()) tx.run(putLink, { use: id, position, ...link })
      for (const read of reads) tx.run(putRead, { use: id, ...read })
    }
  }
}

function prepare(db: Database<RegistryTables>) {
  return {
    readers: db.prepared((q, p: Read) =>
      q
        .selectFrom('reads')
        .select('use')
        .where('provider', '=', p.provider)
        .where('holder', '=', p.holder)
        .where('name', '=', p.name),
    ),
    orphans: db.prepared((q) =>
      q
        .selectFrom('reads as r')
        .select('r.use')
        .distinct()
        .where('r.provider', '>', everyProvider)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('providers as v').select('v.id').whereRef('v.id', '=', 'r.provider'))),
        ),
    ),
    use: db.prepared((q, p: { id: number }) =>
      q.selectFrom('uses').select(['project', 'folder', 'outside']).where('id', '=', p.id),
    ),
    dropLinks: db.prepared((q, p: { use: number }) => q.deleteFrom('links').where('use', '=', p.use)),
    dropReads: db.prepared((q, p: { use: number }) => q.deleteFrom('reads').where('use', '=', p.use)),
    putLink: db.prepared((q, p: RegistryTables['links']) =>
      q.insertInto('links').values({
        use: p.use,
        position: p.position,
        provider: p.provider,
        target: p.target,
        confidence: p.confidence,
        reason: p.reason,
      }),
    ),
    putRead: db.prepared((q, p: RegistryTables['reads']) =>
      q.insertInto('reads').values({ use: p.use, provider: p.provider, holder: p.holder, name: p.name }),
    ),
  }
}
