import type { Database } from '@forge/db'
import { edgeCode } from './codes.ts'
import { GraphInputError } from './errors.ts'
import {
  type CodeCounts,
  confidences,
  type EdgeInput,
  type EdgeKind,
  edgeKinds,
  type NodeInput,
  nodeKinds,
} from './graph-types.ts'
import type { SqlGraphWriter } from './graph-writer.ts'
import { unpackHalstead } from './packed-halstead.ts'
import { eachSite } from './packed-sites.ts'
import { noTexts } from './packed-texts.ts'
import type { GraphTables } from './schema.ts'
import type { FileContentsCache, Session } from './session.ts'
import type { EdgeRow } from './tables/edge-table.ts'
import type { NodeRow } from './tables/node-table.ts'
import type { Tables } from './tables/tables.ts'

/** A symbol to store in a file that is there. */
export interface NewNode extends NodeInput {
  /** The path of the file. */
  readonly file: string
}

/** A symbol with everything that is stored of it. */
export interface NodeRecord extends Omit<NodeInput, 'hash' | 'embedding' | 'code'> {
  readonly id: number
  readonly project: string
  /** Null outside the project; so is the language. */
  readonly file: string | null
  readonly language: string | null
  readonly code: CodeCounts | null
  /** BLAKE3 of its own source, 64 hexadecimal digits. */
  readonly hash: string | null
  readonly embedding: Uint8Array | null
  /** When the revision it first appeared in was written, in milliseconds since the epoch. */
  readonly created: number
  /** When the revision that last changed anything but its position was written. */
  readonly updated: number
}

/** An edge with everything that is stored of it. */
export interface EdgeRecord extends Omit<EdgeInput, 'metadata'> {
  readonly metadata: Readonly<Record<string, unknown>> | null
}

/** Symbols one by one, by row id. Each insert is an update of its own; `batchInsert` is one for all. */
export interface NodeStore {
  /** Stores a symbol; throws `FORGE_GRAPH_FILE_NOT_FOUND`, and `FORGE_GRAPH_INPUT` where its file has its descriptor already. */
  insert(node: NewNode): Promise<number>
  get(id: number): Promise<NodeRecord | undefined>
  /** The symbols whose own source has this BLAKE3 hash: 64 hexadecimal digits, else `FORGE_GRAPH_INPUT`. */
  findByHash(hash: string): Promise<readonly NodeRecord[]>
  getByFile(path: string): Promise<readonly NodeRecord[]>
  /** Stores all of them or none; the row ids in the order of `nodes`. */
  batchInsert(nodes: readonly NewNode[]): Promise<readonly number[]>
}

/** Edges one by one. Each insert is an update of its own; `batchInsert` is one for all. */
export interface EdgeStore {
  /** Stores an edge, in the place of one with the same source, target and kind; throws `FORGE_DB_CONSTRAINT` for unknown nodes. */
  insert(edge: EdgeInput): Promise<void>
  getBySource(source: number): Promise<readonly EdgeRecord[]>
  getByTarget(target: number): Promise<readonly EdgeRecord[]>
  getByKind(kind: EdgeKind): Promise<readonly EdgeRecord[]>
  /** Stores all of them or none. */
  batchInsert(edges: readonly EdgeInput[]): Promise<void>
}

/** What the stores read and write through. */
export interface StoreAccess {
  readonly project: string
  readonly tables: Tables
  readonly contents: FileContentsCache
  readonly read: <T>(query: (session: Session) => T) => Promise<T>
  readonly write: <T>(body: (writer: SqlGraphWriter) => T) => Promise<T>
}

