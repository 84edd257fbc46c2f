import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/**
 * How the numbers of a column are written.
 *
 * | coding | for | writes |
 * |---|---|---|
 * | `plain` | small numbers from 0 | each |
 * | `delta` | numbers that grow, or stay near each other | the difference to the one before |
 * | `next` | what mostly names the row that follows | the difference to that |
 * | `runs` | what mostly stays the same | each with how often it comes |
 */
export type Coding = 'plain' | 'delta' | 'next' | 'runs'

type Numbers = Uint8Array | Int32Array

interface NumberColumn<Values extends Numbers> {
  readonly make: (length: number) => Values
  readonly coding: Coding
  /** Has an element for each row, or for each part of a row by the `offsets` before it. */
  readonly of: 'rows' | 'parts'
}

/** How one column is written: its texts, its offsets (one more than there are rows), its numbers. */
type ColumnOf<Values> = Values extends readonly string[]
  ? 'texts'
  : Values extends Int32Array
    ? NumberColumn<Int32Array> | 'offsets'
    : Values extends Uint8Array
      ? NumberColumn<Uint8Array>
      : never

/** How each column of a table is written, in the order in which they are. A column that has no line here does not compile. */
export type Columns<Table> = {
  readonly [Name in keyof Table as ColumnOf<Table[Name]> extends never ? never : Name]-?: ColumnOf<Table[Name]>
}

/** A column of bytes. */
export function bytes(coding: Coding, of: 'rows' | 'parts' = 'rows'): NumberColumn<Uint8Array> {
  return { make: (length) => new Uint8Array(length), coding, of }
}

/** A column of 32-bit numbers. */
export function numbers(coding: Coding, of: 'rows' | 'parts' = 'rows'): NumberColumn<Int32Array> {
  return { make: (length) => new Int32Array(length), coding, of }
}

type AnyColumn = NumberColumn<Numbers> | 'texts' | 'offsets'

/** Writes the columns of a table. */
export function writeTable<Table extends object>(
  writer: ByteWriter,
  columns: Columns<Table>,
  { rows, table }: { readonly rows: number; readonly table: Table },
): void {
  writer.unsigned(rows)
  for (const [name, column] of Object.entries<AnyColumn>(columns)) {
    const values = table[name as keyof Table]
    if (column === 'texts') for (const text of values as readonly string[]) writer.text(text)
    else writeNumbers(writer, values as Numbers, column === 'offsets' ? 'delta' : column.coding)
  }
}

/** Reads what {@link writeTable} wrote; throws a `RangeError` for what it cannot have written. */
export function readTable<Table>(
  reader: ByteReader,
  columns: Columns<Table>,
): { readonly rows: number; readonly table: { readonly [Name in keyof Columns<Table> & keyof Table]: Table[Name] } } {
  const rows = reader.count()
  const table: Record<string, unknown> = {}
  let parts = 0
  for (const [name, column] of Object.entries<AnyColumn>(columns)) {
    if (column === 'texts') table[name] = Array.from({ length: rows }, () => reader.text())
    else if (column === 'offsets') {
      const offsets = readNumbers(reader, new Int32Array(rows + 1), 'delta')
      parts = offsets[rows]!
      if (parts < 0 || parts > reader.left) throw new RangeError('There are more parts than bytes')
      table[name] = offsets
    } else table[name] = readNumbers(reader, column.make(column.of === 'rows' ? rows : parts), column.coding)
  }
  return { rows, table: table as never }
}

/** Writes numbers without how many they are. */
export function writeNumbers(writer: ByteWriter, values: Numbers, coding: Coding): void {
  const { length } = values
  if (coding === 'plain') for (let row = 0; row < length; row++) writer.unsigned(values[row]!)
  else if (coding === 'next') for (let row = 0; row < length; row++) writer.signed(values[row]! - row - 1)
  else if (coding === 'delta') {
    let before = 0
    for (let row = 0; row < length; row++) {
      writer.signed(values[row]! - before)
      before = values[row]!
    }
  } else {
    for (let row = 0, end = 0; row < length; row = end) {
      while (end < length && values[end] === values[row]) end++
      writer.signed(values[row]!)
      writer.unsigned(end - row)
    }
  }
}

/** Fills an array with what {@link writeNumbers} wrote. */
export function readNumbers<Values extends Numbers>(reader: ByteReader, values: Values, coding: Coding): Values {
  const { length } = values
  if (coding === 'plain') for (let row = 0; row < length; row++) values[row] = reader.unsigned()
  else if (coding === 'next') for (let row = 0; row < length; row++) values[row] = reader.signed() + row + 1
  else if (coding === 'delta') {
    let before = 0
    for (let row = 0; row < length; row++) values[row] = before = (before + reader.signed()) | 0
  } else {
    for (let row = 0; row < length;) {
      const value = reader.signed()
      const end = row + reader.unsigned()
      if (end === row || end > length) throw new RangeError('A run has no end')
      values.fill(value, row, end)
      row = end
    }
  }
  return values
}
