import { checkTables } from '../check-ir.ts'
import type { FunctionIr, FunctionKind, InstructionTable, LocationTable, VariableTable } from '../ir.ts'
import { packBlock, unpackBlock } from './block.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { bytes, type Columns, numbers, readTable, writeTable } from './columns.ts'

/** What of a function is not of its own: where it stands, and what its file calls it. It changes where the code around it does. */
export type FunctionPlace = Pick<FunctionIr, 'name' | 'start' | 'end' | 'parent' | 'children'>

/** The code of each kind of function. Invariant: new ones are added at the end, as the codes are in databases. */
export const functionKindCodes: Readonly<Record<FunctionKind, number>> = {
  module: 0,
  function: 1,
  arrow: 2,
  method: 3,
  constructor: 4,
  getter: 5,
  setter: 6,
  fields: 7,
}

/** The kinds of functions by their codes. */
export const functionKinds: readonly FunctionKind[] = Object.keys(functionKindCodes) as FunctionKind[]

const instructionColumns: Columns<InstructionTable> = {
  op: bytes('plain'),
  start: numbers('delta'),
  end: numbers('delta'),
  a: numbers('delta'),
  b: numbers('runs'),
  flags: bytes('runs'),
  next: numbers('next'),
  other: numbers('runs'),
  handler: numbers('runs'),
  operands: 'offsets',
  operandKind: bytes('plain', 'parts'),
  operandRef: numbers('plain', 'parts'),
}

const variableColumns: Columns<VariableTable> = {
  name: 'texts',
  kind: bytes('runs'),
  flags: bytes('runs'),
  start: numbers('delta'),
}

const locationColumns: Columns<LocationTable> = {
  kind: bytes('plain'),
  base: numbers('delta'),
  ref: numbers('plain'),
}

const isAsyncBit = 1
const isGeneratorBit = 2

/**
 * Packs what a function does, without its {@link FunctionPlace}: the same wherever the same function stands.
 *
 * @throws {FunctionIrError} `FORGE_PDG_IR`: a table is missing, or has columns of different lengths
 */
export function packIr(ir: FunctionIr): Uint8Array {
  checkTables(ir, packIr)
  return packBlock((writer) => {
    writer.unsigned(functionKindCodes[ir.kind])
    writer.unsigned((ir.isAsync ? isAsyncBit : 0) | (ir.isGenerator ? isGeneratorBit : 0))
    writeTable(writer, instructionColumns, { rows: ir.instructions.count, table: ir.instructions })
    writeTable(writer, variableColumns, { rows: ir.variables.count, table: ir.variables })
    writeTable(writer, locationColumns, { rows: ir.locations.count, table: ir.locations })
    writeList(writer, ir.names, (name) => writer.text(name))
    writeList(writer, ir.captures, (captures) => writeRows(writer, captures))
    writeList(writer, [...ir.ways], ([dispatch, ways]) => {
      writer.unsigned(dispatch)
      writeRows(writer, ways)
    })
  })
}

/**
 * Makes a function of what {@link packIr} packed, at its place.
 *
 * @throws {PdgDamagedError} `FORGE_PDG_DAMAGED`: the bytes are not those that were packed
 * @throws {PdgVersionError} `FORGE_PDG_VERSION`: another version of Forge packed them
 */
export function unpackIr(block: Uint8Array, place: FunctionPlace): FunctionIr {
  return unpackBlock(block, (reader) => readIr(reader, place), unpackIr)
}

function readIr(reader: ByteReader, place: FunctionPlace): FunctionIr {
  const kind = functionKinds[reader.unsigned()]
  if (kind === undefined) throw new RangeError('There is no such kind of function')
  const bits = reader.unsigned()
  const instructions = readTable<InstructionTable>(reader, instructionColumns)
  const variables = readTable<VariableTable>(reader, variableColumns)
  const locations = readTable<LocationTable>(reader, locationColumns)
  return {
    name: place.name,
    kind,
    start: place.start,
    end: place.end,
    parent: place.parent,
    isAsync: (bits & isAsyncBit) !== 0,
    isGenerator: (bits & isGeneratorBit) !== 0,
    instructions: { count: instructions.rows, ...instructions.table },
    variables: { count: variables.rows, ...variables.table },
    locations: { count: locations.rows, ...locations.table },
    names: readList(reader, () => reader.text()),
    children: place.children,
    captures: readList(reader, () => readRows(reader)),
    ways: new Map(readList(reader, () => [reader.unsigned(), readRows(reader)] as const)),
  }
}

/** A list of rows of other tables, -1 for none. */
function writeRows(writer: ByteWriter, rows: readonly number[]): void {
  writeList(writer, rows, (row) => writer.signed(row))
}

function readRows(reader: ByteReader): readonly number[] {
  return readList(reader, () => reader.signed())
}

function writeList<T>(writer: ByteWriter, list: readonly T[], write: (item: T) => void): void {
  writer.unsigned(list.length)
  for (const item of list) write(item)
}

function readList<T>(reader: ByteReader, read: () => T): T[] {
  return Array.from({ length: reader.count() }, read)
}
