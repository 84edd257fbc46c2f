import path from 'node:path'
import type { Graph, StoredFile } from '@forge/graph'
import { nodeHashOfBytes } from '@forge/incremental'
import type { FunctionId } from '@forge/pdg'
import { SourceChangedError } from '../errors.ts'
import type { KeptGraphs, ProjectFiles } from './kept-graphs.ts'
import { SourceFile } from './source-file.ts'
import { sourceText } from './source-text.ts'

/** What follows a member that is assigned. */
const assigned = /^\s*(?:=(?![=>])|(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)=(?!=)|\+\+|--)/
/** What stands before a member that is counted up or down, and before one that is deleted. */
const changed = /(?:\+\+|--|\bdelete\s)[\w$.\s]*$/
const longestOperator = 16
const longestChain = 60

/** The files of a project, and what is known of them. */
export interface ProjectSources extends ProjectFiles {
  readonly kept: KeptGraphs
}

/**
 * The files of one revision, read when they are first needed.
 *
 * Invariant: a file is read only as it was when it was indexed, so that the offsets of the graph are those of its text.
 */
export class RevisionFiles {
  readonly #root: string
  readonly #graph: Graph
  readonly #kept: KeptGraphs
  readonly #stored: ReadonlyMap<string, StoredFile>
  readonly #texts = new Map<string, string>()
  readonly #loaded = new Map<string, Promise<SourceFile | undefined>>()
  /** Those that are there, by their first function. */
  readonly #byFirst: SourceFile[] = []
  #next: FunctionId = 0
  #instructions = 0

  private constructor({ root, graph, kept }: ProjectSources, stored: ReadonlyMap<string, StoredFile>) {
    this.#root = root
    this.#graph = graph
    this.#kept = kept
    this.#stored = stored
  }

  static async open(sources: ProjectSources): Promise<RevisionFiles> {
    return new RevisionFiles(sources, await sources.graph.files())
  }

  /** How many instructions are there. */
  get instructions(): number {
    return this.#instructions
  }

  /** A file of the project; `undefined` for one that is not indexed. Throws `FORGE_SOURCE_CHANGED` for one that is not as it was. */
  async load(file: string): Promise<SourceFile | undefined> {
    let loaded = this.#loaded.get(file)
    if (loaded === undefined) this.#loaded.set(file, (loaded = this.#load(file)))
    return loaded
  }

  /** The file that a function is of. */
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

  /** Whether a name at two offsets of a file may be written there, by what stands around it: known before the file is loaded. */
  mayBeWritten(file: string, start: number, end: number): boolean {
    const text = this.#text(file)
    if (text === undefined) return false
    // A name that stands alone is a key, of a literal or of a pattern.
    if (!/[.#]\s*$/.test(text.slice(Math.max(0, start - longestOperator), start))) return true
    return (
      assigned.test(text.slice(end, end + longestOperator)) ||
      changed.test(text.slice(Math.max(0, start - longestChain), start))
    )
  }

  /** Whether a word stands between two offsets of a file. */
  has(file: string, word: string, { start, end }: { readonly start: number; readonly end: number }): boolean {
    return this.#text(file)?.slice(start, end).includes(word) === true
  }

  /** The text of a file, as it was when it was indexed; `undefined` for one that is not. */
  #text(file: string): string | undefined {
    const known = this.#texts.get(file)
    if (known !== undefined) return known
    const stored = this.#stored.get(file)
    if (stored === undefined) return undefined
    const read = sourceText(path.join(this.#root, file))
    if (read === undefined) throw new SourceChangedError(file, { isGone: true })
    if (read.hash !== nodeHashOfBytes(stored.hash)) throw new SourceChangedError(file)
    this.#texts.set(file, read.text)
    return read.text
  }

  async #load(file: string): Promise<SourceFile | undefined> {
    const stored = this.#stored.get(file)
    const text = this.#text(file)
    if (stored === undefined || text === undefined) return undefined
    const [described, kept] = await Promise.all([
      SourceFile.load(this.#graph, { path: file, text, language: stored.language }),
      this.#kept.load(stored),
    ])
    const source = described(this.#next, kept)
    this.#next += source.ir.functions.length
    for (const { instructions } of source.ir.functions) this.#instructions += instructions.count
    if (source.ir.functions.length > 0) this.#byFirst.push(source)
    return source
  }
}
