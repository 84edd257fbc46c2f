import { dataFlag, type FunctionId, op, type Place, type Program, type SharedAccess, type Slice } from '@forge/pdg'
import { isWritten } from './code-places.ts'
import type { SliceEdge } from './dependence-types.ts'
import { functionDependences, locationName, mostEdges } from './function-dependences.ts'
import type { RevisionFiles } from './source-files.ts'

/** What {@link sliceEdges} looks at. */
interface SlicedProgram {
  readonly slice: Slice['functions']
  readonly program: Program
  readonly files: RevisionFiles
}

/** Edges, and of how many steps they were left out because there are too many. */
interface SliceEdges {
  readonly edges: readonly SliceEdge[]
  readonly cut: number
}

/**
 * The dependences between the steps of a slice: inside of functions, from calls to what they run, and from what is read to what writes it in another
 * function.
 */
export async function sliceEdges(sliced: SlicedProgram): Promise<SliceEdges> {
  const edges = new Map<string, SliceEdge>()
  let cut = 0
  for (const [id, steps] of sliced.slice) {
    const inside = edgesInside(sliced, id, mostEdges - edges.size)
    for (const at of steps) {
      const own = cut > 0 ? undefined : inside(at)
      const found =
        own === undefined ? undefined : [...own, ...(await edgesElsewhere(sliced, { function: id, instruction: at }))]
      if (found === undefined || edges.size + found.length > mostEdges) cut++
      else for (const edge of found) edges.set(JSON.stringify(edge), edge)
    }
  }
  return { edges: [...edges.values()], cut }
}

/** Gives the dependences of a step on others of its function; `undefined` where they are too many. */
function edgesInside(
  { slice, files }: SlicedProgram,
  id: FunctionId,
  most: number,
): (step: number) => readonly SliceEdge[] | undefined {
  const only = new Set(slice.get(id))
  const { steps, edges, cut } = functionDependences(files.of(id), id, { only, most })
  const left = new Set(steps.slice(steps.length - cut).map((step) => step.id))
  const byStep = Map.groupBy(
    edges.filter(({ on }) => on !== null && only.has(on)),
    ({ from }) => from,
  )
  return (step) =>
    left.has(step)
      ? undefined
      : (byStep.get(step) ?? []).map(({ from, on, kind, label, assumedFor }) => ({
          from: { function: id, step: from },
          on: { function: id, step: on },
          kind,
          label,
          isAssumed: assumedFor !== null,
        }))
}

async function edgesElsewhere(
  { slice, program, files }: SlicedProgram,
  { function: id, instruction: at }: Place,
): Promise<SliceEdge[]> {
  const ir = files.of(id).function(id)
  const edges: SliceEdge[] = []
  const from = { function: id, step: at }
  if (ir.instructions.op[at] === op.call || ir.instructions.op[at] === op.construct) {
    for (const { function: callee } of (await program.callees(id, at)).functions) {
      const on = { function: callee, step: null }
      if (slice.has(callee)) edges.push({ from, on, kind: 'call', label: '', isAssumed: false })
    }
  }
  for (const accessor of await program.accessors(id, at)) {
    const on = { function: accessor, step: null }
    if (slice.has(accessor)) edges.push({ from, on, kind: 'call', label: '', isAssumed: false })
  }
  if (!isWritten(ir, at)) return edges
  for (const access of await outsideAccesses(program, { function: id, instruction: at })) {
    for (const { function: writer, instruction } of await program.writers(access)) {
      const isFound = writer !== id && slice.get(writer)?.includes(instruction) === true
      if (!isFound || !isWritten(files.of(writer).function(writer), instruction)) continue
      const label = locationName(ir, access.location)
      edges.push({ from, on: { function: writer, step: instruction }, kind: 'data', label, isAssumed: false })
    }
  }
  return edges
}

/** What an instruction reads that comes from outside of its function, by way of merges too. */
async function outsideAccesses(program: Program, { function: id, instruction }: Place): Promise<SharedAccess[]> {
  const { ir, pdg } = await program.procedure(id)
  const { offsets, source, location, flags } = pdg.data
  const accesses: SharedAccess[] = []
  const seen = new Set([instruction])
  for (const node of seen) {
    for (let row = offsets[node]!; row < offsets[node + 1]!; row++) {
      if (source[row]! >= ir.instructions.count) seen.add(source[row]!)
      if ((flags[row]! & dataFlag.outside) === 0 || location[row]! < 0) continue
      const what = (flags[row]! & dataFlag.deep) === 0 ? 'itself' : 'content'
      accesses.push({ function: id, node, location: location[row]!, what })
    }
  }
  return accesses
}

/** The calls in a slice of which it is not known all that they call, and for which something in the slice is assumed. */
export async function assumedCalls({ slice, program }: SlicedProgram): Promise<Place[]> {
  const places: Place[] = []
  for (const [id, instructions] of slice) {
    const { ir, pdg } = await program.procedure(id)
    const { offsets, via } = pdg.data
    const isFound = new Set(instructions)
    const calls = new Set<number>()
    for (let node = 0; node < offsets.length - 1; node++) {
      if (node < ir.instructions.count && !isFound.has(node)) continue
      for (let row = offsets[node]!; row < offsets[node + 1]!; row++) {
        if (via[row]! >= 0 && isFound.has(via[row]!)) calls.add(via[row]!)
      }
    }
    for (const call of [...calls].toSorted((a, b) => a - b)) {
      if (!(await program.callees(id, call)).isComplete) places.push({ function: id, instruction: call })
    }
  }
  return places
}
