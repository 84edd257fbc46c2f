import type { Memo } from './fixpoint.ts'

/**
 * Which answers depend on which, of those that depend on an input that may change: so that a change forgets what it touches, and
 * nothing else. Inputs, answers and observers (whoever was told an answer) are numbered from 1 up.
 */
export interface Dependences {
  ofInput(input: number): number
  /** A new number for the answer in a cell. */
  ofCell(memo: Memo, cell: number): number
  ofObserver(observer: number): number
  /** Notes that `dependent` is to be forgotten with `node`. */
  add(node: number, dependent: number): void
  /** Empties the cells of all that depends on the inputs. Returns the observers among that, each once. */
  forget(inputs: readonly number[]): readonly number[]
}

/** Makes empty {@link Dependences}. */
export function createDependences(): Dependences {
  const memos: (Memo | undefined)[] = [undefined]
  /** The cell, or the number of the observer. */
  const cells: number[] = [0]
  /** The last dependent of each node: a place in the two lists below, -1 for none. */
  const heads: number[] = [-1]
  const dependents: number[] = []
  const nexts: number[] = []
  const inputNodes: number[] = []
  const observerNodes = new Map<number, number>()

  function node(memo: Memo | undefined, cell: number): number {
    memos.push(memo)
    cells.push(cell)
    return heads.push(-1) - 1
  }

  return {
    ofInput: (input) => (inputNodes[input] ??= node(undefined, -1)),
    ofCell: node,
    ofObserver(observer) {
      let known = observerNodes.get(observer)
      if (known === undefined) observerNodes.set(observer, (known = node(undefined, observer)))
      return known
    },
    add(of, dependent) {
      const head = heads[of]!
      if (head >= 0 && dependents[head] === dependent) return
      dependents.push(dependent)
      heads[of] = nexts.push(head) - 1
    },
    forget(inputs) {
      const observers = new Set<number>()
      const open: number[] = []
      for (const input of inputs) if (inputNodes[input] !== undefined) open.push(inputNodes[input])
      for (let of = open.pop(); of !== undefined; of = open.pop()) {
        const memo = memos[of]
        if (memo === undefined) {
          if (cells[of]! >= 0) observers.add(cells[of]!)
        } else if (memo.nodes![cells[of]!] === of) {
          memo.cells[cells[of]!] = 0
          memo.nodes![cells[of]!] = 0
        }
        // Taken off first: what depends on itself in a circle is met once.
        let at = heads[of]!
        heads[of] = -1
        for (; at >= 0; at = nexts[at]!) open.push(dependents[at]!)
      }
      return [...observers]
    },
  }
}
