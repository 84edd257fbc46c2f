import type { DataDependence } from '../data-dependence.ts'
import type { FunctionPdg } from '../program-dependence.ts'
import { packBlock, unpackBlock } from './block.ts'
import { bytes, type Columns, numbers, readTable, writeTable } from './columns.ts'
import { readAdjacency, readFlow, writeAdjacency, writeFlow } from './packed-flow.ts'

const dataColumns: Columns<DataDependence> = {
  offsets: 'offsets',
  source: numbers('delta', 'parts'),
  location: numbers('delta', 'parts'),
  flags: bytes('plain', 'parts'),
  via: numbers('runs', 'parts'),
}

/** Packs what is known of a function besides its instructions. */
export function packPdg({ flow, control, data }: FunctionPdg): Uint8Array {
  return packBlock((writer) => {
    writeFlow(writer, flow)
    writeAdjacency(writer, control)
    writeTable(writer, dataColumns, { rows: data.nodes, table: data })
  })
}

/**
 * Makes again what {@link packPdg} packed.
 *
 * @throws {PdgDamagedError} `FORGE_PDG_DAMAGED`: the bytes are not those that were packed
 * @throws {PdgVersionError} `FORGE_PDG_VERSION`: another version of Forge packed them
 */
export function unpackPdg(block: Uint8Array): FunctionPdg {
  return unpackBlock(
    block,
    (reader) => {
      const flow = readFlow(reader)
      const control = readAdjacency(reader)
      const { rows, table } = readTable<DataDependence>(reader, dataColumns)
      return { flow, control, data: { nodes: rows, ...table } }
    },
    unpackPdg,
  )
}
