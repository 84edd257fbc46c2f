import type { Node, Program } from 'oxc-parser'
import { symbolFlag } from './facts.ts'
import { countNode } from './syntax-operators.ts'
import type { SyntaxTally } from './syntax-operators.ts'
import type { Walk } from './walk.ts'

/** How many operators and operands code has; see `CodeTable.operators` for what is one. */
export interface Halstead {
  readonly operators: number
  readonly operands: number
  readonly distinctOperators: number
  readonly distinctOperands: number
}

/** Counts the operators and operands of each symbol that has code. */
export function countHalstead(w: Walk, program: Program): ReadonlyMap<number, Halstead> {
  return new HalsteadCounter(w).count(program)
}

/** What is counted of one symbol. */
class Tally {
  /** What it is part of as well: what a function without a name stands in. */
  readonly outer: Tally | null
  operators = 0
  operands = 0
  readonly distinctOperators: Set<string> = new Set()
  readonly distinctOperands: Set<string> = new Set()

  constructor(outer: Tally | null) {
    this.outer = outer
  }

  addTo(outer: Tally): void {
    outer.operators += this.operators
    outer.operands += this.operands
    for (const operator of this.distinctOperators) outer.distinctOperators.add(operator)
    for (const operand of this.distinctOperands) outer.distinctOperands.add(operand)
  }
}

/** Nodes nested more deeply than this in one another wait until those around them have been counted. */
const deepest = 400

class HalsteadCounter implements SyntaxTally {
  readonly #walk: Walk
  /** By symbol; one comes behind what it is part of. */
  readonly #tallies: Map<number, Tally>
  readonly #waiting: { readonly node: Node; readonly tally: Tally }[] = []
  #tally = new Tally(null)
  #depth = 0

  constructor(walk: Walk) {
    this.#walk = walk
    this.#tallies = new Map([[0, this.#tally]])
  }

  count(program: Program): ReadonlyMap<number, Halstead> {
    this.part(program)
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      this.#tally = next.tally
      this.part(next.node)
    }
    for (const tally of [...this.#tallies.values()].toReversed()) if (tally.outer !== null) tally.addTo(tally.outer)
    return new Map([...this.#tallies].map(([symbol, tally]) => [symbol, countsOf(tally)]))
  }

  operator(operator: string): void {
    this.#tally.operators += 1
    this.#tally.distinctOperators.add(operator)
  }

  operand(operand: string): void {
    this.#tally.operands += 1
    this.#tally.distinctOperands.add(operand)
  }

  part(node: Node | null | undefined): void {
    if (node === null || node === undefined) return
    const tally = this.#tally
    if (this.#depth === deepest) {
      this.#waiting.push({ node, tally })
      return
    }
    this.#depth += 1
    countNode.get(node.type)?.(node as never, this)
    this.#depth -= 1
    this.#tally = tally
  }

  parts(nodes: readonly (Node | null)[]): void {
    for (const node of nodes) this.part(node)
  }

  enter(code: Node | null): void {
    const symbol = code === null ? undefined : this.#walk.codes.get(code)
    if (symbol === undefined) return
    let tally = this.#tallies.get(symbol)
    if (tally === undefined) {
      const isHidden = (this.#walk.symbols.flags[symbol]! & symbolFlag.hidden) !== 0
      tally = new Tally(isHidden ? this.#tally : null)
      this.#tallies.set(symbol, tally)
    }
    this.#tally = tally
  }
}

function countsOf({ operators, operands, distinctOperators, distinctOperands }: Tally): Halstead {
  return { operators, operands, distinctOperators: distinctOperators.size, distinctOperands: distinctOperands.size }
}
