import { createIntLists } from './int-lists.ts'

/** The confidences of `link-types.ts` as they are kept in a set: the lower one wins when both are there. */
export const exact = 0
export const inferred = 1
export const ambiguous = 2

/** The set without elements. */
export const emptySet = 0

/**
 * The set of which nothing is said but that it has too many elements. It keeps every element
 * out: a place with hundreds of candidates has no useful target.
 */
export const tooMany = 1

const largest = 64

/**
 * Finite sets of integers, each element with a confidence, by number: equal sets have one number.
 * An element with its confidence is one integer, `element * 4 + confidence`: see {@link elementOf}, {@link confidenceOf}.
 */
export interface ConfidentSets {
  one(element: number, confidence: number): number
  union(left: number, right: number): number
  /** The same elements, none more confident than `confidence`. */
  weaken(set: number, confidence: number): number
  size(set: number): number
  at(set: number, index: number): number
}

/** The element of what {@link ConfidentSets.at} gives. */
export function elementOf(packed: number): number {
  return packed >> 2
}

/** The confidence of what {@link ConfidentSets.at} gives. */
export function confidenceOf(packed: number): number {
  return packed & 3
}

/** Makes the sets: elements are kept sorted, so that a set does not depend on the order it was made in. */
export function createConfidentSets(): ConfidentSets {
  const lists = createIntLists()
  const buffer = new Int32Array(largest * 2 + 2)
  // Takes the number of `tooMany`: no element is as small as this one.
  buffer[0] = -0x80000000
  lists.intern(buffer, 1)

  const sets: ConfidentSets = {
    one(element, confidence) {
      buffer[0] = element * 4 + confidence
      return lists.intern(buffer, 1)
    },
    union(left, right) {
      if (left === right || right === emptySet) return left
      if (left === emptySet) return right
      if (left === tooMany || right === tooMany) return tooMany
      const leftLength = lists.length(left)
      const rightLength = lists.length(right)
      let length = 0
      let l = 0
      let r = 0
      while (l < leftLength || r < rightLength) {
        const x = l < leftLength ? lists.at(left, l) : 0x7fffffff
        const y = r < rightLength ? lists.at(right, r) : 0x7fffffff
        const same = x >> 2 === y >> 2
        buffer[length++] = x < y ? x : y
        if (same || x < y) l++
        if (same || y < x) r++
      }
      return length > largest ? tooMany : lists.intern(buffer, length)
    },
    weaken(set, confidence) {
      if (confidence === exact || set === emptySet || set === tooMany) return set
      const length = lists.length(set)
      for (let i = 0; i < length; i++) {
        const packed = lists.at(set, i)
        buffer[i] = confidenceOf(packed) < confidence ? elementOf(packed) * 4 + confidence : packed
      }
      return lists.intern(buffer, length)
    },
    size: (set) => (set === tooMany ? 0 : lists.length(set)),
    at: (set, index) => lists.at(set, index),
  }
  return sets
}
