import { emptySet, tooMany } from './confident-sets.ts'
import { createDependences, type Dependences } from './dependences.ts'

/** Where the answers of one kind of question are kept: a cell each, 0 while it was not asked. */
export interface Memo {
  cells: Int32Array
  /** For answers that may change, their numbers as {@link Dependences} has them. */
  nodes?: Int32Array
}

/** Answers questions whose answers depend on each other, also in circles. */
export interface Fixpoint {
  /** The answer to the question `(kind, a, b)`, which has the cell `cell` of `memo`. */
  solve(memo: Memo, cell: number, kind: number, a: number, b: number): number
  /** Says that the answer being computed depends on an input, which may change. */
  dependOnInput(input: number): void
  /** Whoever asks from here on, when no answer is being computed, goes by this number; -1 for nobody. */
  observe(observer: number): void
  /**
   * Forgets the answers that depend on these inputs. Not while an answer is computed.
   *
   * @returns the observers that were told one of these answers.
   */
  forget(inputs: readonly number[]): readonly number[]
  readonly dependences: Dependences
  /** Whether a question was given up, as questions too deep to be answered in one go depend on it in a circle: its answer is none for good. */
  hasGivenUp(): boolean
}

/** Set in the cell of an answer that depends on what may change; cells below this are answers for good. */
export const taintedCell = 0x4000_0000

/** More questions inside each other than this are answered from the innermost one out, to spare the call stack. */
const deepest = 150
const mostRounds = 30

/**
 * Makes a solver over `compute`, which answers a question by asking others.
 *
 * The questions that depend on each other in a circle are found as in Tarjan, "Depth-first search and linear graph
 * algorithms" (1972), and computed again, from nothing up, until none of their answers changes: the least
 * fixed point. So an answer does not depend on which question was asked first.
 *
 * A cell holds 0, the answer + 1 (and {@link taintedCell}), or -1 - the place on the stack while the answer is being looked for.
 */
