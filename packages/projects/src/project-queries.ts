import type { Database, PreparedQuery } from '@forge/db'
import type { ProjectTables } from './schema.ts'

/** What a query gives of a project. */
export interface StoredProject {
  readonly id: number
  readonly name: string
  readonly identity: string
  readonly root: string
  readonly database: string
  readonly added_at: number
}

type Place = { identity: string; root: string; database: string }

/** The statements of the registry, each compiled once. */
export class ProjectQueries {
  readonly all: PreparedQuery<object, StoredProject>
  readonly byId: PreparedQuery<{ id: number }, StoredProject>
  readonly byName: PreparedQuery<{ name: string }, StoredProject>
  readonly byRoot: PreparedQuery<{ root: string }, StoredProject>
  readonly byIdentity: PreparedQuery<{ identity: string }, StoredProject>
  readonly insert: PreparedQuery<Place & { name: string; added_at: number }, StoredProject>
  readonly place: PreparedQuery<Place & { id: number }, StoredProject>
  readonly rename: PreparedQuery<{ id: number; name: string }, StoredProject>
  readonly remove: PreparedQuery<{ id: number }, unknown>

  constructor(db: Database<ProjectTables>) {
    this.all = db.prepared((q) => q.selectFrom('projects').selectAll().orderBy('name'))
    this.byId = db.prepared((q, p: { id: number }) => q.selectFrom('projects').selectAll().where('id', '=', p.id))
    this.byName = db.prepared((q, p: { name: string }) =>
      q.selectFrom('projects').selectAll().where('name', '=', p.name),
    )
    this.byRoot = db.prepared((q, p: { root: string }) =>
      q.selectFrom('projects').selectAll().where('root', '=', p.root),
    )
    this.byIdentity = db.prepared((q, p: { identity: string }) =>
      q.selectFrom('projects').selectAll().where('identity', '=', p.identity).orderBy('id'),
    )
    this.insert = db.prepared((q, p: Place & { name: string; added_at: number }) =>
      q
        .insertInto('projects')
        .values({ name: p.name, identity: p.identity, root: p.root, database: p.database, added_at: p.added_at })
        .returningAll(),
    )
    this.place = db.prepared((q, p: Place & { id: number }) =>
      q
        .updateTable('projects')
        .set({ identity: p.identity, root: p.root, database: p.database })
        .where('id', '=', p.id)
        .returningAll(),
    )
    this.rename = db.prepared((q, p: { id: number; name: string }) =>
      q.updateTable('projects').set({ name: p.name }).where('id', '=', p.id).returningAll(),
    )
    this.remove = db.prepared((q, p: { id: number }) => q.deleteFrom('projects').where('id', '=', p.id))
  }
}
