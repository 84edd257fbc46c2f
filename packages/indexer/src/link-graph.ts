import { setImmediate } from 'node:timers/promises'
import { confidences, edgeKinds, roles, type EdgeInput, type EdgeKind, type GraphWriter, type Role } from '@forge/graph'
import {
  createLinkerInSteps,
  createUpdatableLinker,
  type FileEdges,
  type FileLinks,
  type Linker,
  type LinkFile,
  type UpdatableLinker,
} from '@forge/link'
import type { GraphFile } from './graph-file.ts'
import { groupUnresolved, isLocal } from './graph-records.ts'
import { LinkImages, sameImage } from './link-image.ts'
import type { ModuleResolver } from './modules.ts'
import type { IndexProgress } from './index-report.ts'

/** Files linked or written before other tasks of the event loop get their turn. */
const chunk = 16

/** How linking goes about it. */
export interface LinkOptions {
  readonly resolver: ModuleResolver
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: IndexProgress) => void) | undefined
  /** Called between finding the links and writing them. */
  readonly onLinked: () => void
}

/** How many there are of what is in the graph. */
export interface LinkTotals {
  readonly edges: number
  readonly unresolved: number
}

/** Links all files of the project, in order of their paths, and writes what leaves each of them. */
export async function linkGraph(
  writer: GraphWriter,
  files: readonly GraphFile[],
  options: LinkOptions,
): Promise<LinkTotals> {
  const linker = await inSteps(createLinkerInSteps(linkFiles(files, options.resolver)), options.signal)
  const links = new FileLinksWriter(linker, [...files], false)
  await links.link(writer, files.keys(), options)
  return links.totals()
}

/** Where more versions than these, and than a part of all files, are others, linking all files anew is faster. */
const mostVersions = { count: 8, part: 1 / 6 } as const

/** The links of a graph that are kept in memory, so that those of single files can be found and written again. */
export class KeptLinks {
  readonly #linker: UpdatableLinker
  readonly #links: FileLinksWriter
  /** The number of each file that the linker has ever known, by path. */
  readonly #numbers: Map<string, number>
  /** The versions of the files that the linker knows, by number; undefined for those that are gone. */
  readonly #versions: (LinkFile | undefined)[]

  private constructor(linker: UpdatableLinker, links: FileLinksWriter, versions: readonly LinkFile[]) {
    this.#linker = linker
    this.#links = links
    this.#versions = [...versions]
    this.#numbers = new Map(versions.map((version, number) => [version.path, number]))
  }

  /** Does what {@link linkGraph} does, and keeps what it found. What is written already is not written again. */
  static async link(writer: GraphWriter, files: readonly GraphFile[], options: LinkOptions): Promise<KeptLinks> {
    const versions = linkFiles(files, options.resolver)
    const linker = await inSteps(createUpdatableLinker(versions), options.signal)
    const links = new FileLinksWriter(linker, [...files], true)
    await links.link(writer, files.keys(), options)
    return new KeptLinks(linker, links, versions)
  }

  /** Does what {@link KeptLinks.link} does with files of a graph that has their links already. */
  static async recall(files: readonly GraphFile[], options: Omit<LinkOptions, 'onLinked'>): Promise<KeptLinks> {
    const versions = linkFiles(files, options.resolver)
    const linker = await inSteps(createUpdatableLinker(versions), options.signal)
    const links = new FileLinksWriter(linker, [...files], true)
    await links.recall(options)
    return new KeptLinks(linker, links, versions)
  }

