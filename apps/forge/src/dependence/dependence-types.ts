import type { GraphSymbol, Range } from '@forge/graph'
import type { ExceptionScope, FlowKind, FunctionKind, Opcode } from '@forge/pdg'

/** A place in the code, and what stands there: one line, shortened. */
export interface CodePlace {
  readonly file: string
  readonly range: Range
  readonly text: string
}

/** A function that was asked about. */
export interface FunctionPlace extends CodePlace {
  /** The name it has where it is written; empty for none. */
  readonly name: string
  readonly kind: FunctionKind
  /** The symbol whose code it is; `null` where the graph has none. */
  readonly symbol: string | null
}

/** One step of a function: what is evaluated at once. */
export interface Step extends CodePlace {
  /** Its number among those of the function. */
  readonly id: number
  readonly op: Opcode
}

/** Steps that are executed one after the other. */
export interface FlowBlock {
  readonly id: number
  /** `entry`, `exit` where the function comes back, `raise` where it throws, `end` where both meet; else `code`. */
  readonly role: 'entry' | 'exit' | 'raise' | 'end' | 'code'
  readonly steps: readonly Step[]
  readonly isReachable: boolean
  /** The nearest block that is on every way here; `null` for the entry and what is not reached. */
  readonly dominator: number | null
  /** The nearest block that is on every way from here to the end. */
  readonly postDominator: number | null
  /** The blocks where ways from here first meet others (dominance frontier); `null` where those of all blocks are more than a million. */
  readonly frontier: readonly number[] | null
  /** How many loops it is in. */
  readonly loopDepth: number
}

/** Where control may go from one block to another. */
export interface FlowEdgeView {
  readonly from: number
  readonly to: number
  readonly kind: FlowKind
  /** Whether it leads back to the header of a loop. */
  readonly isBack: boolean
}

/** A loop by its blocks. */
export interface LoopView {
  readonly header: number
  readonly blocks: readonly number[]
  /** The header of the loop around it, `null` for an outermost one. */
  readonly parent: number | null
  readonly depth: number
}

/** The flow of control of one function. */
export interface FunctionFlow {
  readonly function: FunctionPlace
  readonly blocks: readonly FlowBlock[]
  /** Without those of kind `skipped`, which nothing goes. */
  readonly edges: readonly FlowEdgeView[]
  readonly loops: readonly LoopView[]
  /** Cycles that can be entered at several places. */
  readonly irreducible: readonly { readonly entries: readonly number[]; readonly blocks: readonly number[] }[]
  /** Code that nothing leads to. */
  readonly unreachable: readonly CodePlace[]
  /**
   * How many paths are enough to make up all others: edges − nodes + 2 of this graph (McCabe 1976), exceptions included. `analysis.metrics` counts what is
   * written instead: its `cyclomatic` is decisions and one more.
   */
  readonly independentPaths: number
  /** How many ways there are from the entry to the end without going back. */
  readonly pathCount: string
  /** Those that were asked for, each as its blocks. */
  readonly paths: readonly (readonly number[])[]
}

/** One dependence between steps of a function. */
export interface DependenceEdge {
  /** What depends. */
  readonly from: number
  /** What it depends on; `null` for what comes from outside of the function. */
  readonly on: number | null
  readonly kind: 'control' | 'data'
  /** For control, the outcome that leads there; for data, the variable or property, with `.*` behind it for what is in the object; empty for the value itself. */
  readonly label: string
  /** The call, as a step, of which nothing is known, for which it is assumed; else `null`. */
  readonly assumedFor: number | null
}

/** What depends on what in one function. */
export interface FunctionDependences {
  readonly function: FunctionPlace
  readonly steps: readonly Step[]
  /** At most 200,000. */
  readonly edges: readonly DependenceEdge[]
  /** Of how many steps, the last ones, the edges are left out because there are too many; a slice has those of a line. */
  readonly cut: number
}

/** Where to slice from, and how. */
export interface CodeSliceOptions {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units; left out: all that begins on the line. */
  readonly column?: number
  readonly direction?: 'backward' | 'forward'
  /** Whether to stay in the function of the place. Default false. */
  readonly within?: boolean
  /** See `SliceOptions.exceptions` of `@forge/pdg`. Default `direct`. */
  readonly exceptions?: ExceptionScope
  /** How many steps from one function to another are followed. Default: as many as there are. */
  readonly depth?: number
  /** How many functions it may be in, the nearest ones; `Infinity` for all. Default 100. */
  readonly limit?: number
  /** Whether to give the dependences between the steps too. Default false. */
  readonly edges?: boolean
  readonly signal?: AbortSignal
}

/** The lines of a file that belong to a slice. */
export interface SlicedFile {
  readonly file: string
  /** Sorted, from 1. */
  readonly lines: readonly number[]
  /** For each of these lines, how many steps from one function to another it is away. */
  readonly distances: readonly number[]
  /** How many lines the functions have that it is in. */
  readonly ofLines: number
}

/** A function of a slice that has some of it. */
export interface SlicedFunction extends FunctionPlace {
  readonly steps: readonly Step[]
}

/** A step of a slice: its function as an index of {@link CodeSlice.functions}; `null` for the function as a whole. */
export interface SlicePlace {
  readonly function: number
  readonly step: number | null
}

/** A dependence between steps of a slice. */
export interface SliceEdge {
  /** What depends. */
  readonly from: SlicePlace
  /** What it depends on; for `call`, the function that is called. */
  readonly on: SlicePlace
  readonly kind: 'control' | 'data' | 'call'
  /** As in {@link DependenceEdge}. */
  readonly label: string
  /** Whether it holds only as long as nothing is known of a call. */
  readonly isAssumed: boolean
}

/** What affects a place, or what it affects. */
export interface CodeSlice {
  readonly direction: 'backward' | 'forward'
  /** What was sliced from. */
  readonly criterion: readonly Step[]
  /** How many steps to other functions were not followed, because of `depth` and `limit`. */
  readonly cut: number
  readonly files: readonly SlicedFile[]
  /** The functions that have some of it. */
  readonly functions: readonly SlicedFunction[]
  /** Calls of which it is not known all that they call: whatever they may do to what they can get at is assumed. */
  readonly assumed: readonly Step[]
  /** Where they were asked for: the dependences between the steps, at most 200,000. */
  readonly edges?: readonly SliceEdge[]
  /** With `edges`: of how many steps they are left out because there are too many. */
  readonly edgesCut?: number
}

/** A symbol, or a place in its code. */
export type DependenceTarget =
  | Pick<GraphSymbol, 'id'>
  | { readonly file: string; readonly line: number; readonly column?: number }
