import { depthFirstSearch } from './depth-first-search.ts'
import { FlowGraphError } from './errors.ts'
import { type Adjacency, edgeColumns, type FlowGraph, flowGraphFrom } from './flow-graph.ts'
import { controlFlow } from './without-kinds.ts'

/** Which paths {@link paths} gives. */
export interface PathOptions {
  /** How many at most. Default 1,000; `Infinity` for all. */
  readonly limit?: number
  /** How often a path may take each edge back. Default 1; with 0 no node is in a path twice. */
  readonly repeats?: number
}

/**
 * Gives paths from the entry to the exit one by one, each as its nodes; first those that take the first edge of the first node.
 *
 * An edge leads back where a depth-first search meets its end as an ancestor of its start: from the end of a loop to its header; where a cycle
 * has several entries, to the one that is met first. Several edges from one node to another are one. `skipped` edges lead nowhere.
 *
 * No way is followed that cannot lead to the exit, so the time for a path is at most that of looking at the whole graph once for each edge back in it. Memory is that of the
 * graph and of one path.
 *
 * @throws {FlowGraphError} `FORGE_PDG_FLOW_GRAPH`: an option is no count.
 */
export function paths(graph: FlowGraph, options: PathOptions = {}): Generator<Int32Array, void, undefined> {
  const { limit = 1000, repeats = 1 } = options
  for (const [name, value] of Object.entries({ limit, repeats })) {
    if (value >= 0 && (Number.isInteger(value) || (value === Infinity && name === 'limit'))) continue
    throw new FlowGraphError(`The option ${name} of paths cannot be ${value}`, {
      hint: `Give \`${name}\` as a whole number from 0`,
      details: { [name]: value },
      callSite: paths,
    })
  }
  return walk(waysOf(graph), { limit, repeats })
}

/**
 * Counts the paths from the entry to the exit that take no edge back: as many as {@link paths} gives with `repeats: 0`.
 *
 * A number of as many digits as there are decisions one after the other: it is exact, and grows long.
 */
export function countPaths(graph: FlowGraph): bigint {
  const { size, entry, exit, successors, isBack, order } = waysOf(graph)
  const { offsets, nodes } = successors
  const count = Array.from({ length: size }, () => 0n)
  count[entry] = 1n
  for (const node of order) {
    if (node === exit) break
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
      if (isBack[edge] === 0) count[nodes[edge]!]! += count[node]!
    }
    // Long numbers are many bytes: none is kept that is not needed any more.
    count[node] = 0n
  }
  return count[exit]!
}

interface Ways {
  readonly size: number
  readonly entry: number
  readonly exit: number
  /** The reachable part, each edge once. */
  readonly successors: Adjacency
  readonly predecessors: Adjacency
  /** For each of the successors 1 where the edge leads back. */
  readonly isBack: Uint8Array
  /** For each of the predecessors its place among the successors. */
  readonly edgeBefore: Int32Array
  /** The nodes so that every edge that does not lead back leads to a later one. */
  readonly order: Int32Array
}

function waysOf(graph: FlowGraph): Ways {
  const flow = controlFlow(graph)
  const order = depthFirstSearch(flow.successors, flow.entry).finished.toReversed()
  const { from, to, kind, ...rest } = edgeColumns(flow)
  const rank = new Int32Array(flow.size).fill(-1)
  for (const [at, node] of order.entries()) rank[node] = at
  /** For each node the last that was seen to lead to it: edges are by the node they leave. */
  const seen = new Int32Array(flow.size).fill(-1)
  const isKept = from.map((node, edge) => {
    if (rank[node] === -1 || seen[to[edge]!] === node) return 0
    seen[to[edge]!] = node
    return 1
  })
  const keep = (_: number, edge: number): boolean => isKept[edge] === 1
  const kept = { from: from.filter(keep), to: to.filter(keep), kind: kind.filter(keep) }
  const { successors, predecessors } = flowGraphFrom({ ...rest, ...kept })
  const isBack = kept.kind.map((_, edge) => (rank[kept.to[edge]!]! <= rank[kept.from[edge]!]! ? 1 : 0))
  const free = predecessors.offsets.slice()
  const edgeBefore = new Int32Array(kept.to.length)
  for (const [edge, node] of kept.to.entries()) edgeBefore[free[node]!++] = edge
  return { ...rest, successors, predecessors, isBack, edgeBefore, order }
}

function* walk(ways: Ways, { limit, repeats }: Required<PathOptions>): Generator<Int32Array, void, undefined> {
  const { entry, exit } = ways
  const { offsets, nodes } = ways.successors
  const allowance = new Allowance(ways, repeats)
  if (limit === 0 || !allowance.leadsOut(entry)) return
  const path = [entry]
  /** For each node of the path the next edge to take. Invariant: where another node follows, the edge before is the one to it. */
  const next = [offsets[entry]!]
  let given = 0
  while (path.length > 0) {
    const top = path.length - 1
    const edge = next[top]!
    if (edge === offsets[path[top]! + 1]) {
      if (path[top] === exit) {
        yield Int32Array.from(path)
        if (++given === limit) return
      }
      path.pop()
      next.pop()
      if (top > 0) allowance.giveBack(next[top - 1]! - 1)
      continue
    }
    next[top]!++
    if (!allowance.take(edge)) continue
    const target = nodes[edge]!
    if (allowance.leadsOut(target)) {
      path.push(target)
      next.push(offsets[target]!)
    } else {
      allowance.giveBack(edge)
    }
  }
}

/** How often the edges back may still be taken, and from where they let a path come to the exit. */
class Allowance {
  readonly #ways: Ways
  readonly #left: Int32Array
  #reached: Uint8Array | undefined

  constructor(ways: Ways, repeats: number) {
    this.#ways = ways
    this.#left = Int32Array.from(ways.isBack, (back) => back * repeats)
  }

  /** Takes an edge; false where it may not be taken any more. */
  take(edge: number): boolean {
    if (this.#ways.isBack[edge] === 0) return true
    if (this.#left[edge] === 0) return false
    if (--this.#left[edge]! === 0) this.#reached = undefined
    return true
  }

  giveBack(edge: number): void {
    if (this.#ways.isBack[edge] === 1 && this.#left[edge]!++ === 0) this.#reached = undefined
  }

  /** Whether some path leads from a node to the exit. The shortest takes no edge twice, so once is enough for each. */
  leadsOut(node: number): boolean {
    this.#reached ??= this.#reachedAround()
    return this.#reached[node] === 1
  }

  #reachedAround(): Uint8Array {
    const { exit, predecessors, isBack, edgeBefore } = this.#ways
    const reached = new Uint8Array(this.#ways.size)
    const waiting = [exit]
    reached[exit] = 1
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      for (let at = predecessors.offsets[node]!; at < predecessors.offsets[node + 1]!; at++) {
        const before = predecessors.nodes[at]!
        const edge = edgeBefore[at]!
        if (reached[before] === 1 || (isBack[edge] === 1 && this.#left[edge] === 0)) continue
        reached[before] = 1
        waiting.push(before)
      }
    }
    return reached
  }
}
