import type { Memo } from './fixpoint.ts'

/**
 * Which answers depend on which, of those that depend on an input that may change: so that a change forgets what it touches, and
 * nothing else. Inputs, answers and observers (whoever was told an answer) are numbered from 1 up.
 *
 * What was forgotten is still known to have depended on what it did: see {@link Dependences.everTold}.
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
  /** The same for all that depends on answers. */
  forgetAnswers(nodes: readonly number[]): readonly number[]
  /** The observers that were ever told something that depended on the inputs or the answers, by whatever is forgotten since. */
  everTold(inputs: readonly number[], nodes: readonly number[]): readonly number[]
  /** The answer is found in another cell from now on. */
  move(node: number, memo: Memo, cell: number): void
  /** Takes over what another one knows of what depended on what, as if all of it were forgotten. */
  absorb(other: Dependences): void
  /** Calls `visit` for each pair of {@link Dependences.add}. */
  each(visit: (node: number, dependent: number) => void): void
  /** What a number was given for. */
  kindOf(node: number): { readonly input: number } | { readonly observer: number } | undefined
  /** How many numbers and pairs there are. */
  size(): number
}

/** Makes empty {@link Dependences}. */
export function createDependences(): Dependences {
  /** Undefined for inputs, observers and what is forgotten. */
  const memos: (Memo | undefined)[] = [undefined]
  /** The cell, the input, or the observer. */
  const cells: number[] = [0]
  const kinds: number[] = [0]
  /** The last dependent of each node: a place in the two lists below, -1 for none. */
  const heads: number[] = [-1]
  /** For each input, the last of its dependents that are forgotten. */
  const forgotten: number[] = [-1]
  let dependents = new Int32Array(4096)
  let nexts = new Int32Array(4096)
  let pairs = 0
  const inputNodes: number[] = []
  const observerNodes = new Map<number, number>()
  const kind = { input: 1, answer: 2, observer: 3 } as const

  function node(of: number, memo: Memo | undefined, cell: number): number {
    memos.push(memo)
    cells.push(cell)
    kinds.push(of)
    forgotten.push(-1)
    return heads.push(-1) - 1
  }

  function ofInput(input: number): number {
    return (inputNodes[input] ??= node(kind.input, undefined, input))
  }

  function ofObserver(observer: number): number {
    let known = observerNodes.get(observer)
    if (known === undefined) observerNodes.set(observer, (known = node(kind.observer, undefined, observer)))
    return known
  }

  function add(of: number, dependent: number): void {
    const head = heads[of]!
    if (head >= 0 && dependents[head] === dependent && head !== forgotten[of]) return
    if (pairs === dependents.length) {
      const old = { dependents, nexts }
      dependents = new Int32Array(pairs * 2)
      dependents.set(old.dependents)
      nexts = new Int32Array(pairs * 2)
      nexts.set(old.nexts)
    }
    dependents[pairs] = dependent
    nexts[pairs] = head
    heads[of] = pairs++
  }

  function forgetFrom(open: number[]): readonly number[] {
    const observers = new Set<number>()
    for (let of = open.pop(); of !== undefined; of = open.pop()) {
      let end = -1
      if (kinds[of] === kind.observer) {
        observers.add(cells[of]!)
        continue
      }
      if (kinds[of] === kind.input) {
        end = forgotten[of]!
        forgotten[of] = heads[of]!
      } else {
        const memo = memos[of]
        if (memo === undefined) continue
        const cell = cells[of]!
        if (memo.nodes![cell] === of) {
          memo.cells[cell] = 0
          memo.nodes![cell] = 0
        }
        memos[of] = undefined
      }
      for (let at = heads[of]!; at !== end; at = nexts[at]!) open.push(dependents[at]!)
    }
    return [...observers]
  }

  function nodesOf(inputs: readonly number[]): number[] {
    return inputs.flatMap((input) => inputNodes[input] ?? [])
  }

  return {
    ofInput,
    ofCell: (memo, cell) => node(kind.answer, memo, cell),
    ofObserver,
    add,
    forget: (inputs) => forgetFrom(nodesOf(inputs)),
    forgetAnswers: (nodes) => forgetFrom([...nodes]),
    everTold(inputs, nodes) {
      const observers = new Set<number>()
      const open = [...nodesOf(inputs), ...nodes]
      const seen = new Uint8Array(heads.length)
      for (const of of open) seen[of] = 1
      for (let of = open.pop(); of !== undefined; of = open.pop()) {
        if (kinds[of] === kind.observer) observers.add(cells[of]!)
        for (let at = heads[of]!; at >= 0; at = nexts[at]!) {
          const dependent = dependents[at]!
          if (seen[dependent] === 1) continue
          seen[dependent] = 1
          open.push(dependent)
        }
      }
      return [...observers]
    },
    move(of, memo, cell) {
      memos[of] = memo
      cells[of] = cell
    },
    absorb(other) {
      const numbers = new Map<number, number>()
      const own = (of: number): number => {
        let known = numbers.get(of)
        if (known === undefined) {
          const given = other.kindOf(of)
          if (given === undefined) known = node(kind.answer, undefined, -1)
          else known = 'input' in given ? ofInput(given.input) : ofObserver(given.observer)
          numbers.set(of, known)
        }
        return known
      }
      other.each((of, dependent) => add(own(of), own(dependent)))
    },
    each(visit) {
      for (let of = 1; of < heads.length; of++) {
        for (let at = heads[of]!; at >= 0; at = nexts[at]!) visit(of, dependents[at]!)
      }
    },
    kindOf(of) {
      if (kinds[of] === kind.input) return { input: cells[of]! }
      return kinds[of] === kind.observer ? { observer: cells[of]! } : undefined
    },
    size: () => heads.length + pairs,
  }
}
