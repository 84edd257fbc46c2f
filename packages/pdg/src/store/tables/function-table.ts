import type { Database, Transaction } from '@forge/db'
import { sql } from 'kysely'
import type { PdgFunctionTable, PdgTables } from '../schema.ts'

type Tx = Transaction<PdgTables>

interface OfProject {
  project: number
}
interface OfFunction extends OfProject {
  id: number
}
interface OfHash extends OfProject {
  hash: Uint8Array
}

/** A function as it is read, without its graph. */
export type FunctionRow = Omit<PdgFunctionTable, 'project' | 'id' | 'bytes'>

/** A function with its graph. */
export interface GraphRow {
  readonly hash: Uint8Array
  readonly ir: Uint8Array
  readonly pdg: Uint8Array
}

/** The sums of the sizes of all functions. */
export type FunctionTotals = Omit<PdgFunctionTable, 'project' | 'id' | 'hash' | 'kind' | 'place'> & {
  readonly functions: number
}

/** Functions, each once, and their graphs. */
export class FunctionTable {
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<PdgTables>) {
    this.#statements = prepare(db)
  }

  /** The id of the function with a hash. */
  idOf(tx: Tx, key: OfHash): number | undefined {
    return tx.first(this.#statements.functionOfHash, key)?.id
  }

  find(tx: Tx, key: OfFunction): FunctionRow {
    return tx.firstOrThrow(this.#statements.function, key)
  }

  graph(tx: Tx, key: OfFunction): GraphRow {
    return tx.firstOrThrow(this.#statements.graph, key)
  }

  totals(tx: Tx, project: number): FunctionTotals {
    return tx.firstOrThrow(this.#statements.totals, { project })
  }

  /** The highest id of a function, 0 where there is none. */
  last(tx: Tx, project: number): number {
    return tx.first(this.#statements.lastFunction, { project })?.id ?? 0
  }

  /** Adds a function; how many rows that wrote, as below. */
  add(tx: Tx, row: PdgFunctionTable): number {
    return tx.run(this.#statements.addFunction, row).changes
  }

  addGraph(tx: Tx, row: PdgTables['pdg_graphs']): number {
    return tx.run(this.#statements.addGraph, row).changes
  }

  setGraph(tx: Tx, row: PdgTables['pdg_graphs']): number {
    return tx.run(this.#statements.setGraph, row).changes
  }

  setPlace(tx: Tx, row: OfFunction & { place: Uint8Array | null }): number {
    return tx.run(this.#statements.setPlace, row).changes
  }

  /** Drops a function that nothing has; its graph and its embedding go with it. */
  dropUnused(tx: Tx, key: OfFunction): number {
    return tx.run(this.#statements.dropUnused, key).changes
  }
}

function prepare(db: Database<PdgTables>) {
  return {
    functionOfHash: db.prepared((kysely, param: OfHash) =>
      kysely
        .selectFrom('pdg_functions')
        .select('id')
        .where('project', '=', param.project)
        .where('hash', '=', param.hash),
    ),
    function: db.prepared((kysely, param: OfFunction) =>
      kysely
        .selectFrom('pdg_functions')
        .select(['hash', 'kind', 'instructions', 'blocks', 'merges', 'data_edges', 'control_edges', 'place'])
        .where('project', '=', param.project)
        .where('id', '=', param.id),
    ),
    graph: db.prepared((kysely, param: OfFunction) =>
      kysely
        .selectFrom('pdg_functions as f')
        .innerJoin('pdg_graphs as g', (join) =>
          join.onRef('g.project', '=', 'f.project').onRef('g.function', '=', 'f.id'),
        )
        .select(['f.hash', 'g.ir', 'g.pdg'])
        .where('f.project', '=', param.project)
        .where('f.id', '=', param.id),
    ),
    totals: db.prepared((kysely, param: OfProject) =>
      kysely
        .selectFrom('pdg_functions')
        .select(({ fn }) => [
          fn.countAll<number>().as('functions'),
          fn.coalesce(fn.sum<number>('instructions'), sql<number>`0`).as('instructions'),
          fn.coalesce(fn.sum<number>('blocks'), sql<number>`0`).as('blocks'),
          fn.coalesce(fn.sum<number>('merges'), sql<number>`0`).as('merges'),
          fn.coalesce(fn.sum<number>('data_edges'), sql<number>`0`).as('data_edges'),
          fn.coalesce(fn.sum<number>('control_edges'), sql<number>`0`).as('control_edges'),
          fn.coalesce(fn.sum<number>('bytes'), sql<number>`0`).as('bytes'),
        ])
        .where('project', '=', param.project),
    ),
    lastFunction: db.prepared((kysely, param: OfProject) =>
      kysely
        .selectFrom('pdg_functions')
        .select('id')
        .where('project', '=', param.project)
        .orderBy('id', 'desc')
        .limit(1),
    ),
    addFunction: db.prepared((kysely, param: PdgFunctionTable) =>
      kysely.insertInto('pdg_functions').values({
        project: param.project,
        id: param.id,
        hash: param.hash,
        kind: param.kind,
        instructions: param.instructions,
        blocks: param.blocks,
        merges: param.merges,
        data_edges: param.data_edges,
        control_edges: param.control_edges,
        bytes: param.bytes,
        place: param.place,
      }),
    ),
    addGraph: db.prepared((kysely, param: PdgTables['pdg_graphs']) =>
      kysely
        .insertInto('pdg_graphs')
        .values({ project: param.project, function: param.function, ir: param.ir, pdg: param.pdg }),
    ),
    setGraph: db.prepared((kysely, param: PdgTables['pdg_graphs']) =>
      kysely
        .updateTable('pdg_graphs')
        .set({ ir: param.ir, pdg: param.pdg })
        .where('project', '=', param.project)
        .where('function', '=', param.function),
    ),
    setPlace: db.prepared((kysely, param: OfFunction & { place: Uint8Array | null }) =>
      kysely
        .updateTable('pdg_functions')
        .set({ place: param.place })
        .where('project', '=', param.project)
        .where('id', '=', param.id),
    ),
    dropUnused: db.prepared((kysely, param: OfFunction) =>
      kysely
        .deleteFrom('pdg_functions')
        .where('project', '=', param.project)
        .where('id', '=', param.id)
        .where('place', 'is', null)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('pdg_uses')
                .select('file')
                .where('project', '=', param.project)
                .where('function', '=', param.id),
            ),
          ),
        ),
    ),
  }
}
