import type { Database, Transaction } from '@forge/db'
import type { PdgTables } from '../schema.ts'

type Tx = Transaction<PdgTables>
type Use = PdgTables['pdg_uses']

interface OfFunction {
  project: number
  id: number
}

/** Which files have which functions. */
export class UseTable {
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<PdgTables>) {
    this.#statements = prepare(db)
  }

  /** The files that have a function, by their paths. */
  filesOf(tx: Tx, key: OfFunction): readonly { readonly path: string; readonly layout: Uint8Array }[] {
    return tx.all(this.#statements.filesOf, key)
  }

  /** The functions of a file, by all uses of a project: only for a file whose layout cannot be read. */
  functionsOf(tx: Tx, key: { project: number; id: number }): readonly number[] {
    return tx.all(this.#statements.usesOf, key).map((use) => use.function)
  }

  /** Adds a use; how many rows that wrote, as below. */
  add(tx: Tx, use: Use): number {
    return tx.run(this.#statements.addUse, use).changes
  }

  drop(tx: Tx, use: Use): number {
    return tx.run(this.#statements.dropUse, use).changes
  }
}

function prepare(db: Database<PdgTables>) {
  return {
    filesOf: db.prepared((kysely, param: OfFunction) =>
      kysely
        .selectFrom('pdg_uses as u')
        .innerJoin('pdg_files as f', (join) => join.onRef('f.project', '=', 'u.project').onRef('f.id', '=', 'u.file'))
        .select(['f.path', 'f.layout'])
        .where('u.project', '=', param.project)
        .where('u.function', '=', param.id)
        .orderBy('f.path'),
    ),
    usesOf: db.prepared((kysely, param: OfFunction) =>
      kysely
        .selectFrom('pdg_uses')
        .select('function')
        .where('project', '=', param.project)
        .where('file', '=', param.id),
    ),
    addUse: db.prepared((kysely, param: PdgTables['pdg_uses']) =>
      kysely.insertInto('pdg_uses').values({ project: param.project, function: param.function, file: param.file }),
    ),
    dropUse: db.prepared((kysely, param: PdgTables['pdg_uses']) =>
      kysely
        .deleteFrom('pdg_uses')
        .where('project', '=', param.project)
        .where('function', '=', param.function)
        .where('file', '=', param.file),
    ),
  }
}
