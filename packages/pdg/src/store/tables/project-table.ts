import type { Database, Transaction } from '@forge/db'
import type { PdgTables } from '../schema.ts'

type Tx = Transaction<PdgTables>

/** The projects of a database. */
export class ProjectTable {
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<PdgTables>) {
    this.#statements = prepare(db)
  }

  /** The id of a project; undefined for one that has nothing. */
  find(tx: Tx, name: string): number | undefined {
    return tx.first(this.#statements.project, { name })?.id
  }

  /** The id of a project, which is made where it is not there. */
  findOrAdd(tx: Tx, name: string): number {
    const known = this.find(tx, name)
    if (known !== undefined) return known
    tx.run(this.#statements.addProject, { name })
    return tx.firstOrThrow(this.#statements.project, { name }).id
  }
}

function prepare(db: Database<PdgTables>) {
  return {
    project: db.prepared((kysely, param: { name: string }) =>
      kysely.selectFrom('pdg_projects').select('id').where('name', '=', param.name),
    ),
    addProject: db.prepared((kysely, param: { name: string }) =>
      kysely.insertInto('pdg_projects').values({ name: param.name }),
    ),
  }
}
