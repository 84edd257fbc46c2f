import type { Database, Transaction } from '@forge/db'
import { type RevisionTotals, revisionTotals } from '../revision-totals.ts'
import type { GraphTables } from '../schema.ts'

type Tx = Transaction<GraphTables>

/** A row of `revisions`, without its project. */
export type RevisionRow = Omit<GraphTables['revisions'], 'project'>

const revisionColumns = ['revision', 'created_at', ...revisionTotals] as const

/** Projects, their revisions and their small values. */
export class ProjectTable {
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>) {
    this.#statements = prepare(db)
  }

  find(tx: Tx, name: string): number | undefined {
    return tx.first(this.#statements.find, { name })?.id
  }

  create(tx: Tx, name: string): number {
    return tx.run(this.#statements.create, { name }).lastInsertRowid as number
  }

  /** The newest revision of a project by name, by one statement of its own. */
  async newest(name: string): Promise<number> {
    return (await this.#statements.newest.first({ name }))?.revision ?? 0
  }

  /** The newest revision. */
  head(tx: Tx, project: number): RevisionRow | undefined {
    return tx.first(this.#statements.head, { project })
  }

  /** A revision by its number. */
  revision(tx: Tx, project: number, revision: number): RevisionRow | undefined {
    return tx.first(this.#statements.revision, { project, revision })
  }

  /** The revisions after one, in order. */
  revisionsAfter(tx: Tx, project: number, revision: number): RevisionRow[] {
    return tx.all(this.#statements.revisionsAfter, { project, revision })
  }

  addRevision(
    tx: Tx,
    project: number,
    row: RevisionTotals & { readonly revision: number; readonly createdAt: number },
  ): void {
    tx.run(this.#statements.addRevision, { project, ...row })
  }

  meta(tx: Tx, project: number, key: string): string | undefined {
    return tx.first(this.#statements.meta, { project, key })?.value
  }

  putMeta(tx: Tx, project: number, key: string, value: string): void {
    tx.run(this.#statements.putMeta, { project, key, value })
  }
}

function prepare(db: Database<GraphTables>) {
  return {
    find: db.prepared((kysely, param: { name: string }) =>
      kysely.selectFrom('projects').select('id').where('name', '=', param.name),
    ),
    create: db.prepared((kysely, param: { name: string }) =>
      kysely.insertInto('projects').values({ name: param.name } as never),
    ),
    head: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('revisions')
        .select(revisionColumns)
        .where('project', '=', param.project)
        .orderBy('revision', 'desc')
        .limit(1),
    ),
    revision: db.prepared((kysely, param: { project: number; revision: number }) =>
      kysely
        .selectFrom('revisions')
        .select(revisionColumns)
        .where('project', '=', param.project)
        .where('revision', '=', param.revision),
    ),
    revisionsAfter: db.prepared((kysely, param: { project: number; revision: number }) =>
      kysely
        .selectFrom('revisions')
        .select(revisionColumns)
        .where('project', '=', param.project)
        .where('revision', '>', param.revision)
        .orderBy('revision'),
    ),
    newest: db.prepared((kysely, param: { name: string }) =>
      kysely
        .selectFrom('revisions as r')
        .innerJoin('projects as p', 'p.id', 'r.project')
        .select('r.revision')
        .where('p.name', '=', param.name)
        .orderBy('r.revision', 'desc')
        .limit(1),
    ),
    addRevision: db.prepared(
      (kysely, param: RevisionTotals & { project: number; revision: number; createdAt: number }) =>
        kysely.insertInto('revisions').values({
          project: param.project,
          revision: param.revision,
          created_at: param.createdAt,
          files: param.files,
          lines: param.lines,
          symbols: param.symbols,
          edges: param.edges,
          unresolved: param.unresolved,
        }),
    ),
    meta: db.prepared((kysely, param: { project: number; key: string }) =>
      kysely
        .selectFrom('project_meta')
        .select('value')
        .where('project', '=', param.project)
        .where('key', '=', param.key),
    ),
    putMeta: db.prepared((kysely, param: { project: number; key: string; value: string }) =>
      kysely
        .insertInto('project_meta')
        .values({ project: param.project, key: param.key, value: param.value })
        .onConflict((conflict) =>
          conflict.columns(['project', 'key']).doUpdateSet((eb) => ({ value: eb.ref('excluded.value') })),
        ),
    ),
  }
}
