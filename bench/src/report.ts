import { grouped, megabytes, table, withRatio } from './markdown.ts'
import { type ColdIndexResults, summarize, type SystemResult } from './results.ts'
import { describeRun } from './run-context.ts'
import type { Counts } from './systems/system.ts'

const baseline = 'optave'

/** Renders results as Markdown: a table of figures, what failed, the exact commands, the machine. */
export function renderColdIndex(results: ColdIndexResults): string {
  const { corpus } = results
  const failures = results.systems.flatMap(({ name, failure }) =>
    failure === null ? [] : [`- **${name} failed** in round ${failure.round} (${failure.phase}): ${failure.reason}`],
  )
  return [
    `Corpus: ${corpus.label}: ${grouped(corpus.files)} files, ${grouped(corpus.lines)} lines, ${megabytes(corpus.bytes)}. ` +
      `Medians of ${results.rounds} interleaved ${results.rounds === 1 ? 'round' : 'rounds'}; in parentheses the ratio to ${baseline}, lower is better.`,
    table(
      ['system', 'cold index', 'range', 'processor time', 'peak RSS', 'database', 'nothing changed'],
      results.systems.map((system) => figures(system, results.systems)),
    ),
    table(
      ['system', 'files', 'nodes', 'edges', 'of them calls'],
      results.systems.map(({ name, counts }) => [name, ...countCells(counts)]),
    ),
    ...(failures.length === 0 ? [] : [failures.join('\n')]),
    results.systems.map(describeSystem).join('\n'),
    describeRun(results),
  ].join('\n\n')
}

function figures(system: SystemResult, all: readonly SystemResult[]): readonly string[] {
  const label = system.version === null ? system.name : `${system.name} ${system.version}`
  const own = summarize(system)
  if (own === undefined) return [label, 'failed', '—', '—', '—', '—', '—']
  const other = all.find(({ name }) => name === baseline && name !== system.name)
  const base = other === undefined ? undefined : summarize(other)
  return [
    label,
    withRatio(seconds(own.wallMs), own.wallMs, base?.wallMs),
    `${seconds(own.wallMinMs)} – ${seconds(own.wallMaxMs)}`,
    withRatio(seconds(own.cpuMs), own.cpuMs, base?.cpuMs),
    withRatio(megabytes(own.peakRssBytes), own.peakRssBytes, base?.peakRssBytes),
    own.databaseBytes === null
      ? '—'
      : withRatio(megabytes(own.databaseBytes), own.databaseBytes, base?.databaseBytes ?? undefined),
    own.againMs === null ? '—' : withRatio(seconds(own.againMs), own.againMs, base?.againMs ?? undefined),
  ]
}

function countCells(counts: Counts | null): readonly string[] {
  const values = [counts?.files, counts?.nodes, counts?.edges, counts?.calls]
  return values.map((value) => (value === null || value === undefined ? '—' : grouped(value)))
}

function describeSystem({ name, commands, env, note }: SystemResult): string {
  const settings = Object.entries(env).map(([key, value]) => `\`${key}=${value}\``)
  const again = commands.again === null ? '' : `; nothing changed: \`${commands.again}\``
  const set = settings.length === 0 ? '' : `; with ${settings.join(' ')}`
  return `- **${name}**: \`${commands.cold}\`${again}${set}. ${note}`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
