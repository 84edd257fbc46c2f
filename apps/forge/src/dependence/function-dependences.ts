import { dataFlag, type FunctionId, type FunctionIr, locationKinds } from '@forge/pdg'
import { functionPlace, isWritten, stepOf } from './code-places.ts'
import { type Condition, Conditions } from './conditions.ts'
import type { DependenceEdge, FunctionDependences } from './dependence-types.ts'
import type { SourceFile } from './source-file.ts'

/**
 * How many dependences are shown at most. Merges stand for as many as there are writes times reads: a function of 6,000 steps that may each change one object has
 * tens of millions.
 */
export const mostEdges = 200_000

/** Which dependences {@link functionDependences} shows. */
interface DependenceOptions {
  /** The steps whose dependences to show. Default all. */
  readonly only?: ReadonlySet<number>
  /** How many dependences at most; those of the steps from the one on for which it is too little are left out. */
  readonly most?: number
}

/** Shows what depends on what in a function: merges are left out, what depends on one depends on what it merges. */
export function functionDependences(
  file: SourceFile,
  id: FunctionId,
  { only, most = mostEdges }: DependenceOptions = {},
): FunctionDependences {
  const { ir, pdg } = file.procedure(id)
  const conditions = new Conditions(ir, pdg)
  const edges: DependenceEdge[] = []
  const steps: number[] = []
  let cut = 0
  for (let at = 0; at < ir.instructions.count; at++) {
    if (!isWritten(ir, at) || only?.has(at) === false) continue
    steps.push(at)
    const own = cut > 0 ? [] : edgesOf(ir, at, { conditions: conditions.of(pdg.flow.blockOf[at]!), data: pdg.data })
    if (cut > 0 || edges.length + own.length > most) cut++
    else for (const edge of own) edges.push(edge)
  }
  return {
    function: functionPlace(file, id),
    steps: steps.map((at) => stepOf(file, id, at)),
    edges,
    cut,
  }
}

/** The dependences of an instruction, each once. */
function edgesOf(
  ir: FunctionIr,
  from: number,
  { conditions, data }: { readonly conditions: readonly Condition[]; readonly data: Data },
): readonly DependenceEdge[] {
  const edges = new Map<string, DependenceEdge>()
  for (const edge of dataEdges(ir, data, from)) edges.set(`${edge.on} ${edge.label} ${edge.assumedFor}`, edge)
  return [
    ...conditions.map(({ on, label }): DependenceEdge => ({ from, on, kind: 'control', label, assumedFor: null })),
    ...edges.values(),
  ]
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
