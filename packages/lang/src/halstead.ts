import type { Program } from 'oxc-parser'
import { symbolFlag } from './facts.ts'
import type { CodeTable } from './facts.ts'
import { shapes } from './syntax-operators.ts'
import type { Shape, SyntaxNode } from './syntax-operators.ts'
import type { Walk } from './walk.ts'

/** How many operators and operands code has; see {@link CodeTable.operators} for what is one. */
export interface Halstead {
  readonly operators: number
  readonly operands: number
  readonly distinctOperators: number
  readonly distinctOperands: number
}

/** What is counted of one symbol. */
class Tally {
  readonly symbol: number
  /** What it is part of as well: what a function without a name stands in. */
  readonly outer: Tally | null
  operators = 0
  operands = 0
  readonly distinctOperators = new Set<string>()
  readonly distinctOperands = new Set<string>()

  constructor(symbol: number, outer: Tally | null) {
    this.symbol = symbol
    this.outer = outer
  }

  operator(operator: string): void {
    this.operators += 1
    this.distinctOperators.add(operator)
  }

  operand(operand: string): void {
    this.operands += 1
    this.distinctOperands.add(operand)
  }

  addTo(outer: Tally): void {
    outer.operators += this.operators
    outer.operands += this.operands
    for (const operator of this.distinctOperators) outer.distinctOperators.add(operator)
    for (const operand of this.distinctOperands) outer.distinctOperands.add(operand)
  }
}

/** Counts the operators and operands of each symbol that has code. Nodes are read from a list, as they may nest deeply. */
export function countHalstead(w: Walk, program: Program): ReadonlyMap<number, Halstead> {
  const module = new Tally(0, null)
  const tallies = new Map([[0, module]])
  const nodes: SyntaxNode[] = [program as unknown as SyntaxNode]
  const tallyOf: Tally[] = [module]
  const enter = (node: unknown, around: Tally): Tally => {
    const symbol = w.codes.get(node as object)
    if (symbol === undefined) return around
    let tally = tallies.get(symbol)
    if (tally === undefined) {
      tally = new Tally(symbol, (w.symbols.flags[symbol]! & symbolFlag.hidden) === 0 ? null : around)
      tallies.set(symbol, tally)
    }
    return tally
  }
  const push = (part: unknown, tally: Tally): void => {
    if (part === null || part === undefined) return
    if (Array.isArray(part)) {
      for (const one of part) push(one, tally)
      return
    }
    nodes.push(part as SyntaxNode)
    tallyOf.push(tally)
  }
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    let tally = tallyOf.pop()!
    const shape = shapes.get(node.type)
    if (shape === undefined || shape.isType?.(node) === true) continue
    if (shape.startsCode) tally = enter(node, tally)
    const operand = shape.operand?.(node) ?? ''
    if (operand !== '') tally.operand(operand)
    if (typeof shape.operator === 'string') tally.operator(shape.operator)
    else shape.operator?.(node, tally)
    for (const key of shape.parts) {
      const part = node[key]
      if (key === shape.repeated && isRepeated(node, shape)) continue
      push(part, key === 'value' && shape.isField ? enter(part, tally) : tally)
    }
  }
  // A tally comes behind the one around it.
  const all = [...tallies.values()]
  for (const tally of all.toReversed()) if (tally.outer !== null) tally.addTo(tally.outer)
  return new Map(
    all.map(({ symbol, operators, operands, distinctOperators, distinctOperands }) => [
      symbol,
      { operators, operands, distinctOperators: distinctOperators.size, distinctOperands: distinctOperands.size },
    ]),
  )
}

/** Whether a name that a node has twice is written once: `{ a }`. */
function isRepeated(node: SyntaxNode, { parts }: Shape): boolean {
  const [first, second] = parts.map((key) => (node[key] as SyntaxNode).start)
  return first === second
}
