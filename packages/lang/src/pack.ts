import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { opCode } from './codes.ts'
import { DIGEST_BYTES, hasDigest } from './digest.ts'
import { PackedFactsError } from './errors.ts'
import { EXTRACTOR_VERSION } from './facts.ts'
import type { ExprTable, FactDiagnostic, Facts, Language, OccurrenceTable, SymbolTable } from './facts.ts'

/** The first byte of packed facts, so that other bytes are told apart at once. */
const MARK = 0xfa
/** Raised by one whenever the layout below changes. */
const LAYOUT = 1
/** Larger facts than this are not packed by us: a length beyond it is damage. */
const LARGEST = 2 ** 30

const languages: readonly Language[] = ['typescript', 'tsx', 'javascript', 'jsx']

/**
 * Facts as bytes, to cross a thread border or to be cached.
 *
 * Layout: mark, layout and extractor version, then the length of the tables and the tables, compressed
 * with Zstandard, then the digests, which do not compress. Columns are written one after the
 * other; ordered ones as differences, all numbers in seven-bit groups, strings as one block of UTF-8.
 */
export function packFacts(facts: Facts): Uint8Array {
  const writer = new ByteWriter(
    facts.occurrences.count * 6 + facts.symbols.count * 16 + facts.lineStarts.length * 2 + 1024,
  )
  writeTables(writer, facts)
  const tables = writer.finish()
  const packed = zstdCompressSync(tables)
  const { symbols } = facts
  const out = new ByteWriter(packed.length + symbols.count * DIGEST_BYTES + 16)
  out.unsigned(MARK)
  out.unsigned(LAYOUT)
  out.unsigned(EXTRACTOR_VERSION)
  out.unsigned(tables.length)
  out.unsigned(packed.length)
  out.bytes(packed)
  for (let row = 0; row < symbols.count; row += 1) {
    if (hasDigest(symbols.kind[row]!, symbols.flags[row]!)) {
      out.bytes(symbols.hash.subarray(row * DIGEST_BYTES, (row + 1) * DIGEST_BYTES))
    }
  }
  return out.finish().slice()
}

/**
 * The facts that {@link packFacts} made bytes of.
 *
 * @throws PackedFactsError `FORGE_LANG_PACKED_FACTS` where the bytes are something else, damaged, or of another version.
 */
export function unpackFacts(bytes: Uint8Array): Facts {
  try {
    const reader = new ByteReader(bytes)
    const found = { mark: reader.unsigned(), layout: reader.unsigned(), extractor: reader.unsigned() }
    if (found.mark !== MARK || found.layout !== LAYOUT || found.extractor !== EXTRACTOR_VERSION) {
      throw new PackedFactsError('The bytes are no facts of this version', found, unpackFacts)
    }
    const length = reader.unsigned()
    if (length > LARGEST) throw new RangeError('The length is impossible')
    const tables = zstdDecompressSync(reader.bytes(reader.unsigned()), { maxOutputLength: Math.max(length, 1) })
    const facts = readTables(new ByteReader(tables))
    const { symbols } = facts
    for (let row = 0; row < symbols.count; row += 1) {
      if (hasDigest(symbols.kind[row]!, symbols.flags[row]!))
        symbols.hash.set(reader.bytes(DIGEST_BYTES), row * DIGEST_BYTES)
    }
    return facts
  } catch (error) {
    if (error instanceof PackedFactsError) throw error
    const details = { bytes: bytes.length, reason: error instanceof Error ? error.message : String(error) }
    throw new PackedFactsError('The bytes are no packed facts, or are damaged', details, unpackFacts)
  }
}

function writeTables(writer: ByteWriter, facts: Facts): void {
  writer.unsigned(languages.indexOf(facts.language))
  writeAscending(writer, facts.lineStarts)
  writeStrings(writer, facts.strings)
  writeSymbols(writer, facts.symbols, facts.strings)
  writeExprs(writer, facts.exprs)
  writer.unsigned(facts.lists.length)
  writeDeltas(writer, facts.lists)
  writeOccurrences(writer, facts.occurrences)
  writer.unsigned(facts.modules.count)
  writeDeltas(writer, facts.modules.specifier)
  writeDeltas(writer, facts.modules.kind)
  writer.unsigned(facts.exports.count)
  writeDeltas(writer, facts.exports.name)
  writeDeltas(writer, facts.exports.expr)
  writeStrings(
    writer,
    facts.diagnostics.map(({ message }) => message),
  )
  for (const { start, end } of facts.diagnostics) {
    writer.unsigned(start)
    writer.unsigned(end)
  }
}

