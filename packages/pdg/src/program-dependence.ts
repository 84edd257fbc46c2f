import { checkIr } from './check-ir.ts'
import { type ControlFlow, type ControlFlowOptions, flowOf } from './control-flow.ts'
import { controlDependence } from './control-dependence.ts'
import { type DataDependence, dataDependence } from './data-dependence.ts'
import { dominatorTree } from './dominator-tree.ts'
import type { Adjacency } from './flow-graph.ts'
import type { FunctionIr } from './ir.ts'

/**
 * The program dependence graph of one function (J. Ferrante, K. Ottenstein, J. Warren, "The Program Dependence Graph and Its Use in Optimization", 1987).
 *
 * Its nodes are the function's instructions and the merges of {@link DataDependence}.
 */
export interface FunctionPdg {
  readonly flow: ControlFlow
  /** The predicates of each block, see {@link controlDependence}: a predicate is the last instruction of its block. */
  readonly control: Adjacency
  readonly data: DataDependence
}

/**
 * Finds on what each instruction of a function depends.
 *
 * What is not in the function is not looked at: what a call does is assumed by what it is given, and such dependences say which call they are assumed
 * for (`data.via`), so that whoever knows what is called can leave them out.
 *
 * @example
 * ```ts
 * const pdg = buildPdg(ir)
 * pdg.data.source.subarray(pdg.data.offsets[node], pdg.data.offsets[node + 1])
 * ```
 * @throws {FunctionIrError} `FORGE_PDG_IR`: the tables are not those of a function.
 * @throws {GraphTooLargeError} `FORGE_PDG_TOO_LARGE`: there are too many control dependences or dominance frontiers.
 */
export function buildPdg(ir: FunctionIr, options: ControlFlowOptions = {}): FunctionPdg {
  checkIr(ir, buildPdg)
  const flow = flowOf(ir, options)
  return { flow, control: controlDependence(flow.graph), data: dataDependence(ir, flow, dominatorTree(flow.graph)) }
}
