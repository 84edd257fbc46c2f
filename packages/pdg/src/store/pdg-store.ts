import type { FunctionHash } from './function-hash.ts'
import type {
  FileAddress,
  FileToSave,
  FunctionAddress,
  FunctionToSave,
  LoadedFile,
  LoadedFunction,
  PdgStats,
  SaveOptions,
  SaveOutcome,
  StoredFile,
  StoredFunction,
  WaitOptions,
} from './pdg-store-types.ts'

/**
 * The graphs of the functions of one project, kept in a database. A function is kept once, by {@link functionHash}, wherever it stands and however often.
 *
 * All methods throw `FORGE_DB_` errors where the database cannot be read or written; those that give back graphs `FORGE_PDG_DAMAGED` and
 * `FORGE_PDG_VERSION`, those that take something `FORGE_PDG_INPUT`.
 */
export interface PdgStore {
  readonly project: string

  /**
   * Keeps a file, in the place of the one with its path: in one transaction, which writes the functions that are not there yet, drops those that no file has any more, and
   * touches no other.
   */
  savePdg(file: FileToSave, options?: SaveOptions): Promise<SaveOutcome>
  /** Keeps a function without a file, until {@link PdgStore.removeFunction}. */
  savePdg(one: FunctionToSave, options?: SaveOptions): Promise<SaveOutcome>
  /**
   * Keeps many files, in transactions of some megabytes; what is not in them stays. Where it is ended halfway, whole files have been saved.
   */
  savePdg(files: Iterable<FileToSave> | AsyncIterable<FileToSave>, options?: SaveOptions): Promise<SaveOutcome>

  /** A file as it was saved. */
  loadPdg(address: FileAddress, options?: WaitOptions): Promise<LoadedFile | undefined>
  /** A function as it was saved. */
  loadPdg(address: FunctionAddress, options?: WaitOptions): Promise<LoadedFunction | undefined>
  /** All files by their paths, one in memory at a time. Each is as it was saved; files that are saved meanwhile may be among them. */
  loadPdg(options?: WaitOptions): AsyncIterable<LoadedFile>

  /** Takes a file away, with the functions that no other has; whether it was there. */
  removeFile(path: string, options?: WaitOptions): Promise<boolean>
  /** Takes files away as {@link PdgStore.removeFile} does, in transactions of some files; the outcome counts those that were there. */
  removeFiles(paths: Iterable<string>, options?: WaitOptions): Promise<SaveOutcome>
  /** Takes a function away that was saved without a file; whether it was. Files that have it keep it. */
  removeFunction(hash: FunctionHash, options?: WaitOptions): Promise<boolean>

  /** Whether the graph of a function is there. */
  has(hash: FunctionHash, options?: WaitOptions): Promise<boolean>
  /** Those of some functions whose graphs are not there. */
  missing(hashes: Iterable<FunctionHash>, options?: WaitOptions): Promise<ReadonlySet<FunctionHash>>

  /** The files by their paths. */
  files(options?: WaitOptions): Promise<readonly StoredFile[]>
  /** The functions of a file in their order, without their graphs; undefined for a file that is not there. */
  functionsOf(path: string, options?: WaitOptions): Promise<readonly StoredFunction[] | undefined>
  /** The functions of all files, by path and in their order; a file at a time is in memory. */
  functions(options?: WaitOptions): AsyncIterable<StoredFunction>
  /** The innermost function around an offset, in UTF-16 code units. */
  functionAt(path: string, offset: number, options?: WaitOptions): Promise<StoredFunction | undefined>
  /** Every place where a function stands, by path. */
  places(hash: FunctionHash, options?: WaitOptions): Promise<readonly StoredFunction[]>

  /**
   * Keeps a vector with a function, as long as that is kept; null takes it away.
   *
   * @returns whether the function is there
   */
  setEmbedding(hash: FunctionHash, vector: Float32Array | null, options?: WaitOptions): Promise<boolean>
  /** The vector of a function. */
  embedding(hash: FunctionHash, options?: WaitOptions): Promise<Float32Array | undefined>

  stats(options?: WaitOptions): Promise<PdgStats>
}
