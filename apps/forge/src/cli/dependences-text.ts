import type { DependenceEdge, FunctionDependences, Step } from '../dependence/dependence-types.ts'
import { functionLine, shortened } from './code-text.ts'
import { cutNote } from './command.ts'
import { count, counted } from './render.ts'
import type { Terminal } from './terminal.ts'

type Colors = Terminal['colors']

const longestQuote = 40
const jumps: ReadonlySet<Step['op']> = new Set(['jump', 'return', 'throw', 'complete'])
/** Calls that are named where something is assumed for many. */
const mostCalls = 3
/** Conditions, variables, and lines of one variable that are listed. */
const mostListed = 16

/** Shows on what each step of a function depends, at most so many steps. Parts of a step are shown with it. */
export function dependencesText(dependences: FunctionDependences, limit: number, colors: Colors): string[] {
  const { steps, edges, cut } = dependences
  const byId = new Map(steps.map((step) => [step.id, step]))
  const folded = foldedSteps(dependences)
  const rows = steps.filter(({ id }) => !folded.has(id))
  const own = Map.groupBy(edges, ({ from }) => folded.get(from) ?? from)
  const width = Math.max(...rows.map(({ range }) => String(range.start.line).length), 1)
  const firstCut = steps[steps.length - cut]?.id ?? Number.POSITIVE_INFINITY
  const whole = rows.filter(({ id }) => id < firstCut)
  const shown = whole.slice(0, limit)
  return [
    functionLine(
      dependences.function,
      `${counted(steps.length, 'step')}, ${counted(edges.length, 'dependence')}`,
      colors,
    ),
    ...shown.flatMap((step) => {
      const of = (own.get(step.id) ?? []).filter(
        ({ on }) => on === null || (folded.get(on) ?? on) !== step.id || !folded.has(on),
      )
      const indent = ' '.repeat(width + 4)
      return [
        `  ${colors.dim(String(step.range.start.line).padStart(width))}  ${step.text}`,
        ...conditionLines(of, byId, 'if').map((line) => `${indent}${colors.magenta('if')}       ${line}`),
        ...conditionLines(of, byId, 'unless').map((line) => `${indent}${colors.magenta('unless')}   ${line}`),
        ...sureLines(of, { step, byId, colors }).map((line) => `${indent}${colors.blue('from')}     ${line}`),
        ...assumedLines(of, { step, byId, colors }).map((line) => `${indent}${colors.yellow('assumed')}  ${line}`),
      ]
    }),
    ...cutNote(shown.length, whole.length, 'steps'),
    ...(cut === 0
      ? []
      : [
          `left out: the last ${counted(cut, 'step')}, which depend on too much: forge slice FILE:LINE --within shows what affects a line`,
        ]),
  ]
}

/**
 * Steps that are shown with the one that takes their value: a part of it that nothing else takes and that is executed under the same conditions. The outermost
 * of those that have it as a part, by the step.
 */
function foldedSteps({ steps, edges }: FunctionDependences): ReadonlyMap<number, number> {
  const byId = new Map(steps.map((step) => [step.id, step]))
  const dependents = Map.groupBy(edges, ({ on }) => on)
  const conditions = new Map(
    [...Map.groupBy(edges, ({ from }) => from)].map(([from, own]) => [
      from,
      own.flatMap(({ kind, on, label }) => (kind === 'control' ? [`${on} ${label}`] : [])).join(),
    ]),
  )
  const into = new Map<number, number>()
  for (const { id, range } of steps) {
    const takers = new Set((dependents.get(id) ?? []).filter(({ from }) => from !== id).map(({ from }) => from))
    const [taker] = takers
    if (takers.size !== 1 || taker === undefined) continue
    const whole = byId.get(taker)!.range
    const isPart = whole.start.offset <= range.start.offset && range.end.offset <= whole.end.offset
    const isValue = dependents
      .get(id)!
      .some(({ from, label, kind }) => from === taker && kind === 'data' && label === '')
    if (isPart && isValue && (conditions.get(id) ?? '') === (conditions.get(taker) ?? '')) into.set(id, taker)
  }
  const outermost = (id: number): number => {
    const seen = new Set([id])
    let at = id
    for (let next = into.get(at); next !== undefined && !seen.has(next); next = into.get(at)) seen.add((at = next))
    return at
  }
  return new Map([...into.keys()].map((id) => [id, outermost(id)] as const).filter(([id, to]) => id !== to))
}

