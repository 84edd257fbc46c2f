/** Where two JSON values differ: a property or an element that only one has, or that they have with different values. */
export interface JsonDifference {
  /** From the root: names of properties, and positions; of an element, in the first value if it is there. */
  readonly path: readonly (string | number)[]
  /** `added`: only in the second value; `removed`: only in the first. */
  readonly kind: 'added' | 'removed' | 'changed'
  /** The part of the first value; absent where it has none. */
  readonly before?: unknown
  /** The part of the second value; absent where it has none. */
  readonly after?: unknown
}

interface Pair {
  readonly path: readonly (string | number)[]
  readonly before: unknown
  readonly after: unknown
}

/**
 * The differences of two JSON values, the outermost that say it: objects by their properties, arrays by their elements.
 * Elements that each have an `id` (or `stepId`, `step_id`)
 * of their own, in one order, are paired by it, others by position.
 */
export function jsonDifferences(before: unknown, after: unknown): readonly JsonDifference[] {
  const found: JsonDifference[] = []
  const pending: Pair[] = [{ path: [], before, after }]
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const { path } = pair
    const children = childrenOf(pair)
    if (children === undefined) {
      if (pair.before !== pair.after) found.push({ path, kind: 'changed', before: pair.before, after: pair.after })
      continue
    }
    const both: Pair[] = []
    for (const child of children) {
      if (child.before === absent) found.push({ path: child.path, kind: 'added', after: child.after })
      else if (child.after === absent) found.push({ path: child.path, kind: 'removed', before: child.before })
      else both.push(child)
    }
    pending.push(...both.toReversed())
  }
  return found
}

const absent: unique symbol = Symbol('absent')

/** The parts of two values of one kind, side by side; undefined where they have none or are of two kinds. */
function childrenOf({ path, before, after }: Pair): readonly Pair[] | undefined {
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return undefined
  if (Array.isArray(before) !== Array.isArray(after)) return undefined
  if (Array.isArray(before) && Array.isArray(after)) return pairElements(path, before, after)
  const [left, right] = [before as Record<string, unknown>, after as Record<string, unknown>]
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  return Array.from(names, (name) => ({
    path: [...path, name],
    before: Object.hasOwn(left, name) ? left[name] : absent,
    after: Object.hasOwn(right, name) ? right[name] : absent,
  }))
}

function pairElements(
  path: readonly (string | number)[],
  before: readonly unknown[],
  after: readonly unknown[],
): readonly Pair[] {
  const [left, right] = [identitiesOf(before), identitiesOf(after)]
  if (left === undefined || right === undefined || !inOneOrder(left, right)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => ({
      path: [...path, index],
      before: index < before.length ? before[index] : absent,
      after: index < after.length ? after[index] : absent,
    }))
  }
  const pairs: Pair[] = Array.from(left, ([id, index]) => {
    const at = right.get(id)
    return { path: [...path, index], before: before[index], after: at === undefined ? absent : after[at] }
  })
  for (const [id, index] of right) {
    if (!left.has(id)) pairs.push({ path: [...path, index], before: absent, after: after[index] })
  }
  return pairs
}

type Identities = ReadonlyMap<string | number, number>

/** Whether the elements that both have come in the same order. */
function inOneOrder(left: Identities, right: Identities): boolean {
  const shared = [...left.keys()].filter((id) => right.has(id))
  const other = [...right.keys()].filter((id) => left.has(id))
  return shared.every((id, index) => id === other[index])
}

/** Each element's id with its position, where each has one of its own. */
function identitiesOf(elements: readonly unknown[]): Identities | undefined {
  const ids = new Map<string | number, number>()
  for (const [index, element] of elements.entries()) {
    if (typeof element !== 'object' || element === null) return undefined
    const { id, stepId, step_id: snake } = element as Record<string, unknown>
    const identity = id ?? stepId ?? snake
    if ((typeof identity !== 'string' && typeof identity !== 'number') || ids.has(identity)) return undefined
    ids.set(identity, index)
  }
  return ids
}
