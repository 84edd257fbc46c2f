/**
 * Some rows, column by column, as values that cross to another thread without being copied one by one.
 *
 * Measured with 1 million rows of 5 columns on the receiving thread: 0.2 s of processor time, against 0.5 s for objects and 0.3 s for
 * arrays of columns that are cloned.
 */
export interface PackedRows {
  readonly count: number
  readonly columns: readonly PackedColumn[]
}

/** One column of some rows: the values of each kind, in order, and which kind each row has. */
export interface PackedColumn {
  /** The kind of each value; absent where all values are of one kind. */
  readonly kinds?: Uint8Array<ArrayBuffer>
  readonly numbers?: Float64Array<ArrayBuffer>
  readonly bigints?: BigInt64Array<ArrayBuffer>
  /** All texts in one, with the position where each ends. */
  readonly text?: string
  readonly textEnds?: Uint32Array<ArrayBuffer>
  /** All blobs in one, with the position where each ends. */
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly byteEnds?: Uint32Array<ArrayBuffer>
}

const nullKind = 0
const numberKind = 1
const bigintKind = 2
const textKind = 3
const blobKind = 4

/** Packs `width` columns of the rows; what can be handed over instead of copied is added to `transfer`. */
export function packRows(rows: readonly (readonly unknown[])[], width: number, transfer: ArrayBuffer[]): PackedRows {
  const columns: PackedColumn[] = []
  for (let column = 0; column < width; column++) columns.push(packColumn(rows, column, transfer))
  return { count: rows.length, columns }
}

function packColumn(rows: readonly (readonly unknown[])[], column: number, transfer: ArrayBuffer[]): PackedColumn {
  const kinds = new Uint8Array(rows.length)
  const counts = [0, 0, 0, 0, 0]
  let length = 0
  for (let row = 0; row < rows.length; row++) {
    const value = rows[row]![column]
    const kind = kindOf(value)
    kinds[row] = kind
    counts[kind]!++
    if (kind === blobKind) length += (value as Uint8Array).byteLength
  }
  const uniform = counts.includes(rows.length)
  const numbers = counts[numberKind] === 0 ? undefined : new Float64Array(counts[numberKind]!)
  const bigints = counts[bigintKind] === 0 ? undefined : new BigInt64Array(counts[bigintKind])
  const textEnds = counts[textKind] === 0 ? undefined : new Uint32Array(counts[textKind]!)
  const byteEnds = counts[blobKind] === 0 ? undefined : new Uint32Array(counts[blobKind]!)
  const bytes = byteEnds === undefined ? undefined : new Uint8Array(length)
  let text = ''
  let end = 0
  const next = [0, 0, 0, 0, 0]
  for (let row = 0; row < rows.length; row++) {
    const value = rows[row]![column]
    const kind = kinds[row]!
    const index = next[kind]!++
    if (kind === numberKind) numbers![index] = value as number
    else if (kind === textKind) {
      text += value as string
      textEnds![index] = text.length
    } else if (kind === bigintKind) bigints![index] = value as bigint
    else if (kind === blobKind) {
      bytes!.set(value as Uint8Array, end)
      end += (value as Uint8Array).byteLength
      byteEnds![index] = end
    }
  }
  for (const array of [uniform ? undefined : kinds, numbers, bigints, textEnds, bytes, byteEnds]) {
    if (array !== undefined) transfer.push(array.buffer)
  }
  return {
    ...(uniform ? {} : { kinds }),
    ...(numbers === undefined ? {} : { numbers }),
    ...(bigints === undefined ? {} : { bigints }),
    ...(textEnds === undefined ? {} : { text, textEnds }),
    ...(bytes === undefined || byteEnds === undefined ? {} : { bytes, byteEnds }),
  }
}

function kindOf(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return numberKind
    case 'string':
      return textKind
    case 'bigint':
      return bigintKind
    default:
      return value === null ? nullKind : blobKind
  }
}

/** How much memory a row takes in about, to know when a packet is full. */
export function rowSize(row: readonly unknown[]): number {
  let size = 0
  for (const value of row) {
    size += 24
    if (typeof value === 'string') size += value.length
    else if (value instanceof Uint8Array) size += value.byteLength
  }
  return size
}

type Column = ArrayLike<unknown>

/** The values of a packed column, in order. */
export function unpackColumn(column: PackedColumn, count: number): Column {
  const { kinds, numbers, bigints, textEnds, byteEnds } = column
  if (kinds === undefined) {
    if (numbers !== undefined) return numbers
    if (bigints !== undefined) return bigints
    if (textEnds !== undefined) return textsOf(column)
    return byteEnds === undefined ? Array.from({ length: count }, () => null) : blobsOf(column)
  }
  const sources: (Column | undefined)[] = [undefined, numbers, bigints, textsOf(column), blobsOf(column)]
  const next = [0, 0, 0, 0, 0]
  const values: unknown[] = []
  for (let row = 0; row < count; row++) {
    const kind = kinds[row]!
    values.push(kind === nullKind ? null : sources[kind]![next[kind]!++])
  }
  return values
}

function textsOf({ text = '', textEnds = new Uint32Array(0) }: PackedColumn): string[] {
  const texts: string[] = []
  let start = 0
  for (let index = 0; index < textEnds.length; index++) {
    const end = textEnds[index]!
    texts.push(text.slice(start, end))
    start = end
  }
  return texts
}

function blobsOf({ bytes = new Uint8Array(0), byteEnds = new Uint32Array(0) }: PackedColumn): Buffer[] {
  const blobs: Buffer[] = []
  let start = 0
  for (const end of byteEnds) {
    blobs.push(Buffer.from(bytes.buffer, start, end - start))
    start = end
  }
  return blobs
}