/** `13 i > 10 is true`: each condition once; what jumps past the step is an `unless`. */
function conditionLines(
  edges: readonly DependenceEdge[],
  steps: ReadonlyMap<number, Step>,
  word: 'if' | 'unless',
): readonly string[] {
  const conditions = edges
    .filter(({ kind, label }) => kind === 'control' && (label === 'skipped') === (word === 'unless'))
    .map(({ on, label }) => outcome(steps.get(on!)!, label))
  return conditions.length === 0 ? [] : [listed([...new Set(conditions)], ', ')]
}

function outcome({ range, text, op }: Step, label: string): string {
  const what = `${range.start.line} ${shortened(text.replace(/;$/, ''), longestQuote)}`
  switch (label) {
    case 'skipped':
      return what
    case 'exception':
      return op === 'throw' ? what : `${what} throws`
    case 'case':
      return `${what} matches`
    case 'next':
      return jumps.has(op) ? what : `${what} ${op === 'call' || op === 'construct' ? 'comes back' : 'goes on'}`
    default:
      return `${what} is ${label}`
  }
}

interface DataContext {
  readonly step: Step
  readonly byId: ReadonlyMap<number, Step>
  readonly colors: Colors
}

/** `sum 11 14, rate outside`: where each variable was written; a value without a name is quoted. */
function sureLines(edges: readonly DependenceEdge[], context: DataContext): readonly string[] {
  const sure = edges.filter(({ kind, assumedFor }) => kind === 'data' && assumedFor === null)
  const sources = [...Map.groupBy(sure, ({ label }) => label)].flatMap(([label, of]) => sourceTexts(label, of, context))
  return sources.length === 0 ? [] : [listed([...new Set(sources)], ', ')]
}

function sourceTexts(label: string, edges: readonly DependenceEdge[], { step, byId, colors }: DataContext): string[] {
  const places = edges
    .toSorted((a, b) => (a.on ?? -1) - (b.on ?? -1))
    .map(({ on }) => {
      const source = on === null ? undefined : byId.get(on)
      if (source === undefined) return { line: 'outside', text: '' }
      return { line: source.id === step.id ? 'itself' : String(source.range.start.line), text: source.text }
    })
  if (label !== '') return [`${label} ${colors.dim(listed([...new Set(places.map(({ line }) => line))], ' '))}`]
  return places.map(({ line, text }) => `‹${shortened(text, longestQuote)}› ${colors.dim(line)}`)
}

/** `item from 12 use(item)`: what calls of unknown code may have changed. */
function assumedLines(edges: readonly DependenceEdge[], { byId, colors }: DataContext): readonly string[] {
  const assumed = edges.filter(({ assumedFor }) => assumedFor !== null)
  if (assumed.length === 0) return []
  const calls = [...new Set(assumed.map(({ assumedFor }) => assumedFor!))].toSorted((a, b) => a - b)
  const shown = calls
    .slice(0, mostCalls)
    .map((call) => byId.get(call))
    .filter((step) => step !== undefined)
    .map(({ range, text }) => `${range.start.line} ${shortened(text, longestQuote)}`)
  const more = calls.length - shown.length
  const names = [...new Set(assumed.map(({ label }) => label).filter((label) => label !== ''))]
  const what = names.length === 0 ? '' : `${listed(names, ', ')} `
  return [`${what}${colors.dim('by')} ${shown.join(', ')}${more > 0 ? ` and ${counted(more, 'more call')}` : ''}`]
}

/** The first of many, and how many more there are. */
function listed(texts: readonly string[], separator: string): string {
  const more = texts.length - mostListed
  return more <= 0 ? texts.join(separator) : `${texts.slice(0, mostListed).join(separator)} and ${count(more)} more`
}
