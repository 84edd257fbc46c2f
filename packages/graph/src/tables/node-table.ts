import type { Database, Transaction } from '@forge/db'
import { type RawBuilder, type Selectable, sql } from 'kysely'
import { externalCode, nodeCode } from '../codes.ts'
import type { NodeInput } from '../graph-types.ts'
import { packHalstead } from '../packed-halstead.ts'
import type { GraphTables } from '../schema.ts'
import { BulkInsert, type BulkStatements, prepareBulkInsert } from './bulk-insert.ts'

type Tx = Transaction<GraphTables>

/** A row of `nodes`. */
export type NodeRow = Selectable<GraphTables['nodes']>

const columns = [
  'project',
  'id',
  'file',
  'name',
  'qualified_name',
  'descriptor',
  'kind',
  'exported',
  'complexity',
  'hash',
  'start_offset',
  'end_offset',
  'name_offset',
  'name_length',
  'created',
  'updated',
  'embedding',
  'cognitive',
  'halstead',
] as const satisfies readonly (keyof GraphTables['nodes'])[]

/** Symbols, and which there are in a file. */
export class NodeTable {
  readonly #bulk: BulkStatements
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>) {
    this.#bulk = prepareBulkInsert(db, 'nodes', columns)
    this.#statements = prepare(db)
  }

  bulk(tx: Tx): BulkInsert {
    return new BulkInsert(tx, this.#bulk)
  }

  /** The highest row id of a project. */
  lastId(tx: Tx, project: number): number {
    return tx.first(this.#statements.last, { project })?.id ?? 0
  }

  get(tx: Tx, project: number, id: number): NodeRow | undefined {
    return tx.first(this.#statements.get, { project, id })
  }

  byHash(tx: Tx, project: number, hash: Uint8Array): NodeRow[] {
    return tx.all(this.#statements.byHash, { project, hash })
  }

  /** The nodes of a file, in the order of their ids. */
  ofFile(tx: Tx, project: number, file: number): NodeRow[] {
    return tx.all(this.#statements.ofFile, { project, file })
  }

  /** Row ids of the nodes of a file with their descriptors. */
  idsOfFile(tx: Tx, project: number, file: number): { readonly id: number; readonly descriptor: string }[] {
    return tx.all(this.#statements.idsOfFile, { project, file })
  }

  /** How many symbols of the project there are. */
  count(tx: Tx, project: number): number {
    return tx.firstOrThrow(this.#statements.count, { project }).count
  }

  external(tx: Tx, project: number, id: string): number | undefined {
    return tx.first(this.#statements.external, { project, id })?.id
  }

  /** Writes every column but the identity of a node. */
  update(tx: Tx, row: NodeRow): void {
    tx.run(this.#statements.update, row)
  }

  /** Takes a node out that no edge touches any more. */
  remove(tx: Tx, project: number, id: number): void {
    tx.run(this.#statements.remove, { project, id })
  }

  /** Takes an external symbol out unless an edge leads to it; whether it did. */
  removeUnusedExternal(tx: Tx, project: number, id: number): boolean {
    return tx.run(this.#statements.removeUnusedExternal, { project, id }).changes > 0
  }
}

/** The values of a row in the order {@link NodeTable.bulk} takes them. */
export function nodeValues(row: NodeRow): unknown[] {
  return columns.map((column) => row[column])
}

/** The row of a node that is new in `revision`. */
export function nodeRow(project: number, id: number, file: number, node: NodeInput, revision: number): NodeRow {
  return {
    project,
    id,
    file,
    name: node.name,
    qualified_name: node.qualifiedName,
    descriptor: node.descriptor,
    kind: nodeCode(node.kind),
    exported: node.exported ? 1 : 0,
    complexity: node.complexity,
    hash: node.hash,
    start_offset: node.start,
    end_offset: node.end,
    name_offset: node.nameStart - node.start,
    name_length: node.nameEnd - node.nameStart,
    created: revision,
    updated: revision,
    embedding: node.embedding ?? null,
    cognitive: node.code?.cognitive ?? null,
    halstead: node.code == null ? null : packHalstead(node.code),
  }
}

/** The row of a symbol outside the project; its name is what follows the last `#`, `/` or `:`. */
export function externalRow(project: number, id: number, descriptor: string, revision: number): NodeRow {
  const qualifiedName = descriptor.slice(Math.max(descriptor.lastIndexOf('#'), descriptor.indexOf(':')) + 1)
  return {
    project,
    id,
    file: null,
    name: qualifiedName.slice(Math.max(qualifiedName.lastIndexOf('.'), qualifiedName.lastIndexOf('/')) + 1),
    qualified_name: qualifiedName,
    descriptor,
    kind: externalCode,
    exported: 1,
    complexity: null,
    hash: null,
    start_offset: 0,
    end_offset: 0,
    name_offset: 0,
    name_length: 0,
    created: revision,
    updated: revision,
    embedding: null,
    cognitive: null,
    halstead: null,
  }
}

/** Where the name of a node starts and ends, as offsets. */
export const namePlace: Readonly<Record<'start' | 'end', RawBuilder<number>>> = {
  start: sql`start_offset + name_offset`,
  end: sql`start_offset + name_offset + name_length`,
}

interface Key {
  project: number
  id: number
}

function prepare(db: Database<GraphTables>) {
  return {
    last: db.prepared((kysely, param: { project: number }) =>
      kysely.selectFrom('nodes').select('id').where('project', '=', param.project).orderBy('id', 'desc').limit(1),
    ),
    count: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('nodes')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('project', '=', param.project)
        .where('file', 'is not', null),
    ),
    get: db.prepared((kysely, param: Key) =>
      kysely.selectFrom('nodes').selectAll().where('project', '=', param.project).where('id', '=', param.id),
    ),
    byHash: db.prepared((kysely, param: { project: number; hash: Uint8Array }) =>
      kysely
        .selectFrom('nodes')
        .selectAll()
        .where('project', '=', param.project)
        .where(sql`substr(hash, 1, 4)`, '=', sql`substr(${param.hash}, 1, 4)`)
        .where('hash', '=', param.hash)
        .orderBy('id'),
    ),
    ofFile: db.prepared((kysely, param: { project: number; file: number }) =>
      kysely
        .selectFrom('nodes')
        .selectAll()
        .where('project', '=', param.project)
        .where('file', '=', param.file)
        .orderBy('id'),
    ),
    idsOfFile: db.prepared((kysely, param: { project: number; file: number }) =>
      kysely
        .selectFrom('nodes')
        .select(['id', 'descriptor'])
        .where('project', '=', param.project)
        .where('file', '=', param.file),
    ),
    external: db.prepared((kysely, param: { project: number; id: string }) =>
      kysely
        .selectFrom('nodes')
        .select('id')
        .where('project', '=', param.project)
        .where('file', 'is', null)
        .where('descriptor', '=', param.id),
    ),
    update: db.prepared((kysely, param: NodeRow) =>
      kysely
        .updateTable('nodes')
        .set(Object.fromEntries(columns.slice(3).map((column) => [column, param[column]])) as never)
        .where('project', '=', param.project)
        .where('id', '=', param.id),
    ),
    remove: db.prepared((kysely, param: Key) =>
      kysely.deleteFrom('nodes').where('project', '=', param.project).where('id', '=', param.id),
    ),
    removeUnusedExternal: db.prepared((kysely, param: Key) =>
      kysely
        .deleteFrom('nodes')
        .where('project', '=', param.project)
        .where('id', '=', param.id)
        .where('file', 'is', null)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('edges')
                .select('edges.kind')
                .where('edges.project', '=', param.project)
                .where('edges.target', '=', param.id),
            ),
          ),
        ),
    ),
  }
}
