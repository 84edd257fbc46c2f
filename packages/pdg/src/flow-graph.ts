import { FlowGraphError } from './errors.ts'

/**
 * The names of what an edge of a flow graph says: a code is an index here.
 *
 * | kind | from where to where |
 * |---|---|
 * | `next` | to what follows in any case |
 * | `true`, `false` | from a condition to what follows where it holds, and where it does not |
 * | `case` | from what chooses among several, by what it chooses |
 * | `exception` | from what may throw, or may not come back, to what is done then |
 * | `skipped` | from a jump to what would follow if it did nothing. Nothing goes this way; control dependence looks at it, so that a jump is part of the slices that it shapes (Ball and Horwitz, "Slicing Programs with Arbitrary Control-flow", 1993) |
 */
export const flowKinds = ['next', 'true', 'false', 'case', 'exception', 'skipped'] as const

/** One of {@link flowKinds}. */
export type FlowKind = (typeof flowKinds)[number]

/** One edge: from, to, and its kind, `next` by default. */
export type FlowEdge = readonly [from: number, to: number, kind?: FlowKind]

/** What a flow graph is made from. */
export interface FlowGraphOptions {
  /** How many nodes: they are 0 to `size - 1`. */
  readonly size: number
  /** Where control comes in. Default 0. */
  readonly entry?: number
  /** Where it goes out: one node, from which no edge leaves. Default `size - 1`. */
  readonly exit?: number
  readonly edges: Iterable<FlowEdge>
}

/** Edges by one of their ends: those of node `n` are at `offsets[n]` to `offsets[n + 1] - 1`. */
export interface Adjacency {
  readonly offsets: Int32Array
  /** The other end of each edge. */
  readonly nodes: Int32Array
  /** The kind of each: an index of {@link flowKinds}. */
  readonly kinds: Uint8Array
}

/**
 * Nodes, and how control may go from one to the next. What the nodes are is up to whoever makes it: basic blocks, instructions.
 *
 * Edges of a node are in the order they were given in.
 */
export interface FlowGraph {
  readonly size: number
  readonly entry: number
  readonly exit: number
  readonly successors: Adjacency
  readonly predecessors: Adjacency
}

/** What a flow graph is made from where there are many edges: edge `i` is element `i` of each column. */
export interface FlowGraphColumns {
  readonly size: number
  /** Default 0. */
  readonly entry?: number
  /** Default `size - 1`. */
  readonly exit?: number
  readonly from: Int32Array
  readonly to: Int32Array
  /** Indexes of {@link flowKinds}. */
  readonly kind: Uint8Array
}

/**
 * Makes a flow graph.
 *
 * @example
 * ```ts
 * // 0: if (condition) 1 else 2; 3
 * const graph = createFlowGraph({
 *   size: 4,
 *   edges: [[0, 1, 'true'], [0, 2, 'false'], [1, 3], [2, 3]],
 * })
 * ```
 * @throws {FlowGraphError} `FORGE_PDG_FLOW_GRAPH`: a node is out of range, a kind is unknown, an edge leaves the exit, or there are more than 2 ** 28 nodes.
 */
export function createFlowGraph(options: FlowGraphOptions): FlowGraph {
  const { size, edges } = options
  checkSize(size, createFlowGraph)
  if (typeof edges?.[Symbol.iterator] !== 'function') {
    throw new FlowGraphError('The edges of a flow graph cannot be gone through', {
      hint: 'Give `edges` as a list of `[from, to, kind]`',
      details: { edges: typeof edges },
      callSite: createFlowGraph,
    })
  }
  const from: number[] = []
  const to: number[] = []
  const kind: number[] = []
  const isNode = (node: number): boolean => Number.isInteger(node) && node >= 0 && node < size
  for (const edge of edges) {
    if (!Array.isArray(edge)) {
      throw new FlowGraphError(`Edge ${from.length} of the flow graph is no list of nodes`, {
        hint: 'Give each edge as `[from, to, kind]`',
        details: { edge: from.length },
        callSite: createFlowGraph,
      })
    }
    const [source, target, name = 'next'] = edge as FlowEdge
    const code = flowKinds.indexOf(name)
    // Typed arrays would make a node of anything.
    if (code === -1 || !isNode(source) || !isNode(target)) {
      throw edgeError([source, target, name], size, createFlowGraph)
    }
    from.push(source)
    to.push(target)
    kind.push(code)
  }
  return checked(
    { ...options, from: Int32Array.from(from), to: Int32Array.from(to), kind: Uint8Array.from(kind) },
    createFlowGraph,
  )
}

/**
 * Makes a flow graph from columns, see {@link createFlowGraph}.
 *
 * @throws {FlowGraphError} `FORGE_PDG_FLOW_GRAPH`: as for {@link createFlowGraph}, or the columns have different lengths.
 */
export function flowGraphFrom(columns: FlowGraphColumns): FlowGraph {
  return checked(columns, flowGraphFrom)
}

