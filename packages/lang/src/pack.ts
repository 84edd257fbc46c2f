import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { opCode } from './codes.ts'
import { deltas, dense, less, plus, positiveRows, sparse, sums } from './columns.ts'
import { DIGEST_BYTES } from './digest.ts'
import { PackedFactsError } from './errors.ts'
import { EXTRACTOR_VERSION } from './facts.ts'
import type {
  CallTable,
  CodeTable,
  ExprTable,
  FactDiagnostic,
  Facts,
  Language,
  OccurrenceTable,
  SymbolTable,
} from './facts.ts'

/** The first byte of packed facts, so that other bytes are told apart at once. */
const MARK = 0xfa
/** Raised by one whenever the layout below changes. */
const LAYOUT = 4
/** Larger facts than this are not packed by us: a length beyond it is damage. */
const LARGEST = 2 ** 30

/** 0.05 s more of a processor for all of `effect` than level 4, which takes 0.05 s more than level 1; 2 % and 6 % less [measured]. */
const compressionLevel = 6

const languages: readonly Language[] = ['typescript', 'tsx', 'javascript', 'jsx']

/**
 * Facts as bytes, to cross a thread border or to be cached, without what only whoever shows a symbol wants to know:
 * see {@link packTexts}.
 *
 * Layout: mark, layout and extractor version, then the length of the tables and the tables, compressed
 * with Zstandard. Columns are written one after the
 * other; ordered ones as differences, all numbers in seven-bit groups, strings as one block of UTF-8.
 */
export function packFacts(facts: Facts): Uint8Array {
  const writer = new ByteWriter(
    facts.occurrences.count * 6 + facts.symbols.count * 16 + facts.lineStarts.length * 2 + 1024,
  )
  writeTables(writer, facts)
  return packed(writer.finish())
}

/** Signatures, documentation and digests of the symbols as bytes, to cross a thread border. */
export function packTexts({ symbols, texts }: Facts): Uint8Array {
  const writer = new ByteWriter(symbols.count * (DIGEST_BYTES + 2) + 1024)
  writer.unsigned(symbols.count)
  writer.column(sparse(symbols.signature))
  writer.column(sparse(symbols.doc))
  writeStrings(writer, texts)
  writer.bytes(symbols.hash)
  return writer.finish().slice()
}

function packed(tables: Uint8Array): Uint8Array {
  const compressed = zstdCompressSync(tables, { params: { [constants.ZSTD_c_compressionLevel]: compressionLevel } })
  const out = new ByteWriter(compressed.length + 16)
  out.unsigned(MARK)
  out.unsigned(LAYOUT)
  out.unsigned(EXTRACTOR_VERSION)
  out.unsigned(tables.length)
  out.bytes(compressed)
  return out.finish().slice()
}

/**
 * The facts that {@link packFacts} made bytes of.
 *
 * @param texts what {@link packTexts} made; without it, no symbol has a signature, documentation or digest
 * @throws PackedFactsError `FORGE_LANG_PACKED_FACTS` where the bytes are something else, damaged, or of another version.
 */
export function unpackFacts(bytes: Uint8Array, texts?: Uint8Array): Facts {
  try {
    const reader = new ByteReader(bytes)
    const found = { mark: reader.unsigned(), layout: reader.unsigned(), extractor: reader.unsigned() }
    if (found.mark !== MARK || found.layout !== LAYOUT || found.extractor !== EXTRACTOR_VERSION) {
      throw new PackedFactsError('The bytes are no facts of this version', found, unpackFacts)
    }
    const length = reader.unsigned()
    if (length > LARGEST) throw new RangeError('The length is impossible')
    const tables = zstdDecompressSync(reader.rest(), { maxOutputLength: Math.max(length, 1) })
    const facts = readTables(new ByteReader(tables))
    return texts === undefined ? facts : withTexts(facts, new ByteReader(texts))
  } catch (error) {
    if (error instanceof PackedFactsError) throw error
    const details = { bytes: bytes.length, reason: error instanceof Error ? error.message : String(error) }
    throw new PackedFactsError('The bytes are no packed facts, or are damaged', details, unpackFacts)
  }
}

function withTexts(facts: Facts, reader: ByteReader): Facts {
  const count = reader.unsigned()
  if (count !== facts.symbols.count) throw new RangeError('The texts are of other symbols')
  const signature = dense(reader.column(count))
  const doc = dense(reader.column(count))
  const texts = readStrings(reader)
  return { ...facts, texts, symbols: { ...facts.symbols, signature, doc, hash: reader.bytes(count * DIGEST_BYTES) } }
}

