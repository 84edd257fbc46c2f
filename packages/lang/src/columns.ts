/**
 * Columns as columns of smaller numbers, and back. Small numbers of either sign become small ones
 * without (zigzag): 0, -1, 1, -2, … are 0, 1, 2, 3, …
 */

/** Each number less the one before it. */
export function deltas(column: Int32Array): Int32Array {
  const coded = new Int32Array(column.length)
  let last = 0
  for (let row = 0; row < column.length; row += 1) {
    const delta = (column[row]! - last) | 0
    coded[row] = (delta << 1) ^ (delta >> 31)
    last = column[row]!
  }
  return coded
}

/** Undoes {@link deltas}, in place. */
export function sums(column: Int32Array): Int32Array {
  let last = 0
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row]!
    last = (last + ((value >>> 1) ^ -(value & 1))) | 0
    column[row] = last
  }
  return column
}

/** A column of which many rows are -1: those are 0, the others one more than the delta to the last such. */
export function sparse(column: Int32Array): Int32Array {
  const coded = new Int32Array(column.length)
  let last = 0
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row]!
    if (value < 0) continue
    const delta = value - last
    coded[row] = ((delta << 1) ^ (delta >> 31)) + 1
    last = value
  }
  return coded
}

/** Undoes {@link sparse}, in place. */
export function dense(column: Int32Array): Int32Array {
  let last = 0
  for (let row = 0; row < column.length; row += 1) {
    const code = column[row]!
    if (code === 0) {
      column[row] = -1
    } else {
      const value = code - 1
      last += (value >>> 1) ^ -(value & 1)
      column[row] = last
    }
  }
  return column
}

/** Each number less the one of the same row in `base`. */
export function less(column: Int32Array, base: Int32Array): Int32Array {
  const coded = new Int32Array(column.length)
  for (let row = 0; row < column.length; row += 1) coded[row] = column[row]! - base[row]!
  return coded
}

/** Undoes {@link less}, in place. */
export function plus(column: Int32Array, base: Int32Array): Int32Array {
  for (let row = 0; row < column.length; row += 1) column[row]! += base[row]!
  return column
}

/** The rows in which a number is above 0. */
export function positiveRows(column: Int32Array): Int32Array {
  const rows: number[] = []
  for (let row = 0; row < column.length; row += 1) if (column[row]! > 0) rows.push(row)
  return Int32Array.from(rows)
}
