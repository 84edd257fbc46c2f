import type { Walk } from './walk.ts'

/** Notes the calls that going through a value makes: of the method that gives its iterator, and of `next`. */
export function iterate(
  w: Walk,
  value: number,
  node: { readonly start: number; readonly end: number },
  isAsync: boolean,
): void {
  const { exprs, names } = w
  if (!exprs.isKnown(value)) return
  const method = exprs.member(value, names.id(isAsync ? '[Symbol.asyncIterator]' : '[Symbol.iterator]'))
  const iterator = exprs.call(method)
  w.call(iterator, method, 0, node)
  const next = exprs.member(iterator, names.id('next'))
  w.call(exprs.call(next), next, 0, node)
}
