import { setImmediate } from 'node:timers/promises'
import type { Database, Transaction } from '@forge/db'
import type { GraphTables } from './schema.ts'
import { namePlace } from './tables/node-table.ts'

/** A file as it is exported, with what is packed with it. */
export interface ExportedFile {
  readonly id: number
  readonly path: string
  readonly hash: Uint8Array
  readonly language: string
  readonly lines: number
  readonly locals: Uint8Array
}

/** A node as it is exported. */
export interface ExportedNode {
  readonly id: number
  readonly file: number | null
  readonly descriptor: string
  readonly kind: number
  readonly name: string
  readonly qualified_name: string
  readonly start_offset: number
  readonly end_offset: number
  readonly name_start: number
  readonly name_end: number
}

/** Unresolved places of a file that share name and reason. */
export interface ExportedGap {
  readonly file: number
  readonly name: string
  readonly reason: string
  readonly sites: Uint8Array
}

/** Edges by column, with their packed sites one after the other: an eighth of the memory of a row each [measured]. */
export class EdgeColumns {
  readonly source: number[] = []
  readonly target: number[] = []
  readonly kind: number[] = []
  readonly confidence: number[] = []
  #sites = new Uint8Array(1 << 16)
  readonly #ends: number[] = []

  get count(): number {
    return this.source.length
  }

  add(source: number, target: number, kind: number, confidence: number, sites: Uint8Array): void {
    const start = this.#ends.at(-1) ?? 0
    const end = start + sites.length
    if (end > this.#sites.length) {
      const grown = new Uint8Array(Math.max(end, this.#sites.length * 2))
      grown.set(this.#sites)
      this.#sites = grown
    }
    this.#sites.set(sites, start)
    this.#ends.push(end)
    this.source.push(source)
    this.target.push(target)
    this.kind.push(kind)
    this.confidence.push(confidence)
  }

  /** The packed sites of an edge. */
  sites(edge: number): Uint8Array {
    return this.#sites.subarray(this.#ends[edge - 1] ?? 0, this.#ends[edge])
  }
}

/** Everything an export is made from. */
export interface ExportSnapshot {
  /** By path. */
  readonly files: readonly ExportedFile[]
  readonly nodes: readonly ExportedNode[]
  readonly edges: EdgeColumns
  readonly gaps: readonly ExportedGap[]
}

/** How many row ids are read before other work gets its turn. */
const idsPerTurn = 2000

/** Reads a whole project in one transaction, with turns for the event loop in between. */
export class SnapshotReader {
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>) {
    this.#statements = prepare(db)
  }

  /** @throws the reason of the signal */
  async read(tx: Transaction<GraphTables>, project: number, signal: AbortSignal | undefined): Promise<ExportSnapshot> {
    const statements = this.#statements
    const files = tx.all(statements.files, { project })
    const nodes: ExportedNode[] = []
    const edges = new EdgeColumns()
    const last = tx.first(statements.last, { project })?.id ?? 0
    for (let from = 0; from <= last; from += idsPerTurn) {
      const range = { project, from, below: from + idsPerTurn }
      nodes.push(...tx.all(statements.nodes, range))
      for (const { source, target, kind, confidence, sites } of tx.all(statements.edges, range)) {
        edges.add(source, target, kind, confidence, sites)
      }
      await setImmediate()
      signal?.throwIfAborted()
    }
    return { files, nodes, edges, gaps: tx.all(statements.gaps, { project }) }
  }
}

interface Range {
  project: number
  from: number
  below: number
}

function prepare(db: Database<GraphTables>) {
  return {
    files: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('files as f')
        .innerJoin('file_contents as c', (join) =>
          join.onRef('c.project', '=', 'f.project').onRef('c.file', '=', 'f.id'),
        )
        .select(['f.id', 'f.path', 'f.hash', 'f.language', 'f.lines', 'c.locals'])
        .where('f.project', '=', param.project),
    ),
    last: db.prepared((kysely, param: { project: number }) =>
      kysely.selectFrom('nodes').select('id').where('project', '=', param.project).orderBy('id', 'desc').limit(1),
    ),
    nodes: db.prepared((kysely, param: Range) =>
      kysely
        .selectFrom('nodes')
        .select([
          'id',
          'file',
          'descriptor',
          'kind',
          'name',
          'qualified_name',
          'start_offset',
          'end_offset',
          namePlace.start.as('name_start'),
          namePlace.end.as('name_end'),
        ])
        .where('project', '=', param.project)
        .where('id', '>=', param.from)
        .where('id', '<', param.below),
    ),
    edges: db.prepared((kysely, param: Range) =>
      kysely
        .selectFrom('edges')
        .select(['source', 'target', 'kind', 'confidence', 'sites'])
        .where('project', '=', param.project)
        .where('source', '>=', param.from)
        .where('source', '<', param.below),
    ),
    gaps: db.prepared((kysely, param: { project: number }) =>
      kysely.selectFrom('unresolved').select(['file', 'name', 'reason', 'sites']).where('project', '=', param.project),
    ),
  }
}
