import type { FunctionPlace, Step } from '../dependence/dependence-types.ts'
import { place } from './render.ts'
import type { Terminal } from './terminal.ts'

/** `Cart.add`: what a function is called; for one without a name, what it is in. */
export function functionName({ name, kind, symbol, file }: FunctionPlace): string {
  if (kind === 'module') return file
  const qualified = symbol?.includes('#') === true ? symbol.slice(symbol.indexOf('#') + 1) : undefined
  if (qualified === undefined) return name === '' ? '(anonymous)' : name
  const last = qualified.replace(/~\w+$/, '')
  if (name !== '' && (last === name || last.endsWith(`.${name}`))) return qualified
  return last.endsWith('(anonymous)') ? qualified : `${name === '' ? '(anonymous)' : name} in ${qualified}`
}

/** `src/cart.ts:5:3  method  Cart.add  12 steps`. */
export function functionLine(shown: FunctionPlace, counts: string, colors: Terminal['colors']): string {
  const at = colors.cyan(place(shown.file, shown.range))
  return `${at}  ${colors.dim(shown.kind)}  ${colors.bold(functionName(shown))}  ${colors.dim(counts)}`
}

/** The steps that are not a part of another one, but for the last: that is where control goes on. */
export function outerSteps(steps: readonly Step[]): readonly Step[] {
  const sorted = steps.toSorted(
    (a, b) => a.range.start.offset - b.range.start.offset || b.range.end.offset - a.range.end.offset || b.id - a.id,
  )
  const inner = new Set<Step>()
  let end = -1
  for (const step of sorted) {
    if (step.range.end.offset <= end) inner.add(step)
    else end = step.range.end.offset
  }
  return steps.filter((step, at) => at === steps.length - 1 || !inner.has(step))
}

/** A text in at most so many characters. */
export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
