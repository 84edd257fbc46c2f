import { type PackedRows, unpackColumn } from './packed-rows.ts'
import type { ResultMode } from './worker-options.ts'

/** Appends the rows of a packet to `into`, in the shape the driver gives them; `names` are those of the columns. */
export function unpackRows(packed: PackedRows, result: ResultMode, names: readonly string[], into: unknown[]): void {
  const columns = packed.columns.map((column) => unpackColumn(column, packed.count))
  if (result === 'rows') unpackObjects(packed.count, columns, names, into)
  else if (result === 'raw') {
    for (let row = 0; row < packed.count; row++) into.push(columns.map((column) => column[row]))
  } else {
    for (let row = 0; row < packed.count; row++) into.push(columns[0]?.[row])
  }
}

function unpackObjects(
  count: number,
  columns: readonly ArrayLike<unknown>[],
  names: readonly string[],
  into: unknown[],
): void {
  // A copy of an object that has the keys already costs half of what adding them one by one does.
  const template: Record<string, unknown> = {}
  for (const name of names) template[name] = null
  for (let row = 0; row < count; row++) {
    const object = { ...template }
    // Where two columns have one name the last one wins, as with the driver.
    for (let column = 0; column < names.length; column++) object[names[column]!] = columns[column]![row]
    into.push(object)
  }
}
