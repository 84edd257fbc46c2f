import type { Call } from '@forge/graph'
import { confidenceMark, place } from './render.ts'
import type { SymbolRowsOptions } from './symbol-rows.ts'
import type { Terminal } from './terminal.ts'

/** The options of `callers` and `callees`. */
export interface CallOptions extends SymbolRowsOptions {
  readonly depth: number
}

/** A call by the end of it that the user does not know yet, indented by its distance. */
export function callLine(call: Call, end: 'caller' | 'callee', colors: Terminal['colors']): string {
  const { site, depth, confidence } = call
  return `${'  '.repeat(depth)}${call[end]}  ${colors.dim(place(site.file, site.range))}${confidenceMark(confidence, colors)}`
}
