import type { FlowBlock, FlowEdgeView, FunctionFlow } from '../../dependence/dependence-types.ts'
import { functionTitle, outerSteps } from '../code-text.ts'
import type { Drawing, DrawnEdge, DrawnNode } from './drawing.ts'

/** Draws the flow of control of functions, a group for each. */
export function flowDrawing(flows: readonly FunctionFlow[]): Drawing {
  return {
    groups: flows.map((flow, at) => ({
      id: `f${at}`,
      title: functionTitle(flow.function),
      nodes: blockNodes(flow, at),
    })),
    edges: flows.flatMap((flow, at) =>
      flow.edges
        .filter(({ from, to }) => isDrawn(flow, flow.blocks[from]!) && isDrawn(flow, flow.blocks[to]!))
        .map((edge) => blockEdge(edge, at)),
    ),
  }
}

/** Where all ends meet nothing happens, and nothing to throw needs no place to go to. */
function isDrawn({ edges }: FunctionFlow, { id, role }: FlowBlock): boolean {
  return role !== 'end' && (role !== 'raise' || edges.some(({ to }) => to === id))
}

function blockNodes(flow: FunctionFlow, at: number): DrawnNode[] {
  const ways = new Uint32Array(flow.blocks.length)
  for (const { from } of flow.edges) ways[from]! += 1
  return flow.blocks
    .filter((block) => isDrawn(flow, block))
    .map(({ id, role, steps, isReachable }) => {
      const lines = outerSteps(steps).map(({ range, text }) => `${range.start.line}  ${text}`)
      const isDecision = ways[id]! > 1 && lines.length === 1
      return {
        id: `f${at}b${id}`,
        lines: lines.length > 0 ? lines : [role === 'code' ? String(id) : role],
        shape: role !== 'code' ? 'round' : isDecision ? 'decision' : 'box',
        tone: isReachable || role !== 'code' ? 'plain' : 'faint',
      }
    })
}

function blockEdge({ from, to, kind, isBack }: FlowEdgeView, at: number): DrawnEdge {
  return {
    from: `f${at}b${from}`,
    to: `f${at}b${to}`,
    label: kind === 'next' ? '' : kind,
    line: kind === 'exception' ? 'dotted' : isBack ? 'bold' : 'solid',
  }
}
