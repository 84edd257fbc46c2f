import type { FlowBlock, FlowEdgeView, FunctionFlow, LoopView } from '../dependence/dependence-types.ts'
import { functionLine, outerSteps, shortened } from './code-text.ts'
import { cutNote } from './command.ts'
import { count, counted, place } from './render.ts'
import type { Terminal } from './terminal.ts'

type Colors = Terminal['colors']

/** Blocks of a loop that are named. */
const mostBlocks = 12
/** Blocks and decisions of a path that are listed. */
const mostListed = 16
/** Loops in each other that are indented. */
const mostIndented = 8

/** Shows the flow of control of a function, at most so many blocks. */
export function flowText(flow: FunctionFlow, limit: number, colors: Colors): string[] {
  const blocks = flow.blocks.filter(({ role, steps }) => role === 'entry' || role === 'code' || steps.length > 0)
  const shown = blocks.slice(0, limit)
  const { edges, loops, irreducible, unreachable, independentPaths } = flow
  const counts = [
    counted(flow.blocks.length, 'block'),
    counted(edges.length, 'edge'),
    ...(loops.length === 0 ? [] : [counted(loops.length, 'loop')]),
    counted(independentPaths, 'independent path'),
  ].join(', ')
  const names = blockNames(flow)
  const outgoing = Map.groupBy(edges, ({ from }) => from)
  const widths = {
    block: Math.max(...blocks.map(({ id }) => names[id]!.length), 1),
    line: Math.max(...blocks.flatMap(({ steps }) => steps.map(({ range }) => String(range.start.line).length)), 1),
  }
  return [
    functionLine(flow.function, counts, colors),
    ...shown.flatMap((block) =>
      blockLines(block, { names, widths, limit, edges: outgoing.get(block.id) ?? [], colors }),
    ),
    ...cutNote(shown.length, blocks.length, 'blocks'),
    ...limited(loops, limit, 'loops', (loop) => loopLine(flow, loop, colors)),
    ...limited(
      irreducible,
      limit,
      'irreducible cycles',
      ({ entries, blocks: around }) =>
        `  ${colors.yellow('irreducible')} ${blockList(around)}, entered at ${listed(entries.map(String), ' ')}`,
    ),
    ...limited(
      unreachable,
      limit,
      'unreachable stretches',
      ({ file, range, text }) => `  ${colors.yellow('unreachable')} ${colors.cyan(place(file, range))}  ${text}`,
    ),
    ...pathLines(flow, names, colors),
  ]
}

/** At most so many lines of a list, and how many there are. */
function limited<T>(all: readonly T[], limit: number, nouns: string, line: (one: T) => string): string[] {
  const shown = all.slice(0, limit)
  return [...shown.map(line), ...cutNote(shown.length, all.length, nouns)]
}

/** The first and the last of many, with how many there are between. */
function listed(texts: readonly string[], separator: string): string {
  if (texts.length <= mostListed) return texts.join(separator)
  const [first, last] = [texts.slice(0, mostListed / 2), texts.slice(-mostListed / 2)]
  return [...first, `… ${count(texts.length - mostListed)} more …`, ...last].join(separator)
}

function blockList(blocks: readonly number[]): string {
  return blocks.length > mostBlocks ? counted(blocks.length, 'block') : `blocks ${blocks.join(' ')}`
}

/** How far something is indented that is so deep inside of others. */
function indentOf(depth: number): string {
  return '  '.repeat(Math.min(depth, mostIndented))
}

/** What blocks are called: by their number, or by what they are there for. */
function blockNames({ blocks }: FunctionFlow): readonly string[] {
  return blocks.map(({ id, role }) => (role === 'code' ? String(id) : role))
}

interface BlockContext {
  readonly names: readonly string[]
  readonly widths: { readonly block: number; readonly line: number }
  readonly edges: readonly FlowEdgeView[]
  readonly limit: number
  readonly colors: Colors
}

/** Of a block with more steps than are shown, the first ones and the last, where control goes on. */
function blockLines(block: FlowBlock, { names, widths, edges, limit, colors }: BlockContext): string[] {
  const targets = edges.map(({ to, kind, isBack }) =>
    [names[to]!, ...(kind === 'next' ? [] : [kind]), ...(isBack ? ['back'] : [])].join(' '),
  )
  const goes = [
    ...(targets.length === 0 ? [] : [colors.dim(`→ ${targets.join(', ')}`)]),
    ...(block.isReachable || block.role !== 'code' ? [] : [colors.yellow('unreachable')]),
  ].join('  ')
  const name = names[block.id]!.padStart(widths.block)
  const indent = indentOf(block.loopDepth)
  const steps = outerSteps(block.steps)
  if (steps.length === 0) return [`  ${colors.bold(name)}  ${goes}`]
  const last = steps.length - 1
  const cut = steps.length - Math.max(limit, 2)
  const rows = steps.map((step, at) => {
    const head = at === 0 ? colors.bold(name) : ' '.repeat(widths.block)
    const line = colors.dim(String(step.range.start.line).padStart(widths.line))
    const end = at === last && goes !== '' ? `  ${goes}` : ''
    return `  ${head}  ${line}  ${indent}${step.text}${end}`
  })
  if (cut <= 0) return rows
  const dots = `  ${' '.repeat(widths.block)}  ${colors.dim('⋮'.padStart(widths.line))}  `
  return [...rows.slice(0, last - cut), `${dots}${indent}${counted(cut, 'more step')} (--limit N, --all)`, rows[last]!]
}

function loopLine(flow: FunctionFlow, { header, blocks, depth }: LoopView, colors: Colors): string {
  const ranges = blocks.flatMap((id) => flow.blocks[id]!.steps.map(({ range }) => range))
  const lines = ranges.flatMap(({ start, end }) => [start.line, end.line])
  const [first, last] = [lines.reduce((a, b) => Math.min(a, b), Infinity), lines.reduce((a, b) => Math.max(a, b), 0)]
  const where = lines.length === 0 ? '' : `  ${colors.dim(first === last ? `line ${first}` : `lines ${first}–${last}`)}`
  return `  ${indentOf(depth - 1)}${colors.green('loop')} at ${header}: ${blockList(blocks)}${where}`
}

/** Each path as its blocks and, below, what was decided on the way. */
function pathLines(flow: FunctionFlow, names: readonly string[], colors: Colors): string[] {
  if (flow.paths.length === 0) return []
  const kinds = new Map(flow.edges.map(({ from, to, kind }) => [`${from} ${to}`, kind]))
  const width = String(flow.paths.length).length
  return [
    `  ${counted(flow.paths.length, 'path')}; without going back there are ${shortened(grouped(flow.pathCount), 40)}`,
    ...flow.paths.flatMap((path, at) => {
      const inner = path.filter((id) => !['entry', 'end'].includes(flow.blocks[id]!.role))
      const decisions = path.flatMap((from, step) => {
        const kind = kinds.get(`${from} ${path[step + 1]}`)
        const last = flow.blocks[from]!.steps.at(-1)
        const isDecided = kind !== undefined && kind !== 'next' && last !== undefined
        return isDecided ? [`${last.range.start.line} ${shortened(last.text, 30)}: ${kind}`] : []
      })
      return [
        `  ${String(at + 1).padStart(width)}  ${listed(
          inner.map((id) => names[id]!),
          ' → ',
        )}`,
        ...(decisions.length === 0 ? [] : [colors.dim(`  ${' '.repeat(width)}  ${listed(decisions, ' · ')}`)]),
      ]
    }),
  ]
}

/** `12,345`, of any length. */
function grouped(digits: string): string {
  return digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}
