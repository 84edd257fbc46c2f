import type { IndexProgress } from '@forge/indexer'
import type { Confidence, GraphSymbol, Range } from '@forge/graph'
import type { Freshness } from '../forge.ts'
import type { Terminal } from './terminal.ts'

/** `src/pool.ts:42:7`. */
export function place(file: string, range: Range): string {
  return `${file}:${range.start.line}:${range.start.column}`
}

/**
 * `src/pool.ts:42:7  method  Pool.acquire  acquire(options): Promise<Lease>`: what cannot be seen elsewhere in the line
 * is left out, so a module and a symbol outside the project are their id alone.
 */
export function symbolLine(symbol: GraphSymbol, colors: Terminal['colors']): string {
  const { file, id, kind, name, qualifiedName, range, signature } = symbol
  if (kind === 'external' || kind === 'module') return `${colors.cyan(id)}  ${colors.dim(kind)}`
  const named =
    signature === undefined ? [qualifiedName] : qualifiedName === name ? [signature] : [qualifiedName, signature]
  return [colors.cyan(place(file, range)), colors.dim(kind), ...named].join('  ')
}

/** What follows an edge that is not exact: how sure it is. */
export function confidenceMark(confidence: Confidence, colors: Terminal['colors']): string {
  return confidence === 'exact' ? '' : `  ${colors.yellow(confidence)}`
}

/** Rows of cells, each column as wide as its widest cell. */
export function table(rows: readonly (readonly string[])[], indent = '  '): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    `${indent}${row.map((cell, column) => (/^[\d.,]+$/.test(cell) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ')}`.trimEnd(),
  )
}

/** `12,345`. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** `1 file`, `12,345 files`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`
}

/** Why an index is stale: `1 file has changed`. */
export function whatChanged({ pending }: Freshness): string {
  if (pending.length === 0) return 'the settings that files are listed or read with have changed'
  return `${counted(pending.length, 'file')} ${pending.length === 1 ? 'has' : 'have'} changed`
}

/** `12.3 MB`. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  const power = Math.min(Math.floor(Math.log10(value) / 3), units.length)
  return `${(value / 1000 ** power).toFixed(1)} ${units[power - 1]}`
}

/** `1.24 s`, `310 ms`. */
export function duration(milliseconds: number): string {
  return milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(2)} s` : `${Math.round(milliseconds)} ms`
}

/** `src/pool.ts:42:7  syntax-error  Unexpected token`. */
export function diagnosticLine(diagnostic: {
  readonly path: string
  readonly code: string
  readonly message: string
  readonly range?: Range
}): string {
  const { path, code, message, range } = diagnostic
  return [range === undefined ? path : place(path, range), code, message].filter((part) => part !== '').join('  ')
}

/** How far an index is: `extract 12 of 345`. */
export function progressLine({ phase, done, total }: IndexProgress): string {
  return total === 0 ? phase : `${phase} ${count(done)} of ${count(total)}`
}
