import { argumentsOf, isCall, parametersOf } from './calls.ts'
import { ContentAccesses } from './content-accesses.ts'
import { controlDependence } from './control-dependence.ts'
import type { ControlFlow } from './control-flow.ts'
import type { DataDependence } from './data-dependence.ts'
import { dataFlag } from './data-flag.ts'
import { type Adjacency, flowKinds } from './flow-graph.ts'
import { type FunctionIr, locationCodes, op, operandCodes, receiverPlace, restPlace, variableCodes } from './ir.ts'
import type { Callees, Caller, FunctionId, Procedure } from './program.ts'

/** An instruction that runs functions without calling them. */
export interface AccessorRun {
  readonly instruction: number
  readonly functions: readonly FunctionId[]
}

const nextKind = flowKinds.indexOf('next')
const variableLocation = locationCodes.variable
const propertyLocation = locationCodes.property
const elementLocation = locationCodes.element
const valueLocation = locationCodes.value
const argumentsVariable = variableCodes.arguments

/** Edges by their source: those of node `n` are `rows` from `offsets[n]` to `offsets[n + 1] - 1`, indexes of the table of dependences; `target` is what depends. */
export interface Dependents {
  readonly offsets: Int32Array
  readonly rows: Int32Array
  /** The node that each row of the table of dependences is of. */
  readonly target: Int32Array
}

/** One function while it is looked at by a slice: its dependences both ways, and what is known of its calls. */
export class LoadedProcedure {
  readonly id: FunctionId
  readonly ir: FunctionIr
  readonly data: DataDependence
  readonly callees: Map<number, Callees> = new Map()
  readonly accessors: Map<number, readonly LoadedProcedure[]> = new Map()
  callers: readonly Caller[] | undefined
  accessorRuns: readonly AccessorRun[] | undefined
  #flow: ControlFlow
  #control: Adjacency
  isFedBack: boolean | undefined
  #dependents: Dependents | undefined
  #argumentsReaders: readonly number[] | undefined
  #parameters: readonly number[] | undefined
  #contents: ContentAccesses | undefined
  #callsOfParameters: ReadonlySet<number> | undefined
  #controlled: Map<number, readonly number[]> | undefined

  constructor(id: FunctionId, { ir, pdg }: Procedure) {
    this.id = id
    this.ir = ir
    this.data = pdg.data
    this.#flow = pdg.flow
    this.#control = pdg.control
  }

  get flow(): ControlFlow {
    return this.#flow
  }

  /** Lets control go as in `flow`. */
  depends(flow: ControlFlow): void {
    this.#flow = flow
    this.#control = controlDependence(flow.graph)
  }

  isInstruction(node: number): boolean {
    return node < this.ir.instructions.count
  }

  isCall(node: number): boolean {
    return isCall(this.ir, node)
  }

  isJump(node: number): boolean {
    const code = this.ir.instructions.op[node]
    return code === op.return || code === op.throw || code === op.jump
  }

  /** The instructions on which it depends whether an instruction is executed; `null` stands for the call of the function. */
  predicates(instruction: number): (number | null)[] {
    const [flow, control] = [this.#flow, this.#control]
    const block = flow.blockOf[instruction]!
    const found: (number | null)[] = []
    for (let at = control.offsets[block]!; at < control.offsets[block + 1]!; at++) {
      const from = control.nodes[at]!
      const isStart = from === flow.graph.entry && control.kinds[at] === nextKind
      found.push(isStart ? null : flow.first[from + 1]! - 1)
    }
    return found
  }

  /** The blocks whose execution depends on an instruction; with `null`, on the call of the function. */
  controlled(instruction: number | null): readonly number[] {
    this.#controlled ??= this.#byPredicate()
    return this.#controlled.get(instruction ?? -1) ?? []
  }

  #byPredicate(): Map<number, number[]> {
    const flow = this.#flow
    const found = new Map<number, number[]>()
    for (let block = 0; block < flow.graph.size - 1; block++) {
      for (const predicate of new Set(this.predicates(flow.first[block]!))) {
        const blocks = found.get(predicate ?? -1)
        if (blocks === undefined) found.set(predicate ?? -1, [block])
        else blocks.push(block)
      }
    }
    return found
  }

