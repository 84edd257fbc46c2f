import type { Transaction } from '@forge/db'
import type { FunctionIr } from '../ir.ts'
import { buildPdg, type FunctionPdg } from '../program-dependence.ts'
import { toContentColumn } from './content-hash.ts'
import { packLayout, packPlace, placeOf, unpackLayout } from './file-layout.ts'
import { PdgDamagedError, PdgVersionError } from './errors.ts'
import { type FunctionHash, hashBytes, hashOfPacked } from './function-hash.ts'
import { functionKindCodes, packIr } from './packed-ir.ts'
import { packPdg } from './packed-pdg.ts'
import type { FileToSave, FunctionToSave, SaveOutcome } from './pdg-store-types.ts'
import type { PdgFunctionTable, PdgTables } from './schema.ts'
import type { Tables } from './tables/tables.ts'

/** A function, packed for its rows. */
interface PackedFunction {
  readonly counts: Omit<PdgFunctionTable, 'project' | 'id' | 'hash' | 'place'>
  readonly ir: Uint8Array
  readonly pdg: Uint8Array
}

/** A file, ready to be written; what of it is not there yet is packed when it is found to be missing. */
export interface ReadyFile {
  readonly file: FileToSave
  readonly hashes: readonly FunctionHash[]
  /** What was packed for the hashes, of functions that may have to be written. */
  readonly packedIrs: readonly Uint8Array[] | undefined
}

type CallSite = (...args: never[]) => unknown

/** Finds the hashes of the functions of a file. */
export function readyFile(file: FileToSave, callSite: CallSite): ReadyFile {
  const { text, ir, hashes } = file
  if (hashes !== undefined) for (const hash of hashes) hashBytes(hash, callSite)
  if (hashes !== undefined) return { file, hashes, packedIrs: undefined }
  const packedIrs = ir.functions.map((one) => packIr(one))
  return {
    file,
    hashes: ir.functions.map((one, index) => hashOfPacked(text.slice(one.start, one.end), packedIrs[index]!)),
    packedIrs,
  }
}

/** The packed functions of one transaction by their hash: each is packed once. */
export class PackedFunctions {
  readonly #packed = new Map<FunctionHash, PackedFunction>()
  /** Whether functions that are there already are written again. */
  readonly rewrites: boolean
  /** How many bytes they have together. */
  bytes = 0

  constructor(rewrites: boolean) {
    this.rewrites = rewrites
  }

  /** Packs a function where it is not packed yet; `pdg` gives its graph. */
  pack(hash: FunctionHash, ir: FunctionIr, pdg: () => FunctionPdg, packedIr?: Uint8Array): PackedFunction {
    let packed = this.#packed.get(hash)
    if (packed === undefined) {
      packed = packedFunction(ir, pdg(), packedIr ?? packIr(ir))
      this.#packed.set(hash, packed)
      this.bytes += packed.counts.bytes
    }
    return packed
  }

  /** Packs a function of a file. */
  packOf({ file, hashes, packedIrs }: ReadyFile, index: number): PackedFunction {
    const ir = file.ir.functions[index]!
    const pdg = (): FunctionPdg => (file.pdg === undefined ? buildPdg(ir) : file.pdg(ir, index))
    return this.pack(hashes[index]!, ir, pdg, packedIrs?.[index])
  }
}

function packedFunction(ir: FunctionIr, graph: FunctionPdg, packedIr: Uint8Array): PackedFunction {
  const packedPdg = packPdg(graph)
  return {
    counts: {
      kind: functionKindCodes[ir.kind],
      instructions: ir.instructions.count,
      blocks: graph.flow.graph.size,
      merges: graph.data.nodes - ir.instructions.count,
      data_edges: graph.data.source.length,
      control_edges: graph.control.nodes.length,
      bytes: packedIr.length + packedPdg.length,
    },
    ir: packedIr,
    pdg: packedPdg,
  }
}

/** Writes in one transaction, and counts what it writes. What nothing has any more goes with {@link Saving.end}. */
export class Saving {
  readonly #tx: Transaction<PdgTables>
  readonly #tables: Tables
  readonly #project: number
  readonly #packed: PackedFunctions
  /** Functions that a file had and has no more. */
  readonly #left = new Set<number>()
  #nextFunction: number | undefined
  readonly #counts = { files: 0, functions: 0, added: 0, removed: 0, rows: 0 }

  constructor(
    tx: Transaction<PdgTables>,
    tables: Tables,
    { project, packed }: { readonly project: number; readonly packed: PackedFunctions },
  ) {
    this.#tx = tx
    this.#tables = tables
    this.#project = project
    this.#packed = packed
  }

