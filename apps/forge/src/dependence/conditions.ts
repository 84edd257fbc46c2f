import {
  type Adjacency,
  type ControlFlow,
  entryAt,
  type FlowKind,
  flowKinds,
  type FunctionIr,
  op,
  postDominatorTree,
} from '@forge/pdg'
import { isWritten } from './code-places.ts'

/** A step that decides whether others are executed, and the outcome by which they are. */
export interface Condition {
  readonly on: number
  readonly label: FlowKind
}

/** Where control goes in a function, and on what it depends. */
interface ControlGraphs {
  readonly flow: ControlFlow
  readonly control: Adjacency
}

/**
 * The conditions under which the blocks of a function are executed.
 *
 * Where a `finally` ends nothing is written: what depends on the way by which it was entered depends on what decided that it was entered so.
 */
export class Conditions {
  readonly #ir: FunctionIr
  readonly #flow: ControlFlow
  readonly #control: Adjacency
  #last: { readonly block: number; readonly conditions: readonly Condition[] } | undefined
  #postDominates: ((node: number, other: number) => boolean) | undefined
  #entries: ReadonlyMap<number, readonly number[]> | undefined

  constructor(ir: FunctionIr, { flow, control }: ControlGraphs) {
    this.#ir = ir
    this.#flow = flow
    this.#control = control
  }

  /** Those of a block, each once. */
  of(block: number): readonly Condition[] {
    if (this.#last?.block !== block) this.#last = { block, conditions: this.#find(block) }
    return this.#last.conditions
  }

  #find(block: number): readonly Condition[] {
    const { offsets, nodes, kinds } = this.#control
    const found = new Map<string, Condition>()
    const blocks = new Set([block])
    for (const of of blocks) {
      for (let row = offsets[of]!; row < offsets[of + 1]!; row++) {
        const on = this.#flow.first[nodes[row]! + 1]! - 1
        if (on === entryAt) continue
        if (isWritten(this.#ir, on)) {
          const label = flowKinds[kinds[row]!]!
          found.set(`${on} ${label}`, { on, label })
        } else {
          for (const behind of this.#behind(on, of)) blocks.add(behind)
        }
      }
    }
    return [...found.values()]
  }

  /** The blocks that are executed before one that is not written lets a block be executed. */
  #behind(predicate: number, block: number): readonly number[] {
    const { blockOf, graph } = this.#flow
    const behind = [blockOf[predicate]!]
    const ways = this.#ir.ways.get(predicate)
    if (ways === undefined) return behind
    this.#postDominates ??= postDominatorTree(graph, { skipped: true }).dominates
    this.#entries ??= entriesOf(this.#ir)
    for (const entry of this.#entries.get(locationOf(this.#ir, predicate)) ?? []) {
      const way = ways[this.#ir.instructions.a[entry]!]
      if (way !== undefined && way >= 0 && this.#postDominates(block, blockOf[way]!)) behind.push(blockOf[entry]!)
    }
    return behind
  }
}

/** The instructions that enter a `finally`, by where they keep the way. */
function entriesOf(ir: FunctionIr): ReadonlyMap<number, readonly number[]> {
  const { count, op: ops } = ir.instructions
  const found = new Map<number, number[]>()
  for (let at = 0; at < count; at++) {
    if (ops[at] !== op.complete) continue
    const location = locationOf(ir, at)
    const entries = found.get(location)
    if (entries === undefined) found.set(location, [at])
    else entries.push(at)
  }
  return found
}

/** The location that an instruction reads or writes first. */
function locationOf({ instructions }: FunctionIr, at: number): number {
  return instructions.operandRef[instructions.operands[at]!]!
}
