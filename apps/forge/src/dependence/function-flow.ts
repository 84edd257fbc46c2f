import {
  countPaths,
  cyclomaticComplexity,
  dominanceFrontiers,
  type DominatorTree,
  dominatorTree,
  entryAt,
  exitAt,
  findLoops,
  flowKinds,
  type FunctionId,
  GraphTooLargeError,
  paths,
  postDominatorTree,
  raiseAt,
  reachable,
} from '@forge/pdg'
import { functionPlace, isWritten, rangeOf, stepOf, textOf } from './code-places.ts'
import type { CodePlace, FlowBlock, FlowEdgeView, FunctionFlow } from './dependence-types.ts'
import type { SourceFile } from './source-file.ts'

/** A `switch` of 20,000 cases that fall through has 200 million. */
const mostFrontiers = 1_000_000

/** What {@link functionFlow} shows besides the graph. */
export interface FlowOptions {
  /** How many paths to list. Default none. */
  readonly paths?: number
}

/** Shows the flow of control of a function. */
export function functionFlow(file: SourceFile, id: FunctionId, options: FlowOptions = {}): FunctionFlow {
  const ir = file.function(id)
  const { graph, blockOf, first } = file.flow(id)
  const tree = dominatorTree(graph)
  const post = postDominatorTree(graph)
  const frontiers = frontiersOf(tree)
  const loops = findLoops(graph, tree)
  const reached = reachable(graph)
  const nodeOr = (node: number): number | null => (node < 0 ? null : node)
  const roles = new Map<number, FlowBlock['role']>([
    [blockOf[raiseAt]!, 'raise'],
    [blockOf[exitAt]!, 'exit'],
    [blockOf[entryAt]!, 'entry'],
    [graph.exit, 'end'],
  ])
  const blocks = Array.from({ length: graph.size }, (_, block): FlowBlock => {
    const steps: FlowBlock['steps'] = range(first[block]!, first[block + 1] ?? first[block]!)
      .filter((at) => isWritten(ir, at))
      .map((at) => stepOf(file, id, at))
    const loop = loops.innermost[block]!
    return {
      id: block,
      role: roles.get(block) ?? 'code',
      steps,
      isReachable: reached[block] === 1,
      dominator: nodeOr(tree.parent[block]!),
      postDominator: nodeOr(post.parent[block]!),
      frontier: frontiers === null ? null : frontiers(block),
      loopDepth: loop < 0 ? 0 : loops.depth[loop]!,
    }
  })
  const edges: FlowEdgeView[] = []
  const { offsets, nodes, kinds } = graph.successors
  for (let from = 0; from < graph.size; from++) {
    for (let edge = offsets[from]!; edge < offsets[from + 1]!; edge++) {
      const kind = flowKinds[kinds[edge]!]!
      const to = nodes[edge]!
      if (kind !== 'skipped') edges.push({ from, to, kind, isBack: reached[from] === 1 && tree.dominates(to, from) })
    }
  }
  return {
    function: functionPlace(file, id),
    blocks,
    edges,
    loops: range(0, loops.count).map((loop) => ({
      header: loops.header[loop]!,
      blocks: [...loops.body(loop)].toSorted((a, b) => a - b),
      parent: loops.parent[loop]! < 0 ? null : loops.header[loops.parent[loop]!]!,
      depth: loops.depth[loop]!,
    })),
    irreducible: loops.irreducible.map((region) => ({ entries: [...region.entries], blocks: [...region.nodes] })),
    unreachable: unreachableCode(file, blocks),
    independentPaths: cyclomaticComplexity(graph),
    pathCount: String(countPaths(graph)),
    paths:
      options.paths === undefined || options.paths === 0
        ? []
        : Array.from(paths(graph, { limit: options.paths }), (path) => Array.from(path)),
  }
}

/** Gives the dominance frontier of a block; `null` where those of all blocks together are too long to be listed. */
function frontiersOf(tree: DominatorTree): ((block: number) => readonly number[]) | null {
  try {
    const { offsets, nodes } = dominanceFrontiers(tree, { most: mostFrontiers })
    return (block) => [...nodes.subarray(offsets[block], offsets[block + 1])]
  } catch (error) {
    if (error instanceof GraphTooLargeError) return null
    throw error
  }
}

/** The stretches of code that nothing leads to, in order; what only white space and `;` part is one. */
function unreachableCode(file: SourceFile, blocks: readonly FlowBlock[]): CodePlace[] {
  const steps = blocks
    .filter(({ isReachable, role }) => !isReachable && role === 'code')
    .flatMap((block) => block.steps)
  const places: { start: number; end: number }[] = []
  for (const { range: at } of steps.toSorted((a, b) => a.range.start.offset - b.range.start.offset)) {
    const last = places.at(-1)
    const isNext = last !== undefined && /^[\s;]*$/.test(file.text.slice(last.end, at.start.offset))
    if (isNext) last.end = Math.max(last.end, at.end.offset)
    else places.push({ start: at.start.offset, end: at.end.offset })
  }
  return places.map(({ start, end }) => ({
    file: file.path,
    range: rangeOf(file, start, end),
    text: textOf(file, start, end),
  }))
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
}
