import type { FileIr, FunctionIr, FunctionKind } from '../ir.ts'
import type { FunctionPdg } from '../program-dependence.ts'
import type { FunctionHash } from './function-hash.ts'

/** A file with its functions, to be kept. */
export interface FileToSave {
  readonly path: string
  /** The text of the file, for the hashes of its functions. */
  readonly text: string
  readonly ir: FileIr
  /**
   * What the caller knows the content of the file by; given back by {@link PdgStore.files} until another version of Forge would make other graphs of the
   * same content. So a file with the content hash that it has now need not be lowered.
   */
  readonly contentHash?: string | undefined
  /** The hashes of its functions in their order, where they are known already. */
  readonly hashes?: readonly FunctionHash[] | undefined
  /**
   * Gives the graph of a function; asked only for those that are not there yet. It must follow from the function alone, as what is kept stands for each function with
   * this hash. Default: `buildPdg`.
   */
  readonly pdg?: ((ir: FunctionIr, index: number) => FunctionPdg) | undefined
}

/** A function to be kept without a file, until {@link PdgStore.removeFunction}. */
export interface FunctionToSave {
  /** The text of the function alone. */
  readonly text: string
  readonly ir: FunctionIr
  /** Default: what `buildPdg` makes. */
  readonly pdg?: FunctionPdg | undefined
}

/** What saving has written. */
export interface SaveOutcome {
  readonly files: number
  /** How many functions the files have. */
  readonly functions: number
  /** How many functions were not there before: packed and written. */
  readonly added: number
  /** How many functions nothing has any more: gone. */
  readonly removed: number
  /** How many rows were inserted, updated or deleted, in all tables. */
  readonly rows: number
}

/** A file as it was saved. */
export interface LoadedFile {
  readonly path: string
  readonly contentHash: string | undefined
  readonly ir: FileIr
  /** The graph of each function. */
  readonly pdgs: readonly FunctionPdg[]
  readonly hashes: readonly FunctionHash[]
}

/** A function as it was saved. */
export interface LoadedFunction {
  readonly hash: FunctionHash
  readonly ir: FunctionIr
  readonly pdg: FunctionPdg
}

/** Which file. */
export interface FileAddress {
  readonly path: string
  readonly index?: never
  readonly hash?: never
}

/** Which function: the one at a place of a file's list, or the one with a hash, as it stands in the first file by path that has it. */
export type FunctionAddress = { readonly path: string; readonly index: number } | { readonly hash: FunctionHash }

/** A file of the store. */
export interface StoredFile {
  readonly path: string
  readonly contentHash: string | undefined
  /** How many functions it has. */
  readonly functions: number
}

/** Sizes of the graph of a function. */
export interface GraphCounts {
  readonly instructions: number
  /** With the one where all that ends meets. */
  readonly blocks: number
  readonly merges: number
  readonly dataEdges: number
  readonly controlEdges: number
}

/** A function at one place, without its graph. */
export interface StoredFunction extends GraphCounts {
  readonly path: string
  /** Its place in the list of the file's functions. */
  readonly index: number
  readonly name: string
  readonly kind: FunctionKind
  readonly start: number
  readonly end: number
  /** The function around it, by its index; -1 for the module. */
  readonly parent: number
  readonly hash: FunctionHash
}

/** What a store has, in numbers. The counts are those of different functions, each once. */
export interface PdgStats extends GraphCounts {
  readonly files: number
  /** How many functions the files have. */
  readonly functions: number
  /** How many different ones. */
  readonly differentFunctions: number
  readonly embeddings: number
  /** Of the packed graphs. */
  readonly bytes: number
}

/** How long something is waited for. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined
}

/** How something is saved. */
export interface SaveOptions extends WaitOptions {
  /** Writes the graphs of functions that are there already as well: where they were damaged. Default false. */
  readonly rewrite?: boolean | undefined
}
