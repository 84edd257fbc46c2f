import type { HandResult, ProgramResult } from './measure.ts'

/** What was measured. */
export interface Measured {
  readonly results: readonly ProgramResult[]
  readonly byHand: readonly HandResult[]
}

/** The heading of the results in `RESULTS.md`. */
export const title = '## What depends on what, against runs'

/**
 * The section of the results in `RESULTS.md`.
 *
 * @param indexed the programs by hand, by slices of a project that is indexed
 */
export function renderSection(measured: Measured, indexed: readonly ProgramResult[], today: Date): string {
  const lacking = indexed.filter(({ missing }) => missing.length > 0)
  return `${title}

Written by \`pnpm --filter @forge/accuracy dependence --write\` on ${today.toISOString().slice(0, 10)}, with Node ${process.versions.node}. What the
columns mean stands in [README.md](README.md).

${renderTables(measured)}
### What is missing

${renderMissing(measured.results)}

### Through an index

The ${indexed.length} programs by hand, with \`--project\`: ${lacking.length} of them lack something.

${renderMissing(indexed)}

`
}

/** What the programs show, and how large slices are. */
export function renderTables({ results, byHand }: Measured): string {
  const lines = [
    '| category | programs | runs | direct dependences | dependences in slices | values changed | programs that lack some | slice, share of lines | of runs |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...[...grouped(results, ({ category }) => category)].map(([category, some]) => programRow(category, some)),
    programRow('**all**', results),
    '',
    '| by hand | slices | lacking lines | lines by hand | lines found | ratio | exactly equal |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...[...grouped(byHand, ({ slice }) => slice.direction)].map(([direction, some]) => handRow(direction, some)),
    handRow('**all**', byHand),
  ]
  return `${lines.join('\n')}\n`
}

function programRow(name: string, results: readonly ProgramResult[]): string {
  const sum = (of: (result: ProgramResult) => number): number => results.reduce((total, one) => total + of(one), 0)
  const all = sum(({ lines }) => lines.all)
  const cells = [
    name,
    results.length,
    sum(({ runs }) => runs),
    sum(({ direct }) => direct),
    sum(({ sliced }) => sliced),
    sum(({ changes }) => changes),
    results.filter(({ missing }) => missing.length > 0).length,
    percent(sum(({ lines }) => lines.forge) / all),
    percent(sum(({ lines }) => lines.runs) / all),
  ]
  return `| ${cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)).join(' | ')} |`
}

function handRow(name: string, results: readonly HandResult[]): string {
  const smallest = results.reduce((total, { slice }) => total + slice.smallest.length, 0)
  const found = results.reduce((total, one) => total + one.found.length, 0)
  const lacking = results.filter(({ missing }) => missing.length > 0).length
  const exact = results.filter((one) => isExact(one)).length
  return `| ${name} | ${results.length} | ${lacking} | ${smallest} | ${found} | ${(found / smallest).toFixed(2)} | ${exact} |`
}

function isExact({ slice, found, missing }: HandResult): boolean {
  return missing.length === 0 && found.length === slice.smallest.length
}

/** The programs that lack a dependence, with a line for each. */
function renderMissing(results: readonly ProgramResult[]): string {
  const lines = results.flatMap(({ category, name, missing }) => {
    const kinds = [...new Set(missing.map(({ kind }) => (kind === 'change' ? 'a changed value' : kind)))]
    return missing.length === 0 ? [] : [`- ${category}: ${name} (${kinds.join(', ')})`]
  })
  return lines.length === 0 ? 'Nothing.' : lines.join('\n')
}

/** Each program that lacks something, with its text, and each slice that differs from the one by hand. */
export function renderDetails({ results, byHand }: Measured): string {
  const lines: string[] = []
  for (const { category, name, code, missing } of results) {
    if (missing.length === 0) continue
    lines.push('', `${category}: ${name}`, ...numbered(code))
    for (const { kind, line, on } of missing) lines.push(`  missing ${kind}: ${line} on ${on}`)
  }
  for (const one of byHand) {
    if (isExact(one)) continue
    const { category, name, code, direction, line, smallest } = one.slice
    const more = one.found.filter((found) => !smallest.includes(found))
    lines.push('', `${category}: ${name}, ${direction} from ${line}`, ...numbered(code))
    lines.push(`  more ${more.join(', ')}`, ...(one.missing.length === 0 ? [] : [`  lacks ${one.missing.join(', ')}`]))
  }
  return `${lines.join('\n')}\n`
}

function numbered(code: string): string[] {
  return code.split('\n').map((line, index) => `${String(index + 1).padStart(5)}  ${line}`)
}

function grouped<Row>(rows: readonly Row[], by: (row: Row) => string): ReadonlyMap<string, Row[]> {
  return Map.groupBy(rows, by)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
