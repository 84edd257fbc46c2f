import type { Transaction } from '@forge/db'
import type { FunctionIr } from '../ir.ts'
import type { FunctionPdg } from '../program-dependence.ts'
import { fromContentColumn } from './content-hash.ts'
import { PdgDamagedError } from './errors.ts'
import { innermostAt, type PlacedFunction, unpackLayout, unpackPlace } from './file-layout.ts'
import { type FunctionHash, hashBytes, hashOfBytes } from './function-hash.ts'
import { type FunctionPlace, functionKinds, unpackIr } from './packed-ir.ts'
import { unpackPdg } from './packed-pdg.ts'
import type {
  FunctionAddress,
  LoadedFile,
  LoadedFunction,
  PdgStats,
  StoredFile,
  StoredFunction,
} from './pdg-store-types.ts'
import type { PdgTables } from './schema.ts'
import type { FileRow } from './tables/file-table.ts'
import type { GraphRow } from './tables/function-table.ts'
import type { Tables } from './tables/tables.ts'

/** The rows of a file with those of its functions, each once. */
export interface PackedFile {
  readonly path: string
  readonly contentHash: string | undefined
  readonly layout: readonly PlacedFunction[]
  readonly rows: ReadonlyMap<number, GraphRow>
}

/** A function at its place, not unpacked yet. */
export interface PackedPlace {
  readonly place: FunctionPlace
  readonly rows: GraphRow
}

/** Reads one snapshot of one project. */
export class Loading {
  readonly #tx: Transaction<PdgTables>
  readonly #tables: Tables
  readonly #project: number

  constructor(tx: Transaction<PdgTables>, tables: Tables, project: number) {
    this.#tx = tx
    this.#tables = tables
    this.#project = project
  }

  /** The rows of a file. */
  file(path: string): PackedFile | undefined {
    return this.#packed(this.#tables.files.find(this.#tx, { project: this.#project, path }))
  }

  /** The rows of the first file whose path comes after one. */
  fileAfter(path: string): PackedFile | undefined {
    return this.#packed(this.#tables.files.findAfter(this.#tx, { project: this.#project, path }))
  }

