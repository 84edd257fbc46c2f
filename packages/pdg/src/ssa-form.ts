import { type AccessTable, accessKinds, checkAccesses } from './accesses.ts'
import { definedAtEntry, noDefinition } from './definition.ts'
import { type DominanceFrontiers, dominanceFrontiers } from './dominance-frontiers.ts'
import type { DominatorTree } from './dominator-tree.ts'
import { VariableTimeline } from './variable-timeline.ts'

/**
 * Which definition each access of a variable sees, in static single assignment form.
 *
 * A **definition** is a number: {@link definedAtEntry}; below the number of accesses the access that writes; from there on, that number plus a merge.
 */
export interface SsaForm {
  readonly accesses: AccessTable
  /** For each `read` the definition it sees, for each `mayWrite` the one that was there before; {@link noDefinition} for others. */
  readonly seen: Int32Array
  readonly merges: MergeTable
}

/** Where different definitions of a variable meet (φ). Only what some access sees, by way of other merges or not, is there. Sorted by variable. */
export interface MergeTable {
  readonly count: number
  readonly node: Int32Array
  readonly variable: Int32Array
  /** The definitions that meet at merge `m` are `definitions` at `offsets[m]` to `offsets[m + 1] - 1`: each once, sorted, without the merge itself. */
  readonly offsets: Int32Array
  readonly definitions: Int32Array
}

/** What {@link ssaForm} needs. */
export interface SsaOptions {
  /** The dominator tree of the graph. */
  readonly tree: DominatorTree
  readonly accesses: AccessTable
  /** The {@link dominanceFrontiers} of the tree, if they are known already. */
  readonly frontiers?: DominanceFrontiers
}

/**
 * Finds for each access of a variable which definition it sees.
 *
 * Merges are placed at the iterated dominance frontiers of the writes (R. Cytron, J. Ferrante, B. Rosen, M. Wegman, F. Zadeck, "Efficiently Computing
 * Static Single Assignment Form and the Control Dependence Graph", 1991); those that nothing sees are left out (pruned). Instead of a walk down the
 * tree with a stack for each variable, each variable is looked at alone, see {@link VariableTimeline}.
 *
 * What a node writes is written on every edge that leaves it, `exception` edges too: what may throw before it writes wants two nodes, or `mayWrite`.
 *
 * @throws {FlowGraphError} `FORGE_PDG_FLOW_GRAPH`: the accesses are not sorted by node, or name a node or variable that is none.
 */
export function ssaForm({ tree, accesses, frontiers = dominanceFrontiers(tree) }: SsaOptions): SsaForm {
  checkAccesses(accesses, tree.graph.size, ssaForm)
  return new Renaming(tree, frontiers, accesses).run()
}

const [readKind, writeKind] = [accessKinds.indexOf('read'), accessKinds.indexOf('write')]

/** Added to by the node of a merge that is not known to be seen: it has no number yet. Such numbers are below {@link noDefinition}. */
const firstPlaced = noDefinition - 1

class Renaming {
  readonly #tree: DominatorTree
  readonly #frontiers: DominanceFrontiers
  readonly #accesses: AccessTable
  readonly #timeline: VariableTimeline
  readonly #seen: Int32Array
  /** For each node the variable that a merge was placed for last, and that a definition was found for last. */
  readonly #mergesFor: Int32Array
  readonly #definesFor: Int32Array
  /** For each node its last write of the variable, where it defines it; the number of its merge, where that is seen. */
  readonly #written: Int32Array
  readonly #mergeAt: Int32Array
  readonly #mergeNode: number[] = []
  readonly #mergeVariable: number[] = []
  readonly #mergeOffsets: number[] = [0]
  readonly #definitions: number[] = []

  constructor(tree: DominatorTree, frontiers: DominanceFrontiers, accesses: AccessTable) {
    const { size } = tree.graph
    this.#tree = tree
    this.#frontiers = frontiers
    this.#accesses = accesses
    this.#timeline = new VariableTimeline(tree)
    this.#seen = new Int32Array(accesses.node.length).fill(noDefinition)
    this.#mergesFor = new Int32Array(size).fill(-1)
    this.#definesFor = new Int32Array(size).fill(-1)
    this.#written = new Int32Array(size)
    this.#mergeAt = new Int32Array(size)
  }

