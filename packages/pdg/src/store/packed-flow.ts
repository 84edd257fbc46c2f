import type { ControlFlow } from '../control-flow.ts'
import { type Adjacency, edgeColumns, type FlowGraph, flowGraphFrom } from '../flow-graph.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { bytes, type Columns, numbers, readNumbers, readTable, writeNumbers, writeTable } from './columns.ts'

const adjacencyColumns: Columns<Adjacency> = {
  offsets: 'offsets',
  nodes: numbers('delta', 'parts'),
  kinds: bytes('plain', 'parts'),
}

/** Set where the edges by their ends are not those that follow from the edges by their starts. */
const ownPredecessors = 1
/** Set where the block of each instruction is not the one that follows from where blocks begin. */
const ownBlocks = 2

/** Writes a flow graph. Where the edges by their ends and the blocks are what follows from the rest, they are left out. */
export function writeFlow(writer: ByteWriter, { graph, blockOf, first }: ControlFlow): void {
  const hasOwnPredecessors = !sameAdjacency(graph.predecessors, predecessorsOf(graph))
  const hasOwnBlocks = !same(blockOf, blocksFrom(first, blockOf.length))
  writer.unsigned((hasOwnPredecessors ? ownPredecessors : 0) | (hasOwnBlocks ? ownBlocks : 0))
  writer.unsigned(graph.entry)
  writer.unsigned(graph.exit)
  writeAdjacency(writer, graph.successors)
  if (hasOwnPredecessors) writeAdjacency(writer, graph.predecessors)
  writer.unsigned(first.length)
  writeNumbers(writer, first, 'delta')
  writer.unsigned(blockOf.length)
  if (hasOwnBlocks) writeNumbers(writer, blockOf, 'delta')
}

/** Reads what {@link writeFlow} wrote. */
export function readFlow(reader: ByteReader): ControlFlow {
  const own = reader.unsigned()
  const entry = reader.unsigned()
  const exit = reader.unsigned()
  const successors = readAdjacency(reader)
  const size = successors.offsets.length - 1
  const graph = { size, entry, exit, successors }
  const predecessors = (own & ownPredecessors) === 0 ? predecessorsOf(graph) : readAdjacency(reader)
  const first = readNumbers(reader, new Int32Array(reader.count()), 'delta')
  const instructions = reader.unsigned()
  const blockOf =
    (own & ownBlocks) === 0
      ? blocksFrom(first, instructions)
      : readNumbers(reader, new Int32Array(instructions), 'delta')
  return { graph: { ...graph, predecessors }, blockOf, first }
}

/** Writes edges by one of their ends. */
export function writeAdjacency(writer: ByteWriter, edges: Adjacency): void {
  writeTable(writer, adjacencyColumns, { rows: edges.offsets.length - 1, table: edges })
}

/** Reads what {@link writeAdjacency} wrote. */
export function readAdjacency(reader: ByteReader): Adjacency {
  return readTable<Adjacency>(reader, adjacencyColumns).table
}

function predecessorsOf(graph: Omit<FlowGraph, 'predecessors'>): Adjacency {
  return flowGraphFrom(edgeColumns(graph)).predecessors
}

/** The block of each instruction, where blocks begin at `first`. */
function blocksFrom(first: Int32Array, instructions: number): Int32Array {
  const blockOf = new Int32Array(instructions)
  for (let block = 0; block + 1 < first.length; block++) blockOf.fill(block, first[block], first[block + 1])
  return blockOf
}

function sameAdjacency(left: Adjacency, right: Adjacency): boolean {
  return same(left.offsets, right.offsets) && same(left.nodes, right.nodes) && same(left.kinds, right.kinds)
}

function same(left: Int32Array | Uint8Array, right: Int32Array | Uint8Array): boolean {
  return left.length === right.length && left.every((value, at) => value === right[at])
}
