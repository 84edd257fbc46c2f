/**
 * The strongly connected components of a graph that have more than one member (R. Tarjan, "Depth-First Search and
 * Linear Graph Algorithms", 1972), without recursion. Members are in ascending order, components by their first one.
 */
export function stronglyConnected(
  nodes: Iterable<number>,
  next: (node: number) => readonly number[],
): readonly (readonly number[])[] {
  const components: number[][] = []
  const index = new Map<number, number>()
  const low = new Map<number, number>()
  const open: number[] = []
  const isOpen = new Set<number>()
  for (const root of nodes) {
    if (index.has(root)) continue
    const path: { readonly node: number; readonly next: readonly number[]; at: number }[] = []
    const enter = (node: number): void => {
      index.set(node, index.size)
      low.set(node, index.get(node)!)
      open.push(node)
      isOpen.add(node)
      path.push({ node, next: next(node), at: 0 })
    }
    enter(root)
    while (path.length > 0) {
      const step = path.at(-1)!
      const target = step.next[step.at++]
      if (target !== undefined) {
        if (!index.has(target)) enter(target)
        else if (isOpen.has(target)) low.set(step.node, Math.min(low.get(step.node)!, index.get(target)!))
        continue
      }
      path.pop()
      const { node } = step
      const parent = path.at(-1)
      if (parent !== undefined) low.set(parent.node, Math.min(low.get(parent.node)!, low.get(node)!))
      if (low.get(node) !== index.get(node)) continue
      const members = open.splice(open.lastIndexOf(node))
      for (const member of members) isOpen.delete(member)
      if (members.length > 1) components.push(members.toSorted((a, b) => a - b))
    }
  }
  return components.toSorted(([a], [b]) => a! - b!)
}

/** A shortest cycle through `start` that stays among `members`, as the nodes on it in order; undefined where there is none. */
export function shortestCycle(
  start: number,
  members: ReadonlySet<number>,
  next: (node: number) => readonly number[],
): readonly number[] | undefined {
  const before = new Map<number, number>()
  let frontier = [start]
  while (frontier.length > 0) {
    const reached: number[] = []
    for (const node of frontier) {
      for (const target of next(node)) {
        if (target === start) return wayTo(node, start, before)
        if (!members.has(target) || before.has(target)) continue
        before.set(target, node)
        reached.push(target)
      }
    }
    frontier = reached
  }
  return undefined
}

function wayTo(end: number, start: number, before: ReadonlyMap<number, number>): number[] {
  const way = [end]
  while (way.at(-1) !== start) way.push(before.get(way.at(-1)!)!)
  return way.toReversed()
}
