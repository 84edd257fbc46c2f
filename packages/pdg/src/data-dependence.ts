import { accessKinds } from './accesses.ts'
import { AliasClasses } from './alias-classes.ts'
import type { ControlFlow } from './control-flow.ts'
import { mayThrow, runsOthers } from './control-flow.ts'
import { dataFlag } from './data-flag.ts'
import { definedAtEntry, noDefinition } from './definition.ts'
import type { DominatorTree } from './dominator-tree.ts'
import { HeapAccesses } from './heap-accesses.ts'
import {
  type FunctionIr,
  entryAt,
  instructionFlag,
  locationCodes,
  op,
  operandCodes,
  raiseAt,
  variableFlag,
  variableCodes,
} from './ir.ts'
import { type SsaForm, ssaForm } from './ssa-form.ts'

/**
 * Data dependences of one function: those of node `n` are at `offsets[n]` to `offsets[n + 1] - 1`, sorted by source.
 *
 * Nodes are the instructions and, from their number on, **merges**: places where several definitions of a variable or of an object meet, kept so that the
 * size stays that of the function. A merge is no code: what depends on it depends on what it depends on.
 */
export interface DataDependence {
  /** Instructions and merges. */
  readonly nodes: number
  readonly offsets: Int32Array
  /** What is depended on. */
  readonly source: Int32Array
  /** The location that carries the value, -1 for the value of an instruction itself. */
  readonly location: Int32Array
  /** See {@link dataFlag}. */
  readonly flags: Uint8Array
  /** For what holds only as long as nothing is known of a call: the call. Else -1. */
  readonly via: Int32Array
}

const operand = operandCodes
const variableCode = locationCodes.variable
const [readCode, writeCode, mayWriteCode] = [
  accessKinds.indexOf('read'),
  accessKinds.indexOf('write'),
  accessKinds.indexOf('mayWrite'),
]
const kindOfVariable = variableCodes

/** Finds the data dependences of a function by what its variables and objects hold at each place. */
export function dataDependence(ir: FunctionIr, flow: ControlFlow, tree: DominatorTree): DataDependence {
  return new Search(ir, flow, tree).run()
}

/** What an access is of: of `variables` the operand, else -1; whether it stands for code that runs during a call. */
interface AccessRows {
  readonly instruction: number[]
  readonly variable: number[]
  readonly kind: number[]
  readonly location: number[]
  readonly operandKind: number[]
}

