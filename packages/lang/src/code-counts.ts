import type { LogicalExpression } from 'oxc-parser'
import { opCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { symbolFlag } from './facts.ts'
import type { Walk } from './walk.ts'

/** What is counted of one function, or of other code that is counted together, while it is read. */
export interface CodeCounts {
  /** The function, class or module whose code it is. */
  readonly symbol: number
  /** The nearest function around that has a name, this one included: a call of it is recursion. -1 for none. */
  readonly named: number
  /** See `SymbolTable.complexity`. */
  decisions: number
  /** See `CodeTable.cognitive`. */
  cognitive: number
  /** How many of the cognitive increments grow with the nesting around the code. */
  nestable: number
  /** How many structures are around what is read. */
  nesting: number
  /** Whether {@link CodeCounts.named} is called. */
  recursive: boolean
}

/** Begins to count the code of a symbol. */
export function createCounts(symbol: number, named: number): CodeCounts {
  return { symbol, named, decisions: 0, cognitive: 0, nestable: 0, nesting: 0, recursive: false }
}

/** Counts a structure that is understood by what it is nested in. */
export function countStructure({ counts }: Walk): void {
  counts.cognitive += 1 + counts.nesting
  counts.nestable += 1
}

/** Counts a structure that has two ways to go on. */
export function countDecision(w: Walk): void {
  w.counts.decisions += 1
  countStructure(w)
}

/** Begins to count the code of a function; the result is what was counted before, for {@link leaveFunction}. */
export function enterFunction(w: Walk, symbol: number, isHidden: boolean): CodeCounts {
  const outer = w.counts
  w.counts = createCounts(symbol, isHidden ? outer.named : symbol)
  return outer
}

/** Ends what {@link enterFunction} began. A function without a name is part of what it stands in as well, one level deeper. */
export function leaveFunction(w: Walk, outer: CodeCounts, hasBody: boolean): void {
  const { counts } = w
  w.counts = outer
  if (!hasBody) return
  keepCounts(w, counts)
  if (counts.named === counts.symbol) return
  outer.cognitive += counts.cognitive + counts.nestable * (outer.nesting + 1)
  outer.nestable += counts.nestable
  outer.recursive ||= counts.recursive
}

/** Writes what was counted to the symbol. */
export function keepCounts({ symbols }: Walk, counts: CodeCounts): void {
  const isRecursive = counts.recursive && counts.named === counts.symbol
  symbols.complexity[counts.symbol] = counts.decisions + 1
  symbols.cognitive[counts.symbol] = counts.cognitive + (isRecursive ? 1 : 0)
}

/** Notes a call of the function that is read, by its name or as a member of the same object or class. */
export function noteRecursion({ counts, exprs, symbols }: Walk, callee: number): void {
  const { named } = counts
  if (named < 0 || callee < 0 || counts.recursive) return
  const { [callee]: operand = NONE } = exprs.a
  if (exprs.op[callee] === opCode.symbol) {
    counts.recursive = operand === named
  } else if (exprs.op[callee] === opCode.member && exprs.b[callee] === symbols.name[named]) {
    const { [operand]: receiver } = exprs.op
    const isStatic = receiver === opCode.symbol || exprs.b[operand] === 1
    const isOwn = receiver === opCode.symbol || receiver === opCode.this
    counts.recursive =
      isOwn &&
      exprs.a[operand] === symbols.parent[named] &&
      isStatic === ((symbols.flags[named]! & symbolFlag.static) !== 0)
  }
}

/**
 * How many sequences of like `&&` and `||` an expression has, in the order in which they are written: one in `a && b && c`, two in
 * `a && (b || c)`. A `??` is none, and ends one.
 */
export function countSequences(outermost: LogicalExpression): number {
  let count = 0
  let before = ''
  const rest: LogicalExpression[] = []
  let node: LogicalExpression['left'] = outermost
  for (;;) {
    while (node.type === 'LogicalExpression') {
      rest.push(node)
      node = node.left
    }
    const next = rest.pop()
    if (next === undefined) return count
    if (next.operator !== before && next.operator !== '??') count += 1
    before = next.operator
    node = next.right
  }
}
