import path from 'node:path'
import type { Graph, StoredFile } from '@forge/graph'
import { hashOf, nodeHashBytes } from '@forge/incremental'
import type { FunctionId } from '@forge/pdg'
import { SourceChangedError } from '../errors.ts'
import { readSource } from '../read-source.ts'
import type { SourceFiles } from './project-program.ts'
import { SourceFile } from './source-file.ts'

const byteOrderMark = '\uFEFF'

/**
 * The files of one revision, read when they are first needed.
 *
 * Invariant: a file is read only as it was when it was indexed, so that the offsets of the graph are those of its text.
 */
export class RevisionFiles implements SourceFiles {
  readonly #root: string
  readonly #graph: Graph
  readonly #stored: ReadonlyMap<string, StoredFile>
  readonly #loaded = new Map<string, Promise<SourceFile | undefined>>()
  /** Those that are there, by their first function. */
  readonly #byFirst: SourceFile[] = []
  #next: FunctionId = 0

  private constructor(root: string, graph: Graph, stored: ReadonlyMap<string, StoredFile>) {
    this.#root = root
    this.#graph = graph
    this.#stored = stored
  }

  static async open(root: string, graph: Graph): Promise<RevisionFiles> {
    return new RevisionFiles(root, graph, await graph.files())
  }

  has(file: string): boolean {
    return this.#stored.has(file)
  }

  async load(file: string): Promise<SourceFile | undefined> {
    let loaded = this.#loaded.get(file)
    if (loaded === undefined) this.#loaded.set(file, (loaded = this.#load(file)))
    return loaded
  }

  of(id: FunctionId): SourceFile {
    let low = 0
    let high = this.#byFirst.length
    while (low + 1 < high) {
      const middle = (low + high) >>> 1
      if (this.#byFirst[middle]!.first <= id) low = middle
      else high = middle
    }
    return this.#byFirst[low]!
  }

  async #load(file: string): Promise<SourceFile | undefined> {
    const stored = this.#stored.get(file)
    const text = stored === undefined ? undefined : readSource(path.join(this.#root, file))
    if (stored === undefined || text === undefined) return undefined
    if (Buffer.compare(nodeHashBytes(hashOf(text)), stored.hash) !== 0) throw new SourceChangedError(file)
    const described = await SourceFile.load(this.#graph, {
      path: file,
      // The indexer leaves the mark out, so the offsets of the graph do.
      text: text.startsWith(byteOrderMark) ? text.slice(1) : text,
      language: stored.language,
    })
    const source = described(this.#next)
    this.#next += source.ir.functions.length
    if (source.ir.functions.length > 0) this.#byFirst.push(source)
    return source
  }
}