  /** Puts a file in the place of the one with its path. */
  file(ready: ReadyFile): void {
    const { path, ir } = ready.file
    const contentHash = toContentColumn(ready.file.contentHash)
    const project = this.#project
    const before = this.#tables.files.find(this.#tx, { project, path })
    const ids = this.#idsOf(ready)
    const placed = ir.functions.map((one, index) => ({ ...placeOf(one), id: ids[index]! }))
    const layout = packLayout(placed)
    const row = { project, content_hash: contentHash, functions: ir.functions.length, layout }
    let id: number
    if (before === undefined) {
      id = this.#tables.files.last(this.#tx, project) + 1
      this.#wrote(this.#tables.files.add(this.#tx, { ...row, id, path }))
    } else {
      id = before.id
      const isSame = before.content_hash === contentHash && Buffer.compare(before.layout, layout) === 0
      if (!isSame) this.#wrote(this.#tables.files.set(this.#tx, { ...row, id }))
    }
    this.#uses(id, before === undefined ? [] : this.#functionsOf(before), ids)
    this.#counts.files++
    this.#counts.functions += ids.length
  }

  /** Takes a file away. */
  removeFile(path: string): void {
    const project = this.#project
    const before = this.#tables.files.find(this.#tx, { project, path })
    if (before === undefined) return
    this.#uses(before.id, this.#functionsOf(before), [])
    this.#wrote(this.#tables.files.drop(this.#tx, { project, id: before.id }))
    this.#counts.files++
  }

  /** Puts a function that has no file. */
  function(hash: FunctionHash, { ir, pdg }: FunctionToSave): void {
    const id = this.#idOf(hash, () => this.#packed.pack(hash, ir, () => pdg ?? buildPdg(ir)))
    const place = packPlace(placeOf(ir))
    const before = this.#tables.functions.find(this.#tx, { project: this.#project, id }).place
    if (before === null || Buffer.compare(before, place) !== 0) {
      this.#wrote(this.#tables.functions.setPlace(this.#tx, { project: this.#project, id, place }))
    }
    this.#counts.functions++
  }

  /** Takes away what {@link Saving.function} has put. */
  removeFunction(hash: FunctionHash): void {
    const project = this.#project
    const id = this.#tables.functions.idOf(this.#tx, { project, hash: hashBytes(hash) })
    if (id === undefined || this.#tables.functions.find(this.#tx, { project, id }).place === null) return
    this.#wrote(this.#tables.functions.setPlace(this.#tx, { project, id, place: null }))
    this.#left.add(id)
    this.#counts.functions++
  }

  /** Keeps a vector with a function, or takes it away; whether the function is there. */
  embedding(hash: FunctionHash, vector: Uint8Array | null): boolean {
    const project = this.#project
    const id = this.#tables.functions.idOf(this.#tx, { project, hash: hashBytes(hash) })
    if (id === undefined) return false
    const { embeddings } = this.#tables
    if (vector === null) this.#wrote(embeddings.drop(this.#tx, { project, id }))
    else this.#wrote(embeddings.set(this.#tx, { project, function: id, vector }))
    return true
  }

  /** Drops the functions that nothing has any more. */
  end(): SaveOutcome {
    for (const id of this.#left) {
      const dropped = this.#tables.functions.dropUnused(this.#tx, { project: this.#project, id })
      this.#counts.removed += dropped
      this.#wrote(dropped)
    }
    return this.#counts
  }

  #idsOf(ready: ReadyFile): readonly number[] {
    const known = new Map<FunctionHash, number>()
    return ready.hashes.map((hash, index) => {
      let id = known.get(hash)
      if (id === undefined) known.set(hash, (id = this.#idOf(hash, () => this.#packed.packOf(ready, index))))
      return id
    })
  }

  #idOf(hash: FunctionHash, pack: () => PackedFunction): number {
    const project = this.#project
    const bytes = hashBytes(hash)
    const { functions } = this.#tables
    const known = functions.idOf(this.#tx, { project, hash: bytes })
    if (known !== undefined) {
      if (this.#packed.rewrites) {
        const { ir, pdg } = pack()
        this.#wrote(functions.setGraph(this.#tx, { project, function: known, ir, pdg }))
      }
      return known
    }
    const { counts, ir, pdg } = pack()
    this.#nextFunction ??= functions.last(this.#tx, project) + 1
    const id = this.#nextFunction++
    this.#wrote(functions.add(this.#tx, { project, id, hash: bytes, ...counts, place: null }))
    this.#wrote(functions.addGraph(this.#tx, { project, function: id, ir, pdg }))
    this.#counts.added++
    return id
  }

  #uses(file: number, before: readonly number[], after: readonly number[]): void {
    const { uses } = this.#tables
    const [had, has] = [new Set(before), new Set(after)]
    for (const id of has) {
      if (!had.has(id)) this.#wrote(uses.add(this.#tx, { project: this.#project, function: id, file }))
    }
    for (const id of had) {
      if (has.has(id)) continue
      this.#wrote(uses.drop(this.#tx, { project: this.#project, function: id, file }))
      this.#left.add(id)
    }
  }

  /** The functions a file has, by its layout; where that cannot be read, by looking for them. */
  #functionsOf({ id, layout }: { readonly id: number; readonly layout: Uint8Array }): readonly number[] {
    try {
      return unpackLayout(layout).map((one) => one.id)
    } catch (error) {
      if (!(error instanceof PdgDamagedError || error instanceof PdgVersionError)) throw error
      return this.#tables.uses.functionsOf(this.#tx, { project: this.#project, id })
    }
  }

  #wrote(rows: number): void {
    this.#counts.rows += rows
  }
}
