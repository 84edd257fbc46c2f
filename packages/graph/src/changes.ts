import type { Database } from '@forge/db'
import type { EntryPoint } from './analysis/analysis-types.ts'
import {
  type CodeCounts,
  type Confidence,
  confidences,
  type EdgeKind,
  edgeKinds,
  type NodeKind,
  nodeKinds,
} from './graph-types.ts'
import { LineTable } from './line-table.ts'
import { unpackHalstead } from './packed-halstead.ts'
import { countExports, countPlaces, countSites } from './packed-sites.ts'
import type { RevisionTotals } from './revision-totals.ts'
import type { GraphTables } from './schema.ts'
import type { Session } from './session.ts'
import type { NodeRow } from './tables/node-table.ts'
import type { Tables } from './tables/tables.ts'

/** A revision of one graph. A graph that was made anew has the same numbers at other times. */
export interface RevisionMark {
  readonly revision: number
  /** When it was written, in milliseconds since the epoch. */
  readonly writtenAt: number
}

/** A revision with how much there was in it; null where that was not counted. */
export interface CountedRevision extends RevisionMark, Readonly<Record<keyof RevisionTotals, number | null>> {}

/** A symbol by its row id. */
export interface ChangedSymbol {
  readonly id: number
  readonly name: string
  readonly qualifiedName: string
  /** The part of its id behind `path#`: empty for a module, the whole id of a symbol outside the project. */
  readonly descriptor: string
  readonly kind: NodeKind
  readonly exported: boolean
  readonly complexity: number | null
  readonly code: CodeCounts | null
  /** Lines from 1; both 1 of a symbol outside the project. */
  readonly startLine: number
  readonly endLine: number
  /** The revisions it first appeared in, and in which anything but its position last changed. */
  readonly created: number
  readonly updated: number
}

/** An edge between symbols by their row ids. */
export interface ChangedEdge {
  readonly source: number
  readonly target: number
  readonly kind: EdgeKind
  readonly confidence: Confidence
  /** How many places it stands for. */
  readonly sites: number
  /** How many of them only export what they name: `export { name }`. */
  readonly exports: number
}

/** Places that name something which could not be found. */
export interface ChangedUnresolved {
  readonly name: string
  readonly reason: string
  readonly call: boolean
  readonly places: number
}

/** A file with all that belongs to it, as it is now. */
export interface ChangedFile {
  readonly id: number
  readonly path: string
  readonly language: string
  readonly lines: number
  /** Bytes. */
  readonly size: number
  /** The revision in which anything of it last changed. */
  readonly changed: number
  readonly symbols: readonly ChangedSymbol[]
  /** The edges that leave its symbols. */
  readonly edges: readonly ChangedEdge[]
  readonly unresolved: readonly ChangedUnresolved[]
}

/** What a copy of a graph needs to become equal to it. */
export interface GraphChanges {
  /** The revision the graph is at; undefined before the first one. */
  readonly head: RevisionMark | undefined
  /** The revision these are the changes since: the one asked about or, where this graph never had it, 0, and these are all there is. */
  readonly since: number
  /** The row ids of all files there are: what else a copy has is gone. An id is used again for another file, which then is a changed one. */
  readonly files: readonly number[]
  /** Those of them that {@link GraphChanges.changedFiles} gives. */
  readonly changed: readonly number[]
  /** The row ids of all symbols outside the project, as {@link GraphChanges.files}. */
  readonly externals: readonly number[]
  readonly newExternals: readonly ChangedSymbol[]
  readonly newRevisions: readonly CountedRevision[]
  /** All of them, as are the diagnostics: there are few. */
  readonly entryPoints: readonly EntryPoint[]
  readonly diagnostics: readonly { readonly path: string; readonly code: string; readonly message: string }[]
  /** Files that changed, each with all that belongs to it; read as they are asked for, until the body of `readChanges` ends. */
  changedFiles(): Iterable<ChangedFile>
}

