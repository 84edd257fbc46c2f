import { checkIr } from './check-ir.ts'
import { type FlowGraph, flowGraphFrom, flowKinds } from './flow-graph.ts'
import { reachable } from './reachable.ts'
import { type FunctionIr, entryAt, exitAt, instructionFlag, locationCodes, op, operandCodes, raiseAt } from './ir.ts'

/** The flow graph of a function: its nodes are basic blocks, and one more, where all that ends meets. */
export interface ControlFlow {
  readonly graph: FlowGraph
  /** The block of each instruction. */
  readonly blockOf: Int32Array
  /** The first instruction of each block; those of block `b` are `first[b]` to `first[b + 1] - 1`. The last block has none. */
  readonly first: Int32Array
}

/** How the flow of control is found. */
export interface ControlFlowOptions {
  /** Whether a call may throw where no handler is around it. Default: none does; what is after it is reached. */
  readonly throws?: ((call: number) => boolean) | undefined
}

const kindCode = Object.fromEntries(flowKinds.map((kind, code) => [kind, code])) as Readonly<
  Record<(typeof flowKinds)[number], number>
>

/**
 * Finds the basic blocks of a function and how control goes between them.
 *
 * Exceptions: where a handler is around an instruction that may throw, control may go to the handler; outside of one, only `throw`, `await` and `yield`
 * end the function by throwing, and the calls that `options.throws` names. A `finally` is left by those ways alone by which control may enter it.
 *
 * @throws {FunctionIrError} `FORGE_PDG_IR`: the tables are not those of a function.
 */
export function controlFlow(ir: FunctionIr, options: ControlFlowOptions = {}): ControlFlow {
  checkIr(ir, controlFlow)
  return flowOf(ir, options)
}

/** {@link controlFlow} of tables that have been checked. */
export function flowOf(ir: FunctionIr, options: ControlFlowOptions): ControlFlow {
  const edges = new Edges()
  const { count } = ir.instructions
  const ways = enteredWays(ir, options)
  for (let at = 0; at < count; at++) addEdges(ir, at, edges, { ...options, ways })
  const isLeader = leaders(count, edges)
  const blockOf = new Int32Array(count)
  const starts: number[] = []
  for (let at = 0; at < count; at++) {
    if (isLeader[at] === 1) starts.push(at)
    blockOf[at] = starts.length - 1
  }
  const end = starts.length
  const between = new Edges()
  for (let edge = 0; edge < edges.from.length; edge++) {
    const [source, target] = [edges.from[edge]!, edges.to[edge]!]
    if (isLeader[target] === 1) between.add(blockOf[source]!, blockOf[target]!, edges.kind[edge]!)
  }
  between.add(blockOf[exitAt]!, end, kindCode.next)
  between.add(blockOf[raiseAt]!, end, kindCode.next)
  const graph = graphOf(between, { size: end + 1, entry: blockOf[entryAt]!, exit: end })
  return { graph, blockOf, first: Int32Array.from([...starts, count, count]) }
}

/** Edges between instructions. */
class Edges {
  readonly from: number[] = []
  readonly to: number[] = []
  readonly kind: number[] = []

  add(from: number, to: number, kind: number): void {
    if (to < 0) return
    this.from.push(from)
    this.to.push(to)
    this.kind.push(kind)
  }
}

interface EdgeOptions extends ControlFlowOptions {
  readonly ways: FunctionIr['ways']
}

function addEdges(ir: FunctionIr, at: number, edges: Edges, { throws, ways }: EdgeOptions): void {
  const { op: ops, next, other, handler } = ir.instructions
  const code = ops[at]!
  if (code === op.exit || code === op.raise) return
  if (code === op.branch || code === op.iterate) {
    edges.add(at, next[at]!, kindCode.true)
    edges.add(at, other[at]!, kindCode.false)
  } else if (code === op.dispatch) {
    for (const way of new Set(ways.get(at))) edges.add(at, way, kindCode.case)
  } else {
    edges.add(at, next[at]!, code === op.throw ? kindCode.exception : kindCode.next)
    edges.add(at, other[at]!, code === op.yield ? kindCode.exception : kindCode.skipped)
  }
  const isGuarded = handler[at] !== raiseAt
  const leaves = isGuarded
    ? mayThrow(ir, at)
    : code === op.await || code === op.yield || (isCall(code) && throws?.(at) === true)
  if (leaves) edges.add(at, handler[at]!, kindCode.exception)
}

