import type { Database } from '@forge/db'
import { callCode, instantiateCode } from './codes.ts'
import { type Call, type CallOptions, confidences, edgeKinds, nodeKinds, roles } from './graph-types.ts'
import { eachSite, sitesOfRole } from './packed-sites.ts'
import { requireCount } from './require-count.ts'
import type { GraphTables } from './schema.ts'
import type { FileVersion, Session } from './session.ts'
import {
  byCodeUnit,
  type FoundSymbol,
  nodeId,
  type NodeView,
  symbolId,
  type SymbolReader,
  versionOf,
} from './symbol-reader.ts'

/** Which end of a call is known. */
export type CallDirection = 'callers' | 'callees'

/** The other end of a call edge, and the places of the call. */
interface CallRow {
  readonly id: number
  readonly descriptor: string
  readonly file: number | null
  readonly path: string | null
  readonly written: number | null
  readonly kind: number
  readonly confidence: number
  readonly sites: Uint8Array
}

const classKind = nodeKinds.indexOf('class')
const constructorKind = nodeKinds.indexOf('constructor')
const readsCode = edgeKinds.indexOf('reads')
const callRole = roles.indexOf('call')
/** What holds a function that is called by the name of what holds it. */
const holderKinds: ReadonlySet<number> = new Set(
  (['variable', 'constant', 'property', 'parameter'] as const).map((kind) => nodeKinds.indexOf(kind)),
)

/** Calls and instantiations, followed breadth first. */
export class Calls {
  readonly #symbols: SymbolReader
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>, symbols: SymbolReader) {
    this.#symbols = symbols
    this.#statements = prepare(db)
  }

  /**
   * The call sites that lead to a symbol, or that a symbol's code leads to, the nearest first, then by caller, file,
   * offset and callee.
   */
  follow(session: Session, id: string, direction: CallDirection, options: CallOptions): Call[] {
    const depth = requireCount('depth', options.depth ?? 1, 1)
    const limit = requireCount('limit', options.limit ?? Infinity, 1)
    const found = this.#symbols.require(session, id)
    if (found.type === 'local') return direction === 'callers' ? this.#callsOfLocal(session, found, limit) : []
    const start = this.withConstructor(session, found.node)
    const seen = new Set(start.map((node) => node.id))
    const isHeld = direction === 'callers' && holderKinds.has(found.node.kind)
    const calls: Call[] = []
    let frontier: readonly CallEnd[] = start
    for (let level = 1; level <= depth && frontier.length > 0 && calls.length < limit; level++) {
      const next: CallEnd[] = []
      const found: Call[] = []
      for (const node of frontier) {
        const rows = this.#rows(session, node.id, direction)
        if (isHeld && level === 1) rows.push(...this.#callsByName(session, node.id))
        for (const row of rows) {
          this.#collect(session, node, row, direction, level, found)
          if (seen.has(row.id)) continue
          seen.add(row.id)
          next.push(row)
        }
      }
      found.sort(byCall)
      // `new C()` is a call of the class and of its constructor; whoever asks about the class means one call by it.
      calls.push(...(level === 1 && start.length > 1 && direction === 'callers' ? found.filter(firstOfSite) : found))
      frontier = next
    }
    return calls.length > limit ? calls.slice(0, limit) : calls
  }

  /** A symbol together with its constructor, where it is a class. */
  withConstructor({ tx, project }: Session, node: NodeView): readonly CallEnd[] {
    if (node.kind !== classKind) return [node]
    return [node, ...tx.all(this.#statements.constructors, { project, source: node.id })]
  }

  #rows({ tx, project }: Session, id: number, direction: CallDirection): CallRow[] {
    return tx.all(direction === 'callers' ? this.#statements.to : this.#statements.from, { project, id })
  }

  /** Where a variable or property is called by its name: the edge to what it holds says so, and the one to it that it is read. */
  #callsByName({ tx, project }: Session, id: number): CallRow[] {
    return tx.all(this.#statements.readers, { project, id }).flatMap((row) => {
      const sites = sitesOfRole(row.sites, callRole)
      return sites.length === 0 ? [] : [{ ...row, sites }]
    })
  }

  #collect(
    session: Session,
    node: CallEnd,
    row: CallRow,
    direction: CallDirection,
    depth: number,
    calls: Call[],
  ): void {
    const [caller, callee] = direction === 'callers' ? [row, node] : [node, row]
    const version = versionOf(caller)
    if (version === undefined || caller.path === null) return
    const lines = this.#symbols.contents.lines(session, version)
    const ends = { caller: nodeId(caller), callee: nodeId(callee), file: caller.path }
    eachSite(row.sites, (start, end) => {
      calls.push({
        caller: ends.caller,
        callee: ends.callee,
        site: { file: ends.file, range: lines.range(start, end) },
        confidence: confidences[row.confidence]!,
        depth,
      })
    })
  }

  /** A parameter or variable that is called: its file knows. */
  #callsOfLocal(session: Session, found: FoundSymbol & { type: 'local' }, limit: number): Call[] {
    const { file, index, local } = found
    const { occurrences } = this.#symbols.contents.locals(session, file)
    const calls: Call[] = []
    for (const { start, end, role, local: named, in: node } of occurrences) {
      const around = named === index && roles[role] === 'call' ? this.#symbols.node(session, node) : undefined
      if (around === undefined) continue
      calls.push({
        caller: nodeId(around),
        callee: symbolId(file.path, local.descriptor),
        site: { file: file.path, range: this.#symbols.contents.range(session, file, start, end) },
        confidence: 'exact',
        depth: 1,
      })
    }
    return calls.toSorted(byCall).slice(0, limit)
  }
}