  /** The rows of one function. */
  function(address: FunctionAddress): PackedPlace | undefined {
    if ('hash' in address) {
      const id = this.idOf(address.hash)
      return id === undefined ? undefined : { place: this.#placeOf(id), rows: this.#graph(id) }
    }
    const place = this.layout(address.path)?.[address.index]
    return place === undefined ? undefined : { place, rows: this.#graph(place.id) }
  }

  /** The functions of a file, without their graphs. */
  functions(path: string): readonly StoredFunction[] | undefined {
    return this.layout(path)?.map((one, index) => this.#stored(path, index, one))
  }

  /** The path of the first file after one, and its functions. */
  functionsAfter(path: string): { readonly path: string; readonly functions: readonly StoredFunction[] } | undefined {
    const row = this.#tables.files.findAfter(this.#tx, { project: this.#project, path })
    if (row === undefined) return undefined
    const functions = unpackLayout(row.layout).map((one, index) => this.#stored(row.path, index, one))
    return { path: row.path, functions }
  }

  /** The innermost function around an offset. */
  functionAt(path: string, offset: number): StoredFunction | undefined {
    const layout = this.layout(path)
    if (layout === undefined) return undefined
    const index = innermostAt(layout, offset)
    return index === undefined ? undefined : this.#stored(path, index, layout[index]!)
  }

  /** Every place of a function, by path and then by its place in the file. */
  places(hash: FunctionHash): readonly StoredFunction[] {
    const id = this.idOf(hash)
    if (id === undefined) return []
    return this.#tables.uses
      .filesOf(this.#tx, { project: this.#project, id })
      .flatMap(({ path, layout }) =>
        unpackLayout(layout).flatMap((one, index) => (one.id === id ? [this.#stored(path, index, one)] : [])),
      )
  }

  files(): readonly StoredFile[] {
    return this.#tables.files
      .list(this.#tx, this.#project)
      .map((row) => ({ path: row.path, contentHash: fromContentColumn(row.content_hash), functions: row.functions }))
  }

  embedding(hash: FunctionHash): Uint8Array | undefined {
    const id = this.idOf(hash)
    return id === undefined ? undefined : this.#tables.embeddings.find(this.#tx, { project: this.#project, id })
  }

  stats(): PdgStats {
    const project = this.#project
    const { files, functions } = this.#tables.files.totals(this.#tx, project)
    const totals = this.#tables.functions.totals(this.#tx, project)
    return {
      files,
      functions,
      differentFunctions: totals.functions,
      embeddings: this.#tables.embeddings.count(this.#tx, project),
      bytes: totals.bytes,
      instructions: totals.instructions,
      blocks: totals.blocks,
      merges: totals.merges,
      dataEdges: totals.data_edges,
      controlEdges: totals.control_edges,
    }
  }

  /** The row of a function. */
  idOf(hash: FunctionHash): number | undefined {
    return this.#tables.functions.idOf(this.#tx, { project: this.#project, hash: hashBytes(hash) })
  }

  /** The functions of a file and where they stand. */
  layout(path: string): readonly PlacedFunction[] | undefined {
    const row = this.#tables.files.find(this.#tx, { project: this.#project, path })
    return row === undefined ? undefined : unpackLayout(row.layout)
  }

  #packed(row: FileRow | undefined): PackedFile | undefined {
    if (row === undefined) return undefined
    const layout = unpackLayout(row.layout)
    const rows = new Map<number, GraphRow>()
    for (const { id } of layout) if (!rows.has(id)) rows.set(id, this.#graph(id))
    return { path: row.path, contentHash: fromContentColumn(row.content_hash), layout, rows }
  }

  #graph(id: number): GraphRow {
    return this.#tables.functions.graph(this.#tx, { project: this.#project, id })
  }

  /** Where a function stands that was saved without a file, or else in the first file that has it. */
  #placeOf(id: number): FunctionPlace {
    const project = this.#project
    const own = this.#tables.functions.find(this.#tx, { project, id }).place
    if (own !== null) return unpackPlace(own)
    const [first] = this.#tables.uses.filesOf(this.#tx, { project, id })
    return unpackLayout(first!.layout).find((one) => one.id === id)!
  }

  #stored(path: string, index: number, { id, name, start, end, parent }: PlacedFunction): StoredFunction {
    const row = this.#tables.functions.find(this.#tx, { project: this.#project, id })
    return {
      path,
      index,
      name,
      kind: functionKinds[row.kind]!,
      start,
      end,
      parent,
      hash: hashOfBytes(row.hash),
      instructions: row.instructions,
      blocks: row.blocks,
      merges: row.merges,
      dataEdges: row.data_edges,
      controlEdges: row.control_edges,
    }
  }
}

/** Unpacks a file. Functions that are the same have the same tables. */
export function unpackFile({ path, contentHash, layout, rows }: PackedFile): LoadedFile {
  const unpacked = new Map<
    number,
    { readonly ir: FunctionIr; readonly pdg: FunctionPdg; readonly hash: FunctionHash }
  >()
  const functions: FunctionIr[] = []
  const pdgs: FunctionPdg[] = []
  const hashes: FunctionHash[] = []
  for (const [index, place] of layout.entries()) {
    let one = unpacked.get(place.id)
    if (one === undefined) {
      one = unpackFunction({ place, rows: rows.get(place.id)! }, { path, index })
      unpacked.set(place.id, one)
    }
    functions.push({ ...one.ir, ...functionPlace(place) })
    pdgs.push(one.pdg)
    hashes.push(one.hash)
  }
  return { path, contentHash, ir: { functions }, pdgs, hashes }
}

/**
 * Unpacks a function.
 *
 * @param where what it is called in an error
 */
export function unpackFunction(
  { place, rows }: PackedPlace,
  where: { readonly path: string; readonly index: number } | { readonly hash: FunctionHash },
): LoadedFunction {
  try {
    return {
      hash: hashOfBytes(rows.hash),
      ir: unpackIr(rows.ir, functionPlace(place)),
      pdg: unpackPdg(rows.pdg),
    }
  } catch (error) {
    if (!(error instanceof PdgDamagedError)) throw error
    const name = 'hash' in where ? where.hash : `${where.index} of ${where.path}`
    throw new PdgDamagedError(`The graph of function ${name} is damaged`, {
      hint: 'Save its file again with `rewrite`',
      details: where,
      cause: error,
    })
  }
}

function functionPlace({ name, start, end, parent, children }: FunctionPlace): FunctionPlace {
  return { name, start, end, parent, children }
}
