import type { FunctionId } from './program.ts'

/** Which nodes a slice has reached, and how: each way is a few bits, and whoever came with fewer of them has gone every way that one with more would go. */
export class ReachedNodes {
  /** For each function, by node, a bit for each combination of bits. */
  readonly #reached = new Map<FunctionId, Uint8Array>()

  /** The functions with a node that was reached, each with its nodes from 0 on: 0 for one that was not. */
  get functions(): ReadonlyMap<FunctionId, Uint8Array> {
    return this.#reached
  }

  /** Whether whoever was here with fewer bits, or the same, has gone every way that this one would go. */
  has(id: FunctionId, node: number, how: number): boolean {
    const before = this.#reached.get(id)?.[node] ?? 0
    for (let fewer = how; ; fewer = (fewer - 1) & how) {
      if ((before & (1 << fewer)) !== 0) return true
      if (fewer === 0) return false
    }
  }

  add(id: FunctionId, node: number, how: number): void {
    let reached = this.#reached.get(id)
    if (reached === undefined) this.#reached.set(id, (reached = new Uint8Array(0)))
    if (node >= reached.length) {
      const longer = new Uint8Array(Math.max(64, node + 1, reached.length * 2))
      longer.set(reached)
      reached = longer
      this.#reached.set(id, reached)
    }
    reached[node]! |= 1 << how
  }
}
