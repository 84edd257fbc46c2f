import type { Database, Transaction } from '@forge/db'
import type { PdgTables } from '../schema.ts'

type Tx = Transaction<PdgTables>

interface OfFunction {
  project: number
  id: number
}

/** The vectors of functions. */
export class EmbeddingTable {
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<PdgTables>) {
    this.#statements = prepare(db)
  }

  find(tx: Tx, key: OfFunction): Uint8Array | undefined {
    return tx.first(this.#statements.embedding, key)?.vector
  }

  /** How many there are. */
  count(tx: Tx, project: number): number {
    return tx.firstOrThrow(this.#statements.embeddingTotals, { project }).embeddings
  }

  /** Sets a vector; how many rows that wrote, as below. */
  set(tx: Tx, row: PdgTables['pdg_embeddings']): number {
    return tx.run(this.#statements.setEmbedding, row).changes
  }

  drop(tx: Tx, key: OfFunction): number {
    return tx.run(this.#statements.dropEmbedding, key).changes
  }
}

function prepare(db: Database<PdgTables>) {
  return {
    embedding: db.prepared((kysely, param: OfFunction) =>
      kysely
        .selectFrom('pdg_embeddings')
        .select('vector')
        .where('project', '=', param.project)
        .where('function', '=', param.id),
    ),
    embeddingTotals: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('pdg_embeddings')
        .select(({ fn }) => fn.countAll<number>().as('embeddings'))
        .where('project', '=', param.project),
    ),
    setEmbedding: db.prepared((kysely, param: PdgTables['pdg_embeddings']) =>
      kysely
        .insertInto('pdg_embeddings')
        .values({ project: param.project, function: param.function, vector: param.vector })
        .onConflict((conflict) =>
          conflict.columns(['project', 'function']).doUpdateSet((eb) => ({ vector: eb.ref('excluded.vector') })),
        ),
    ),
    dropEmbedding: db.prepared((kysely, param: OfFunction) =>
      kysely.deleteFrom('pdg_embeddings').where('project', '=', param.project).where('function', '=', param.id),
    ),
  }
}