  /** The numbers that the targets of modules have to have, by path; new files are given the next ones. */
  numbersOf(paths: readonly string[]): ReadonlyMap<string, number> {
    for (const path of paths) if (!this.#numbers.has(path)) this.#numbers.set(path, this.#numbers.size)
    return new Map(paths.map((path) => [path, this.#numbers.get(path)!]))
  }

  /**
   * Links again what is linked in another way now that some files have changed, have come or are gone.
   *
   * @param files all files, the nodes of the changed ones written and those of the ones that are gone removed.
   * @param changed those that are new or have changed.
   * @param isResolvedAnew whether modules may lead elsewhere, also those of files that have not changed.
   * @returns whether it could; where it could not, nothing was written, and all files have to be linked anew.
   */
  async update(
    writer: GraphWriter,
    files: readonly GraphFile[],
    changed: ReadonlySet<string>,
    isResolvedAnew: boolean,
    options: LinkOptions,
  ): Promise<boolean> {
    const versions = new Map<number, LinkFile | undefined>()
    const present = new Map<number, GraphFile>()
    for (const file of files) {
      const number = this.#numbers.get(file.input.path)!
      if (changed.has(file.input.path)) present.set(number, file)
      else if (!isResolvedAnew) continue
      const version = linkFile(file, options.resolver)
      if (present.has(number) || !sameTargets(this.#versions[number], version)) versions.set(number, version)
    }
    if (isResolvedAnew) {
      const paths = new Set(files.map((file) => file.input.path))
      for (const [number, version] of this.#versions.entries()) {
        if (version !== undefined && !paths.has(version.path)) versions.set(number, undefined)
      }
    }
    if (versions.size > Math.max(mostVersions.count, mostVersions.part * files.length)) return false
    const before = this.#links.nodesOf(present.keys())
    const due = await inSteps(this.#linker.update(versions), options.signal)
    if (due === undefined) return false
    const gone: number[] = []
    for (const [number, version] of versions) {
      this.#versions[number] = version
      if (version === undefined) gone.push(number)
    }
    await this.#links.replace(writer, { changed: present, gone, before, due }, options)
    return true
  }

  totals(): LinkTotals {
    return this.#links.totals()
  }
}

function sameTargets(left: LinkFile | undefined, right: LinkFile): boolean {
  return JSON.stringify(left?.targets) === JSON.stringify(right.targets)
}

/** What is known of the links of a file, besides what is in the graph. */
interface KnownLinks {
  readonly edges: number
  readonly unresolved: number
  /** The symbols that its edges lead to, each once. */
  readonly targets: Int32Array
}

/** What has changed since the files were linked. */
interface LinkUpdate {
  readonly changed: ReadonlyMap<number, GraphFile>
  readonly gone: readonly number[]
  /** The nodes of the changed files as they were, by symbol. */
  readonly before: ReadonlyMap<number, number>
  readonly due: ReadonlySet<number>
}

interface LinkChanges {
  readonly gone: readonly number[]
  movedBy(promoted: ReadonlySet<number>): ReadonlySet<number>
}

const nothingElse: LinkChanges = { gone: [], movedBy: () => new Set() }

/** Finds the links of files and writes them. */
class FileLinksWriter {
  readonly #linker: Linker
  /** By number; those that are gone are not looked at. */
  readonly #files: GraphFile[]
  readonly #keeps: boolean
  readonly #known: (KnownLinks | undefined)[]
  /** How many files have an edge to a local symbol. */
  readonly #localTargets = new Map<number, number>()

  constructor(linker: Linker, files: GraphFile[], keeps: boolean) {
    this.#linker = linker
    this.#files = files
    this.#keeps = keeps
    this.#known = files.map(() => undefined)
  }

  totals(): LinkTotals {
    let edges = 0
    let unresolved = 0
    for (const known of this.#known) {
      edges += known?.edges ?? 0
      unresolved += known?.unresolved ?? 0
    }
    return { edges, unresolved }
  }

  /** The row ids of the nodes that symbols of these files have now. */
  nodesOf(files: Iterable<number>): ReadonlyMap<number, number> {
    const nodes = new Map<number, number>()
    for (const index of files) {
      for (const [row, id] of this.#files[index]?.nodeIds.entries() ?? []) {
        if (id !== 0) nodes.set(this.#linker.symbol(index, row), id)
      }
    }
    return nodes
  }

  /** Puts changed files in their places and links what is due. */
  async replace(writer: GraphWriter, { changed, gone, before, due }: LinkUpdate, options: LinkOptions): Promise<void> {
    for (const [index, file] of changed) this.#files[index] = file
    await this.link(writer, due, options, {
      gone,
      movedBy: (promoted) => {
        // A symbol whose node is another one has to be led to again.
        const now = this.nodesOf(new Set([...changed.keys(), ...promoted]))
        const moved = new Set<number>()
        for (const [symbol, id] of before) if (now.get(symbol) !== id) moved.add(symbol)
        return moved
      },
    })
  }

  /**
   * Links files and writes what is not written yet.
   *
   * @param also.gone files that are there no more
   * @param also.movedBy gives the symbols that have other nodes than before, after those of some files were made nodes or are none any more
   */
  async link(
    writer: GraphWriter,
    due: Iterable<number>,
    { signal, onProgress, onLinked }: LinkOptions,
    { gone, movedBy }: LinkChanges = nothingElse,
  ): Promise<void> {
    const links = new Map<number, FileLinks>()
    const touched = new Set<number>()
    for (const index of gone) {
      for (const target of this.#known[index]?.targets ?? []) this.#count(target, -1, touched)
      this.#known[index] = undefined
    }
    const order = [...due].toSorted((left, right) => left - right)
    for (const [at, index] of order.entries()) {
      await pause(at, signal)
      links.set(index, this.#find(index, touched))
      onProgress?.({ phase: 'link', done: at + 1, total: order.length })
    }
    const promoted = this.#promote(writer, touched, order)
    const moved = movedBy(promoted)
    for (const index of promoted) if (!links.has(index)) links.set(index, this.#linker.linkFile(index))
    if (moved.size > 0) {
      for (const [index, known] of this.#known.entries()) {
        if (!links.has(index) && known?.targets.some((target) => moved.has(target)) === true) {
          links.set(index, this.#linker.linkFile(index))
        }
      }
    }
    onLinked()
    const images = new LinkImages(this.#linker.externals)
    let done = 0
    for (const [index, link] of links) {
      await pause(done, signal)
      this.#write(writer, index, link, images)
      onProgress?.({ phase: 'store', done: ++done, total: links.size })
    }
  }

  /** Links all files and takes it for what is in the graph. */
  async recall({ signal }: Pick<LinkOptions, 'signal'>): Promise<void> {
    const images = new LinkImages(this.#linker.externals)
    const touched = new Set<number>()
    for (const [index, file] of this.#files.entries()) {
      await pause(index, signal)
      const link = this.#find(index, touched)
      const image = images.of(link, file.nodeIds, (symbol) => this.#stableIdOf(symbol))
      // The number of an external symbol is as good as the row id of its node, to tell edges apart.
      const edges = [...edgesOf(link.edges, (symbol) => this.#stableIdOf(symbol), promotedEdges(file, link.locals))]
        .length
      file.links = { image, edges }
      this.#known[index] = { ...this.#known[index]!, edges }
    }
  }

  /** The row id of the node of a symbol; the symbol itself where it is outside the project. */
  #stableIdOf(symbol: number): number {
    return symbol < 0 ? symbol : this.#files[this.#linker.fileOf(symbol)]!.nodeIds[this.#linker.rowOf(symbol)]!
  }

  /** Links a file; notes whose local symbols are led to by more or fewer files than before. */
  #find(index: number, touched: Set<number>): FileLinks {
    const link = this.#linker.linkFile(index)
    const before = this.#known[index]
    for (const target of before?.targets ?? []) this.#count(target, -1, touched)
    const { edges } = link
    const targets = Int32Array.from(new Set(edges.target.subarray(0, edges.count)))
    for (const target of targets) this.#count(target, 1, touched)
    const unresolved = link.unresolved.length + link.functionValues.length
    this.#known[index] = { edges: before?.edges ?? 0, unresolved, targets }
    return link
  }

  #count(target: number, change: number, touched: Set<number>): void {
    if (target < 0) return
    const count = (this.#localTargets.get(target) ?? 0) + change
    const index = this.#linker.fileOf(target)
    const row = this.#linker.rowOf(target)
    // A symbol that is gone with the former version of its file is in no row.
    if (row < 0 || !isLocal(this.#files[index]!.facts, row)) {
      this.#localTargets.delete(target)
      return
    }
    this.#localTargets.set(target, count)
    touched.add(target)
  }

  /** Makes local symbols nodes where edges lead to them, and no others. Returns the files of which some are nodes now, or none any more. */
  #promote(writer: GraphWriter, touched: ReadonlySet<number>, linked: readonly number[]): ReadonlySet<number> {
    const rows = new Map<number, Set<number>>()
    const owners = new Set(linked)
    for (const symbol of touched) owners.add(this.#linker.fileOf(symbol))
    for (const index of owners) rows.set(index, new Set())
    for (const [symbol, count] of this.#localTargets) {
      if (count > 0) rows.get(this.#linker.fileOf(symbol))?.add(this.#linker.rowOf(symbol))
    }
    const promoted = new Set<number>()
    for (const [index, shown] of rows) if (this.#files[index]!.promote(writer, shown)) promoted.add(index)
    return promoted
  }

  #write(writer: GraphWriter, index: number, link: FileLinks, images: LinkImages): void {
    const linker = this.#linker
    const file = this.#files[index]!
    const image = this.#keeps ? images.of(link, file.nodeIds, (symbol) => this.#stableIdOf(symbol)) : undefined
    if (image !== undefined && file.links !== undefined && sameImage(file.links.image, image)) {
      this.#known[index] = { ...this.#known[index]!, edges: file.links.edges }
      return
    }
    const nodeIdOf = (symbol: number): number =>
      symbol < 0 ? writer.externalNode(linker.externals[-1 - symbol] ?? '') : this.#stableIdOf(symbol)
    const outgoing = [...edgesOf(link.edges, nodeIdOf, promotedEdges(file, link.locals))]
    writer.putEdges(file.fileId, outgoing)
    file.writeLocals(writer, link.locals)
    writer.putUnresolved(
      file.fileId,
      groupUnresolved([...link.unresolved, ...link.functionValues], (symbol) => file.nodeIds[linker.rowOf(symbol)]!),
    )
    file.links = image === undefined ? undefined : { image, edges: outgoing.length }
    this.#known[index] = { ...this.#known[index]!, edges: outgoing.length }
  }
}

function linkFiles(files: readonly GraphFile[], resolver: ModuleResolver): readonly LinkFile[] {
  return files.map((file) => linkFile(file, resolver))
}

function linkFile({ input, facts }: GraphFile, resolver: ModuleResolver): LinkFile {
  const specifiers = Array.from(facts.modules.specifier.subarray(0, facts.modules.count), (at) => facts.strings[at]!)
  return { path: input.path, facts, targets: specifiers.map((specifier) => resolver.resolve(input.path, specifier)) }
}

async function inSteps<Result>(
  steps: Generator<void, Result, undefined>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await setImmediate()
    signal?.throwIfAborted()
  }
}

async function pause(done: number, signal: AbortSignal | undefined): Promise<void> {
  if (done % chunk !== chunk - 1) return
  await setImmediate()
  signal?.throwIfAborted()
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
