import type { FunctionPlace, Step } from '../dependence/dependence-types.ts'
import { place } from './render.ts'
import type { Terminal } from './terminal.ts'

/** `Cart.add`: what a function is called; for one without a name, what it is in. */
function functionName({ name, kind, symbol, file }: FunctionPlace): string {
  if (kind === 'module') return file
  const qualified = symbol?.includes('#') === true ? symbol.slice(symbol.indexOf('#') + 1) : undefined
  if (qualified === undefined) return name === '' ? '(anonymous)' : name
  const last = qualified.replace(/~\w+$/, '')
  if (name !== '' && (last === name || last.endsWith(`.${name}`))) return qualified
  return last.endsWith('(anonymous)') ? qualified : `${name === '' ? '(anonymous)' : name} in ${qualified}`
}

/** `src/cart.ts:5:3  method  Cart.add  12 steps`. */
export function functionLine(shown: FunctionPlace, counts: string, colors: Terminal['colors']): string {
  const at = colors.cyan(functionPlaceText(shown))
  const name = shown.kind === 'module' ? [] : [colors.bold(functionName(shown))]
  return [at, colors.dim(shown.kind), ...name, colors.dim(counts)].join('  ')
}

/** `Cart.add  src/cart.ts:5:3`: the title of a drawing. */
export function functionTitle(shown: FunctionPlace): string {
  return shown.kind === 'module' ? shown.file : `${functionName(shown)}  ${functionPlaceText(shown)}`
}

/** Where a function is, so that a command takes it for this function: a module is its file, at whose start another one may begin. */
function functionPlaceText({ kind, file, range }: FunctionPlace): string {
  return kind === 'module' ? file : place(file, range)
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
