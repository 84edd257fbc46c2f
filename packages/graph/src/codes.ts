import { type Confidence, confidences, type EdgeKind, edgeKinds, type NodeKind, nodeKinds } from './graph-types.ts'
import { GraphInputError } from './errors.ts'

const nodeCodes: ReadonlyMap<string, number> = new Map(nodeKinds.map((kind, code) => [kind, code]))
const edgeCodes: ReadonlyMap<string, number> = new Map(edgeKinds.map((kind, code) => [kind, code]))
const confidenceCodes: ReadonlyMap<string, number> = new Map(confidences.map((name, code) => [name, code]))

/** The code of a kind of symbol in the database; throws `FORGE_GRAPH_INPUT` for an unknown one. */
export function nodeCode(kind: NodeKind): number {
  return nodeCodes.get(kind) ?? unknown('kind of symbol', kind, nodeKinds)
}

/** The code of a kind of edge in the database; throws `FORGE_GRAPH_INPUT` for an unknown one. */
export function edgeCode(kind: EdgeKind): number {
  return edgeCodes.get(kind) ?? unknown('kind of edge', kind, edgeKinds)
}

/** The code of a confidence in the database; throws `FORGE_GRAPH_INPUT` for an unknown one. */
export function confidenceCode(confidence: Confidence): number {
  return confidenceCodes.get(confidence) ?? unknown('confidence', confidence, confidences)
}

/** The code of a symbol outside the project. */
export const externalCode: number = nodeKinds.indexOf('external')

/** The codes of the edges that are calls. */
export const callCode: number = edgeKinds.indexOf('calls')
export const instantiateCode: number = edgeKinds.indexOf('instantiates')

function unknown(what: string, value: unknown, known: readonly string[]): never {
  throw new GraphInputError(`There is no ${what} ${JSON.stringify(value)}`, {
    hint: `Give one of: ${known.join(', ')}`,
    details: { value, known },
  })
}