function readTables(reader: ByteReader): Facts {
  const language = languages[reader.unsigned()]
  if (language === undefined) throw new RangeError('The language is unknown')
  const lineStarts = readAscending(reader)
  const strings = readStrings(reader)
  const symbols = readSymbols(reader, strings)
  const exprs = readExprs(reader)
  const lists = readDeltas(reader, reader.count(1))
  const occurrences = readOccurrences(reader)
  const requests = reader.count(2)
  const modules = { count: requests, specifier: readDeltas(reader, requests), kind: readDeltas(reader, requests) }
  const names = reader.count(2)
  const exports = { count: names, name: readDeltas(reader, names), expr: readDeltas(reader, names) }
  const diagnostics = readStrings(reader).map((message): FactDiagnostic => {
    const start = reader.unsigned()
    return { code: 'syntax-error', message, start, end: reader.unsigned() }
  })
  return { language, lineStarts, strings, symbols, exprs, lists, occurrences, modules, exports, diagnostics }
}

function writeAscending(writer: ByteWriter, column: Int32Array): void {
  writer.unsigned(column.length)
  for (let row = 1; row < column.length; row += 1) writer.unsigned(column[row]! - column[row - 1]!)
}

function readAscending(reader: ByteReader): Int32Array {
  const column = new Int32Array(reader.count(1))
  for (let row = 1; row < column.length; row += 1) column[row] = column[row - 1]! + reader.unsigned()
  return column
}

function writeDeltas(writer: ByteWriter, column: Int32Array): void {
  let last = 0
  for (let row = 0; row < column.length; row += 1) {
    writer.signed(column[row]! - last)
    last = column[row]!
  }
}

function readDeltas(reader: ByteReader, count: number): Int32Array {
  const column = new Int32Array(count)
  let last = 0
  for (let row = 0; row < count; row += 1) {
    last += reader.signed()
    column[row] = last
  }
  return column
}

/** A column of which many rows are -1, the others close to the one before. */
function writeSparse(writer: ByteWriter, column: Int32Array): void {
  let last = 0
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row]!
    if (value < 0) {
      writer.unsigned(0)
    } else {
      const delta = value - last
      writer.unsigned((((delta << 1) ^ (delta >> 31)) >>> 0) + 1)
      last = value
    }
  }
}

