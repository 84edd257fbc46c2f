import type { DependenceEdge, FunctionDependences } from '../../dependence/dependence-types.ts'
import { functionTitle } from '../code-text.ts'
import { counted } from '../render.ts'
import type { Drawing, DrawnEdge, DrawnNode } from './drawing.ts'

/** Draws what depends on what in functions: from what is depended on to what depends. Values from outside are nodes by their names. */
export function dependencesDrawing(functions: readonly FunctionDependences[]): Drawing {
  const outside = functions.map((each, at) => outsideNodes(each, at))
  return {
    groups: functions.map(({ function: of, steps, edges }, at) => {
      const decisions = new Set(edges.filter(({ kind }) => kind === 'control').map(({ on }) => on))
      return {
        id: `f${at}`,
        title: functionTitle(of),
        nodes: [
          ...steps.map(({ id, range, text }): DrawnNode => ({
            id: `f${at}s${id}`,
            lines: [`${range.start.line}  ${text}`],
            shape: decisions.has(id) ? 'decision' : 'box',
            tone: 'plain',
          })),
          ...outside[at]!.values(),
        ],
      }
    }),
    edges: functions.flatMap(({ edges }, at) =>
      edges.map((edge): DrawnEdge => {
        const { from, on, label, kind } = edge
        return {
          from: on === null ? outside[at]!.get(label)!.id : `f${at}s${on}`,
          to: `f${at}s${from}`,
          label: on === null ? '' : kind === 'control' ? outcomeLabel(label) : label,
          line: lineOf(edge),
        }
      }),
    ),
    note: cutNote(functions.reduce((sum, { cut }) => sum + cut, 0)),
  }
}

/** How the outcome of a condition is written at an edge. */
export function outcomeLabel(label: string): string {
  return label === 'skipped' ? 'not taken' : label === 'next' ? 'goes on' : label
}

/** What is said of the steps whose dependences are not drawn. */
export function cutNote(cut: number): string | undefined {
  return cut === 0 ? undefined : `the dependences of ${counted(cut, 'step')} are left out, there are too many`
}

function lineOf({ kind, assumedFor }: DependenceEdge): DrawnEdge['line'] {
  if (kind === 'control') return 'dashed'
  return assumedFor === null ? 'solid' : 'dotted'
}

function outsideNodes({ edges }: FunctionDependences, at: number): ReadonlyMap<string, DrawnNode> {
  const names = new Set(edges.filter(({ on }) => on === null).map(({ label }) => label))
  return new Map(
    [...names].map((name, index) => [
      name,
      { id: `f${at}o${index}`, lines: [name === '' ? 'outside' : name], shape: 'round', tone: 'faint' },
    ]),
  )
}
