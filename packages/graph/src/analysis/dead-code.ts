import type { Database } from '@forge/db'
import { nodeCode } from '../codes.ts'
import { type EdgeKind, edgeKinds, type NodeKind, nodeKinds, roles } from '../graph-types.ts'
import { eachPlace, eachSite } from '../packed-sites.ts'
import type { GraphTables } from '../schema.ts'
import type { Session } from '../session.ts'
import { byCodeUnit, type SymbolReader } from '../symbol-reader.ts'
import type { DeadCode, DeadCodeOptions, DeadSymbol, EntryPoint } from './analysis-types.ts'

/** The kinds of symbols that are listed as dead: those one would delete by themselves. */
export const deadCodeKinds: readonly NodeKind[] = [
  'module',
  'function',
  'method',
  'getter',
  'setter',
  'class',
  'interface',
  'type',
  'enum',
  'variable',
  'constant',
  'namespace',
]

const kindOf = (kind: NodeKind): number => nodeKinds.indexOf(kind)
const edgeOf = (kind: EdgeKind): number => edgeKinds.indexOf(kind)
const moduleKind = kindOf('module')
const classKind = kindOf('class')
const externalKind = kindOf('external')
/** Members of a class that run only when something asks for them. */
const askedMembers = new Set([kindOf('method'), kindOf('getter'), kindOf('setter')])
/** What is declared in these lives only where it is mentioned; anything else in them is a member of an object they make. */
const codeKinds = new Set([...askedMembers, kindOf('function'), kindOf('constructor'), moduleKind])
const declared = new Set(
  (['function', 'class', 'interface', 'type', 'enum', 'variable', 'constant', 'namespace'] as const).map(kindOf),
)
const importsCode = edgeOf('imports')
const inheritance = new Set([edgeOf('extends'), edgeOf('implements')])
const exportRole = roles.indexOf('export')

interface Row {
  readonly id: number
  readonly file: number | null
  readonly path: string | null
  readonly name: string
  readonly descriptor: string
  readonly kind: number
  readonly exported: number
  readonly start_offset: number
}

interface EdgeRow {
  readonly source: number
  readonly target: number
  readonly kind: number
  readonly sites: Uint8Array
}

/** Code that nothing which runs leads to: what is not reached from the entry points. */
export class DeadCodeFinder {
  readonly #symbols: SymbolReader
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>, symbols: SymbolReader) {
    this.#symbols = symbols
    this.#statements = prepare(db)
  }

  find(session: Session, indexed: readonly EntryPoint[], { entry, kinds = deadCodeKinds }: DeadCodeOptions): DeadCode {
    const { tx, project } = session
    const wanted = new Set(kinds.map(nodeCode))
    const rows = tx.all(this.#statements.nodes, { project })
    const liveness = new Liveness(rows, tx.all(this.#statements.edges, { project }))
    const paths = rows.flatMap(({ kind, path }) => (kind === moduleKind && path !== null ? [path] : []))
    let entryPoints = allEntries(indexed, paths, entry)
    const guessed = entryPoints.length === 0
    if (guessed) {
      entryPoints = paths
        .filter((path) => !liveness.isImported(path))
        .map((path) => ({ path, reason: 'no other file imports it', exports: true }))
        .toSorted((a, b) => byCodeUnit(a.path, b.path))
    }
    liveness.spread(entryPoints)
    const unresolved = this.#unresolved(session, liveness)
    const dead = rows
      .filter((row) => wanted.has(row.kind) && liveness.isOutermostDead(row))
      .toSorted(
        (a, b) =>
          byCodeUnit(a.path!, b.path!) || a.start_offset - b.start_offset || byCodeUnit(a.descriptor, b.descriptor),
      )
      .flatMap((row): DeadSymbol[] => {
        const node = this.#symbols.node(session, row.id)
        if (node === undefined) return []
        return [
          {
            symbol: this.#symbols.showNode(session, node),
            mentions: liveness.mentions(row.id),
            unresolved: row.kind === moduleKind ? 0 : (unresolved.get(row.name) ?? 0),
          },
        ]
      })
    return { entryPoints, guessed, dead }
  }

  /** How many places of live code name something that could not be resolved, by its name. */
  #unresolved({ tx, project }: Session, liveness: Liveness): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { name, sites } of tx.all(this.#statements.unresolved, { project })) {
      eachPlace(sites, (_start, _end, around) => {
        if (liveness.isLive(around)) counts.set(name, (counts.get(name) ?? 0) + 1)
      })
    }
    return counts
  }
}

