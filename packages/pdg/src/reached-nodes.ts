import type { FunctionId } from './program.ts'

/** How a node was reached, as bits: whoever was there with fewer of them has gone each way that one with more would go. */
export const way = {
  /** Down from a call: the way back up is the call's own. */
  inside: 1,
  /**
   * Backward: which object it is matters, not what is in it under names that are computed. Forward: only that matters, not which object
   * it is.
   */
  narrow: 2,
  /** Backward, of a call: that it calls the function matters, not with what, nor what comes back. */
  started: 4,
} as const

/** The nodes of one function: for each a bit for each combination of {@link way}, and how far away it is. */
interface NodeTable {
  readonly ways: Uint8Array
  readonly distances: Uint32Array
}

/** A node that was reached, and by how many steps from one function to another at least. */
export interface ReachedNode {
  readonly node: number
  readonly distance: number
}

/** Which nodes of which functions a slice has reached, and how. */
export class ReachedNodes {
  readonly #tables = new Map<FunctionId, NodeTable>()

  /** How many functions were reached. */
  get functions(): number {
    return this.#tables.size
  }

  hasFunction(id: FunctionId): boolean {
    return this.#tables.has(id)
  }

  /** Whether whoever was here with fewer bits, or the same, has gone every way that this one would go. */
  has(id: FunctionId, node: number, how: number): boolean {
    const before = this.#tables.get(id)?.ways[node] ?? 0
    for (let fewer = how; ; fewer = (fewer - 1) & how) {
      if ((before & (1 << fewer)) !== 0) return true
      if (fewer === 0) return false
    }
  }

  /** @returns whether that is another way than those before. */
  add(id: FunctionId, { node, distance }: ReachedNode, how: number): boolean {
    if (this.has(id, node, how)) return false
    const { ways, distances } = this.#tableWith(id, node)
    distances[node] = ways[node] === 0 ? distance : Math.min(distances[node]!, distance)
    ways[node]! |= 1 << how
    return true
  }

  #tableWith(id: FunctionId, node: number): NodeTable {
    const known = this.#tables.get(id)
    if (known !== undefined && node < known.ways.length) return known
    const length = Math.max(64, node + 1, (known?.ways.length ?? 0) * 2)
    const longer: NodeTable = { ways: new Uint8Array(length), distances: new Uint32Array(length) }
    if (known !== undefined) {
      longer.ways.set(known.ways)
      longer.distances.set(known.distances)
    }
    this.#tables.set(id, longer)
    return longer
  }

  /** The functions in the order of their ids, with their nodes, sorted. */
  *inOrder(): Generator<readonly [FunctionId, readonly ReachedNode[]]> {
    for (const [id, { ways, distances }] of [...this.#tables].toSorted(([a], [b]) => a - b)) {
      const nodes: ReachedNode[] = []
      for (let node = 0; node < ways.length; node++) {
        if (ways[node] !== 0) nodes.push({ node, distance: distances[node]! })
      }
      yield [id, nodes]
    }
  }
}
