import { emptySet, tooMany } from './confident-sets.ts'

/** Where the answers of one kind of question are kept: a cell each, 0 while it was not asked. */
export interface Memo {
  cells: Int32Array
}

/** Answers questions whose answers depend on each other, also in circles. */
export interface Fixpoint {
  /** The answer to the question `(kind, a, b)`, which has the cell `cell` of `memo`. */
  solve(memo: Memo, cell: number, kind: number, a: number, b: number): number
  /** Says that the answer being computed depends on what may change. */
  taint(): void
  /** Whether what was answered since this was asked the last time depends on what may change. */
  isTainted(): boolean
  /** Forgets the answers that depend on what may change. Not while an answer is computed. */
  forgetTainted(): void
}

/** Set in the cell of an answer that depends on what may change; cells below this are answers for good. */
export const taintedCell = 2 ** 30

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
  /** Whether what was computed so far, since the question being answered was asked, depends on what may change. */
  let tainted = false
  const taintedMemos: Memo[] = []
  const taintedCells: number[] = []

  function solve(memo: Memo, cell: number, kind: number, a: number, b: number): number {
    const state = memo.cells[cell]!
    if (state >= taintedCell) {
      tainted = true
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
      memo.cells[cell] = -1 - at
      if (depth === 0) return solveOutermost(at)
      return run(at)
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
    const outerTainted = tainted
    tainted = false
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
    actives[at] = false
    answers[at] = answer
    if (tooDeep >= 0) return emptySet
    if (low === at) {
      while (size > at) {
        size--
        memos[size]!.cells[cells[size]!] = answers[size]! + 1 + (tainted ? taintedCell : 0)
        if (!tainted) continue
        taintedMemos.push(memos[size]!)
        taintedCells.push(cells[size]!)
      }
      low = outerLow
    } else {
      if (answer !== before) changes++
      lows[at] = low
      epochs[at] = lastEpoch
      if (outerLow < low) low = outerLow
    }
    tainted ||= outerTainted
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
    tainted = false
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
      } else if (memo.cells[cell] === 0) {
        const place = size++
        memos[place] = memo
        cells[place] = cell
        kinds[place] = kind
        firsts[place] = a
        seconds[place] = b
        answers[place] = emptySet
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

  function forgetTainted(): void {
    for (let i = 0; i < taintedCells.length; i++) taintedMemos[i]!.cells[taintedCells[i]!] = 0
    taintedMemos.length = 0
    taintedCells.length = 0
    tainted = false
  }

  return {
    solve,
    taint() {
      tainted = true
    },
    isTainted() {
      const was = tainted
      tainted = false
      return was
    },
    forgetTainted,
  }
}
