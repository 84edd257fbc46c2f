/** Numbers triples of 32-bit integers from 0 up, in the order they are first met. */
export interface TripleTable {
  /** The number of triples. */
  count(): number
  /** The number of a triple, given to it now when it is new. */
  intern(a: number, b: number, c: number): number
  /** The number of a triple, -1 when it is not there. */
  find(a: number, b: number, c: number): number
  first(index: number): number
  second(index: number): number
  third(index: number): number
  /** Forgets all triples and keeps the memory. */
  clear(): void
}

/** Makes an empty {@link TripleTable}: open addressing, linear probing, at most half full. */
export function createTripleTable(capacity = 256): TripleTable {
  let mask = capacity * 2 - 1
  let slots = new Int32Array(capacity * 2)
  let rows = new Int32Array(capacity * 3)
  let count = 0

  /** The slot that holds the triple, or the free one it belongs in. */
  function locate(a: number, b: number, c: number): number {
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35)
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
    let slot = (hash ^ (hash >>> 13)) & mask
    for (;;) {
      const entry = slots[slot]!
      if (entry === 0) return slot
      const row = (entry - 1) * 3
      if (rows[row] === a && rows[row + 1] === b && rows[row + 2] === c) return slot
      slot = (slot + 1) & mask
    }
  }

  function grow(): void {
    const old = rows
    rows = new Int32Array(old.length * 2)
    rows.set(old)
    slots = new Int32Array(slots.length * 2)
    mask = slots.length - 1
    for (let index = 0; index < count; index++) {
      const row = index * 3
      slots[locate(rows[row]!, rows[row + 1]!, rows[row + 2]!)] = index + 1
    }
  }

  return {
    count: () => count,
    intern(a, b, c) {
      let slot = locate(a, b, c)
      const entry = slots[slot]!
      if (entry !== 0) return entry - 1
      if ((count + 1) * 2 > slots.length) {
        grow()
        slot = locate(a, b, c)
      }
      const row = count * 3
      rows[row] = a
      rows[row + 1] = b
      rows[row + 2] = c
      count++
      slots[slot] = count
      return count - 1
    },
    find: (a, b, c) => slots[locate(a, b, c)]! - 1,
    first: (index) => rows[index * 3]!,
    second: (index) => rows[index * 3 + 1]!,
    third: (index) => rows[index * 3 + 2]!,
    clear() {
      slots.fill(0)
      count = 0
    },
  }
}
