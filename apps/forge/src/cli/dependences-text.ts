import type { DependenceEdge, FunctionDependences, Step } from '../dependence/dependence-types.ts'
import { functionLine, shortened } from './code-text.ts'
import { cutNote } from './command.ts'
import { counted } from './render.ts'
import type { Terminal } from './terminal.ts'

type Colors = Terminal['colors']

const longestQuote = 40

/** Shows on what each step of a function depends, at most so many steps. What is passed to a call is shown with the call. */
export function dependencesText(dependences: FunctionDependences, limit: number, colors: Colors): string[] {
  const { steps, edges } = dependences
  const byId = new Map(steps.map((step) => [step.id, step]))
  const folded = foldedArguments(dependences)
  const rows = steps.filter(({ id }) => !folded.has(id))
  const own = Map.groupBy(edges, ({ from }) => folded.get(from) ?? from)
  const width = Math.max(...rows.map(({ range }) => String(range.start.line).length), 1)
  const shown = rows.slice(0, limit)
  return [
    functionLine(
      dependences.function,
      `${counted(steps.length, 'step')}, ${counted(edges.length, 'dependence')}`,
      colors,
    ),
    ...shown.flatMap((step) => {
      const of = (own.get(step.id) ?? []).filter(({ on }) => on === null || folded.get(on) !== step.id)
      const indent = ' '.repeat(width + 4)
      return [
        `  ${colors.dim(String(step.range.start.line).padStart(width))}  ${step.text}`,
        ...controlLines(of, byId).map((line) => `${indent}${colors.magenta('if')}    ${line}`),
        ...dataLines(of, { step, byId, colors }).map((line) => `${indent}${colors.blue('from')}  ${line}`),
      ]
    }),
    ...cutNote(shown.length, rows.length, 'steps'),
  ]
}

/** Arguments by the call that takes them. */
function foldedArguments({ steps, edges }: FunctionDependences): ReadonlyMap<number, number> {
  const given = new Set(steps.filter(({ op }) => op === 'argument').map(({ id }) => id))
  const calls = new Set(steps.filter(({ op }) => op === 'call' || op === 'construct').map(({ id }) => id))
  return new Map(
    edges.flatMap(({ from, on, label }) =>
      on !== null && label === '' && given.has(on) && calls.has(from) ? [[on, from] as const] : [],
    ),
  )
}

/** `13 i > 10 is true`: each condition once. */
function controlLines(edges: readonly DependenceEdge[], steps: ReadonlyMap<number, Step>): readonly string[] {
  const conditions = edges
    .filter(({ kind }) => kind === 'control')
    .map(({ on, label }) => outcome(steps.get(on!)!, label))
  return conditions.length === 0 ? [] : [[...new Set(conditions)].join(', ')]
}

function outcome({ range, text }: Step, label: string): string {
  const what = `${range.start.line} ${shortened(text, longestQuote)}`
  switch (label) {
    case 'skipped':
      return `unless ${what}`
    case 'exception':
      return `${what} throws`
    case 'case':
      return `${what} matches`
    default:
      return `${what} is ${label}`
  }
}

interface DataContext {
  readonly step: Step
  readonly byId: ReadonlyMap<number, Step>
  readonly colors: Colors
}

/** `sum 11 14, rate outside`: by variable, those that are sure first; then those that are assumed, by the call. */
function dataLines(edges: readonly DependenceEdge[], context: DataContext): readonly string[] {
  const data = edges.filter(({ kind }) => kind === 'data')
  const { colors, byId } = context
  return [...Map.groupBy(data, ({ assumedFor }) => assumedFor)]
    .toSorted(([a], [b]) => (a ?? -1) - (b ?? -1))
    .map(([call, rows]) => {
      const sources = [...Map.groupBy(rows, ({ label }) => label)].flatMap(([label, of]) =>
        sourceTexts(label, of, context),
      )
      const text = [...new Set(sources)].join(', ')
      if (call === null) return text
      const by = byId.get(call)
      const name = by === undefined ? 'a call' : `${by.range.start.line} ${shortened(by.text, longestQuote)}`
      return `${text}  ${colors.yellow(`assumed, for ${name}`)}`
    })
}

/** Where a variable was written; a value without a name is quoted. */
function sourceTexts(label: string, edges: readonly DependenceEdge[], { step, byId, colors }: DataContext): string[] {
  const places = edges
    .toSorted((a, b) => (a.on ?? -1) - (b.on ?? -1))
    .map(({ on }) => {
      const source = on === null ? undefined : byId.get(on)
      if (source === undefined) return { line: colors.dim('outside'), text: '' }
      return { line: source.id === step.id ? 'itself' : String(source.range.start.line), text: source.text }
    })
  if (label !== '') return [`${label} ${colors.dim([...new Set(places.map(({ line }) => line))].join(' '))}`]
  return places.map(({ line, text }) => `‹${shortened(text, longestQuote)}› ${colors.dim(line)}`)
}
