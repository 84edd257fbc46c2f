import { dataFlag, flowKinds, type FunctionId, type FunctionIr, locationKinds } from '@forge/pdg'
import { functionPlace, isWritten, stepOf } from './code-places.ts'
import type { DependenceEdge, FunctionDependences } from './dependence-types.ts'
import type { SourceFile } from './source-file.ts'

/** Shows what depends on what in a function: merges are left out, what depends on one depends on what it merges. */
export function functionDependences(file: SourceFile, id: FunctionId): FunctionDependences {
  const { ir, pdg } = file.procedure(id)
  const { flow, control } = pdg
  const edges = new Map<string, DependenceEdge>()
  const add = (edge: DependenceEdge): void => {
    edges.set(`${edge.from} ${edge.on} ${edge.kind} ${edge.label} ${edge.assumedFor}`, edge)
  }
  const steps: number[] = []
  for (let at = 0; at < ir.instructions.count; at++) {
    if (!isWritten(ir, at)) continue
    steps.push(at)
    const block = flow.blockOf[at]!
    for (let row = control.offsets[block]!; row < control.offsets[block + 1]!; row++) {
      const kind = flowKinds[control.kinds[row]!]!
      const predicate = flow.first[control.nodes[row]! + 1]! - 1
      if (kind === 'next' || !isWritten(ir, predicate)) continue
      add({ from: at, on: predicate, kind: 'control', label: kind, assumedFor: null })
    }
    for (const edge of dataEdges(ir, pdg.data, at)) add(edge)
  }
  return {
    function: functionPlace(file, id),
    steps: steps.map((at) => stepOf(file, id, at)),
    edges: [...edges.values()],
  }
}

type Data = ReturnType<SourceFile['procedure']>['pdg']['data']

/** The data dependences of an instruction, those of merges in their place. */
function dataEdges(ir: FunctionIr, data: Data, node: number): DependenceEdge[] {
  const found: DependenceEdge[] = []
  const seen = new Set<number>()
  const open = [{ at: node, label: '' }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (let row = data.offsets[next.at]!; row < data.offsets[next.at + 1]!; row++) {
      const source = data.source[row]!
      const isContent = data.location[row]! >= 0 && (data.flags[row]! & dataFlag.deep) !== 0
      const label = next.label === '' ? locationName(ir, data.location[row]!) + (isContent ? '.*' : '') : next.label
      const isOutside = (data.flags[row]! & dataFlag.outside) !== 0
      const isMerge = source >= ir.instructions.count
      if (isMerge && !seen.has(source)) {
        seen.add(source)
        open.push({ at: source, label })
      }
      if (isMerge || (!isOutside && !isWritten(ir, source))) continue
      const via = data.via[row]!
      found.push({ from: node, on: isOutside ? null : source, kind: 'data', label, assumedFor: via < 0 ? null : via })
    }
  }
  return found
}

/** `order.items[]`: how a location is written. */
export function locationName(ir: FunctionIr, location: number): string {
  if (location < 0) return ''
  const { kind, base, ref } = ir.locations
  const name = locationKinds[kind[location]!]
  if (name === 'variable') return ir.variables.name[ref[location]!]!
  if (name === 'value') return '…'
  const of = base[location]! < 0 ? '…' : locationName(ir, base[location]!)
  return name === 'property' ? `${of}.${ir.names[ref[location]!]!}` : `${of}[]`
}