/** Makes the node store of a project. */
export function createNodeStore(db: Database<GraphTables>, access: StoreAccess): NodeStore {
  const { project, tables, contents, read, write } = access
  const statements = prepare(db)
  const record = (session: Session, row: NodeRow): NodeRecord => {
    const file =
      row.file === null ? undefined : session.tx.first(statements.file, { project: session.project, id: row.file })
    const { signature, doc } = (file === undefined ? noTexts : contents.texts(session, file)).get(row.id)
    const time = (revision: number): number =>
      session.tx.first(statements.revision, { project: session.project, revision })?.created_at ?? 0
    return {
      id: row.id,
      project,
      file: file?.path ?? null,
      language: file?.language ?? null,
      name: row.name,
      qualifiedName: row.qualified_name,
      descriptor: row.descriptor,
      kind: nodeKinds[row.kind]!,
      exported: row.exported === 1,
      signature,
      doc,
      complexity: row.complexity,
      code: codeOf(row),
      hash: row.hash === null ? null : Buffer.from(row.hash).toString('hex'),
      start: row.start_offset,
      end: row.end_offset,
      nameStart: row.start_offset + row.name_offset,
      nameEnd: row.start_offset + row.name_offset + row.name_length,
      embedding: row.embedding,
      created: time(row.created),
      updated: time(row.updated),
    }
  }
  return {
    insert: ({ file, ...node }) => write((writer) => writer.addNodes(writer.fileId(file), [node])[0]!),
    batchInsert: (nodes) =>
      write((writer) => nodes.map(({ file, ...node }) => writer.addNodes(writer.fileId(file), [node])[0]!)),
    get: (id) =>
      read((session) => {
        const row = tables.nodes.get(session.tx, session.project, id)
        return row === undefined ? undefined : record(session, row)
      }),
    findByHash: async (hash) => {
      const bytes = parseHash(hash)
      return read((session) =>
        tables.nodes.byHash(session.tx, session.project, bytes).map((row) => record(session, row)),
      )
    },
    getByFile: (path) =>
      read((session) => {
        const file = session.tx.first(statements.fileId, { project: session.project, path })
        const rows = file === undefined ? [] : tables.nodes.ofFile(session.tx, session.project, file.id)
        return rows.map((row) => record(session, row))
      }),
  }
}

/** Makes the edge store of a project. */
export function createEdgeStore(access: StoreAccess): EdgeStore {
  const { tables, read, write } = access
  const records = (rows: (session: Session) => readonly EdgeRow[]): Promise<readonly EdgeRecord[]> =>
    read((session) => rows(session).map(edgeRecord))
  return {
    insert: (edge) => write((writer) => writer.addEdge(edge)),
    batchInsert: (edges) =>
      write((writer) => {
        for (const edge of edges) writer.addEdge(edge)
      }),
    getBySource: (source) => records(({ tx, project }) => tables.edges.bySource(tx, project, source)),
    getByTarget: (target) => records(({ tx, project }) => tables.edges.byTarget(tx, project, target)),
    getByKind: async (kind) => {
      edgeCode(kind)
      return records(({ tx, project }) => tables.edges.byKind(tx, project, kind))
    },
  }
}

function edgeRecord(row: EdgeRow): EdgeRecord {
  const sites: number[] = []
  eachSite(row.sites, (start, end, role) => sites.push(start, end, role))
  return {
    source: row.source,
    target: row.target,
    kind: edgeKinds[row.kind]!,
    confidence: confidences[row.confidence]!,
    sites: Int32Array.from(sites),
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as Record<string, unknown>),
  }
}

function codeOf({ cognitive, halstead }: NodeRow): CodeCounts | null {
  return cognitive === null || halstead === null ? null : { cognitive, ...unpackHalstead(halstead) }
}

function parseHash(hash: string): Uint8Array {
  if (typeof hash === 'string' && /^[0-9a-f]{64}$/i.test(hash)) return Buffer.from(hash, 'hex')
  throw new GraphInputError(`${JSON.stringify(hash)} is no content hash`, {
    hint: 'Give the 64 hexadecimal digits of a BLAKE3 hash',
    details: { hash },
  })
}

function prepare(db: Database<GraphTables>) {
  return {
    file: db.prepared((kysely, param: { project: number; id: number }) =>
      kysely
        .selectFrom('files')
        .select(['id as file', 'path', 'language', 'written'])
        .where('project', '=', param.project)
        .where('id', '=', param.id),
    ),
    fileId: db.prepared((kysely, param: { project: number; path: string }) =>
      kysely.selectFrom('files').select('id').where('project', '=', param.project).where('path', '=', param.path),
    ),
    revision: db.prepared((kysely, param: { project: number; revision: number }) =>
      kysely
        .selectFrom('revisions')
        .select('created_at')
        .where('project', '=', param.project)
        .where('revision', '=', param.revision),
    ),
  }
}