/** One end of a call, known well enough to go on from. */
export interface CallEnd {
  readonly id: number
  readonly descriptor: string
  readonly path: string | null
  readonly file: FileVersion['file'] | null
  readonly written: number | null
}

function byCall(left: Call, right: Call): number {
  return (
    byCodeUnit(left.caller, right.caller) ||
    byCodeUnit(left.site.file, right.site.file) ||
    left.site.range.start.offset - right.site.range.start.offset ||
    left.site.range.end.offset - right.site.range.end.offset ||
    byCodeUnit(left.callee, right.callee)
  )
}

function firstOfSite(call: Call, index: number, calls: readonly Call[]): boolean {
  const before = calls[index - 1]
  return (
    before === undefined ||
    before.caller !== call.caller ||
    before.site.range.start.offset !== call.site.range.start.offset ||
    before.site.range.end.offset !== call.site.range.end.offset
  )
}

function prepare(db: Database<GraphTables>) {
  const callersOf = (kinds: readonly number[]) =>
    db.prepared((kysely, param: { project: number; id: number }) =>
      kysely
        .selectFrom('edges as e')
        .innerJoin('nodes as n', (join) => join.onRef('n.project', '=', 'e.project').onRef('n.id', '=', 'e.source'))
        .leftJoin('files as f', (join) => join.onRef('f.project', '=', 'n.project').onRef('f.id', '=', 'n.file'))
        .select([
          'e.source as id',
          'n.descriptor',
          'n.file',
          'n.kind',
          'f.path',
          'f.written',
          'e.confidence',
          'e.sites',
        ])
        .where('e.project', '=', param.project)
        .where('e.target', '=', param.id)
        .where('e.kind', 'in', kinds),
    )
  return {
    to: callersOf([callCode, instantiateCode]),
    readers: callersOf([readsCode]),
    from: db.prepared((kysely, param: { project: number; id: number }) =>
      kysely
        .selectFrom('edges as e')
        .innerJoin('nodes as n', (join) => join.onRef('n.project', '=', 'e.project').onRef('n.id', '=', 'e.target'))
        .leftJoin('files as f', (join) => join.onRef('f.project', '=', 'n.project').onRef('f.id', '=', 'n.file'))
        .select([
          'e.target as id',
          'n.descriptor',
          'n.file',
          'n.kind',
          'f.path',
          'f.written',
          'e.confidence',
          'e.sites',
        ])
        .where('e.project', '=', param.project)
        .where('e.source', '=', param.id)
        .where('e.kind', 'in', [callCode, instantiateCode]),
    ),
    constructors: db.prepared((kysely, param: { project: number; source: number }) =>
      kysely
        .selectFrom('edges as e')
        .innerJoin('nodes as n', (join) => join.onRef('n.project', '=', 'e.project').onRef('n.id', '=', 'e.target'))
        .innerJoin('files as f', (join) => join.onRef('f.project', '=', 'n.project').onRef('f.id', '=', 'n.file'))
        .select(['n.id', 'n.descriptor', 'n.file', 'f.path', 'f.written'])
        .where('e.project', '=', param.project)
        .where('e.source', '=', param.source)
        .where('e.kind', '=', edgeKinds.indexOf('contains'))
        .where('n.kind', '=', constructorKind),
    ),
  }
}
