import type { FlowBlock, FlowEdgeView, FunctionFlow, LoopView } from '../dependence/dependence-types.ts'
import { functionLine, outerSteps, shortened } from './code-text.ts'
import { cutNote } from './command.ts'
import { count, counted, place } from './render.ts'
import type { Terminal } from './terminal.ts'

type Colors = Terminal['colors']

/** Blocks of a loop that are named. */
const mostBlocks = 12

/** Shows the flow of control of a function, at most so many blocks. */
export function flowText(flow: FunctionFlow, limit: number, colors: Colors): string[] {
  const blocks = flow.blocks.filter(({ role, steps }) => role === 'entry' || role === 'code' || steps.length > 0)
  const shown = blocks.slice(0, limit)
  const { edges, loops, cyclomatic } = flow
  const counts = [
    counted(flow.blocks.length, 'block'),
    counted(edges.length, 'edge'),
    ...(loops.length === 0 ? [] : [counted(loops.length, 'loop')]),
    `complexity ${count(cyclomatic)}`,
  ].join(', ')
  const names = blockNames(flow)
  const outgoing = Map.groupBy(edges, ({ from }) => from)
  const widths = {
    block: Math.max(...blocks.map(({ id }) => names[id]!.length), 1),
    line: Math.max(...blocks.flatMap(({ steps }) => steps.map(({ range }) => String(range.start.line).length)), 1),
  }
  return [
    functionLine(flow.function, counts, colors),
    ...shown.flatMap((block) => blockLines(block, { names, widths, edges: outgoing.get(block.id) ?? [], colors })),
    ...cutNote(shown.length, blocks.length, 'blocks'),
    ...loops.map((loop) => loopLine(flow, loop, colors)),
    ...flow.irreducible.map(
      ({ entries, blocks: around }) =>
        `  ${colors.yellow('irreducible')} blocks ${around.join(' ')}, entered at ${entries.join(' and ')}`,
    ),
    ...flow.unreachable.map(
      ({ file, range, text }) => `  ${colors.yellow('unreachable')} ${colors.cyan(place(file, range))}  ${text}`,
    ),
    ...pathLines(flow, names, colors),
  ]
}

/** What blocks are called: by their number, or by what they are there for. */
function blockNames({ blocks }: FunctionFlow): readonly string[] {
  return blocks.map(({ id, role }) => (role === 'code' ? String(id) : role))
}

interface BlockContext {
  readonly names: readonly string[]
  readonly widths: { readonly block: number; readonly line: number }
  readonly edges: readonly FlowEdgeView[]
  readonly colors: Colors
}

function blockLines(block: FlowBlock, { names, widths, edges, colors }: BlockContext): string[] {
  const targets = edges.map(({ to, kind, isBack }) =>
    [names[to]!, ...(kind === 'next' ? [] : [kind]), ...(isBack ? ['back'] : [])].join(' '),
  )
  const goes = [
    ...(targets.length === 0 ? [] : [colors.dim(`→ ${targets.join(', ')}`)]),
    ...(block.isReachable || block.role !== 'code' ? [] : [colors.yellow('unreachable')]),
  ].join('  ')
  const name = names[block.id]!.padStart(widths.block)
  const indent = '  '.repeat(block.loopDepth)
  const steps = outerSteps(block.steps)
  if (steps.length === 0) return [`  ${colors.bold(name)}  ${goes}`]
  return steps.map((step, at) => {
    const head = at === 0 ? colors.bold(name) : ' '.repeat(widths.block)
    const line = colors.dim(String(step.range.start.line).padStart(widths.line))
    const end = at === steps.length - 1 && goes !== '' ? `  ${goes}` : ''
    return `  ${head}  ${line}  ${indent}${step.text}${end}`
  })
}

function loopLine(flow: FunctionFlow, { header, blocks, depth }: LoopView, colors: Colors): string {
  const ranges = blocks.flatMap((id) => flow.blocks[id]!.steps.map(({ range }) => range))
  const lines = ranges.flatMap(({ start, end }) => [start.line, end.line])
  const [first, last] = [lines.reduce((a, b) => Math.min(a, b), Infinity), lines.reduce((a, b) => Math.max(a, b), 0)]
  const where = lines.length === 0 ? '' : `  ${colors.dim(first === last ? `line ${first}` : `lines ${first}–${last}`)}`
  return `  ${'  '.repeat(depth - 1)}${colors.green('loop')} at ${header}: ${blocks.length > mostBlocks ? counted(blocks.length, 'block') : `blocks ${blocks.join(' ')}`}${where}`
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
        `  ${String(at + 1).padStart(width)}  ${inner.map((id) => names[id]!).join(' → ')}`,
        ...(decisions.length === 0 ? [] : [colors.dim(`  ${' '.repeat(width)}  ${decisions.join(' · ')}`)]),
      ]
    }),
  ]
}

/** `12,345`, of any length. */
function grouped(digits: string): string {
  return digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
}
