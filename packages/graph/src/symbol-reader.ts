import type { Database } from '@forge/db'
import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import { GraphSymbolNotFoundError } from './errors.ts'
import { type GraphSymbol, type LocalInput, nodeKinds, type Range } from './graph-types.ts'
import { noTexts, type SymbolText } from './packed-texts.ts'
import type { GraphTables } from './schema.ts'
import { FileContentsCache, type FileVersion, type Session } from './session.ts'
import { namePlace } from './tables/node-table.ts'

/** What is read of a node to show it. */
export interface NodeView {
  readonly id: number
  readonly name: string
  readonly qualified_name: string
  readonly descriptor: string
  readonly kind: number
  readonly start_offset: number
  readonly end_offset: number
  readonly name_start: number
  readonly name_end: number
  readonly file: number | null
  readonly path: string | null
  readonly language: string | null
  readonly written: number | null
}

/** A file a question is about. */
export interface FileView extends FileVersion {
  readonly path: string
  readonly language: string
}

/** A symbol of either kind: one with a row, or one that is packed with its file. */
export type FoundSymbol =
  | { readonly type: 'node'; readonly node: NodeView }
  | { readonly type: 'local'; readonly file: FileView; readonly index: number; readonly local: LocalInput }

const outside: Range = { start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }

/** Finds symbols by id and row id, and shows them. */
export class SymbolReader {
  readonly contents: FileContentsCache
  /** The nodes of the files that were asked about by position last. */
  readonly #outlines = new LRUCache<string, readonly NodeView[]>({ max: 512 })
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>) {
    this.contents = new FileContentsCache(db)
    this.#statements = prepare(db)
  }

  file({ tx, project }: Session, path: string): FileView | undefined {
    return tx.first(this.#statements.file, { project, path })
  }

  node({ tx, project }: Session, id: number): NodeView | undefined {
    return tx.first(this.#statements.node, { project, id })
  }

  /** The nodes of a file. */
  nodesOfFile({ tx, project }: Session, { file, written }: FileVersion): readonly NodeView[] {
    const key = `${project} ${file} ${written}`
    const cached = this.#outlines.get(key)
    if (cached !== undefined) return cached
    const nodes = tx.all(this.#statements.nodesOfFile, { project, file })
    this.#outlines.set(key, nodes)
    return nodes
  }

  named({ tx, project }: Session, name: string): NodeView[] {
    return tx.all(this.#statements.named, { project, name })
  }

  qualified({ tx, project }: Session, qualifiedName: string): NodeView[] {
    return namesAtEnd(qualifiedName).flatMap((name) =>
      tx.all(this.#statements.qualified, { project, name, qualifiedName }),
    )
  }

  /** The symbol with an id: `path`, `path#descriptor` or `external:…`. A path and a descriptor may both have a `#`. */
  find(session: Session, id: string): FoundSymbol | undefined {
    const { tx, project } = session
    if (id.startsWith('external:')) {
      const node = tx.first(this.#statements.external, { project, descriptor: id })
      return node === undefined ? undefined : { type: 'node', node }
    }
    for (let hash = id.indexOf('#'); hash !== -1; hash = id.indexOf('#', hash + 1)) {
      const found = this.#findIn(session, id.slice(0, hash), id.slice(hash + 1))
      if (found !== undefined) return found
    }
    return this.#findIn(session, id, '')
  }

  /** {@link SymbolReader.find}; throws `FORGE_GRAPH_SYMBOL_NOT_FOUND` where there is none. */
  require(session: Session, id: string): FoundSymbol {
    const found = this.find(session, id)
    if (found !== undefined) return found
    throw new GraphSymbolNotFoundError(`The graph has no symbol with the id "${id}"`, {
      hint: 'Give the id of a symbol the graph returned, or look it up with resolveSymbol',
      details: { id },
    })
  }

  show(session: Session, found: FoundSymbol): GraphSymbol {
    return found.type === 'node' ? this.showNode(session, found.node) : this.showLocal(session, found.file, found.local)
  }

  showNode(session: Session, node: NodeView): GraphSymbol {
    const version = versionOf(node)
    const { signature, doc } = this.texts(session, node)
    return {
      id: nodeId(node),
      name: node.name,
      qualifiedName: node.qualified_name,
      kind: nodeKinds[node.kind]!,
      language: node.language ?? '',
      file: node.path ?? '',
      range:
        version === undefined ? outside : this.contents.range(session, version, node.start_offset, node.end_offset),
      ...(signature === null ? {} : { signature }),
      ...(doc === null ? {} : { doc }),
    }
  }

  /** What is written about a node. */
  texts(session: Session, node: NodeView): SymbolText {
    const version = versionOf(node)
    return (version === undefined ? noTexts : this.contents.texts(session, version)).get(node.id)
  }

  showLocal(session: Session, file: FileView, local: LocalInput): GraphSymbol {
    return {
      id: symbolId(file.path, local.descriptor),
      name: local.name,
      qualifiedName: local.qualifiedName,
      kind: local.kind,
      language: file.language,
      file: file.path,
      range: this.contents.range(session, file, local.start, local.end),
    }
  }

  #findIn(session: Session, path: string, descriptor: string): FoundSymbol | undefined {
    const { tx, project } = session
    const file = this.file(session, path)
    if (file === undefined) return undefined
    const node = tx.first(this.#statements.described, { project, file: file.file, descriptor })
    if (node !== undefined) return { type: 'node', node }
    const { symbols } = this.contents.locals(session, file)
    const index = symbols.findIndex((local) => local.descriptor === descriptor)
    return index === -1 ? undefined : { type: 'local', file, index, local: symbols[index]! }
  }
}

/** The names a symbol of this qualified name may have: all of it, and what follows a dot or slash, which a name may have too. */
export function namesAtEnd(qualifiedName: string): string[] {
  const names = [qualifiedName]
  for (const { index } of qualifiedName.matchAll(/[./]/g)) names.push(qualifiedName.slice(index + 1))
  return names
}

/** The condition on `nodes as n` that a symbol has both names, as the index of names looks it up. */
export function isQualified(param: { readonly name: string; readonly qualifiedName: string }): RawBuilder<boolean> {
  return sql<boolean>`n.name = ${param.name} collate nocase and n.name = ${param.name}
    and length(n.qualified_name) = length(${param.qualifiedName}) and n.qualified_name = ${param.qualifiedName}`
}

/** The id of a symbol of a file. */
export function symbolId(path: string, descriptor: string): string {
  return descriptor === '' ? path : `${path}#${descriptor}`
}

/** The id of a node, of a file or outside the project. */
export function nodeId(node: { readonly path: string | null; readonly descriptor: string }): string {
  return node.path === null ? node.descriptor : symbolId(node.path, node.descriptor)
}

/** The contents a node's offsets are about; undefined outside the project. */
export function versionOf(node: {
  readonly file: number | null
  readonly written: number | null
}): FileVersion | undefined {
  return node.file === null || node.written === null ? undefined : { file: node.file, written: node.written }
}

/** Orders text by code unit. */
export function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

type Views = SelectQueryBuilder<
  GraphTables & { n: GraphTables['nodes']; f: { [C in keyof GraphTables['files']]: GraphTables['files'][C] | null } },
  'n' | 'f',
  NodeView
>

function views(kysely: Kysely<GraphTables>): Views {
  return kysely
    .selectFrom('nodes as n')
    .leftJoin('files as f', (join) => join.onRef('f.project', '=', 'n.project').onRef('f.id', '=', 'n.file'))
    .select([
      'n.id',
      'n.name',
      'n.qualified_name',
      'n.descriptor',
      'n.kind',
      'n.start_offset',
      'n.end_offset',
      namePlace.start.as('name_start'),
      namePlace.end.as('name_end'),
      'n.file',
      'f.path',
      'f.language',
      'f.written',
    ])
}

function prepare(db: Database<GraphTables>) {
  return {
    file: db.prepared((kysely, param: { project: number; path: string }) =>
      kysely
        .selectFrom('files')
        .select(['id as file', 'path', 'language', 'written'])
        .where('project', '=', param.project)
        .where('path', '=', param.path),
    ),
    node: db.prepared((kysely, param: { project: number; id: number }) =>
      views(kysely).where('n.project', '=', param.project).where('n.id', '=', param.id),
    ),
    nodesOfFile: db.prepared((kysely, param: { project: number; file: number }) =>
      views(kysely).where('n.project', '=', param.project).where('n.file', '=', param.file),
    ),
    described: db.prepared((kysely, param: { project: number; file: number; descriptor: string }) =>
      views(kysely)
        .where('n.project', '=', param.project)
        .where('n.file', '=', param.file)
        .where('n.descriptor', '=', param.descriptor),
    ),
    external: db.prepared((kysely, param: { project: number; descriptor: string }) =>
      views(kysely)
        .where('n.project', '=', param.project)
        .where('n.file', 'is', null)
        .where('n.descriptor', '=', param.descriptor),
    ),
    named: db.prepared((kysely, param: { project: number; name: string }) =>
      views(kysely)
        .where('n.project', '=', param.project)
        // As the index compares; then as names do.
        .where(sql<boolean>`n.name = ${param.name} collate nocase`)
        .where('n.name', '=', param.name),
    ),
    qualified: db.prepared((kysely, param: { project: number; name: string; qualifiedName: string }) =>
      views(kysely).where('n.project', '=', param.project).where(isQualified(param)),
    ),
  }
}
