import { dataFlag, type FunctionId, op, type Place, type Program, type SharedAccess, type Slice } from '@forge/pdg'
import { isWritten } from './code-places.ts'
import type { SliceEdge } from './dependence-types.ts'
import { functionDependences, locationName } from './function-dependences.ts'
import type { RevisionFiles } from './source-files.ts'

/** What {@link sliceEdges} looks at. */
interface SlicedProgram {
  readonly slice: Slice['functions']
  readonly program: Program
  readonly files: RevisionFiles
}

/**
 * The dependences between the steps of a slice: inside of functions, from calls to what they run, and from what is read to what writes it in another
 * function.
 */
export async function sliceEdges(sliced: SlicedProgram): Promise<SliceEdge[]> {
  const edges = new Map<string, SliceEdge>()
  for (const id of sliced.slice.keys()) {
    for (const edge of [...edgesInside(sliced, id), ...(await edgesElsewhere(sliced, id))]) {
      edges.set(JSON.stringify(edge), edge)
    }
  }
  return [...edges.values()]
}

function edgesInside({ slice, files }: SlicedProgram, id: FunctionId): SliceEdge[] {
  const steps = new Set(slice.get(id))
  const edges: SliceEdge[] = []
  for (const { from, on, kind, label, assumedFor } of functionDependences(files.of(id), id).edges) {
    if (on === null || !steps.has(from) || !steps.has(on)) continue
    const isAssumed = assumedFor !== null
    edges.push({ from: { function: id, step: from }, on: { function: id, step: on }, kind, label, isAssumed })
  }
  return edges
}

async function edgesElsewhere({ slice, program, files }: SlicedProgram, id: FunctionId): Promise<SliceEdge[]> {
  const file = files.of(id)
  const ir = file.function(id)
  const edges: SliceEdge[] = []
  for (const at of slice.get(id)!) {
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
    if (!isWritten(ir, at)) continue
    for (const access of await outsideAccesses(program, { function: id, instruction: at })) {
      for (const { function: writer, instruction } of await program.writers(access)) {
        const isFound = writer !== id && slice.get(writer)?.includes(instruction) === true
        if (!isFound || !isWritten(files.of(writer).function(writer), instruction)) continue
        const label = locationName(ir, access.location)
        edges.push({ from, on: { function: writer, step: instruction }, kind: 'data', label, isAssumed: false })
      }
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
