import { describeSymbols, type Facts, type SymbolDescriptions } from '@forge/lang'
import type { FileInput, GraphWriter, LocalInput } from '@forge/graph'
import { isLocal, isShown, localOf, nodeOf } from './graph-records.ts'
import type { WrittenLinks } from './link-image.ts'

/** A file of the graph with what linking needs of it. */
export class GraphFile {
  readonly input: FileInput
  readonly facts: Facts
  /** The row id of each symbol's node; 0 for one that has none. */
  readonly nodeIds: Float64Array
  /** Undefined while it is not known, or nobody wants to know. */
  links: WrittenLinks | undefined
  #fileId: number
  #counts: ReturnType<typeof countsOf> | undefined
  /** Kept from when the nodes were written to when the locals are: describing takes long. */
  #descriptions: SymbolDescriptions | undefined

  private constructor(input: FileInput, facts: Facts, fileId: number) {
    this.input = input
    this.facts = facts
    this.nodeIds = new Float64Array(facts.symbols.count)
    this.#fileId = fileId
  }

  /**
   * Writes a file that is new or has changed, with its nodes.
   *
   * @param before the row id of the file as it was; its local symbols that are nodes go on to be nodes until {@link GraphFile.promote}.
   */
  static write(writer: GraphWriter, input: FileInput, facts: Facts, before?: number): GraphFile {
    const file = new GraphFile(input, withoutTexts(facts), 0)
    file.#put(writer, facts, before === undefined ? new Map() : writer.nodeIds(before))
    return file
  }

  /** Finds the nodes of a file that is in the graph as it is. */
  static read(writer: GraphWriter, input: FileInput, facts: Facts, fileId: number): GraphFile {
    const file = new GraphFile(input, facts, fileId)
    const ids = writer.nodeIds(fileId)
    for (const [row, descriptor] of file.#describe().descriptors.entries()) {
      if (isShown(facts, row) || isLocal(facts, row)) file.nodeIds[row] = ids.get(descriptor) ?? 0
    }
    return file
  }

  /** The lines, the symbols that users see, and the occurrences in it. */
  get counts(): { readonly lines: number; readonly symbols: number; readonly occurrences: number } {
    return (this.#counts ??= countsOf(this.facts))
  }

  get fileId(): number {
    return this.#fileId
  }

  /** Makes these symbols, local or without a name, nodes, and no other such ones. Returns whether any had to be. */
  promote(writer: GraphWriter, rows: ReadonlySet<number>): boolean {
    const { facts, nodeIds } = this
    const added: number[] = []
    const removed: number[] = []
    for (let row = 0; row < facts.symbols.count; row++) {
      if (!isLocal(facts, row) || (nodeIds[row] !== 0) === rows.has(row)) continue
      if (nodeIds[row] === 0) {
        added.push(row)
      } else {
        removed.push(nodeIds[row]!)
        nodeIds[row] = 0
      }
    }
    if (removed.length > 0) writer.removeNodes(this.#fileId, removed)
    if (added.length === 0) return removed.length > 0
    const source = { path: this.input.path, facts, descriptions: this.#describe() }
    const nodes = added.map((row) => nodeOf(source, row))
    const ids = writer.addNodes(this.#fileId, nodes)
    for (const [index, row] of added.entries()) nodeIds[row] = ids[index]!
    return true
  }

  /** Writes the local symbols that are no nodes, and where the file names them. */
  writeLocals(writer: GraphWriter, occurrences: Int32Array): void {
    const { facts, nodeIds } = this
    const indexOf = new Map<number, number>()
    const locals: LocalInput[] = []
    const source = { path: this.input.path, facts, descriptions: this.#describe() }
    for (let row = 0; row < facts.symbols.count; row++) {
      if (!isShown(facts, row) || nodeIds[row] !== 0) continue
      indexOf.set(row, locals.length)
      locals.push(localOf(source, row))
    }
    this.#descriptions = undefined
    const rows: number[] = []
    for (let at = 0; at < occurrences.length; at += 5) {
      const index = indexOf.get(occurrences[at + 3]!)
      if (index === undefined) continue
      rows.push(occurrences[at]!, occurrences[at + 1]!, occurrences[at + 2]!, index, nodeIds[occurrences[at + 4]!]!)
    }
    writer.putLocals(this.#fileId, locals, Float64Array.from(rows))
  }

  #describe(): SymbolDescriptions {
    return (this.#descriptions ??= describeSymbols(this.facts))
  }

  #put(writer: GraphWriter, facts: Facts, before: ReadonlyMap<string, number>): void {
    const { nodeIds } = this
    const descriptions = this.#describe()
    const source = { path: this.input.path, facts, descriptions }
    const rows: number[] = []
    for (let row = 0; row < facts.symbols.count; row++) {
      const isNode = isLocal(facts, row) ? before.has(descriptions.descriptors[row]!) : isShown(facts, row)
      if (isNode) rows.push(row)
    }
    const nodes = rows.map((row) => nodeOf(source, row))
    const put = writer.putFile(this.input, nodes)
    this.#fileId = put.fileId
    for (const [index, row] of rows.entries()) nodeIds[row] = put.nodeIds[index]!
  }
}

function countsOf(facts: Facts): { readonly lines: number; readonly symbols: number; readonly occurrences: number } {
  let symbols = 0
  for (let row = 0; row < facts.symbols.count; row++) if (isShown(facts, row)) symbols++
  return { lines: facts.lineStarts.length, symbols, occurrences: facts.occurrences.count }
}

/** The facts without what is written once: texts and digests, a quarter of their memory. */
function withoutTexts(facts: Facts): Facts {
  const none = new Int32Array(0)
  return { ...facts, texts: [], symbols: { ...facts.symbols, signature: none, doc: none, hash: new Uint8Array(0) } }
}
