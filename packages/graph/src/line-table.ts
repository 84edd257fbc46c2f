import { ByteReader, ByteWriter } from './bytes.ts'
import { GraphInputError } from './errors.ts'
import type { Position, Range } from './graph-types.ts'

const shared = new ByteWriter()

/**
 * Packs the offsets of line starts as the lengths of the lines.
 *
 * @throws `FORGE_GRAPH_INPUT` unless they begin with 0 and rise
 */
export function packLineStarts(lineStarts: Int32Array): Uint8Array {
  let wrong = lineStarts[0] !== 0
  for (let line = 1; line < lineStarts.length; line++) {
    const length = lineStarts[line]! - lineStarts[line - 1]!
    wrong ||= length <= 0
    shared.number(wrong ? 0 : length)
  }
  const packed = shared.take()
  if (!wrong) return packed
  throw new GraphInputError('The line starts of a file must begin with 0 and rise', {
    hint: 'Give the offset of the first UTF-16 unit of each line',
  })
}

/** Lines of one file: offsets to lines and columns and back. */
export class LineTable {
  readonly #starts: Int32Array

  constructor(packed: Uint8Array) {
    const reader = new ByteReader(packed)
    let lines = 1
    for (const byte of packed) if (byte < 128) lines++
    this.#starts = new Int32Array(lines)
    for (let line = 1; line < lines; line++) this.#starts[line] = this.#starts[line - 1]! + reader.number()
  }

  get lines(): number {
    return this.#starts.length
  }

  position(offset: number): Position {
    const starts = this.#starts
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - starts[low]! + 1, offset }
  }

  range(start: number, end: number): Range {
    return { start: this.position(start), end: this.position(end) }
  }

  /** The offsets of a line from 1, its line break included; the last line has no end. Undefined when there is no such line. */
  line(line: number): { readonly start: number; readonly end: number } | undefined {
    const start = this.#starts[line - 1]
    return start === undefined ? undefined : { start, end: this.#starts[line] ?? Infinity }
  }
}
