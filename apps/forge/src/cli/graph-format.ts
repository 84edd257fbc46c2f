import { UsageError } from '../errors.ts'
import type { GlobalOptions } from './command.ts'
import { toDot } from './drawing/dot.ts'
import type { Drawing } from './drawing/drawing.ts'
import { toMermaid } from './drawing/mermaid.ts'

/** How a command shows a graph; `json` is the same as `--json`. */
export interface GraphFormatOptions {
  readonly format?: 'text' | 'json' | 'dot' | 'mermaid'
}

/** The text of an answer in the format that was asked for. Throws `FORGE_USAGE`. */
export function inFormat(
  { format = 'text' }: GraphFormatOptions,
  { json = false }: GlobalOptions,
  show: { readonly text: () => string; readonly drawing: () => Drawing },
): string {
  if (json && format !== 'json' && format !== 'text') {
    throw new UsageError(`--json and --format ${format} exclude each other`, { hint: 'Leave one of them out' })
  }
  if (json || format === 'json') return ''
  if (format === 'dot') return toDot(show.drawing())
  return format === 'mermaid' ? toMermaid(show.drawing()) : show.text()
}