export function createFixpoint(compute: (kind: number, a: number, b: number) => number): Fixpoint {
  const memos: Memo[] = []
  const cells: number[] = []
  const kinds: number[] = []
  const firsts: number[] = []
  const seconds: number[] = []
  const answers: number[] = []
  const lows: number[] = []
  const epochs: number[] = []
  const actives: boolean[] = []
  const touches: boolean[] = []
  let size = 0
  let depth = 0
  /** The lowest place on the stack that the question being answered depends on. */
  let low = 0
  /** Answers of a circle that are older than this are looked for again. */
  let epoch = 0
  let lastEpoch = 0
  let changes = 0
  /** The place on the stack of the question that was too deep to be answered. */
  let tooDeep = -1
  let hasGivenUp = false
  const dependences = createDependences()
  /** The numbers in `dependences` of the questions on the stack; 0 for one that depends on nothing that may change, so far. */
  const nodes: number[] = []
  /** The place on the stack of the question being answered, -1 outside. */
  let current = -1
  let observer = -1
  let observerNode = 0

  /** Notes that the question being answered, or whoever asks, depends on the answer `node`. */
  function dependOn(node: number): void {
    if (current >= 0) {
      if (nodes[current] === 0) nodes[current] = dependences.ofCell(memos[current]!, cells[current]!)
      dependences.add(node, nodes[current]!)
    } else if (observer >= 0) {
      if (observerNode === 0) observerNode = dependences.ofObserver(observer)
      dependences.add(node, observerNode)
    }
  }

  function solve(memo: Memo, cell: number, kind: number, a: number, b: number): number {
    const state = memo.cells[cell]!
    if (state >= taintedCell) {
      dependOn(memo.nodes![cell]!)
      return state - taintedCell - 1
    }
    if (state > 0) return state - 1
    if (tooDeep >= 0) return emptySet
    if (state === 0) {
      const at = size++
      memos[at] = memo
      cells[at] = cell
      kinds[at] = kind
      firsts[at] = a
      seconds[at] = b
      answers[at] = emptySet
      nodes[at] = 0
      memo.cells[cell] = -1 - at
      const answer = depth === 0 ? solveOutermost(at) : run(at)
      if (memo.cells[cell] >= taintedCell) dependOn(memo.nodes![cell]!)
      else if (memo.cells[cell] < 0 && nodes[at] !== 0) dependOn(nodes[at])
      return answer
    }
    const at = -1 - state
    if (actives[at]) {
      touches[at] = true
      if (at < low) low = at
      return answers[at]!
    }
    if (epochs[at]! < epoch) return run(at)
    if (lows[at]! < low) low = lows[at]!
    return answers[at]!
  }

  function run(at: number): number {
    if (depth >= deepest) {
      tooDeep = at
      return emptySet
    }
    const outerLow = low
    const outerEpoch = epoch
    const outer = current
    current = at
    depth++
    actives[at] = true
    touches[at] = false
    low = at
    const before = answers[at]!
    let answer = compute(kinds[at]!, firsts[at]!, seconds[at]!)
    if (low === at && (touches[at] || size > at + 1)) {
      let previous = before
      let seen = changes - 1
      for (let round = 0; round < mostRounds; round++) {
        if (low < at || (answer === previous && changes === seen)) break
        seen = changes
        previous = answer
        answers[at] = answer
        epoch = ++lastEpoch
        answer = compute(kinds[at]!, firsts[at]!, seconds[at]!)
        if (tooDeep >= 0) break
      }
      epoch = outerEpoch
    }
    depth--
    current = outer
    actives[at] = false
    answers[at] = answer
    if (tooDeep >= 0) return emptySet
    if (low === at) {
      const changes = mayChange(at)
      while (size > at) {
        size--
        memos[size]!.cells[cells[size]!] = answers[size]! + 1 + (changes ? taintedCell : 0)
        if (changes) keepNode(memos[size]!, cells[size]!, nodes[size]!)
      }
      low = outerLow
    } else {
      if (answer !== before) changes++
      lows[at] = low
      epochs[at] = lastEpoch
      if (outerLow < low) low = outerLow
    }
    return answer
  }

  /** Forgets that the questions from `from` up were asked. */
  function unwind(from: number): void {
    while (size > from) {
      size--
      memos[size]!.cells[cells[size]!] = 0
    }
    depth = 0
    low = 0
    epoch = 0
    tooDeep = -1
    current = -1
  }

  function solveOutermost(at: number): number {
    const answer = run(at)
    if (tooDeep < 0) return answer
    const waiting = [question(at)]
    let next = question(tooDeep)
    unwind(at)
    for (;;) {
      const { memo, cell, kind, a, b } = next
      const circular = waiting.some((one) => one.memo === memo && one.cell === cell)
      if (circular) {
        memo.cells[cell] = tooMany + 1
        hasGivenUp = true
      } else if (memo.cells[cell] === 0) {
        const place = size++
        memos[place] = memo
        cells[place] = cell
        kinds[place] = kind
        firsts[place] = a
        seconds[place] = b
        answers[place] = emptySet
        nodes[place] = 0
        memo.cells[cell] = -1 - place
        run(place)
        if (tooDeep >= 0) {
          const deeper = question(tooDeep)
          unwind(at)
          waiting.push(next)
          next = deeper
          continue
        }
      }
      const outer = waiting.pop()
      if (outer === undefined) return solve(memo, cell, kind, a, b)
      next = outer
    }
  }

  function question(at: number): {
    readonly memo: Memo
    readonly cell: number
    readonly kind: number
    readonly a: number
    readonly b: number
  } {
    return { memo: memos[at]!, cell: cells[at]!, kind: kinds[at]!, a: firsts[at]!, b: seconds[at]! }
  }

  /** Whether the answers of a circle, from the place `from` of the stack up, depend on what may change: then each depends on each. */
  function mayChange(from: number): boolean {
    let any = false
    for (let at = from; at < size && !any; at++) any = nodes[at] !== 0
    if (!any) return false
    for (let at = from; at < size; at++) if (nodes[at] === 0) nodes[at] = dependences.ofCell(memos[at]!, cells[at]!)
    for (let at = from + 1; at < size; at++) {
      dependences.add(nodes[from]!, nodes[at]!)
      dependences.add(nodes[at]!, nodes[from]!)
    }
    return true
  }

  return {
    solve,
    dependOnInput: (input) => dependOn(dependences.ofInput(input)),
    observe(number) {
      observer = number
      observerNode = 0
    },
    forget: dependences.forget,
    dependences,
    hasGivenUp: () => hasGivenUp,
  }
}

function keepNode(memo: Memo, cell: number, node: number): void {
  if (memo.nodes === undefined || cell >= memo.nodes.length) {
    const nodes = new Int32Array(memo.cells.length)
    if (memo.nodes !== undefined) nodes.set(memo.nodes)
    memo.nodes = nodes
  }
  memo.nodes[cell] = node
}
