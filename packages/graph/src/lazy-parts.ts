/**
 * Makes parts when they are first asked for, each once. Compiling the statements of all parts of a graph takes some 30 ms, those that one question
 * needs few [measured].
 *
 * @param makers make each part, from others where they need them
 */
export function lazyParts<Parts extends object>(makers: {
  readonly [Name in keyof Parts]: (parts: Parts) => Parts[Name]
}): Parts {
  const parts = {} as Parts
  for (const name of Object.keys(makers) as (keyof Parts)[]) {
    Object.defineProperty(parts, name, {
      configurable: true,
      get() {
        const value = makers[name](parts)
        Object.defineProperty(parts, name, { value })
        return value
      },
    })
  }
  return parts
}