/** What lives, spread from entry points along everything code leads to. */
class Liveness {
  readonly #rows: ReadonlyMap<number, Row>
  readonly #modules = new Map<string, Row>()
  readonly #moduleOfFile = new Map<number, Row>()
  readonly #out = new Map<number, EdgeRow[]>()
  readonly #in = new Map<number, Set<number>>()
  readonly #parent = new Map<number, number>()
  readonly #children = new Map<number, number[]>()
  readonly #overriders = new Map<number, number[]>()
  readonly #exportedOf = new Map<number, Row[]>()
  readonly #live = new Set<number>()
  readonly #offered = new Set<number>()
  readonly #open: number[] = []

  constructor(rows: readonly Row[], edges: readonly EdgeRow[]) {
    this.#rows = new Map(rows.map((row) => [row.id, row]))
    for (const row of rows) {
      if (row.kind === moduleKind && row.path !== null && row.file !== null) {
        this.#modules.set(row.path, row)
        this.#moduleOfFile.set(row.file, row)
      }
      if (row.exported === 1 && row.file !== null) push(this.#exportedOf, row.file, row)
    }
    const [contains, overrides] = [edgeOf('contains'), edgeOf('overrides')]
    for (const edge of edges) {
      const { source, target, kind } = edge
      if (kind === contains) {
        this.#parent.set(target, source)
        push(this.#children, source, target)
        continue
      }
      if (kind === overrides) push(this.#overriders, target, source)
      push(this.#out, source, edge)
      if (source === target) continue
      const users = this.#in.get(target)
      if (users === undefined) this.#in.set(target, new Set([source]))
      else users.add(source)
    }
  }

  isLive(id: number): boolean {
    return this.#live.has(id)
  }

  isImported(path: string): boolean {
    return (this.#in.get(this.#modules.get(path)?.id ?? 0)?.size ?? 0) > 0
  }

  mentions(id: number): number {
    return this.#in.get(id)?.size ?? 0
  }

  /** Whether a symbol is dead, and nothing around it that is dead is listed in its place. */
  isOutermostDead(row: Row): boolean {
    if (row.file === null || row.path === null || this.#live.has(row.id)) return false
    if (row.name === '' || row.name.startsWith('(') || /\.d\.[cm]?ts$/.test(row.path)) return false
    if (row.kind === moduleKind) return true
    const parent = this.#parent.get(row.id)
    if (parent !== undefined && !this.#live.has(parent)) return false
    return this.#live.has(this.#moduleOfFile.get(row.file)?.id ?? 0)
  }

  spread(entryPoints: readonly EntryPoint[]): void {
    for (const { path, exports } of entryPoints) {
      const module = this.#modules.get(path)
      if (module === undefined) continue
      this.#reach(module.id)
      if (exports) this.#offer(module)
    }
    for (let id = this.#open.pop(); id !== undefined; id = this.#open.pop()) this.#visit(id)
  }

  /** Makes all that a module exports used from outside, with its members; what it exports of others too. */
  #offer(module: Row): void {
    if (this.#offered.has(module.id) || module.file === null) return
    this.#offered.add(module.id)
    for (const row of this.#exportedOf.get(module.file) ?? []) this.#reachWhole(row.id)
    for (const row of this.#importedBy(module)) {
      if (row.kind !== moduleKind && row.exported === 1 && !this.#mentions(module, row)) this.#reachWhole(row.id)
    }
  }

  /** Whether the code of a file names what it imports; what it does not name it can only export again. */
  #mentions(module: Row, { id }: Row): boolean {
    for (const user of this.#in.get(id) ?? []) {
      if (user !== module.id && this.#rows.get(user)?.file === module.file) return true
    }
    return (this.#out.get(module.id) ?? []).some(
      ({ target, kind, sites }) => target === id && kind !== importsCode && !allExport(sites),
    )
  }

  /** What runs where a declaration file is imported: the JavaScript beside it. */
  #implementation({ path }: Row): Row | undefined {
    const script = path?.replace(/\.d\.([cm]?)ts$/, '.$1js')
    return script === undefined || script === path ? undefined : this.#modules.get(script)
  }

  #importedBy({ id }: Row): Row[] {
    return (this.#out.get(id) ?? [])
      .filter(({ kind }) => kind === importsCode)
      .flatMap(({ target }) => this.#rows.get(target) ?? [])
  }

  /** Modules imported as a whole, by `import()`, `import *` or `export *`: whatever they export may be asked of them. */
  #importedWhole(row: Row): Row[] {
    const imported = this.#importedBy(row)
    const named = new Set(imported.flatMap(({ kind, file }) => (kind === moduleKind ? [] : [file])))
    return imported.filter(({ kind, file }) => kind === moduleKind && (row.kind !== moduleKind || !named.has(file)))
  }

  #reachWhole(id: number): void {
    this.#reach(id)
    const row = this.#rows.get(id)
    if (row === undefined || (codeKinds.has(row.kind) && row.kind !== moduleKind)) return
    for (const child of this.#children.get(id) ?? []) this.#reachWhole(child)
  }

  #reach(id: number): void {
    if (this.#live.has(id)) return
    this.#live.add(id)
    this.#open.push(id)
  }

  #visit(id: number): void {
    const row = this.#rows.get(id)
    if (row === undefined || row.kind === externalKind) return
    if (row.file !== null) this.#reach(this.#moduleOfFile.get(row.file)?.id ?? id)
    for (const edge of this.#out.get(id) ?? []) if (!this.#saysNothing(row, edge)) this.#reach(edge.target)
    for (const module of this.#importedWhole(row)) this.#offer(module)
    const implementation = row.kind === moduleKind ? this.#implementation(row) : undefined
    if (implementation !== undefined) {
      this.#reach(implementation.id)
      this.#offer(implementation)
    }
    for (const overrider of this.#overriders.get(id) ?? []) this.#reach(overrider)
    const askedFor = row.kind === classKind && !this.#extendsOutside(id)
    for (const child of this.#children.get(id) ?? []) {
      const { kind = moduleKind, name = '' } = this.#rows.get(child) ?? {}
      const needsMention = askedFor ? askedMembers.has(kind) : codeKinds.has(row.kind) && declared.has(kind)
      if (!needsMention || name.startsWith('(') || name.startsWith('[')) this.#reach(child)
    }
  }

  /**
   * Whether the top-level code of a file only names something: `export { a }` does not use `a`, nor does an import whose
   * uses are elsewhere in the file.
   */
  #saysNothing(source: Row, { target, kind, sites }: EdgeRow): boolean {
    if (source.kind !== moduleKind) return false
    const row = this.#rows.get(target)
    if (kind === importsCode) return row !== undefined && row.kind !== moduleKind && this.#mentions(source, row)
    return row?.file === source.file && allExport(sites)
  }

  /** Whether code outside the project may call the members of a class: those it inherits from are not known. */
  #extendsOutside(id: number): boolean {
    return (this.#out.get(id) ?? []).some(
      ({ kind, target }) => inheritance.has(kind) && this.#rows.get(target)?.kind === externalKind,
    )
  }
}

function allExport(sites: Uint8Array): boolean {
  let all = sites.length > 0
  eachSite(sites, (_start, _end, role) => {
    if (role !== exportRole) all = false
  })
  return all
}

function push<T>(lists: Map<number, T[]>, key: number, value: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

function allEntries(
  indexed: readonly EntryPoint[],
  paths: readonly string[],
  entry: DeadCodeOptions['entry'],
): EntryPoint[] {
  const known = new Set(paths)
  const entries = new Map<string, EntryPoint>()
  for (const point of indexed) {
    if (!known.has(point.path)) continue
    const before = entries.get(point.path)
    if (before === undefined || (point.exports && !before.exports)) entries.set(point.path, point)
  }
  for (const path of paths) {
    const reason = entry?.(path)
    if (reason !== undefined) entries.set(path, { path, reason, exports: true })
  }
  return [...entries.values()].toSorted((a, b) => byCodeUnit(a.path, b.path))
}

function prepare(db: Database<GraphTables>) {
  return {
    nodes: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('nodes as n')
        .leftJoin('files as f', (join) => join.onRef('f.project', '=', 'n.project').onRef('f.id', '=', 'n.file'))
        .select(['n.id', 'n.file', 'f.path', 'n.name', 'n.descriptor', 'n.kind', 'n.exported', 'n.start_offset'])
        .where('n.project', '=', param.project),
    ),
    edges: db.prepared((kysely, param: { project: number }) =>
      kysely
        .selectFrom('edges')
        .select(['source', 'target', 'kind', 'sites'])
        .where('project', '=', param.project)
        .where('source', '>', 0),
    ),
    unresolved: db.prepared((kysely, param: { project: number }) =>
      kysely.selectFrom('unresolved').select(['name', 'sites']).where('project', '=', param.project),
    ),
  }
}