function writeTables(writer: ByteWriter, facts: Facts): void {
  const { lineStarts, lists, modules, exports, diagnostics } = facts
  writer.unsigned(languages.indexOf(facts.language))
  writer.unsigned(lineStarts.length)
  writer.column(deltas(lineStarts))
  writeStrings(writer, facts.strings)
  writeSymbols(writer, facts.symbols, facts.strings)
  writeCode(writer, facts.code)
  writeExprs(writer, facts.exprs)
  writer.unsigned(lists.length)
  writer.column(deltas(lists))
  writeOccurrences(writer, facts.occurrences)
  writer.unsigned(facts.parameters.count)
  writer.column(deltas(facts.parameters.of))
  writer.column(facts.parameters.place)
  writer.column(deltas(facts.parameters.type))
  writeCalls(writer, facts)
  writer.unsigned(facts.stores.count)
  writer.column(deltas(facts.stores.target))
  writer.column(deltas(facts.stores.value))
  writer.unsigned(facts.expectations.count)
  writer.column(deltas(facts.expectations.value))
  writer.column(deltas(facts.expectations.type))
  writer.unsigned(modules.count)
  writer.column(deltas(modules.specifier))
  writer.column(modules.kind)
  writer.unsigned(exports.count)
  writer.column(deltas(exports.name))
  writer.column(deltas(exports.expr))
  writeStrings(
    writer,
    diagnostics.map(({ message }) => message),
  )
  writer.column(Int32Array.from(diagnostics, ({ start }) => start))
  writer.column(Int32Array.from(diagnostics, ({ end }) => end))
}

function readTables(reader: ByteReader): Facts {
  const language = languages[reader.unsigned()]
  if (language === undefined) throw new RangeError('The language is unknown')
  const lineStarts = sums(reader.column(reader.unsigned()))
  const strings = readStrings(reader)
  const symbols = readSymbols(reader, strings)
  const code = readCode(reader, symbols)
  const exprs = readExprs(reader)
  const lists = sums(reader.column(reader.unsigned()))
  const occurrences = readOccurrences(reader)
  const typed = reader.unsigned()
  const parameters = {
    count: typed,
    of: sums(reader.column(typed)),
    place: reader.column(typed),
    type: sums(reader.column(typed)),
  }
  const calls = readCalls(reader, occurrences)
  const puts = reader.unsigned()
  const stores = { count: puts, target: sums(reader.column(puts)), value: sums(reader.column(puts)) }
  const expected = reader.unsigned()
  const expectations = { count: expected, value: sums(reader.column(expected)), type: sums(reader.column(expected)) }
  const requests = reader.unsigned()
  const modules = { count: requests, specifier: sums(reader.column(requests)), kind: reader.column(requests) }
  const names = reader.unsigned()
  const exports = { count: names, name: sums(reader.column(names)), expr: sums(reader.column(names)) }
  const messages = readStrings(reader)
  const starts = reader.column(messages.length)
  const ends = reader.column(messages.length)
  const diagnostics = messages.map((message, row): FactDiagnostic => {
    return { code: 'syntax-error', message, start: starts[row]!, end: ends[row]! }
  })
  return {
    language,
    lineStarts,
    strings,
    texts: [],
    symbols,
    code,
    exprs,
    lists,
    occurrences,
    parameters,
    calls,
    stores,
    expectations,
    modules,
    exports,
    diagnostics,
  }
}

function writeStrings(writer: ByteWriter, strings: readonly string[]): void {
  writer.unsigned(strings.length)
  const lengths = new Int32Array(strings.length)
  for (let at = 0; at < strings.length; at += 1) lengths[at] = strings[at]!.length
  writer.column(lengths)
  const block = Buffer.from(strings.join(''), 'utf8')
  writer.unsigned(block.length)
  writer.bytes(block)
}

function readStrings(reader: ByteReader): string[] {
  const lengths = reader.column(reader.unsigned())
  const bytes = reader.bytes(reader.unsigned())
  const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  const strings: string[] = []
  let at = 0
  for (let row = 0; row < lengths.length; row += 1) {
    const end = at + lengths[row]!
    strings.push(block.slice(at, end))
    at = end
  }
  if (at !== block.length) throw new RangeError('The strings have another length')
  return strings
}

/** Where the name of each symbol would end by its text alone. */
function expectedNameEnds(nameStart: Int32Array, name: Int32Array, strings: readonly string[]): Int32Array {
  return nameStart.map((start, row) => start + (strings[name[row]!]?.length ?? 0))
}

function writeSymbols(writer: ByteWriter, table: SymbolTable, strings: readonly string[]): void {
  writer.unsigned(table.count)
  writer.column(deltas(table.name))
  writer.column(table.kind)
  writer.column(table.flags)
  writer.column(less(rowNumbers(table.count), table.parent))
  writer.column(deltas(table.start))
  writer.column(less(table.end, table.start))
  writer.column(deltas(less(table.nameStart, table.start)))
  writer.column(deltas(less(table.nameEnd, expectedNameEnds(table.nameStart, table.name, strings))))
  writer.column(sparse(table.type))
  writer.column(sparse(table.flow))
  writer.column(sparse(table.returns))
  writer.column(table.complexity)
}