  run(): SsaForm {
    const { variables } = this.#accesses
    const { offsets, rows } = byVariable(this.#accesses)
    for (let variable = 0; variable < variables; variable++) {
      this.#rename(variable, rows.subarray(offsets[variable], offsets[variable + 1]))
    }
    return {
      accesses: this.#accesses,
      seen: this.#seen,
      merges: {
        count: this.#mergeNode.length,
        node: Int32Array.from(this.#mergeNode),
        variable: Int32Array.from(this.#mergeVariable),
        offsets: Int32Array.from(this.#mergeOffsets),
        definitions: Int32Array.from(this.#definitions),
      },
    }
  }

  /** Finds what the accesses of one variable see; `rows` are in the order of nodes. */
  #rename(variable: number, rows: Int32Array): void {
    const { node, kind } = this.#accesses
    const { place } = this.#tree
    if (rows.every((row) => kind[row] === writeKind)) return
    const defining: number[] = []
    for (const row of rows) {
      const at = node[row]!
      if (kind[row] === readKind || place[at] === -1) continue
      this.#written[at] = row
      if (this.#definesFor[at] === variable) continue
      this.#definesFor[at] = variable
      defining.push(at)
    }
    this.#placeMerges(variable, defining)
    this.#timeline.begin(defining, (at) => (this.#definesFor[at] === variable ? this.#written[at]! : firstPlaced - at))
    let last = -1
    let current = noDefinition
    for (const row of rows) {
      const at = node[row]!
      if (place[at] === -1) continue
      if (kind[row] !== writeKind) {
        if (at !== last) current = this.#atStart(variable, at)
        this.#seen[row] = this.#numbered(variable, current)
      }
      if (kind[row] !== readKind) current = row
      last = at
    }
    this.#join(variable)
  }

  /** Adds to `defining` the nodes of their iterated dominance frontier, where definitions meet. */
  #placeMerges(variable: number, defining: number[]): void {
    const { offsets, nodes } = this.#frontiers
    for (const node of defining) {
      for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
        const end = nodes[at]!
        if (this.#mergesFor[end] === variable) continue
        this.#mergesFor[end] = variable
        this.#mergeAt[end] = -1
        // The loop goes on with what is added to it.
        if (this.#definesFor[end] !== variable) defining.push(end)
      }
    }
  }

  /** The definition at the start of a node. */
  #atStart(variable: number, node: number): number {
    if (this.#mergesFor[node] === variable) return firstPlaced - node
    const dominator = this.#tree.parent[node]!
    return dominator === -1 ? definedAtEntry : this.#timeline.at(dominator)
  }

  /** Gives a merge that is seen its number. */
  #numbered(variable: number, definition: number): number {
    if (definition > firstPlaced) return definition
    const node = firstPlaced - definition
    if (this.#mergeAt[node] === -1) {
      this.#mergeAt[node] = this.#accesses.node.length + this.#mergeNode.length
      this.#mergeNode.push(node)
      this.#mergeVariable.push(variable)
    }
    return this.#mergeAt[node]!
  }

  /** Finds the definitions of the merges that are seen, which may be merges that are seen only by them. */
  #join(variable: number): void {
    const { predecessors, entry } = this.#tree.graph
    for (let merge = this.#mergeOffsets.length - 1; merge < this.#mergeNode.length; merge++) {
      const node = this.#mergeNode[merge]!
      const number = this.#accesses.node.length + merge
      const found: number[] = node === entry ? [definedAtEntry] : []
      let last = noDefinition
      for (let edge = predecessors.offsets[node]!; edge < predecessors.offsets[node + 1]!; edge++) {
        const before = predecessors.nodes[edge]!
        if (this.#tree.place[before] === -1) continue
        const definition = this.#numbered(variable, this.#timeline.at(before))
        if (definition !== number && definition !== last) found.push(definition)
        last = definition
      }
      const distinct = new Set(found.toSorted((left, right) => left - right))
      for (const definition of distinct) this.#definitions.push(definition)
      this.#mergeOffsets.push(this.#definitions.length)
    }
  }
}

/** The accesses by variable, in their order: a counting sort. */
function byVariable({ variables, variable }: AccessTable): { readonly offsets: Int32Array; readonly rows: Int32Array } {
  const offsets = new Int32Array(variables + 1)
  for (const one of variable) offsets[one + 1]!++
  for (let one = 0; one < variables; one++) offsets[one + 1]! += offsets[one]!
  const next = offsets.slice()
  const rows = new Int32Array(variable.length)
  for (let row = 0; row < rows.length; row++) rows[next[variable[row]!]!++] = row
  return { offsets, rows }
}