/** For each `dispatch` those of its ways that control enters; for one that control does not get to, all of them. */
function enteredWays(ir: FunctionIr, options: ControlFlowOptions): FunctionIr['ways'] {
  if (ir.ways.size === 0) return ir.ways
  const { count, op: ops, a, operands, operandRef } = ir.instructions
  const completionOf = (at: number): number => operandRef[operands[at]!]!
  const dispatchOf = new Map([...ir.ways.keys()].map((dispatch) => [completionOf(dispatch), dispatch]))
  const edges = new Edges()
  for (let at = 0; at < count; at++) {
    addEdges(ir, at, edges, { ...options, ways: new Map() })
    // What the `finally` does is passed over: it is left by the way by which it was entered.
    if (ops[at] === op.complete) edges.add(at, ir.ways.get(dispatchOf.get(completionOf(at))!)![a[at]!]!, kindCode.case)
  }
  const reached = reachable(graphOf(edges, { size: count, entry: entryAt, exit: exitAt }))
  const entered = new Map<number, number[]>()
  for (let at = 0; at < count; at++) {
    if (ops[at] !== op.complete || reached[at] === 0) continue
    const dispatch = dispatchOf.get(completionOf(at))!
    entered.set(dispatch, [...(entered.get(dispatch) ?? []), a[at]!])
  }
  return new Map(
    [...ir.ways].map(([dispatch, ways]) => {
      const of = entered.get(dispatch)
      return [dispatch, of === undefined ? ways : ways.filter((_, way) => of.includes(way))]
    }),
  )
}

function graphOf({ from, to, kind }: Edges, ends: Pick<FlowGraph, 'size' | 'entry' | 'exit'>): FlowGraph {
  return flowGraphFrom({ ...ends, from: Int32Array.from(from), to: Int32Array.from(to), kind: Uint8Array.from(kind) })
}

function isCall(code: number): boolean {
  return code === op.call || code === op.construct
}

/** Whether a function has a `throw` that it does not catch. */
export function throwsItself({ instructions }: FunctionIr): boolean {
  const { count, op: ops, handler } = instructions
  for (let at = 0; at < count; at++) if (ops[at] === op.throw && handler[at] === raiseAt) return true
  return false
}

/** Whether code of others may run while an instruction does: what it calls, or who goes on while it waits. */
export function runsOthers(code: number): boolean {
  return isCall(code) || code === op.await || code === op.yield || code === op.iterate
}

const [propertyCode, elementCode] = [locationCodes.property, locationCodes.element]
const variableCode = locationCodes.variable
const [valueOperand, usedValueOperand] = [operandCodes.value, operandCodes.usedValue]

/** Whether an instruction may throw: a call, what waits, what takes something apart, and whatever looks into an object that may not be there. */
export function mayThrow(ir: FunctionIr, at: number): boolean {
  const { op: ops, flags, operands, operandKind, operandRef } = ir.instructions
  const code = ops[at]!
  if (isCall(code) || code === op.await || code === op.yield || code === op.iterate) return true
  if ((flags[at]! & instructionFlag.mayThrow) !== 0) return true
  for (let operand = operands[at]!; operand < operands[at + 1]!; operand++) {
    const kind = operandKind[operand]!
    if (kind !== valueOperand && kind !== usedValueOperand && mayBeMissing(ir, operandRef[operand]!)) return true
  }
  return false
}

/** Whether what has the property may be no object. */
function mayBeMissing(ir: FunctionIr, location: number): boolean {
  const { kind, base, ref } = ir.locations
  if (kind[location] !== propertyCode && kind[location] !== elementCode) return false
  const of = base[location]!
  if (of < 0) return true
  if (kind[of] === variableCode) return ir.variables.name[ref[of]!] !== 'this'
  const made = kind[of] === propertyCode || kind[of] === elementCode ? -1 : ir.instructions.op[ref[of]!]
  return made !== op.allocate && made !== op.closure && made !== op.construct
}

/** Marks the first instruction of each block: where control comes from elsewhere, and after what goes elsewhere. */
function leaders(count: number, edges: Edges): Uint8Array {
  const leaders = new Uint8Array(count)
  leaders[entryAt] = 1
  leaders[exitAt] = 1
  leaders[raiseAt] = 1
  const ways = new Int32Array(count)
  for (let edge = 0; edge < edges.from.length; edge++) ways[edges.from[edge]!]! += 1
  const coming = new Int32Array(count)
  for (let edge = 0; edge < edges.from.length; edge++) {
    const [from, to] = [edges.from[edge]!, edges.to[edge]!]
    coming[to]! += 1
    if (to !== from + 1 || ways[from] !== 1) leaders[to] = 1
  }
  for (let at = 1; at < count; at++) {
    if (coming[at] !== 1 || ways[at - 1] !== 1) leaders[at] = 1
  }
  return leaders
}
