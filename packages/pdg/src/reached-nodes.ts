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

/** Which nodes of which functions a slice has reached, and how. */
export class ReachedNodes {
  /** For each function, for each of its nodes: a bit for each combination of {@link way}. */
  readonly #ways = new Map<FunctionId, Uint8Array>()

  /** How many functions were reached. */
  get functions(): number {
    return this.#ways.size
  }

  hasFunction(id: FunctionId): boolean {
    return this.#ways.has(id)
  }

  /** Whether whoever was here with fewer bits, or the same, has gone every way that this one would go. */
  has(id: FunctionId, node: number, how: number): boolean {
    const before = this.#ways.get(id)?.[node] ?? 0
    for (let fewer = how; ; fewer = (fewer - 1) & how) {
      if ((before & (1 << fewer)) !== 0) return true
      if (fewer === 0) return false
    }
  }

  /** @returns whether that is another way than those before. */
  add(id: FunctionId, node: number, how: number): boolean {
    if (this.has(id, node, how)) return false
    let ways = this.#ways.get(id) ?? new Uint8Array(0)
    if (node >= ways.length) {
      const longer = new Uint8Array(Math.max(64, node + 1, ways.length * 2))
      longer.set(ways)
      ways = longer
      this.#ways.set(id, ways)
    }
    ways[node]! |= 1 << how
    return true
  }

  /** The functions in the order of their ids, with their nodes, sorted. */
  *inOrder(): Generator<readonly [FunctionId, readonly number[]]> {
    for (const [id, ways] of [...this.#ways].toSorted(([a], [b]) => a - b)) {
      const nodes: number[] = []
      for (let node = 0; node < ways.length; node++) if (ways[node] !== 0) nodes.push(node)
      yield [id, nodes]
    }
  }
}
