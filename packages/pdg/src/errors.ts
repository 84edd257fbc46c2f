import { ForgeError } from '@forge/errors'

/** A flow graph, or an option of a question about one, cannot be: `details` says which node or edge. */
export class FlowGraphError extends ForgeError {
  override readonly code = 'FORGE_PDG_FLOW_GRAPH'
}

/** The tables of a function are not those of one: `details` says which column, and which row. */
export class FunctionIrError extends ForgeError {
  override readonly code = 'FORGE_PDG_IR'
}

/** An option of a slice cannot be: `details` says which. */
export class SliceInputError extends ForgeError {
  override readonly code = 'FORGE_PDG_SLICE'
}

/** A graph has so many control dependences or frontiers that they do not fit into memory: `details` says how many are the most. */
export class GraphTooLargeError extends ForgeError {
  override readonly code = 'FORGE_PDG_TOO_LARGE'
}
