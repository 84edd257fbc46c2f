/** Numbers lists of 32-bit integers from 0 up; equal lists have one number. The empty list is 0. */
export interface IntLists {
  /** The number of the first `length` elements of `buffer`. */
  intern(buffer: Int32Array, length: number): number
  length(list: number): number
  at(list: number, index: number): number
}

/** Makes an {@link IntLists} that holds the empty list. */
export function createIntLists(): IntLists {
  let pool = new Int32Array(4096)
  let used = 0
  let starts = new Int32Array(1024)
  let slots = new Int32Array(2048)
  let mask = slots.length - 1
  let count = 1

  function hashOf(source: Int32Array, from: number, length: number): number {
    let hash = length
    for (let i = from; i < from + length; i++) {
      hash = Math.imul(hash ^ source[i]!, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    return Math.imul(hash, 0x85ebca6b) >>> 7
  }

  function growIndex(): void {
    const old = starts
    starts = new Int32Array(old.length * 2)
    starts.set(old)
    slots = new Int32Array(slots.length * 2)
    mask = slots.length - 1
    for (let list = 1; list < count; list++) {
      const from = starts[list - 1]!
      let slot = hashOf(pool, from, starts[list]! - from) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = list
    }
  }

  function equals(list: number, buffer: Int32Array, length: number): boolean {
    const from = starts[list - 1]!
    if (starts[list]! - from !== length) return false
    for (let i = 0; i < length; i++) if (pool[from + i] !== buffer[i]) return false
    return true
  }

  return {
    intern(buffer, length) {
      if (length === 0) return 0
      if (count + 1 >= starts.length) growIndex()
      let slot = hashOf(buffer, 0, length) & mask
      for (;;) {
        const list = slots[slot]!
        if (list === 0) break
        if (equals(list, buffer, length)) return list
        slot = (slot + 1) & mask
      }
      if (used + length > pool.length) {
        const old = pool
        pool = new Int32Array(Math.max(old.length * 2, used + length))
        pool.set(old)
      }
      for (let i = 0; i < length; i++) pool[used + i] = buffer[i]!
      used += length
      starts[count] = used
      slots[slot] = count
      return count++
    },
    length: (list) => (list === 0 ? 0 : starts[list]! - starts[list - 1]!),
    at: (list, index) => pool[starts[list - 1]! + index]!,
  }
}