function readSymbols(reader: ByteReader, strings: readonly string[]): SymbolTable {
  const count = reader.unsigned()
  const name = sums(reader.column(count))
  const kind = reader.column(count)
  const flags = reader.column(count)
  const parent = less(rowNumbers(count), reader.column(count))
  const start = sums(reader.column(count))
  const end = plus(reader.column(count), start)
  const nameStart = plus(sums(reader.column(count)), start)
  const nameEnd = plus(sums(reader.column(count)), expectedNameEnds(nameStart, name, strings))
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
    type: dense(reader.column(count)),
    flow: dense(reader.column(count)),
    returns: dense(reader.column(count)),
    signature: new Int32Array(count).fill(-1),
    doc: new Int32Array(count).fill(-1),
    complexity: reader.column(count),
    hash: new Uint8Array(0),
  }
}

/** Which symbols have code is known by their complexity. */
function writeCode(
  writer: ByteWriter,
  { cognitive, operators, operands, distinctOperators, distinctOperands }: CodeTable,
): void {
  for (const column of [cognitive, operators, operands, distinctOperators, distinctOperands]) writer.column(column)
}

function readCode(reader: ByteReader, { complexity }: SymbolTable): CodeTable {
  const symbol = positiveRows(complexity)
  const count = symbol.length
  return {
    count,
    symbol,
    cognitive: reader.column(count),
    operators: reader.column(count),
    operands: reader.column(count),
    distinctOperators: reader.column(count),
    distinctOperands: reader.column(count),
  }
}

function rowNumbers(count: number): Int32Array {
  return new Int32Array(count).map((_, row) => row)
}

/** Whether the first operand is a row before this one, and so is written as the distance to it. */
function pointsBack(op: number): boolean {
  return (
    op >= opCode.member &&
    op !== opCode.this &&
    op !== opCode.super &&
    op !== opCode.union &&
    op !== opCode.builtin &&
    op !== opCode.literal &&
    op !== opCode.parameter
  )
}

/** Turns first operands into distances to them, or back: it is its own inverse, -1 apart. */
function turned(a: Int32Array, op: Int32Array): Int32Array {
  return a.map((operand, row) => (pointsBack(op[row]!) ? row - operand : operand))
}

const ones = (count: number): Int32Array => new Int32Array(count).fill(1)

function writeExprs(writer: ByteWriter, { count, op, a, b }: ExprTable): void {
  writer.unsigned(count)
  writer.column(op)
  writer.column(plus(turned(a, op), ones(count)))
  writer.column(plus(b.slice(), ones(count)))
}

function readExprs(reader: ByteReader): ExprTable {
  const count = reader.unsigned()
  const op = reader.column(count)
  const a = turned(less(reader.column(count), ones(count)), op)
  return { count, op, a, b: less(reader.column(count), ones(count)) }
}

function writeOccurrences(writer: ByteWriter, table: OccurrenceTable): void {
  writer.unsigned(table.count)
  writer.column(deltas(table.start))
  writer.column(less(table.end, table.start))
  writer.column(table.role)
  writer.column(deltas(table.in))
  writer.column(deltas(table.expr))
}

function readOccurrences(reader: ByteReader): OccurrenceTable {
  const count = reader.unsigned()
  const start = sums(reader.column(count))
  const end = plus(reader.column(count), start)
  const role = reader.column(count)
  return { count, start, end, role, in: sums(reader.column(count)), expr: sums(reader.column(count)) }
}

/** What the occurrence of a call says is not written again. */
function writeCalls(writer: ByteWriter, { calls, occurrences }: Facts): void {
  const unnamed = (column: Int32Array): Int32Array => column.filter((_, row) => calls.occurrence[row]! < 0)
  writer.unsigned(calls.count)
  writer.column(deltas(calls.expr))
  writer.column(deltas(calls.occurrence))
  writer.column(deltas(unnamed(calls.start)))
  writer.column(less(unnamed(calls.end), unnamed(calls.start)))
  writer.column(less(calls.in, takenAt(occurrences.in, calls.occurrence)))
  writer.column(sparse(calls.by))
}

function readCalls(reader: ByteReader, occurrences: OccurrenceTable): CallTable {
  const count = reader.unsigned()
  const expr = sums(reader.column(count))
  const occurrence = sums(reader.column(count))
  const unnamed = occurrence.reduce((sum, row) => (row < 0 ? sum + 1 : sum), 0)
  const starts = sums(reader.column(unnamed))
  const ends = plus(reader.column(unnamed), starts)
  const start = takenAt(occurrences.start, occurrence)
  const end = takenAt(occurrences.end, occurrence)
  let next = 0
  for (let row = 0; row < count; row += 1) {
    if (occurrence[row]! >= 0) continue
    start[row] = starts[next]!
    end[row] = ends[next]!
    next += 1
  }
  const inside = plus(reader.column(count), takenAt(occurrences.in, occurrence))
  return { count, expr, occurrence, start, end, in: inside, by: dense(reader.column(count)) }
}

/** The elements of a column at some rows; 0 for the row -1. */
function takenAt(column: Int32Array, rows: Int32Array): Int32Array {
  return rows.map((row) => (row < 0 ? 0 : column[row]!))
}
