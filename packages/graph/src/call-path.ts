import type { Database } from '@forge/db'
import { InternalError } from '@forge/errors'
import type { Calls } from './calls.ts'
import { callCode, instantiateCode } from './codes.ts'
import { type CallPath, type CallStep, confidences } from './graph-types.ts'
import { eachSite } from './packed-sites.ts'
import type { GraphTables } from './schema.ts'
import type { Session } from './session.ts'
import { byCodeUnit, nodeId, type NodeView, type SymbolReader, versionOf } from './symbol-reader.ts'

/** One side of the search: how far each symbol is from this end, and which ones the last step reached. */
interface Side {
  readonly distance: Map<number, number>
  frontier: readonly number[]
  steps: number
}

/** Shortest ways along calls, by breadth-first search from both ends (I. Pohl, "Bi-directional Search", 1971). */
export class CallPaths {
  readonly #symbols: SymbolReader
  readonly #calls: Calls
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>, symbols: SymbolReader, calls: Calls) {
    this.#symbols = symbols
    this.#calls = calls
    this.#statements = prepare(db)
  }

  /**
   * A shortest path; among several of one length the one whose ids, compared in order by code unit, come first.
   * Undefined where none leads there.
   */
  find(session: Session, from: string, to: string): CallPath | undefined {
    const [source, target] = [this.#symbols.require(session, from), this.#symbols.require(session, to)]
    if (source.type === 'local' || target.type === 'local') {
      return from === to ? { symbols: [this.#symbols.show(session, source)], steps: [] } : undefined
    }
    const forward = side(this.#calls.withConstructor(session, source.node))
    const backward = side(this.#calls.withConstructor(session, target.node))
    const length = this.#meet(session, forward, backward)
    return length === undefined ? undefined : this.#walk(session, source.node, forward, backward, length)
  }

  /** Grows the smaller side by one whole step until the two meet; the length of the shortest path. */
  #meet(session: Session, forward: Side, backward: Side): number | undefined {
    for (;;) {
      const met = forward.frontier.some((id) => backward.distance.has(id))
      if (met) return forward.steps + backward.steps
      if (forward.frontier.length === 0 || backward.frontier.length === 0) return undefined
      const [growing, other] =
        forward.frontier.length <= backward.frontier.length ? [forward, backward] : [backward, forward]
      this.#grow(session, growing, growing === forward)
      if (growing === backward && growing.frontier.some((id) => other.distance.has(id))) {
        return forward.steps + backward.steps
      }
    }
  }

  #grow(session: Session, side: Side, forward: boolean): void {
    side.steps++
    const next: number[] = []
    for (const id of side.frontier) {
      for (const reached of forward ? this.#callees(session, id) : this.#callers(session, id)) {
        if (side.distance.has(reached)) continue
        side.distance.set(reached, side.steps)
        next.push(reached)
      }
    }
    side.frontier = next
  }

  /**
   * Goes from the start to the end, always to the first id that is still on a shortest path.
   *
   * Invariant: `forward` knows every symbol up to `forward.steps` calls from the start, `backward` likewise from the end,
   * and the two add up to the length. Symbols before the meeting are only known to lead on when they were marked.
   */
  #walk(session: Session, start: NodeView, forward: Side, backward: Side, length: number): CallPath {
    const leads = this.#marked(session, forward, backward)
    const nodes = new Map<number, NodeView>()
    const load = (id: number): NodeView => {
      const node = nodes.get(id) ?? this.#symbols.node(session, id)
      if (node === undefined) throw new InternalError('An edge leads to no symbol', { details: { id } })
      nodes.set(id, node)
      return node
    }
    const onPath = (id: number, step: number): boolean =>
      step < forward.steps
        ? forward.distance.get(id) === step && leads.has(id)
        : backward.distance.get(id) === length - step && (step > forward.steps || forward.distance.get(id) === step)
    const firsts = this.#calls
      .withConstructor(session, start)
      .map((end) => end.id)
      .filter((id) => onPath(id, 0))
    const path = [first(firsts, load)]
    for (let step = 1; step <= length; step++) {
      path.push(
        first(
          this.#callees(session, path[step - 1]!.id).filter((id) => onPath(id, step)),
          load,
        ),
      )
    }
    const steps = path.slice(1).map((callee, index) => this.#step(session, path[index]!, callee))
    return { symbols: path.map((node) => this.#symbols.showNode(session, node)), steps }
  }

  /** The symbols before the meeting that lead to it, each within the steps that are left. */
  #marked(session: Session, forward: Side, backward: Side): ReadonlySet<number> {
    const marked = new Set<number>()
    let level = forward.frontier.filter((id) => backward.distance.get(id) === backward.steps)
    for (let step = forward.steps - 1; step >= 0; step--) {
      const before = new Set<number>()
      for (const id of level) {
        for (const caller of this.#callers(session, id)) {
          if (forward.distance.get(caller) === step) before.add(caller)
        }
      }
      level = [...before]
      for (const id of level) marked.add(id)
    }
    return marked
  }

  #step(session: Session, caller: NodeView, callee: NodeView): CallStep {
    const { tx, project } = session
    const version = versionOf(caller)
    const sites: { start: number; end: number }[] = []
    let confidence = confidences.length - 1
    for (const row of tx.all(this.#statements.between, { project, source: caller.id, target: callee.id })) {
      confidence = Math.min(confidence, row.confidence)
      eachSite(row.sites, (start, end) => {
        if (!sites.some((site) => site.start === start && site.end === end)) sites.push({ start, end })
      })
    }
    sites.sort((left, right) => left.start - right.start || left.end - right.end)
    return {
      caller: nodeId(caller),
      callee: nodeId(callee),
      confidence: confidences[confidence]!,
      sites:
        version === undefined
          ? []
          : sites.map(({ start, end }) => ({
              file: caller.path ?? '',
              range: this.#symbols.contents.range(session, version, start, end),
            })),
    }
  }

  #callees({ tx, project }: Session, id: number): number[] {
    return tx.all(this.#statements.callees, { project, id }).map((row) => row.target)
  }

  #callers({ tx, project }: Session, id: number): number[] {
    return tx.all(this.#statements.callers, { project, id }).map((row) => row.source)
  }
}

function side(ends: readonly { readonly id: number }[]): Side {
  const frontier = ends.map((end) => end.id)
  return { distance: new Map(frontier.map((id) => [id, 0])), frontier, steps: 0 }
}

function first(ids: readonly number[], load: (id: number) => NodeView): NodeView {
  const [least] = ids.map(load).toSorted((left, right) => byCodeUnit(nodeId(left), nodeId(right)))
  if (least === undefined) throw new InternalError('A shortest path breaks off')
  return least
}

function prepare(db: Database<GraphTables>) {
  return {
    callees: db.prepared((kysely, param: { project: number; id: number }) =>
      kysely
        .selectFrom('edges')
        .select('target')
        .where('project', '=', param.project)
        .where('source', '=', param.id)
        .where('kind', 'in', [callCode, instantiateCode]),
    ),
    callers: db.prepared((kysely, param: { project: number; id: number }) =>
      kysely
        .selectFrom('edges')
        .select('source')
        .where('project', '=', param.project)
        .where('target', '=', param.id)
        .where('kind', 'in', [callCode, instantiateCode]),
    ),
    between: db.prepared((kysely, param: { project: number; source: number; target: number }) =>
      kysely
        .selectFrom('edges')
        .select(['confidence', 'sites'])
        .where('project', '=', param.project)
        .where('source', '=', param.source)
        .where('target', '=', param.target)
        .where('kind', 'in', [callCode, instantiateCode]),
    ),
  }
}
