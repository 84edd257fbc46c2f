import type { Database, Transaction } from '@forge/db'
import type { Selectable } from 'kysely'
import { type EdgeKind, edgeKinds } from '../graph-types.ts'
import type { GraphTables } from '../schema.ts'
import { isCommon, isRareEdgeKind } from '../secondary-indexes.ts'
import { BulkInsert, type BulkStatements, prepareBulkInsert } from './bulk-insert.ts'

type Tx = Transaction<GraphTables>

/** A row of `edges`. */
export type EdgeRow = Selectable<GraphTables['edges']>

const columns = ['project', 'source', 'target', 'kind', 'confidence', 'sites', 'metadata'] as const

/** Edges between symbols. */
export class EdgeTable {
  readonly #bulk: BulkStatements
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>) {
    this.#bulk = prepareBulkInsert(db, 'edges', columns)
    this.#statements = prepare(db)
  }

  /** Collects edges between nodes, of which `nodes` may not have inserted all yet. */
  bulk(tx: Tx, nodes: BulkInsert): BulkInsert {
    return new BulkInsert(tx, this.#bulk, nodes)
  }

  /** The edges that leave a node. */
  bySource(tx: Tx, project: number, source: number): EdgeRow[] {
    return tx.all(this.#statements.bySource, { project, source })
  }

  /** The edges that lead to a node. */
  byTarget(tx: Tx, project: number, target: number): EdgeRow[] {
    return tx.all(this.#statements.byTarget, { project, target })
  }

  byKind(tx: Tx, project: number, kind: EdgeKind): EdgeRow[] {
    const query = isCommon(kind) ? this.#statements.byCommonKind : this.#statements.byRareKind
    return tx.all(query, { project, kind: edgeKinds.indexOf(kind) })
  }

  /** The edges that leave the nodes of a file. */
  ofFile(tx: Tx, project: number, file: number): EdgeRow[] {
    return tx.all(this.#statements.ofFile, { project, file })
  }

  /** The symbols outside the project that the edges of a node lead to. */
  externalTargets(tx: Tx, project: number, source: number): number[] {
    return tx.all(this.#statements.externalTargets, { project, source }).map((row) => row.id)
  }

  /** Inserts an edge or replaces what is stored of it. */
  put(tx: Tx, row: EdgeRow): void {
    tx.run(this.#statements.put, row)
  }

  remove(tx: Tx, project: number, source: number, target: number, kind: number): void {
    tx.run(this.#statements.remove, { project, source, target, kind })
  }

  /** Removes every edge from and to a node; how many there were. */
  removeTouching(tx: Tx, project: number, id: number): number {
    const from = tx.run(this.#statements.removeFrom, { project, id }).changes
    return from + tx.run(this.#statements.removeTo, { project, id }).changes
  }

  /** The files whose nodes have an edge to a node. */
  filesLeadingTo(tx: Tx, project: number, target: number): number[] {
    return tx.all(this.#statements.filesLeadingTo, { project, target }).flatMap(({ file }) => file ?? [])
  }

  /** How many edges there are. */
  count(tx: Tx, project: number): number {
    return tx.firstOrThrow(this.#statements.count, { project }).count
  }
}

/** The values of a row in the order {@link EdgeTable.bulk} takes them. */
export function edgeValues(row: EdgeRow): unknown[] {
  return [row.project, row.source, row.target, row.kind, row.confidence, row.sites, row.metadata]
}

function prepare(db: Database<GraphTables>) {
  return {
    bySource: db.prepared((kysely, param: { project: number; source: number }) =>
      kysely.selectFrom('edges').selectAll().where('project', '=', param.project).where('source', '=', param.source),
    ),
    byTarget: db.prepared((kysely, param: { project: number; target: number }) =>
      kysely.selectFrom('edges').selectAll().where('project', '=', param.project).where('target', '=', param.target),
    ),
    byCommonKind: db.prepared((kysely, param: { project: number; kind: number }) =>
      kysely
        .selectFrom('edges')
        .selectAll()
        .where('project', '=', param.project)
        // Row ids are positive; saying so makes SQLite read the table in order instead of jumping there from an index.
        .where('source', '>', 0)
        .where('kind', '=', param.kind),
    ),
    byRareKind: db.prepared((kysely, param: { project: number; kind: number }) =>
      kysely
        .selectFrom('edges')
        .selectAll()
        .where('project', '=', param.project)
        .where('kind', '=', param.kind)
        .where(isRareEdgeKind),
    ),
    ofFile: db.prepared((kysely, param: { project: number; file: number }) =>
      kysely
        .selectFrom('nodes as n')
        .innerJoin('edges as e', (join) => join.onRef('e.project', '=', 'n.project').onRef('e.source', '=', 'n.id'))
        .selectAll('e')
        .where('n.project', '=', param.project)
        .where('n.file', '=', param.file),
    ),
    externalTargets: db.prepared((kysely, param: { project: number; source: number }) =>
      kysely
        .selectFrom('edges as e')
        .innerJoin('nodes as n', (join) => join.onRef('n.project', '=', 'e.project').onRef('n.id', '=', 'e.target'))
        .select('n.id')
        .distinct()
        .where('e.project', '=', param.project)
        .where('e.source', '=', param.source)
        .where('n.file', 'is', null),
    ),
    filesLeadingTo: db.prepared((kysely, param: { project: number; target: number }) =>
      kysely
        .selectFrom('edges as e')
        .innerJoin('nodes as n', (join) => join.onRef('n.project', '=', 'e.project').onRef('n.id', '=', 'e.source'))
        .select('n.file')
        .distinct()
        .where('e.project', '=', param.project)
        .where('e.target', '=', param.target),
    ),
    count: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('edges')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('project', '=', param.project),
    ),
    put: db.prepared((kysely, param: EdgeRow) =>
      kysely
        .insertInto('edges')
        .values(Object.fromEntries(columns.map((column) => [column, param[column]])) as never)
        .onConflict((conflict) =>
          conflict.columns(['project', 'source', 'target', 'kind']).doUpdateSet((eb) => ({
            confidence: eb.ref('excluded.confidence'),
            sites: eb.ref('excluded.sites'),
            metadata: eb.ref('excluded.metadata'),
          })),
        ),
    ),
    remove: db.prepared((kysely, param: { project: number; source: number; target: number; kind: number }) =>
      kysely
        .deleteFrom('edges')
        .where('project', '=', param.project)
        .where('source', '=', param.source)
        .where('target', '=', param.target)
        .where('kind', '=', param.kind),
    ),
    removeFrom: db.prepared((kysely, param: { project: number; id: number }) =>
      kysely.deleteFrom('edges').where('project', '=', param.project).where('source', '=', param.id),
    ),
    removeTo: db.prepared((kysely, param: { project: number; id: number }) =>
      kysely.deleteFrom('edges').where('project', '=', param.project).where('target', '=', param.id),
    ),
  }
}
