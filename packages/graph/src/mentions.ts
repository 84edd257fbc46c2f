import type { Database } from '@forge/db'
import { fileNotFound, GraphInputError } from './errors.ts'
import {
  confidences,
  type Confidence,
  type Definition,
  edgeKinds,
  type FilePosition,
  nodeKinds,
  type OutlineSymbol,
  type Reference,
  type Role,
  roles,
  type Site,
} from './graph-types.ts'
import { eachMention, eachSite } from './packed-sites.ts'
import type { GraphTables } from './schema.ts'
import type { Session } from './session.ts'
import {
  byCodeUnit,
  type FileView,
  type FoundSymbol,
  nodeId,
  type NodeView,
  symbolId,
  type SymbolReader,
} from './symbol-reader.ts'

/** A place in a file that names a symbol. */
interface Mention {
  readonly start: number
  readonly end: number
  readonly role: Role | 'definition'
  readonly confidence: Confidence
  readonly symbol: () => FoundSymbol | undefined
}

/** Who names what: from a place to symbols, and from a symbol to places. */
export class Mentions {
  readonly #symbols: SymbolReader
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>, symbols: SymbolReader) {
    this.#symbols = symbols
    this.#statements = prepare(db)
  }

  /** What the place names; with several candidates each of them, the surest first. */
  definition(session: Session, at: FilePosition): Definition[] {
    const definitions: Definition[] = []
    const seen = new Set<string>()
    for (const { start, end, role, confidence, symbol } of this.#at(session, at)) {
      const found = symbol()
      if (found === undefined) continue
      const shown = this.#symbols.show(session, found)
      if (seen.has(shown.id)) continue
      seen.add(shown.id)
      const file = this.#requireFile(session, at.file)
      definitions.push({
        symbol: shown,
        at: this.#symbols.contents.range(session, file, start, end),
        role,
        confidence,
      })
    }
    return definitions.toSorted(
      (left, right) =>
        confidences.indexOf(left.confidence) - confidences.indexOf(right.confidence) ||
        byCodeUnit(left.symbol.id, right.symbol.id),
    )
  }

  /** Every place that names a symbol, or what a place names, by file and offset. */
  references(session: Session, target: string | FilePosition): Reference[] {
    const references = (
      typeof target === 'string' ? [this.#symbols.require(session, target)] : this.#foundAt(session, target)
    ).flatMap((found) => this.#referencesTo(session, found))
    references.sort(
      (left, right) =>
        byCodeUnit(left.file, right.file) ||
        left.range.start.offset - right.range.start.offset ||
        left.range.end.offset - right.range.end.offset ||
        byCodeUnit(left.symbol, right.symbol) ||
        byCodeUnit(left.role, right.role) ||
        confidences.indexOf(left.confidence) - confidences.indexOf(right.confidence),
    )
    // One place may be in edges of several kinds: a call is one of what it calls and one of what it imports.
    return references.filter((reference, index) => index === 0 || !sameMention(references[index - 1]!, reference))
  }

  /** The symbols of a file that are not local, by where they start, the outer ones first. */
  outline(session: Session, path: string): OutlineSymbol[] {
    return this.#symbols
      .nodesOfFile(session, this.#requireFile(session, path))
      .map((node) => ({
        id: nodeId(node),
        name: node.name,
        kind: nodeKinds[node.kind]!,
        start: node.start_offset,
        end: node.end_offset,
        nameStart: node.name_start,
        nameEnd: node.name_end,
      }))
      .toSorted((a, b) => a.start - b.start || b.end - a.end || byCodeUnit(a.id, b.id))
  }

  /** Every place of a file that an edge stands for, by where it starts. */
  sites(session: Session, path: string): Site[] {
    const { tx, project } = session
    const { file } = this.#requireFile(session, path)
    const sites: Site[] = []
    for (const row of tx.all(this.#statements.targetsOfFile, { project, file })) {
      const target = {
        kind: edgeKinds[row.kind]!,
        target: nodeId(row),
        targetKind: nodeKinds[row.target_kind]!,
        targetFile: row.path ?? '',
        targetStart: row.start_offset,
        targetEnd: row.end_offset,
        name: row.name,
        confidence: confidences[row.confidence]!,
      }
      eachSite(row.sites, (start, end, role) => {
        sites.push({ start, end, role: roles[role] ?? 'through', ...target })
      })
    }
    return sites.toSorted(
      (a, b) => a.start - b.start || a.end - b.end || byCodeUnit(a.target, b.target) || byCodeUnit(a.kind, b.kind),
    )
  }

  #foundAt(session: Session, at: FilePosition): FoundSymbol[] {
    const found = new Map<string, FoundSymbol>()
    for (const mention of this.#at(session, at)) {
      const symbol = mention.symbol()
      if (symbol !== undefined) found.set(this.#symbols.show(session, symbol).id, symbol)
    }
    return [...found.values()]
  }

  #referencesTo(session: Session, found: FoundSymbol): Reference[] {
    return found.type === 'node' ? this.#referencesToNode(session, found.node) : this.#referencesToLocal(session, found)
  }

  #referencesToNode(session: Session, node: NodeView): Reference[] {
    const { tx, project } = session
    const references: Reference[] = []
    const symbol = nodeId(node)
    for (const row of tx.all(this.#statements.sitesOf, { project, target: node.id })) {
      const lines = this.#symbols.contents.lines(session, row)
      eachMention(row.sites, (start, end, role) => {
        references.push({
          symbol,
          file: row.path,
          range: lines.range(start, end),
          role: roles[role]!,
          in: nodeId(row),
          confidence: confidences[row.confidence]!,
        })
      })
    }
    return references
  }

  #referencesToLocal(session: Session, found: FoundSymbol & { type: 'local' }): Reference[] {
    const { file, index, local } = found
    const ids = new Map<number, string | null>()
    return this.#symbols.contents
      .locals(session, file)
      .occurrences.filter((occurrence) => occurrence.local === index)
      .map(({ start, end, role, in: node }): Reference => {
        if (!ids.has(node)) {
          const around = this.#symbols.node(session, node)
          ids.set(node, around === undefined ? null : nodeId(around))
        }
        return {
          symbol: symbolId(file.path, local.descriptor),
          file: file.path,
          range: this.#symbols.contents.range(session, file, start, end),
          role: roles[role]!,
          in: ids.get(node) ?? null,
          confidence: 'exact',
        }
      })
  }

  /** The narrowest mentions at a position; on a whole line the first. */
  #at(session: Session, at: FilePosition): Mention[] {
    const file = this.#requireFile(session, at.file)
    const line = this.#symbols.contents.lines(session, file).line(requireFromOne('line', at.line))
    if (line === undefined) {
      const { lines } = this.#symbols.contents.lines(session, file)
      throw new GraphInputError(`"${at.file}" has ${lines} lines, and no line ${at.line}`, {
        hint: 'Lines are counted from 1',
        details: { file: at.file, line: at.line, lines },
      })
    }
    if (at.column === undefined) {
      const mentions = this.#between(session, file, 'all', line.start, line.end)
      const first = Math.min(...mentions.map((mention) => mention.start))
      return narrowest(mentions.filter((mention) => mention.start === first))
    }
    const offset = line.start + requireFromOne('column', at.column) - 1
    if (offset >= line.end) return []
    // A place belongs to the code of a symbol around it, except where a symbol is declared in several parts.
    const around = this.#symbols
      .nodesOfFile(session, file)
      .filter(({ start_offset: start, end_offset: end }) => start <= offset && offset <= end)
    for (const nodes of [around, 'all'] as const) {
      const mentions = this.#between(session, file, nodes, offset, offset + 1)
      // The end of a name counts as well, unless another one begins there: a cursor stands between two characters.
      const inside = mentions.filter((mention) => mention.start <= offset && offset < mention.end)
      if (mentions.length > 0) return narrowest(inside.length > 0 ? inside : mentions)
    }
    return []
  }

  /** What is named between two offsets, or right before the first: declarations, locals and the sites of edges. */
  #between(session: Session, file: FileView, nodes: readonly NodeView[] | 'all', from: number, to: number): Mention[] {
    const mentions: Mention[] = []
    const touches = (start: number, end: number): boolean => start < end && start < to && end >= from
    for (const node of nodes === 'all' ? this.#symbols.nodesOfFile(session, file) : nodes) {
      if (!touches(node.name_start, node.name_end)) continue
      mentions.push({
        start: node.name_start,
        end: node.name_end,
        role: 'definition',
        confidence: 'exact',
        symbol: () => ({ type: 'node', node }),
      })
    }
    const { symbols, occurrences } = this.#symbols.contents.locals(session, file)
    const addLocal = (index: number, start: number, end: number, role: Role | 'definition'): void => {
      const symbol = (): FoundSymbol => ({ type: 'local', file, index, local: symbols[index]! })
      if (touches(start, end)) mentions.push({ start, end, role, confidence: 'exact', symbol })
    }
    for (const [index, local] of symbols.entries()) addLocal(index, local.nameStart, local.nameEnd, 'definition')
    for (const { start, end, role, local } of occurrences) addLocal(local, start, end, roles[role]!)
    this.#addSites(session, file, nodes, touches, mentions)
    return mentions
  }

  #addSites(
    session: Session,
    { file }: FileView,
    sources: readonly NodeView[] | 'all',
    touches: (start: number, end: number) => boolean,
    mentions: Mention[],
  ): void {
    const { tx, project } = session
    const edges =
      sources === 'all'
        ? tx.all(this.#statements.edgesOfFile, { project, file })
        : sources.flatMap(({ id }) => tx.all(this.#statements.edgesFrom, { project, source: id }))
    for (const { target, confidence, sites } of edges) {
      const symbol = (): FoundSymbol | undefined => {
        const node = this.#symbols.node(session, target)
        return node === undefined ? undefined : { type: 'node', node }
      }
      eachMention(sites, (start, end, role) => {
        if (!touches(start, end)) return
        mentions.push({ start, end, role: roles[role]!, confidence: confidences[confidence]!, symbol })
      })
    }
  }

  #requireFile(session: Session, path: string): FileView {
    const file = this.#symbols.file(session, path)
    if (file === undefined) throw fileNotFound(path)
    return file
  }
}

function narrowest(mentions: readonly Mention[]): Mention[] {
  const least = Math.min(...mentions.map(({ start, end }) => end - start))
  return mentions.filter(({ start, end }) => end - start === least)
}

function sameMention(left: Reference, right: Reference): boolean {
  return (
    left.file === right.file &&
    left.range.start.offset === right.range.start.offset &&
    left.range.end.offset === right.range.end.offset &&
    left.symbol === right.symbol &&
    left.role === right.role
  )
}

function requireFromOne(what: 'line' | 'column', value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new GraphInputError(`The ${what} must be an integer, 1 or more, not ${String(value)}`, {
    hint: 'Lines and columns are counted from 1, columns in UTF-16 units',
    details: { [what]: value },
  })
}

/** The kinds of edges that no place in the code stands for. */
const placeless = [edgeKinds.indexOf('contains'), edgeKinds.indexOf('overrides')]

function prepare(db: Database<GraphTables>) {
  return {
    sitesOf: db.prepared((kysely, param: { project: number; target: number }) =>
      kysely
        .selectFrom('edges as e')
        .innerJoin('nodes as n', (join) => join.onRef('n.project', '=', 'e.project').onRef('n.id', '=', 'e.source'))
        .innerJoin('files as f', (join) => join.onRef('f.project', '=', 'n.project').onRef('f.id', '=', 'n.file'))
        .select(['e.confidence', 'e.sites', 'n.descriptor', 'f.id as file', 'f.path', 'f.written'])
        .where('e.project', '=', param.project)
        .where('e.target', '=', param.target),
    ),
    edgesOfFile: db.prepared((kysely, param: { project: number; file: number }) =>
      kysely
        .selectFrom('nodes as n')
        .innerJoin('edges as e', (join) => join.onRef('e.project', '=', 'n.project').onRef('e.source', '=', 'n.id'))
        .select(['e.target', 'e.confidence', 'e.sites'])
        .where('n.project', '=', param.project)
        .where('n.file', '=', param.file)
        .where('e.kind', 'not in', placeless),
    ),
    targetsOfFile: db.prepared((kysely, param: { project: number; file: number }) =>
      kysely
        .selectFrom('nodes as n')
        .innerJoin('edges as e', (join) => join.onRef('e.project', '=', 'n.project').onRef('e.source', '=', 'n.id'))
        .innerJoin('nodes as t', (join) => join.onRef('t.project', '=', 'e.project').onRef('t.id', '=', 'e.target'))
        .leftJoin('files as f', (join) => join.onRef('f.project', '=', 't.project').onRef('f.id', '=', 't.file'))
        .select([
          'e.kind',
          'e.confidence',
          'e.sites',
          't.descriptor',
          't.name',
          't.kind as target_kind',
          't.start_offset',
          't.end_offset',
          'f.path',
        ])
        .where('n.project', '=', param.project)
        .where('n.file', '=', param.file)
        .where('e.kind', 'not in', placeless),
    ),
    edgesFrom: db.prepared((kysely, param: { project: number; source: number }) =>
      kysely
        .selectFrom('edges')
        .select(['target', 'confidence', 'sites'])
        .where('project', '=', param.project)
        .where('source', '=', param.source)
        .where('kind', 'not in', placeless),
    ),
  }
}
