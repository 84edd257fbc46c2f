import type { CodeSlice, SliceEdge, SlicedFunction, SlicePlace } from '../../dependence/dependence-types.ts'
import { functionTitle, shortened } from '../code-text.ts'
import { cutNote, outcomeLabel } from './dependences-drawing.ts'
import type { Drawing, DrawnEdge, DrawnNode } from './drawing.ts'

/** Gives the text of a line of a file, from 1. */
export type LineText = (file: string, line: number) => string

/** A line can be a whole program. */
const longestLine = 80

/** Draws a slice with its edges: a group for each function, a node for each line of it. */
export function sliceDrawing(slice: CodeSlice, textOf: LineText): Drawing {
  const { functions, edges = [], edgesCut = 0 } = slice
  const criterion = new Set(slice.criterion.map(({ file, range }) => `${file}:${range.start.line}`))
  const lines = functions.map((each, at) => nodeLines(each, at, edges))
  return {
    groups: functions.map((each, at) => ({
      id: `f${at}`,
      title: functionTitle(each),
      nodes: lines[at]!.map((line): DrawnNode => ({
        id: `f${at}l${line}`,
        lines: [`${line}  ${shortened(textOf(each.file, line).trim(), longestLine)}`],
        shape: 'box',
        tone: criterion.has(`${each.file}:${line}`) ? 'strong' : 'plain',
      })),
    })),
    edges: lineEdges(slice),
    note: cutNote(edgesCut),
  }
}

/** The lines on which steps begin, and that of the head where something calls the function. */
function nodeLines({ steps, range }: SlicedFunction, at: number, edges: readonly SliceEdge[]): readonly number[] {
  const lines = new Set(steps.map(({ range: { start } }) => start.line))
  if (edges.some(({ on }) => on.function === at && on.step === null)) lines.add(range.start.line)
  return [...lines].toSorted((a, b) => a - b)
}

/** The edges between lines: those of one kind as one, with the names of all. */
function lineEdges({ functions, edges = [] }: CodeSlice): DrawnEdge[] {
  const lineOf = functions.map(({ steps }) => new Map(steps.map(({ id, range }) => [id, range.start.line])))
  const nodeOf = ({ function: at, step }: SlicePlace): string | undefined => {
    const line = step === null ? functions[at]!.range.start.line : lineOf[at]!.get(step)
    return line === undefined ? undefined : `f${at}l${line}`
  }
  const drawn = new Map<string, { from: string; to: string; line: DrawnEdge['line']; labels: Set<string> }>()
  for (const edge of edges) {
    // What is called is drawn from the call on, as it is run; everything else from what is depended on.
    const [to, from] =
      edge.kind === 'call' ? [nodeOf(edge.on), nodeOf(edge.from)] : [nodeOf(edge.from), nodeOf(edge.on)]
    if (from === undefined || to === undefined || from === to) continue
    const line = lineStyle(edge)
    const key = `${from} ${to} ${line}`
    let one = drawn.get(key)
    if (one === undefined) drawn.set(key, (one = { from, to, line, labels: new Set() }))
    if (edge.label !== '') one.labels.add(edge.kind === 'control' ? outcomeLabel(edge.label) : edge.label)
  }
  return Array.from(drawn.values(), ({ from, to, line, labels }) => ({ from, to, line, label: [...labels].join(', ') }))
}

function lineStyle({ kind, isAssumed }: SliceEdge): DrawnEdge['line'] {
  if (kind === 'call') return 'bold'
  if (kind === 'control') return 'dashed'
  return isAssumed ? 'dotted' : 'solid'
}
