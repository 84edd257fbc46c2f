import { depthFirstSearch } from './depth-first-search.ts'
import { FlowGraphError } from './errors.ts'
import { type Adjacency, filterEdges, type FlowGraph } from './flow-graph.ts'
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
 * No way is followed that cannot lead to the exit: the time for a path is that of its length, at worst with a search of the graph for each edge back in
 * it. Memory is that of the graph and of one path.
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
 * Counts the paths from the entry to the exit that take no edge back: as many as {@link paths} gives with `repeats: 0`. Where each cycle has one entry, these
 * are the paths on which no node is twice; where one has several, some of those go back against the first of them.
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
  /** For each of the successors 1 where the edge leads back. */
  readonly isBack: Uint8Array
  /** The nodes so that every edge that does not lead back leads to a later one. */
  readonly order: Int32Array
}

function waysOf(graph: FlowGraph): Ways {
  const flow = controlFlow(graph)
  const { finished, finish } = depthFirstSearch(flow.successors, flow.entry)
  /** For each node the last that was seen to lead to it. */
  const seen = new Int32Array(flow.size).fill(-1)
  const { size, entry, exit, successors } = filterEdges(flow, (from, to) => {
    if (finish[from] === -1 || seen[to] === from) return false
    seen[to] = from
    return true
  })
  const { offsets, nodes } = successors
  const isBack = new Uint8Array(nodes.length)
  for (const from of finished) {
    for (let edge = offsets[from]!; edge < offsets[from + 1]!; edge++) {
      if (finish[nodes[edge]!]! >= finish[from]!) isBack[edge] = 1
    }
  }
  return { size, entry, exit, successors, isBack, order: finished.toReversed() }
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
    // Invariant: an edge back, once taken, leads to a node from which its start can be reached again, and what its start can reach.
    if (!allowance.leadsOut(target)) continue
    path.push(target)
    next.push(offsets[target]!)
  }
}

/** How often the edges back may still be taken, and from where a path can come to the exit with what is left. */
class Allowance {
  readonly #ways: Ways
  readonly #left: Float64Array
  /** For each node 1 where it leads out by edges that do not lead back: always. */
  readonly #leadsOut: Uint8Array
  /** Goes up when an edge is used up or free again. */
  #version = 1
  /** For each node the version for which it is known to lead out, negative where it does not. */
  readonly #known: Int32Array

  constructor(ways: Ways, repeats: number) {
    this.#ways = ways
    this.#left = Float64Array.from(ways.isBack, (back) => back * repeats)
    this.#leadsOut = leadsForward(ways)
    this.#known = new Int32Array(ways.size)
  }

  /** Takes an edge; false where it may not be taken any more. */
  take(edge: number): boolean {
    if (this.#ways.isBack[edge] === 0) return true
    if (this.#left[edge] === 0) return false
    if (--this.#left[edge]! === 0) this.#version++
    return true
  }

  giveBack(edge: number): void {
    if (this.#ways.isBack[edge] === 1 && this.#left[edge]!++ === 0) this.#version++
  }

  /**
   * Whether some path leads from a node to the exit: a search for a node that always leads out. Once is enough for each edge, since the shortest path
   * takes none twice.
   */
  leadsOut(start: number): boolean {
    if (this.#isKnown(start)) return true
    if (this.#known[start] === -this.#version) return false
    const { offsets, nodes } = this.#ways.successors
    const met = [start]
    const way = [start]
    const next = [offsets[start]!]
    this.#known[start] = -this.#version
    while (way.length > 0) {
      const node = way.at(-1)!
      const edge = next[way.length - 1]!++
      if (edge === offsets[node + 1]) {
        way.pop()
        next.pop()
        continue
      }
      if (this.#ways.isBack[edge] === 1 && this.#left[edge] === 0) continue
      const target = nodes[edge]!
      if (this.#isKnown(target)) {
        // What was given up may lead out by way of a node that was still being searched.
        for (const one of met) this.#known[one] = 0
        for (const one of way) this.#known[one] = this.#version
        return true
      }
      if (this.#known[target] === -this.#version) continue
      this.#known[target] = -this.#version
      met.push(target)
      way.push(target)
      next.push(offsets[target]!)
    }
    return false
  }

  #isKnown(node: number): boolean {
    return this.#leadsOut[node] === 1 || this.#known[node] === this.#version
  }
}

function leadsForward({ size, exit, order, successors: { offsets, nodes }, isBack }: Ways): Uint8Array {
  const leads = new Uint8Array(size)
  leads[exit] = 1
  for (const node of order.toReversed()) {
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
      if (isBack[edge] === 0 && leads[nodes[edge]!] === 1) leads[node] = 1
    }
  }
  return leads
}