  /** The data dependences by what is depended on. */
  get dependents(): Dependents {
    return (this.#dependents ??= dependentsOf(this.data))
  }

  /** The nodes that find what the function is called with in `arguments`. */
  get argumentsReaders(): readonly number[] {
    if (this.#argumentsReaders !== undefined) return this.#argumentsReaders
    const { nodes, offsets, location, flags } = this.data
    const found: number[] = []
    for (let node = 0; this.ir.variables.kind.includes(argumentsVariable) && node < nodes; node++) {
      for (let row = offsets[node]!; row < offsets[node + 1]!; row++) {
        if ((flags[row]! & dataFlag.outside) !== 0 && isArguments(this.ir, location[row]!)) found.push(node)
      }
    }
    return (this.#argumentsReaders = found)
  }

  /** The calls of functions that it is given: whoever calls it gets what they are given, as by `resolve` of a promise. */
  get callsOfParameters(): ReadonlySet<number> {
    return (this.#callsOfParameters ??= callsOfParameters(this.ir))
  }

  /** What it does with what is in the objects that it is given. */
  get contents(): ContentAccesses {
    return (this.#contents ??= new ContentAccesses(this.ir))
  }

  /** The parameters. */
  get parameters(): readonly number[] {
    return (this.#parameters ??= parametersOf(this.ir))
  }

  /** Whether what is in an object matters behind a dependence, a row of the table: a computed name is looked up in it. */
  isLookedInto(node: number, row: number): boolean {
    const { ir, data } = this
    if (node >= ir.instructions.count || (data.flags[row]! & dataFlag.used) === 0) return false
    const { operands, operandRef } = ir.instructions
    const { kind, base, ref } = ir.locations
    for (let operand = operands[node]!; operand < operands[node + 1]!; operand++) {
      const of = base[operandRef[operand]!]
      if (of === undefined || of < 0 || kind[operandRef[operand]!] !== elementLocation) continue
      if (of === data.location[row] || (kind[of] === valueLocation && ref[of] === data.source[row])) return true
    }
    return false
  }

  /** The arguments of a call. */
  arguments(call: number): number[] {
    return argumentsOf(this.ir, call)
  }
}

function callsOfParameters({ instructions, locations }: FunctionIr): ReadonlySet<number> {
  const { count, op: ops, operands, operandKind, operandRef } = instructions
  const parameters = new Set<number>()
  const calls = new Set<number>()
  for (let at = 0; at < count; at++) {
    const isParameter = ops[at] === op.parameter
    if (!isParameter && ops[at] !== op.call) continue
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const [how, to] = [operandKind[row], operandRef[row]!]
      const isVariable =
        how !== operandCodes.value && how !== operandCodes.usedValue && locations.kind[to] === variableLocation
      if (!isVariable) continue
      if (isParameter && how === operandCodes.write) parameters.add(to)
      if (!isParameter && how === operandCodes.usedRead && parameters.has(to)) calls.add(at)
    }
  }
  return calls
}

function dependentsOf({ nodes, offsets, source }: DataDependence): Dependents {
  const starts = new Int32Array(nodes + 1)
  for (const from of source) starts[from + 1]!++
  for (let node = 0; node < nodes; node++) starts[node + 1]! += starts[node]!
  const next = starts.slice()
  const rows = new Int32Array(source.length)
  const target = new Int32Array(source.length)
  for (let node = 0; node < nodes; node++) {
    for (let row = offsets[node]!; row < offsets[node + 1]!; row++) {
      target[row] = node
      rows[next[source[row]!]!++] = row
    }
  }
  return { offsets: starts, rows, target }
}

/** Whether what is passed at one place arrives at another one. */
export function arrives(passed: number, place: number): boolean {
  if (passed === receiverPlace || place === receiverPlace) return passed === place
  const isSpread = passed >= restPlace
  const isRest = place >= restPlace
  const from = isSpread ? passed - restPlace : passed
  const to = isRest ? place - restPlace : place
  if (isSpread) return isRest || to >= from
  return isRest ? from >= to : from === to
}

/** The name of the property that a location is; null for one that is not known. */
export function propertyName({ locations, names }: FunctionIr, location: number): string | null {
  return location >= 0 && locations.kind[location] === propertyLocation ? names[locations.ref[location]!]! : null
}

/** Whether a location is `arguments`. */
export function isArguments({ locations, variables }: FunctionIr, location: number): boolean {
  const isVariable = location >= 0 && locations.kind[location] === variableLocation
  return isVariable && variables.kind[locations.ref[location]!] === argumentsVariable
}
