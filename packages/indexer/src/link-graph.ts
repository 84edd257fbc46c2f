import { setImmediate } from 'node:timers/promises'
import { confidences, edgeKinds, roles, type EdgeInput, type EdgeKind, type GraphWriter, type Role } from '@forge/graph'
import { createLinkerInSteps, type FileEdges, type FileLinks, type Linker } from '@forge/link'
import type { GraphFile } from './graph-file.ts'
import { groupUnresolved, isLocal } from './graph-records.ts'
import { LinkImages, sameImage } from './link-image.ts'
import type { ModuleResolver } from './modules.ts'
import type { IndexProgress } from './index-report.ts'

/** Files linked or written before other tasks of the event loop get their turn. */
const chunk = 16

/** What linking takes besides the files. */
export interface LinkGraphOptions {
  readonly resolver: ModuleResolver
  /** Whether somebody keeps the files for the next run: it writes only those whose links are others then. */
  readonly keepFiles: boolean
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: IndexProgress) => void) | undefined
  /** Called between finding the links and writing them. */
  readonly onLinked: () => void
}

/** How many there are of what was written. */
export interface LinkTotals {
  readonly edges: number
  readonly unresolved: number
}

/** Links all files of the project, in order of their paths, and writes what leaves each of them. */
export async function linkGraph(
  writer: GraphWriter,
  files: readonly GraphFile[],
  options: LinkGraphOptions,
): Promise<LinkTotals> {
  const { resolver, keepFiles, signal, onProgress, onLinked } = options
  const pause = async (index: number): Promise<void> => {
    if (index % chunk !== chunk - 1) return
    await setImmediate()
    signal?.throwIfAborted()
  }
  const steps = createLinkerInSteps(
    files.map(({ input, facts }) => {
      const specifiers = Array.from(
        facts.modules.specifier.subarray(0, facts.modules.count),
        (at) => facts.strings[at]!,
      )
      const targets = specifiers.map((specifier) => resolver.resolve(input.path, specifier))
      return { path: input.path, facts, targets }
    }),
  )
  let step = steps.next()
  while (step.done !== true) {
    await setImmediate()
    signal?.throwIfAborted()
    step = steps.next()
  }
  const linker: Linker = step.value
  const links: FileLinks[] = []
  for (const index of files.keys()) {
    await pause(index)
    links.push(linker.linkFile(index))
    onProgress?.({ phase: 'link', done: index + 1, total: files.length })
  }
  for (const [index, rows] of localTargets(links, linker, files).entries()) files[index]!.promote(writer, rows)
  onLinked()
  let edges = 0
  let unresolved = 0
  const images = new LinkImages(linker.externals)
  for (const [index, file] of files.entries()) {
    await pause(index)
    const link = links[index]!
    const stableIdOf = (symbol: number): number =>
      symbol < 0 ? symbol : files[linker.fileOf(symbol)]!.nodeIds[linker.rowOf(symbol)]!
    const image = keepFiles ? images.of(link, file.nodeIds, stableIdOf) : undefined
    if (image === undefined || file.links === undefined || !sameImage(file.links.image, image)) {
      const nodeIdOf = (symbol: number): number =>
        symbol < 0 ? writer.externalNode(linker.externals[-1 - symbol] ?? '') : stableIdOf(symbol)
      const outgoing = [...edgesOf(link.edges, nodeIdOf, promotedEdges(file, link.locals))]
      writer.putEdges(file.fileId, outgoing)
      file.writeLocals(writer, link.locals)
      const open = [...link.unresolved, ...link.functionValues]
      writer.putUnresolved(
        file.fileId,
        groupUnresolved(open, (symbol) => file.nodeIds[linker.rowOf(symbol)]!),
      )
      edges += outgoing.length
      file.links = image === undefined ? undefined : { image, edges: outgoing.length }
    } else {
      edges += file.links.edges
    }
    unresolved += link.unresolved.length + link.functionValues.length
    onProgress?.({ phase: 'store', done: index + 1, total: files.length })
  }
  return { edges, unresolved }
}

/** For each file, its local symbols that an edge leads to. */
function localTargets(
  links: readonly FileLinks[],
  linker: Linker,
  files: readonly GraphFile[],
): readonly ReadonlySet<number>[] {
  const targets = files.map(() => new Set<number>())
  for (const { edges } of links) {
    for (const target of edges.target.subarray(0, edges.count)) {
      if (target < 0) continue
      const file = linker.fileOf(target)
      const row = linker.rowOf(target)
      if (isLocal(files[file]!.facts, row)) targets[file]!.add(row)
    }
  }
  return targets
}

/** The edges of a file; what it says of its own `promoted` symbols comes on top. */
function* edgesOf(
  edges: FileEdges,
  nodeIdOf: (symbol: number) => number,
  promoted: Map<string, EdgeInput>,
): Generator<EdgeInput> {
  for (let row = 0; row < edges.count; row++) {
    const edge: EdgeInput = {
      source: nodeIdOf(edges.source[row]!),
      target: nodeIdOf(edges.target[row]!),
      kind: edgeKinds[edges.kind[row]!]!,
      confidence: confidences[edges.confidence[row]!]!,
      sites: edges.sites.subarray(edges.siteFirst[row]! * 3, edges.siteFirst[row + 1]! * 3),
    }
    const own = promoted.size === 0 ? undefined : promoted.get(edgeKey(edge))
    if (own !== undefined) promoted.delete(edgeKey(edge))
    yield own === undefined ? edge : { ...edge, confidence: 'exact', sites: mergeSites(edge.sites, own.sites) }
  }
  yield* promoted.values()
}

/** The edges to the local symbols of a file that are nodes, from where the file itself names them. */
function promotedEdges({ nodeIds }: GraphFile, locals: Int32Array): Map<string, EdgeInput> {
  const found = new Map<string, EdgeInput>()
  for (let at = 0; at < locals.length; at += 5) {
    const target = nodeIds[locals[at + 3]!]!
    if (target === 0) continue
    const role = roles[locals[at + 2]!]!
    const site = locals.subarray(at, at + 3)
    const edge: EdgeInput = {
      source: nodeIds[locals[at + 4]!]!,
      target,
      kind: edgeOfRole[role],
      confidence: 'exact',
      sites: site,
    }
    const before = found.get(edgeKey(edge))
    found.set(edgeKey(edge), before === undefined ? edge : { ...edge, sites: mergeSites(before.sites, site) })
  }
  return found
}

const edgeOfRole: Readonly<Record<Role, EdgeKind>> = {
  read: 'reads',
  write: 'writes',
  call: 'calls',
  import: 'imports',
  export: 'references',
  type: 'references',
}

function edgeKey({ source, target, kind }: EdgeInput): string {
  return `${source} ${target} ${kind}`
}

/** Both lists of sites in one, ordered. */
function mergeSites(left: Int32Array, right: Int32Array): Int32Array {
  const sites: (readonly number[])[] = []
  for (const list of [left, right]) {
    for (let at = 0; at < list.length; at += 3) sites.push([...list.subarray(at, at + 3)])
  }
  return Int32Array.from(sites.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!).flat())
}
