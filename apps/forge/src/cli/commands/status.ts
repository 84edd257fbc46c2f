import type { GraphStatus } from '@forge/graph'
import type { PdgStats } from '@forge/pdg/store'
import type { Freshness } from '../../forge.ts'
import { cutNote, rowLimit, type Answer, type CommandContext, type ListOptions } from '../command.ts'
import { complexityLines } from '../complexity-lines.ts'
import { bytes, count, counted, diagnosticLine, table, whatChanged } from '../render.ts'

/** `forge status`. */
export async function run(context: CommandContext, _args: readonly [], options: ListOptions): Promise<Answer> {
  const { forge, freshness } = await context.open({ update: false })
  const [status, diagnostics, complexity, graphs] = await Promise.all([
    forge.graph.status(),
    forge.graph.diagnostics(),
    forge.analysis.complexity(),
    forge.pdg.store.stats(),
  ])
  const { bold } = context.terminal.colors
  const shown = diagnostics.slice(0, rowLimit(options))
  const lines = [
    bold(forge.root),
    ...overview(status, freshness),
    ...(graphs.files === 0 ? [] : [graphsLine(graphs)]),
    section('changed since', freshness.pending.slice(0, rowLimit(options)), (path) => [path]),
    section('languages', Object.entries(status.languages), ([name, { files, lines }]) => [
      name,
      counted(files, 'file'),
      counted(lines, 'line'),
    ]),
    section('symbols', byCount(status.nodes), ([kind, n]) => [kind, count(n)]),
    section('edges', byCount(status.edges), ([kind, n]) => [kind, count(n)]),
    section('calls', byCount(status.calls), ([confidence, n]) => [confidence, count(n)]),
    ...complexityLines(complexity),
    section('unresolved', Object.entries(status.unresolved), ([reason, { places, calls }]) => [
      reason,
      count(places),
      `${counted(calls, 'call')} among them`,
    ]),
    ...(shown.length === 0 ? [] : ['', 'diagnostics', ...shown.map((diagnostic) => `  ${diagnosticLine(diagnostic)}`)]),
    ...cutNote(shown.length, diagnostics.length),
  ]
  return {
    data: { root: forge.root, ...status, complexity, graphs },
    diagnostics,
    freshness,
    text: lines.flat().join('\n'),
  }
}

function overview(status: GraphStatus, freshness: Freshness): string[] {
  const when = status.updated === null ? '' : `, written ${new Date(status.updated).toISOString()}`
  return [
    `  revision ${status.revision}${when}`,
    `  ${freshness.stale ? `stale: ${whatChanged(freshness)} since; run \`forge index\`` : 'fresh'}`,
    `  ${counted(status.files, 'file')}, ${counted(status.lines, 'line')}, ${bytes(status.databaseBytes)} on disk`,
  ]
}

/** What `forge pdg --save` has kept. */
function graphsLine({ files, functions, bytes: size }: PdgStats): string {
  return `  graphs of ${counted(functions, 'function')} in ${counted(files, 'file')}, ${bytes(size)} packed`
}

/** A heading and its rows; nothing at all where there are no rows. */
function section<Row>(heading: string, rows: readonly Row[], cells: (row: Row) => readonly string[]): string[] {
  return rows.length === 0 ? [] : ['', heading, ...table(rows.map(cells))]
}

function byCount(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts)
    .filter(([, n]) => n > 0)
    .toSorted(([, a], [, b]) => b - a)
}
