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
