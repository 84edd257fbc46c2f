import { type AccessOptions, accessTable, checkAccesses } from './accesses.ts'
import { defUseChains } from './def-use-chains.ts'
import { definedAtEntry } from './definition.ts'
import { dominatorTree } from './dominator-tree.ts'
import type { FlowGraph } from './flow-graph.ts'
import { ssaForm } from './ssa-form.ts'

/** A write of a variable that may be what a read of it sees. */
export interface ReachingDefinition {
  readonly variable: number
  /** The node that writes; undefined for what the variable was at the entry. */
  readonly definition: number | undefined
  /** The node that reads. */
  readonly use: number
}

/**
 * Finds which writes of variables may reach which reads: one for each pair of accesses, by the node that reads. Reads in unreachable code see nothing.
 *
 * For many and large graphs, {@link ssaForm} answers in typed arrays.
 *
 * @example
 * ```ts
 * // 0: x = 1; 1: if (condition) 2: x = 2; 3: print(x)
 * const graph = createFlowGraph({ size: 4, edges: [[0, 1], [1, 2, 'true'], [1, 3, 'false'], [2, 3]] })
 * reachingDefinitions(graph, { variables: 1, accesses: [[0, 0, 'write'], [2, 0, 'write'], [3, 0, 'read']] })
 * // [{ variable: 0, definition: 0, use: 3 }, { variable: 0, definition: 2, use: 3 }]
 * ```
 * @throws {FlowGraphError} `FORGE_PDG_FLOW_GRAPH`: a node or variable is out of range, or a kind is unknown.
 */
export function reachingDefinitions(graph: FlowGraph, options: AccessOptions): readonly ReachingDefinition[] {
  const accesses = accessTable(options, reachingDefinitions)
  checkAccesses(accesses, graph.size, reachingDefinitions)
  const { definition, use } = defUseChains(ssaForm({ tree: dominatorTree(graph), accesses }))
  return Array.from(use, (read, pair) => {
    const write = definition[pair]!
    return {
      variable: accesses.variable[read]!,
      definition: write === definedAtEntry ? undefined : accesses.node[write],
      use: accesses.node[read]!,
    }
  })
}