/** Reads what has changed in a graph since one of its revisions. */
export class ChangeReader {
  readonly #tables: Tables
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>, tables: Tables) {
    this.#tables = tables
    this.#statements = prepare(db)
  }

  read(session: Session, mark: RevisionMark | undefined, entryPoints: string | undefined): GraphChanges {
    const { tx, project } = session
    const { projects, remarks } = this.#tables
    const isOurs = mark !== undefined && projects.revision(tx, project, mark.revision)?.created_at === mark.writtenAt
    const since = isOurs ? mark.revision : 0
    const head = projects.head(tx, project)
    const files = tx.all(this.#statements.files, { project })
    const changed = since === 0 ? files : files.filter((file) => file.changed > since)
    const externals = tx.all(this.#statements.externals, { project })
    return {
      head: head === undefined ? undefined : { revision: head.revision, writtenAt: head.created_at },
      since,
      files: files.map(({ id }) => id),
      changed: changed.map(({ id }) => id),
      externals: externals.map(({ id }) => id),
      newExternals: externals.filter(({ created }) => created > since).map((row) => symbolOf(row, undefined)),
      newRevisions: projects
        .revisionsAfter(tx, project, since)
        .map(({ revision, created_at: writtenAt, files: fileCount, lines, symbols, edges, unresolved }) => ({
          revision,
          writtenAt,
          files: fileCount,
          lines,
          symbols,
          edges,
          unresolved,
        })),
      entryPoints: entryPoints === undefined ? [] : (JSON.parse(entryPoints) as EntryPoint[]),
      diagnostics: remarks.diagnostics(tx, project).map(({ path, code, message }) => ({ path, code, message })),
      changedFiles: () => this.#changedFiles(session, changed),
    }
  }

  *#changedFiles(
    { tx, project }: Session,
    files: readonly Omit<ChangedFile, 'symbols' | 'edges' | 'unresolved'>[],
  ): Generator<ChangedFile, void, undefined> {
    const { files: fileTable, nodes, edges, remarks } = this.#tables
    for (const file of files) {
      const contents = fileTable.contents(tx, project, file.id)
      const lines = contents === undefined ? undefined : new LineTable(contents.line_starts)
      const rows = nodes.ofFile(tx, project, file.id)
      const module = rows.find(({ descriptor }) => descriptor === '')?.id
      yield {
        ...file,
        symbols: rows.map((row) => symbolOf(row, lines)),
        edges: edges.ofFile(tx, project, file.id).map(({ source, target, kind, confidence, sites }) => ({
          source,
          target,
          kind: edgeKinds[kind]!,
          confidence: confidences[confidence]!,
          sites: countSites(sites),
          // Nothing but the top of a file exports.
          exports: source === module ? countExports(sites) : 0,
        })),
        unresolved: remarks.unresolvedOfFile(tx, project, file.id).map(({ name, reason, call, sites }) => ({
          name,
          reason,
          call: call === 1,
          places: countPlaces(sites),
        })),
      }
    }
  }
}

function symbolOf(row: NodeRow, lines: LineTable | undefined): ChangedSymbol {
  return {
    id: row.id,
    name: row.name,
    qualifiedName: row.qualified_name,
    descriptor: row.descriptor,
    kind: nodeKinds[row.kind]!,
    exported: row.exported === 1,
    complexity: row.complexity,
    code:
      row.cognitive === null || row.halstead === null
        ? null
        : { cognitive: row.cognitive, ...unpackHalstead(row.halstead) },
    startLine: lines?.position(row.start_offset).line ?? 1,
    endLine: lines?.position(row.end_offset).line ?? 1,
    created: row.created,
    updated: row.updated,
  }
}

function prepare(db: Database<GraphTables>) {
  return {
    files: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('files')
        .select(['id', 'path', 'language', 'lines', 'size', 'changed'])
        .where('project', '=', param.project)
        .orderBy('id'),
    ),
    externals: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('nodes')
        .selectAll()
        .where('project', '=', param.project)
        .where('file', 'is', null)
        .orderBy('id'),
    ),
  }
}
