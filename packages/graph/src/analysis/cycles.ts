import type { Database } from '@forge/db'
import { callCode, instantiateCode } from '../codes.ts'
import { confidences, edgeKinds } from '../graph-types.ts'
import { eachSite } from '../packed-sites.ts'
import type { GraphTables } from '../schema.ts'
import type { Session } from '../session.ts'
import { byCodeUnit, type NodeView, type SymbolReader, versionOf } from '../symbol-reader.ts'
import type { Cycle, CycleOptions, CycleStep } from './analysis-types.ts'
import type { ModuleGraph } from './module-graph.ts'
import { shortestCycle, stronglyConnected } from './strongly-connected.ts'

const ambiguousCode = confidences.indexOf('ambiguous')
const importsCode = edgeKinds.indexOf('imports')

/** Symbols that call each other, and modules that import each other. */
export class CycleFinder {
  readonly #symbols: SymbolReader
  readonly #modules: ModuleGraph
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>, symbols: SymbolReader, modules: ModuleGraph) {
    this.#symbols = symbols
    this.#modules = modules
    this.#statements = prepare(db)
  }

  /** The cycles with most members first, then by their first id. */
  find(session: Session, { of = 'modules', ambiguous = false }: CycleOptions): Cycle[] {
    const cycles = of === 'calls' ? this.#ofCalls(session, ambiguous) : this.#ofModules(session)
    return cycles.toSorted(
      (a, b) => b.symbols.length - a.symbols.length || byCodeUnit(a.symbols[0]!.id, b.symbols[0]!.id),
    )
  }

  #ofCalls(session: Session, ambiguous: boolean): Cycle[] {
    const { tx, project } = session
    const most = ambiguous ? ambiguousCode : ambiguousCode - 1
    const callees = new Map<number, number[]>()
    for (const { source, target } of tx.all(this.#statements.calls, { project, most })) {
      const of = callees.get(source)
      if (of === undefined) callees.set(source, [target])
      else of.push(target)
    }
    const next = (node: number): readonly number[] => callees.get(node) ?? none
    return stronglyConnected(callees.keys(), next).map((members) =>
      this.#cycle(session, members, next, false, [callCode, instantiateCode]),
    )
  }

  #ofModules(session: Session): Cycle[] {
    const links = this.#modules.links(session)
    const all = new Map<number, number[]>()
    const lasting = new Map<number, number[]>()
    for (const { from, to, onlyTypes } of links) {
      for (const map of onlyTypes ? [all] : [all, lasting]) {
        const of = map.get(from)
        if (of === undefined) map.set(from, [to])
        else of.push(to)
      }
    }
    const next = (node: number): readonly number[] => all.get(node) ?? none
    const nextLasting = (node: number): readonly number[] => lasting.get(node) ?? none
    return stronglyConnected(all.keys(), next).map((members) => {
      // What is wrong at run time is shown, where something is.
      const [core] = stronglyConnected(members, (node) => nextLasting(node).filter((to) => members.includes(to)))
      if (core === undefined) return this.#cycle(session, members, next, true, [importsCode])
      const { steps } = this.#cycle(session, core, nextLasting, false, [importsCode])
      return { symbols: this.#sorted(session, members), steps, onlyTypes: false }
    })
  }

  #sorted(session: Session, members: readonly number[]): Cycle['symbols'] {
    return members
      .flatMap((id) => this.#symbols.node(session, id) ?? [])
      .map((node) => this.#symbols.showNode(session, node))
      .toSorted((a, b) => byCodeUnit(a.id, b.id))
  }

  #cycle(
    session: Session,
    members: readonly number[],
    next: (node: number) => readonly number[],
    onlyTypes: boolean,
    kinds: readonly number[],
  ): Cycle {
    const nodes = new Map(members.flatMap((id) => [[id, this.#symbols.node(session, id)!] as const]))
    const shown = new Map(members.map((id) => [id, this.#symbols.showNode(session, nodes.get(id)!)]))
    const ordered = members.toSorted((a, b) => byCodeUnit(shown.get(a)!.id, shown.get(b)!.id))
    const set = new Set(members)
    const inOrder = (node: number): readonly number[] =>
      next(node)
        .filter((id) => set.has(id))
        .toSorted((a, b) => byCodeUnit(shown.get(a)!.id, shown.get(b)!.id))
    let way: readonly number[] = []
    // Every member is on some cycle; the first few say enough of a large component.
    for (const start of ordered.slice(0, 64)) {
      const found = shortestCycle(start, set, inOrder)
      if (found !== undefined && (way.length === 0 || found.length < way.length)) way = found
      if (way.length === 2) break
    }
    const steps = way.map((id, at): CycleStep => {
      const to = way[(at + 1) % way.length]!
      return this.#step(session, nodes.get(id)!, nodes.get(to)!, kinds)
    })
    return { symbols: ordered.map((id) => shown.get(id)!), steps, onlyTypes }
  }

  #step(session: Session, from: NodeView, to: NodeView, kinds: readonly number[]): CycleStep {
    const { tx, project } = session
    let least: readonly [number, number] | undefined
    for (const { kind, sites } of tx.all(this.#statements.between, { project, source: from.id, target: to.id })) {
      if (!kinds.includes(kind)) continue
      eachSite(sites, (start, end) => {
        if (least === undefined || start < least[0]) least = [start, end]
      })
    }
    const [start, end] = least ?? [from.name_start, from.name_end]
    return {
      from: this.#symbols.showNode(session, from).id,
      to: this.#symbols.showNode(session, to).id,
      site: { file: from.path ?? '', range: this.#symbols.contents.range(session, versionOf(from)!, start, end) },
    }
  }
}

const none: readonly number[] = []

function prepare(db: Database<GraphTables>) {
  return {
    calls: db.prepared((kysely, param: { project: number; most: number }) =>
      kysely
        .selectFrom('edges')
        .select(['source', 'target'])
        .where('project', '=', param.project)
        .where('source', '>', 0)
        .where('kind', 'in', [callCode, instantiateCode])
        .where('confidence', '<=', param.most)
        .orderBy('source')
        .orderBy('target'),
    ),
    between: db.prepared((kysely, param: { project: number; source: number; target: number }) =>
      kysely
        .selectFrom('edges')
        .select(['kind', 'sites'])
        .where('project', '=', param.project)
        .where('source', '=', param.source)
        .where('target', '=', param.target),
    ),
  }
}
