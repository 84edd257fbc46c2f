import type { Database } from '@forge/db'
import { confidences, edgeKinds, nodeKinds } from '../graph-types.ts'
import { eachSite } from '../packed-sites.ts'
import { requireCount } from '../require-count.ts'
import type { GraphTables } from '../schema.ts'
import type { Session } from '../session.ts'
import { byCodeUnit, nodeId, type NodeView, type SymbolReader, versionOf } from '../symbol-reader.ts'
import type { AffectedSymbol, Impact, ImpactOptions } from './analysis-types.ts'

/** How a symbol was reached first. */
interface Reached {
  readonly node: NodeView
  readonly distance: number
  readonly kind: number
  readonly through: NodeView | string
  readonly site: readonly [start: number, end: number] | undefined
  readonly confidence: number
}

const ambiguousCode = confidences.indexOf('ambiguous')
const importsCode = edgeKinds.indexOf('imports')
const containsCode = edgeKinds.indexOf('contains')
const readsCode = edgeKinds.indexOf('reads')
const moduleKind = nodeKinds.indexOf('module')

/**
 * What a change may affect: everything that leads to it along calls, uses, inheritance and imports, breadth first.
 *
 * A module is affected where its imports or its top-level code mention something affected, and leads no further: its
 * importers are affected through the variables whose initializers mention it, which are followed in its place.
 */
export class ImpactFinder {
  readonly #symbols: SymbolReader
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>, symbols: SymbolReader) {
    this.#symbols = symbols
    this.#statements = prepare(db)
  }

  find(session: Session, ids: readonly string[], { depth = Infinity, ambiguous = true }: ImpactOptions): Impact {
    requireCount('depth', depth, 1)
    const targets = ids.map((id) => this.#symbols.require(session, id))
    const changed = new Set<number>()
    const reached = new Map<number, Reached>()
    let frontier: { readonly node: NodeView; readonly confidence: number }[] = []
    for (const target of targets) {
      if (target.type === 'node') {
        for (const node of this.#whole(session, target.node)) {
          if (changed.has(node.id)) continue
          changed.add(node.id)
          frontier.push({ node, confidence: 0 })
        }
        continue
      }
      const through = this.#symbols.show(session, target).id
      for (const { local, in: around, start, end } of this.#symbols.contents.locals(session, target.file).occurrences) {
        const node = local === target.index ? this.#symbols.node(session, around) : undefined
        if (node === undefined || reached.has(node.id)) continue
        reached.set(node.id, { node, distance: 1, kind: readsCode, through, site: [start, end], confidence: 0 })
      }
    }
    if (reached.size > 0 && depth > 1)
      frontier.push(...[...reached.values()].filter(({ node }) => node.kind !== moduleKind))
    for (let distance = 1; distance <= depth && frontier.length > 0; distance++) {
      const next: typeof frontier = []
      for (const { node: through, confidence: before } of frontier) {
        for (const row of this.#users(session, through.id)) {
          if (row.confidence === ambiguousCode && !ambiguous) continue
          const confidence = Math.max(before, row.confidence)
          for (const { node, site, leads } of this.#affected(session, row)) {
            if (changed.has(node.id) || reached.has(node.id)) continue
            reached.set(node.id, { node, distance, kind: row.kind, through, site, confidence })
            if (leads) next.push({ node, confidence })
          }
        }
      }
      frontier = next
    }
    return this.#show(
      session,
      targets.map((target) => this.#symbols.show(session, target)),
      [...reached.values()],
    )
  }

  /** A symbol and everything in it: a change of a class is one of its methods, that of a file one of all it declares. */
  #whole(session: Session, node: NodeView): NodeView[] {
    const version = versionOf(node)
    if (node.kind === moduleKind && version !== undefined) return [...this.#symbols.nodesOfFile(session, version)]
    const all = [node]
    for (const holder of all) {
      const { tx, project } = session
      for (const { target } of tx.all(this.#statements.parts, { project, source: holder.id })) {
        const part = this.#symbols.node(session, target)
        if (part !== undefined) all.push(part)
      }
    }
    return all
  }

  #users({ tx, project }: Session, target: number): UserRow[] {
    return tx.all(this.#statements.users, { project, target })
  }

  /** What an edge makes affected: its source, and where that is a module the variables that the places are in. */
  #affected(
    session: Session,
    row: UserRow,
  ): { readonly node: NodeView; readonly site: Reached['site']; readonly leads: boolean }[] {
    const node = this.#symbols.node(session, row.source)
    if (node === undefined) return []
    const sites: [number, number][] = []
    eachSite(row.sites, (start, end) => void sites.push([start, end]))
    const isModule = node.kind === moduleKind
    const affected = [{ node, site: sites[0], leads: !isModule }]
    const version = versionOf(node)
    if (!isModule || row.kind === importsCode || version === undefined) return affected
    for (const site of sites) {
      const around = innermost(this.#symbols.nodesOfFile(session, version), site[0])
      if (around !== undefined) affected.push({ node: around, site, leads: true })
    }
    return affected
  }

  #show(session: Session, targets: Impact['targets'], reached: readonly Reached[]): Impact {
    const affected = reached.map(({ node, distance, kind, through, site, confidence }): AffectedSymbol => {
      const version = versionOf(node)
      return {
        symbol: this.#symbols.showNode(session, node),
        distance,
        kind: edgeKinds[kind]!,
        through: typeof through === 'string' ? through : nodeId(through),
        ...(site === undefined || version === undefined || node.path === null
          ? {}
          : { site: { file: node.path, range: this.#symbols.contents.range(session, version, ...site) } }),
        confidence: confidences[confidence]!,
      }
    })
    affected.sort((a, b) => a.distance - b.distance || byCodeUnit(a.symbol.id, b.symbol.id))
    const files = new Map<string, { file: string; distance: number; symbols: number }>()
    for (const { symbol, distance } of affected) {
      const file = files.get(symbol.file)
      if (file === undefined) files.set(symbol.file, { file: symbol.file, distance, symbols: 1 })
      else file.symbols++
    }
    return {
      targets,
      affected,
      files: [...files.values()].toSorted((a, b) => a.distance - b.distance || byCodeUnit(a.file, b.file)),
    }
  }
}

interface UserRow {
  readonly source: number
  readonly kind: number
  readonly confidence: number
  readonly sites: Uint8Array
}

/** The smallest symbol around an offset, the module not counted. */
function innermost(nodes: readonly NodeView[], offset: number): NodeView | undefined {
  let best: NodeView | undefined
  for (const node of nodes) {
    if (node.kind === moduleKind || offset < node.start_offset || offset >= node.end_offset) continue
    if (best === undefined || node.end_offset - node.start_offset < best.end_offset - best.start_offset) best = node
  }
  return best
}

function prepare(db: Database<GraphTables>) {
  return {
    users: db.prepared((kysely, param: { project: number; target: number }) =>
      kysely
        .selectFrom('edges')
        .select(['source', 'kind', 'confidence', 'sites'])
        .where('project', '=', param.project)
        .where('target', '=', param.target)
        .where('kind', '!=', containsCode),
    ),
    parts: db.prepared((kysely, param: { project: number; source: number }) =>
      kysely
        .selectFrom('edges')
        .select('target')
        .where('project', '=', param.project)
        .where('source', '=', param.source)
        .where('kind', '=', containsCode),
    ),
  }
}