class Search {
  readonly #ir: FunctionIr
  readonly #flow: ControlFlow
  readonly #tree: DominatorTree
  readonly #rows: AccessRows = { instruction: [], variable: [], kind: [], location: [], operandKind: [] }
  readonly #edges: { to: number[]; from: number[]; location: number[]; flags: number[]; via: number[] } = {
    to: [],
    from: [],
    location: [],
    flags: [],
    via: [],
  }
  /** Variables whose value a call may change: code inside or outside writes them. */
  readonly #shared: number[]
  readonly #thrown: number
  /** The location of each variable that is accessed. */
  readonly #locationOf: Int32Array
  /** For each access the last merge that it was found to be in. */
  #joined = new Int32Array(0)

  constructor(ir: FunctionIr, flow: ControlFlow, tree: DominatorTree) {
    this.#ir = ir
    this.#flow = flow
    this.#tree = tree
    this.#shared = sharedVariables(ir)
    this.#thrown = ir.variables.kind.indexOf(kindOfVariable.thrown)
    this.#locationOf = new Int32Array(ir.variables.count).fill(-1)
    const { count, kind, ref } = ir.locations
    for (let row = 0; row < count; row++) if (kind[row] === variableCode) this.#locationOf[ref[row]!] = row
  }

  run(): DataDependence {
    const { count } = this.#ir.instructions
    this.#values()
    const form = this.#variables()
    let nodes = count + form.merges.count
    const classes = new AliasClasses(this.#ir)
    const heap = new HeapAccesses(this.#ir, this.#flow, this.#tree, classes)
    nodes = heap.find(nodes, (to, from, location, flags, via) => this.#edge(to, from, location, flags, via))
    return this.#table(nodes)
  }

  #edge(to: number, from: number, location: number, flags: number, via: number): void {
    const edges = this.#edges
    edges.to.push(to)
    edges.from.push(from)
    edges.location.push(location)
    edges.flags.push(flags)
    edges.via.push(via)
  }

  /** Values of instructions that others take. */
  #values(): void {
    const { count, operands, operandKind, operandRef } = this.#ir.instructions
    for (let at = 0; at < count; at++) {
      for (let row = operands[at]!; row < operands[at + 1]!; row++) {
        const kind = operandKind[row]
        if (kind === operand.value) this.#edge(at, operandRef[row]!, -1, 0, -1)
        else if (kind === operand.usedValue) this.#edge(at, operandRef[row]!, -1, dataFlag.used, -1)
      }
    }
  }

  /** Finds which definitions each read of a variable sees. */
  #variables(): SsaForm {
    const { count } = this.#ir.instructions
    for (let at = 0; at < count; at++) this.#accesses(at)
    const rows = this.#rows
    const form = ssaForm({
      tree: this.#tree,
      accesses: {
        variables: this.#ir.variables.count,
        node: Int32Array.from(rows.instruction, (at) => this.#flow.blockOf[at]!),
        variable: Int32Array.from(rows.variable),
        kind: Uint8Array.from(rows.kind),
      },
    })
    this.#joined = new Int32Array(rows.kind.length).fill(-1)
    for (let row = 0; row < rows.kind.length; row++) {
      if (rows.kind[row] !== readCode) continue
      const flags = rows.operandKind[row] === operand.usedRead ? dataFlag.used : 0
      this.#seen(form, rows.instruction[row]!, form.seen[row]!, rows.location[row]!, flags)
    }
    const { merges } = form
    for (let merge = 0; merge < merges.count; merge++) {
      const location = this.#locationOf[merges.variable[merge]!]!
      for (let at = merges.offsets[merge]!; at < merges.offsets[merge + 1]!; at++) {
        this.#seen(form, count + merge, merges.definitions[at]!, location, 0)
      }
    }
    return form
  }

  /** Adds that a node sees a definition. Behind a call that may have changed a variable it may be what was there before. */
  #seen(form: SsaForm, to: number, definition: number, location: number, flags: number): void {
    const rows = this.#rows
    const isThrown = this.#ir.locations.ref[location] === this.#thrown ? dataFlag.thrown : 0
    let seen = this.#behind(form, definition)
    let isOutside = seen !== definition
    while (seen >= 0 && seen < rows.kind.length) {
      // What several of the definitions that meet may have kept is followed once.
      if (this.#joined[seen] === to) {
        seen = noDefinition
        break
      }
      if (to >= this.#ir.instructions.count) this.#joined[seen] = to
      this.#edge(to, rows.instruction[seen]!, location, flags | isThrown, -1)
      if (rows.kind[seen] !== mayWriteCode) break
      const before = form.seen[seen]!
      seen = this.#behind(form, before)
      isOutside ||= seen !== before
    }
    if (isOutside || seen === definedAtEntry) this.#edge(to, entryAt, location, flags | dataFlag.outside, -1)
    if (seen >= rows.kind.length) {
      this.#edge(to, this.#ir.instructions.count + seen - rows.kind.length, location, flags, -1)
    }
  }

  /** What a definition is that code of others may have made: the one that was there before it. Each is found once. */
  #behind(form: SsaForm, definition: number): number {
    const rows = this.#rows
    const isOthers = (seen: number): boolean => seen >= 0 && seen < rows.kind.length && rows.location[seen] === -1
    let seen = definition
    while (isOthers(seen)) seen = form.seen[seen]!
    for (let at = definition; isOthers(at);) {
      const before = form.seen[at]!
      form.seen[at] = seen
      at = before
    }
    return seen
  }

  #access(instruction: number, variable: number, kind: number, location: number, operandKind: number): void {
    const rows = this.#rows
    rows.instruction.push(instruction)
    rows.variable.push(variable)
    rows.kind.push(kind)
    rows.location.push(location)
    rows.operandKind.push(operandKind)
  }

  /** The accesses of one instruction: it reads first, then others run where it calls, then it writes. */
  #accesses(at: number): void {
    const { op: ops, flags, operands, operandKind, operandRef, handler } = this.#ir.instructions
    const { kind, ref } = this.#ir.locations
    const code = ops[at]!
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const isRead = operandKind[row] === operand.read || operandKind[row] === operand.usedRead
      const location = operandRef[row]!
      if (isRead && kind[location] === variableCode)
        this.#access(at, ref[location]!, readCode, location, operandKind[row]!)
    }
    const isGlobalPure = (flags[at]! & (instructionFlag.pure | instructionFlag.container)) === instructionFlag.pure
    if (runsOthers(code) && !isGlobalPure)
      for (const variable of this.#shared) this.#access(at, variable, mayWriteCode, -1, -1)
    if (
      this.#thrown >= 0 &&
      code !== op.throw &&
      (handler[at] !== raiseAt || runsOthers(code)) &&
      mayThrow(this.#ir, at)
    ) {
      this.#access(at, this.#thrown, mayWriteCode, this.#locationOf[this.#thrown]!, -1)
    }
    for (let row = operands[at]!; row < operands[at + 1]!; row++) {
      const location = operandRef[row]!
      const isWrite = operandKind[row] === operand.write || operandKind[row] === operand.mayWrite
      if (!isWrite || kind[location] !== variableCode) continue
      this.#access(at, ref[location]!, operandKind[row] === operand.write ? writeCode : mayWriteCode, location, -1)
    }
  }

  /** The edges by the node that depends, each once. */
  #table(nodes: number): DataDependence {
    const edges = this.#edges
    const count = edges.to.length
    const starts = new Int32Array(nodes + 1)
    for (const to of edges.to) starts[to + 1]!++
    for (let node = 0; node < nodes; node++) starts[node + 1]! += starts[node]!
    const order = new Int32Array(count)
    const next = starts.slice()
    for (let edge = 0; edge < count; edge++) order[next[edges.to[edge]!]!++] = edge
    const offsets = new Int32Array(nodes + 1)
    const kept: number[] = []
    for (let node = 0; node < nodes; node++) {
      const rows = order.subarray(starts[node], starts[node + 1])
      if (rows.length > 1) rows.sort((a, b) => compare(edges, a, b))
      for (let at = 0; at < rows.length; at++) {
        if (at === 0 || compare(edges, rows[at - 1]!, rows[at]!) !== 0) kept.push(rows[at]!)
      }
      offsets[node + 1] = kept.length
    }
    return {
      nodes,
      offsets,
      source: Int32Array.from(kept, (edge) => edges.from[edge]!),
      location: Int32Array.from(kept, (edge) => edges.location[edge]!),
      flags: Uint8Array.from(kept, (edge) => edges.flags[edge]!),
      via: Int32Array.from(kept, (edge) => edges.via[edge]!),
    }
  }
}

type EdgeRows = {
  readonly from: number[]
  readonly location: number[]
  readonly flags: number[]
  readonly via: number[]
}

function compare({ from, location, flags, via }: EdgeRows, a: number, b: number): number {
  return from[a]! - from[b]! || location[a]! - location[b]! || flags[a]! - flags[b]! || via[a]! - via[b]!
}

/** The variables that code besides the function's own may write while it runs. */
function sharedVariables({ variables }: FunctionIr): number[] {
  const { count, kind, flags } = variables
  const shared: number[] = []
  for (let row = 0; row < count; row++) {
    const isFree = kind[row] === kindOfVariable.free && (flags[row]! & variableFlag.written) !== 0
    const isInside = kind[row] !== kindOfVariable.free && (flags[row]! & variableFlag.writtenInside) !== 0
    if (isFree || isInside) shared.push(row)
  }
  return shared
}
