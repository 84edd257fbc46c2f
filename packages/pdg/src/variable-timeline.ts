import { definedAtEntry } from './definition.ts'
import type { DominatorTree } from './dominator-tree.ts'

/**
 * Which definition of one variable is there at the end of each node.
 *
 * That is the definition of the nearest node that dominates it and defines the variable. Along the preorder of the tree it changes only
 * where such a node begins, and after the last one that it dominates: so a sorted list of those changes answers in logarithmic time, for any node.
 */
export class VariableTimeline {
  readonly #tree: DominatorTree
  /** The places where it changes, and what it is from there on. */
  readonly #places: number[] = []
  readonly #definitions: number[] = []

  constructor(tree: DominatorTree) {
    this.#tree = tree
  }

  /** Begins anew with another variable: the nodes of the tree that define it, and what is there at their end. */
  begin(defining: readonly number[], definitionOf: (node: number) => number): void {
    const { place, order, lastPlace } = this.#tree
    this.#places.length = 0
    this.#definitions.length = 0
    /** The ends and the definitions of the nodes that are open. */
    const ends: number[] = []
    const open: number[] = [definedAtEntry]
    const close = (before: number): void => {
      while (ends.length > 0 && ends.at(-1)! < before) {
        open.pop()
        this.#change(ends.pop()! + 1, open.at(-1)!)
      }
    }
    for (const start of defining.map((node) => place[node]!).toSorted((left, right) => left - right)) {
      close(start)
      const node = order[start]!
      ends.push(lastPlace[node]!)
      open.push(definitionOf(node))
      this.#change(start, open.at(-1)!)
    }
    close(order.length)
  }

  /** The definition at the end of a node of the tree. */
  at(node: number): number {
    const place = this.#tree.place[node]!
    let low = 0
    let high = this.#places.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#places[middle]! <= place) low = middle + 1
      else high = middle
    }
    return low === 0 ? definedAtEntry : this.#definitions[low - 1]!
  }

  #change(place: number, definition: number): void {
    if (this.#places.at(-1) === place) {
      this.#definitions[this.#definitions.length - 1] = definition
      return
    }
    this.#places.push(place)
    this.#definitions.push(definition)
  }
}
