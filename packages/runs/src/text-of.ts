/** Most UTF-16 units of the texts of one document that can be searched. */
const mostUnits = 2 ** 20

/** Every string in a JSON value but the names of properties, in order, up to 2^20 UTF-16 units in all. */
export function textsOf(root: unknown): readonly string[] {
  const texts: string[] = []
  const pending: unknown[] = [root]
  let left = mostUnits
  while (pending.length > 0 && left > 0) {
    const value = pending.pop()
    if (typeof value === 'string') {
      if (value !== '') texts.push(value.slice(0, left))
      left -= value.length
    } else if (typeof value === 'object' && value !== null) {
      for (const child of Object.values(value).toReversed()) pending.push(child)
    }
  }
  return texts
}