function readSparse(reader: ByteReader, count: number): Int32Array {
  const column = new Int32Array(count)
  let last = 0
  for (let row = 0; row < count; row += 1) {
    const code = reader.unsigned()
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

function writePlain(writer: ByteWriter, column: Int32Array): void {
  for (let row = 0; row < column.length; row += 1) writer.unsigned(column[row]!)
}

function readPlain(reader: ByteReader, count: number): Int32Array {
  const column = new Int32Array(count)
  for (let row = 0; row < count; row += 1) column[row] = reader.unsigned()
  return column
}

function writeStrings(writer: ByteWriter, strings: readonly string[]): void {
  writer.unsigned(strings.length)
  for (const text of strings) writer.unsigned(text.length)
  const block = Buffer.from(strings.join(''), 'utf8')
  writer.unsigned(block.length)
  writer.bytes(block)
}

function readStrings(reader: ByteReader): string[] {
  const lengths = readPlain(reader, reader.count(1))
  const bytes = reader.bytes(reader.unsigned())
  const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  const strings: string[] = []
  let at = 0
  for (const length of lengths) {
    strings.push(block.slice(at, at + length))
    at += length
  }
  if (at !== block.length) throw new RangeError('The strings have another length')
  return strings
}

function writeSymbols(writer: ByteWriter, table: SymbolTable, strings: readonly string[]): void {
  const { count } = table
  writer.unsigned(count)
  writeDeltas(writer, table.name)
  writePlain(writer, table.kind)
  writePlain(writer, table.flags)
  for (let row = 1; row < count; row += 1) writer.unsigned(row - table.parent[row]!)
  writeDeltas(writer, table.start)
  for (let row = 0; row < count; row += 1) writer.unsigned(table.end[row]! - table.start[row]!)
  for (let row = 0; row < count; row += 1) writer.signed(table.nameStart[row]! - table.start[row]!)
  for (let row = 0; row < count; row += 1) {
    writer.signed(table.nameEnd[row]! - table.nameStart[row]! - strings[table.name[row]!]!.length)
  }
  writeSparse(writer, table.type)
  writeSparse(writer, table.returns)
  writeSparse(writer, table.signature)
  writeSparse(writer, table.doc)
  writePlain(writer, table.complexity)
}

function readSymbols(reader: ByteReader, strings: readonly string[]): SymbolTable {
  const count = reader.count(12)
  const name = readDeltas(reader, count)
  const kind = readPlain(reader, count)
  const flags = readPlain(reader, count)
  const parent = new Int32Array(count).fill(-1, 0, 1)
  for (let row = 1; row < count; row += 1) parent[row] = row - reader.unsigned()
  const start = readDeltas(reader, count)
  const end = new Int32Array(count)
  const nameStart = new Int32Array(count)
  const nameEnd = new Int32Array(count)
  for (let row = 0; row < count; row += 1) end[row] = start[row]! + reader.unsigned()
  for (let row = 0; row < count; row += 1) nameStart[row] = start[row]! + reader.signed()
  for (let row = 0; row < count; row += 1) {
    nameEnd[row] = nameStart[row]! + strings[name[row]!]!.length + reader.signed()
  }
  return {
    count,
    name,
    kind,
    flags,
    parent,
    start,
    end,
    nameStart,
    nameEnd,
    type: readSparse(reader, count),
    returns: readSparse(reader, count),
    signature: readSparse(reader, count),
    doc: readSparse(reader, count),
    complexity: readPlain(reader, count),
    hash: new Uint8Array(count * DIGEST_BYTES),
  }
}

/** Whether the first operand is a row before this one, and so is written as the distance to it. */
function pointsBack(op: number): boolean {
  return (
    op >= opCode.member && op !== opCode.this && op !== opCode.super && op !== opCode.union && op !== opCode.builtin
  )
}

function writeExprs(writer: ByteWriter, table: ExprTable): void {
  const { count, op, a, b } = table
  writer.unsigned(count)
  writePlain(writer, op)
  for (let row = 0; row < count; row += 1) writer.unsigned(pointsBack(op[row]!) ? row - a[row]! : a[row]! + 1)
  for (let row = 0; row < count; row += 1) writer.unsigned(b[row]! + 1)
}

function readExprs(reader: ByteReader): ExprTable {
  const count = reader.count(3)
  const op = readPlain(reader, count)
  const a = readPlain(reader, count)
  for (let row = 0; row < count; row += 1) a[row] = pointsBack(op[row]!) ? row - a[row]! : a[row]! - 1
  const b = readPlain(reader, count)
  for (let row = 0; row < count; row += 1) b[row]! -= 1
  return { count, op, a, b }
}

function writeOccurrences(writer: ByteWriter, table: OccurrenceTable): void {
  writer.unsigned(table.count)
  writeDeltas(writer, table.start)
  for (let row = 0; row < table.count; row += 1) writer.unsigned(table.end[row]! - table.start[row]!)
  writePlain(writer, table.role)
  writeDeltas(writer, table.in)
  writeDeltas(writer, table.expr)
}

function readOccurrences(reader: ByteReader): OccurrenceTable {
  const count = reader.count(5)
  const start = readDeltas(reader, count)
  const end = new Int32Array(count)
  for (let row = 0; row < count; row += 1) end[row] = start[row]! + reader.unsigned()
  return {
    count,
    start,
    end,
    role: readPlain(reader, count),
    in: readDeltas(reader, count),
    expr: readDeltas(reader, count),
  }
}
