/** Nodes that each have values, and give them to others. */
export class ValueNodes {
  /** The values of each node. */
  readonly values: Set<number>[] = []
  readonly #next: Set<number>[] = []
  readonly #watchers: ((value: number) => void)[][] = []
  readonly #open: (readonly [node: number, value: number])[] = []

  make(): number {
    this.#next.push(new Set())
    this.#watchers.push([])
    return this.values.push(new Set()) - 1
  }

  add(node: number, value: number): void {
    if (this.values[node]!.has(value)) return
    this.values[node]!.add(value)
    this.#open.push([node, value])
  }

  /** Lets a node have all values that another one has. */
  edge(from: number, to: number): void {
    if (from === to || this.#next[from]!.has(to)) return
    this.#next[from]!.add(to)
    for (const value of this.values[from]!) this.add(to, value)
  }

  /** Calls `watcher` for each value that a node has, now or later. */
  watch(node: number, watcher: (value: number) => void): void {
    this.#watchers[node]!.push(watcher)
    for (const value of this.values[node]!) watcher(value)
  }

  /** Gives values on until nothing changes. */
  run(): void {
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) {
      const [node, value] = next
      for (const to of this.#next[node]!) this.add(to, value)
      for (const watcher of this.#watchers[node]!) watcher(value)
    }
  }
}