/** The edges of a graph as columns: by the node they leave, in their order. */
export function edgeColumns({
  size,
  entry,
  exit,
  successors,
}: Omit<FlowGraph, 'predecessors'>): Required<FlowGraphColumns> {
  const { offsets, nodes, kinds } = successors
  const from = new Int32Array(nodes.length)
  for (let node = 0; node < size; node++) from.fill(node, offsets[node], offsets[node + 1])
  return { size, entry, exit, from, to: nodes, kind: kinds }
}

/** The graph with those of its edges that are kept: asked once for each, by the node they leave and in their order. */
export function filterEdges(graph: FlowGraph, isKept: (from: number, to: number, kind: number) => boolean): FlowGraph {
  const { size, entry, exit } = graph
  const columns = edgeColumns(graph)
  const count = columns.from.length
  const [from, to, kind] = [new Int32Array(count), new Int32Array(count), new Uint8Array(count)]
  let kept = 0
  for (let edge = 0; edge < count; edge++) {
    from[kept] = columns.from[edge]!
    to[kept] = columns.to[edge]!
    kind[kept] = columns.kind[edge]!
    if (isKept(from[kept]!, to[kept]!, kind[kept]!)) kept++
  }
  return graphOf({
    size,
    entry,
    exit,
    from: from.subarray(0, kept),
    to: to.subarray(0, kept),
    kind: kind.subarray(0, kept),
  })
}

/** How many nodes a graph may have, and how many variables: some arrays of them are a gigabyte each. */
export const mostNodes: number = 2 ** 28

type CallSite = (...args: never[]) => unknown

function checkSize(size: number, callSite: CallSite): void {
  if (Number.isInteger(size) && size >= 1 && size <= mostNodes) return
  throw new FlowGraphError(`A flow graph of ${size} nodes cannot be`, {
    hint: `Give \`size\` as a whole number from 1 to ${mostNodes}`,
    details: { size },
    callSite,
  })
}

function checked(columns: FlowGraphColumns, callSite: CallSite): FlowGraph {
  const { size, entry = 0, exit = size - 1, from, to, kind } = columns
  checkSize(size, callSite)
  for (const [name, node] of Object.entries({ entry, exit })) {
    if (Number.isInteger(node) && node >= 0 && node < size) continue
    throw new FlowGraphError(`The ${name} of a flow graph of ${size} nodes cannot be ${node}`, {
      hint: `Give \`${name}\` as a node: 0 to ${size - 1}`,
      details: { [name]: node, size },
      callSite,
    })
  }
  // Other lists may have what is no number of a node, of which typed arrays would make one.
  const areColumns = from instanceof Int32Array && to instanceof Int32Array && kind instanceof Uint8Array
  if (!areColumns || from.length !== to.length || from.length !== kind.length) {
    throw new FlowGraphError('The columns of the edges are no typed arrays of one length', {
      hint: 'Give `from` and `to` as Int32Array and `kind` as Uint8Array, one element for each edge',
      details: { from: from?.length, to: to?.length, kind: kind?.length },
      callSite,
    })
  }
  for (let edge = 0; edge < from.length; edge++) {
    const [source, target, code] = [from[edge]!, to[edge]!, kind[edge]!]
    if (source < 0 || source >= size || target < 0 || target >= size || code >= flowKinds.length) {
      throw edgeError([source, target, flowKinds[code] ?? code], size, callSite)
    }
    if (source === exit) {
      throw new FlowGraphError(`An edge leaves the exit ${exit}, to ${target}`, {
        hint: 'Give `exit` as a node of its own, to which all that end lead',
        details: { edge, from: source, to: target },
        callSite,
      })
    }
  }
  return graphOf({ size, entry, exit, from, to, kind })
}

function graphOf({ size, entry, exit, from, to, kind }: Required<FlowGraphColumns>): FlowGraph {
  return {
    size,
    entry,
    exit,
    successors: adjacency(size, { by: from, other: to, kind }),
    predecessors: adjacency(size, { by: to, other: from, kind }),
  }
}

function edgeError(edge: readonly [number, number, string | number], size: number, callSite: CallSite): FlowGraphError {
  const [from, to, kind] = edge
  return new FlowGraphError(`The edge from ${from} to ${to} of kind ${kind} cannot be`, {
    hint: `Nodes are 0 to ${size - 1}; kinds are ${flowKinds.join(', ')}`,
    details: { from, to, kind, size },
    callSite,
  })
}

/** Edges by one end, in their order: a counting sort. */
function adjacency(
  size: number,
  { by, other, kind }: { readonly by: Int32Array; readonly other: Int32Array; readonly kind: Uint8Array },
): Adjacency {
  const offsets = new Int32Array(size + 1)
  for (const node of by) offsets[node + 1]!++
  for (let node = 0; node < size; node++) offsets[node + 1]! += offsets[node]!
  const next = offsets.slice()
  const nodes = new Int32Array(by.length)
  const kinds = new Uint8Array(by.length)
  for (let edge = 0; edge < by.length; edge++) {
    const at = next[by[edge]!]!++
    nodes[at] = other[edge]!
    kinds[at] = kind[edge]!
  }
  return { offsets, nodes, kinds }
}
