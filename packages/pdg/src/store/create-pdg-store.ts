import { setImmediate } from 'node:timers/promises'
import type { Database } from '@forge/db'
import { buildPdg } from '../program-dependence.ts'
import { type FunctionHash, functionHash, hashBytes } from './function-hash.ts'
import { requireFile, requireName, requireOffset, requireTextOf } from './input-checks.ts'
import { Loading, unpackFile, unpackFunction } from './loading.ts'
import type { PdgStore } from './pdg-store.ts'
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
import { PackedFunctions, type ReadyFile, readyFile, Saving } from './saving.ts'
import type { PdgTables } from './schema.ts'
import { createTables, type Tables } from './tables/tables.ts'
import { fromVectorBytes, toVectorBytes } from './vector-bytes.ts'

/** Which part of a database a store is. */
export interface PdgStoreOptions {
  /** The name of the project. */
  readonly project: string
}

/**
 * Opens the graphs of a project in a database that has been migrated with `pdgMigrations`.
 *
 * @example
 * ```ts
 * const db = openDatabase<PdgTables>({ open: () => new Driver('graphs.db') })
 * await createSchemaManager({ db: db.kysely, migrations: pdgMigrations }).up()
 * const store = createPdgStore(db, { project: 'my-project' })
 * await store.savePdg({ path: 'src/pool.ts', text, ir: lower({ text, language: 'typescript' }) })
 * ```
 * @throws {PdgInputError} `FORGE_PDG_INPUT`: the project has no name
 */
export function createPdgStore<S extends PdgTables>(db: Database<S>, { project }: PdgStoreOptions): PdgStore {
  requireName('project', project, createPdgStore)
  // A database with more tables serves every query of one with fewer; Kysely's types do not say so.
  return new SqlPdgStore(db as unknown as Database<PdgTables>, project)
}

/** A transaction of many files ends after one of these. */
const mostFiles = 64
const mostBytes = 2 ** 22
/** Other tasks of the event loop get their turn when graphs of so many instructions were made. */
const mostMade = 10_000

class SqlPdgStore implements PdgStore {
  readonly project: string
  readonly #db: Database<PdgTables>
  readonly #tables: Tables

  constructor(db: Database<PdgTables>, project: string) {
    this.#db = db
    this.project = project
    this.#tables = createTables(db)
  }

  async savePdg(
    what: FileToSave | FunctionToSave | Iterable<FileToSave> | AsyncIterable<FileToSave>,
    options: SaveOptions = {},
  ): Promise<SaveOutcome> {
    const isObject = typeof what === 'object' && what !== null
    if (isObject && (Symbol.iterator in what || Symbol.asyncIterator in what)) return this.#saveFiles(what, options)
    if (isObject && 'path' in what) return this.#saveFiles([what], options)
    const { text, ir, pdg } = Object(what) as FunctionToSave
    requireTextOf(text, ir, this.savePdg)
    const hash = functionHash(text, ir)
    const packed = new PackedFunctions(options.rewrite === true)
    if (packed.rewrites || !(await this.has(hash, options))) packed.pack(hash, ir, () => pdg ?? buildPdg(ir))
    return this.#write((saving) => saving.function(hash, { text, ir, pdg }), { ...options, packed })
  }

  async #saveFiles(
    files: Iterable<FileToSave> | AsyncIterable<FileToSave>,
    options: SaveOptions,
  ): Promise<SaveOutcome> {
    let total = noOutcome
    let ready: ReadyFile[] = []
    let packed = new PackedFunctions(options.rewrite === true)
    let made = 0
    const flush = async (): Promise<void> => {
      const outcome = await this.#write(
        (saving) => {
          for (const file of ready) saving.file(file)
        },
        { ...options, packed },
      )
      total = addOutcomes(total, outcome)
      ready = []
      packed = new PackedFunctions(options.rewrite === true)
    }
    for await (const file of files) {
      requireFile(file, this.savePdg)
      const one = readyFile(file, this.savePdg)
      // Graphs are made before the transaction, which keeps all others from writing.
      const missing = packed.rewrites ? new Set(one.hashes) : await this.missing(one.hashes, options)
      for (const [index, hash] of one.hashes.entries()) {
        if (!missing.has(hash)) continue
        packed.packOf(one, index)
        made += file.ir.functions[index]!.instructions.count
        if (made < mostMade) continue
        await setImmediate()
        options.signal?.throwIfAborted()
        made = 0
      }
      ready.push(one)
      if (ready.length >= mostFiles || packed.bytes >= mostBytes) await flush()
    }
    if (ready.length > 0) await flush()
    return total
  }

  loadPdg(address: FileAddress, options?: WaitOptions): Promise<LoadedFile | undefined>
  loadPdg(address: FunctionAddress, options?: WaitOptions): Promise<LoadedFunction | undefined>
  loadPdg(options?: WaitOptions): AsyncIterable<LoadedFile>
  loadPdg(
    what: FileAddress | FunctionAddress | WaitOptions = {},
    options: WaitOptions = {},
  ): Promise<LoadedFile | LoadedFunction | undefined> | AsyncIterable<LoadedFile> {
    if ('hash' in what && what.hash !== undefined) return this.#loadFunction(what, options)
    if (!('path' in what)) return this.#loadFiles(what)
    return what.index === undefined ? this.#loadFile(what.path, options) : this.#loadFunction(what, options)
  }

  async #loadFile(path: string, options: WaitOptions): Promise<LoadedFile | undefined> {
    const packed = await this.#read((loading) => loading.file(path), options)
    return packed === undefined ? undefined : unpackFile(packed)
  }

  async #loadFunction(address: FunctionAddress, options: WaitOptions): Promise<LoadedFunction | undefined> {
    if ('hash' in address) hashBytes(address.hash, this.loadPdg)
    const packed = await this.#read((loading) => loading.function(address), options)
    return packed === undefined ? undefined : unpackFunction(packed, address)
  }

  async *#loadFiles(options: WaitOptions): AsyncGenerator<LoadedFile, void> {
    for (let path = ''; ;) {
      const packed = await this.#read((loading) => loading.fileAfter(path), options)
      if (packed === undefined) return
      yield unpackFile(packed)
      path = packed.path
    }
  }

  async removeFile(path: string, options: WaitOptions = {}): Promise<boolean> {
    requireName('path', path, this.removeFile)
    const { files } = await this.#write((saving) => saving.removeFile(path), options)
    return files > 0
  }

  async removeFiles(paths: Iterable<string>, options: WaitOptions = {}): Promise<SaveOutcome> {
    // The characters of a text are no paths.
    const all = typeof paths === 'string' ? [undefined] : [...paths]
    for (const path of all) requireName('path', path, this.removeFiles)
    let total = noOutcome
    for (let at = 0; at < all.length; at += mostFiles) {
      const outcome = await this.#write((saving) => {
        for (const path of all.slice(at, at + mostFiles)) saving.removeFile(path!)
      }, options)
      total = addOutcomes(total, outcome)
    }
    return total
  }

  async removeFunction(hash: FunctionHash, options: WaitOptions = {}): Promise<boolean> {
    hashBytes(hash, this.removeFunction)
    const { functions } = await this.#write((saving) => saving.removeFunction(hash), options)
    return functions > 0
  }

  async has(hash: FunctionHash, options: WaitOptions = {}): Promise<boolean> {
    hashBytes(hash, this.has)
    return (await this.#read((loading) => loading.idOf(hash), options)) !== undefined
  }

  async missing(hashes: Iterable<FunctionHash>, options: WaitOptions = {}): Promise<ReadonlySet<FunctionHash>> {
    const all = new Set(hashes)
    for (const hash of all) hashBytes(hash, this.missing)
    const find = (loading: Loading): ReadonlySet<FunctionHash> =>
      new Set([...all].filter((hash) => loading.idOf(hash) === undefined))
    return (await this.#read(find, options)) ?? all
  }

  async files(options: WaitOptions = {}): Promise<readonly StoredFile[]> {
    return (await this.#read((loading) => loading.files(), options)) ?? []
  }

  functionsOf(path: string, options: WaitOptions = {}): Promise<readonly StoredFunction[] | undefined> {
    return this.#read((loading) => loading.functions(path), options)
  }

  async *functions(options: WaitOptions = {}): AsyncGenerator<StoredFunction, void> {
    for (let path = ''; ;) {
      const file = await this.#read((loading) => loading.functionsAfter(path), options)
      if (file === undefined) return
      yield* file.functions
      path = file.path
    }
  }

  async functionAt(path: string, offset: number, options: WaitOptions = {}): Promise<StoredFunction | undefined> {
    requireOffset(offset, this.functionAt)
    return this.#read((loading) => loading.functionAt(path, offset), options)
  }

  async places(hash: FunctionHash, options: WaitOptions = {}): Promise<readonly StoredFunction[]> {
    hashBytes(hash, this.places)
    return (await this.#read((loading) => loading.places(hash), options)) ?? []
  }

  async setEmbedding(hash: FunctionHash, vector: Float32Array | null, options: WaitOptions = {}): Promise<boolean> {
    hashBytes(hash, this.setEmbedding)
    const bytes = vector === null ? null : toVectorBytes(vector, this.setEmbedding)
    let isThere = false
    await this.#write((saving) => {
      isThere = saving.embedding(hash, bytes)
    }, options)
    return isThere
  }

  async embedding(hash: FunctionHash, options: WaitOptions = {}): Promise<Float32Array | undefined> {
    hashBytes(hash, this.embedding)
    const bytes = await this.#read((loading) => loading.embedding(hash), options)
    return bytes === undefined ? undefined : fromVectorBytes(bytes)
  }

  async stats(options: WaitOptions = {}): Promise<PdgStats> {
    return (await this.#read((loading) => loading.stats(), options)) ?? noStats
  }

  /** Answers from one snapshot; undefined where the project has nothing. */
  #read<T>(query: (loading: Loading) => T, { signal }: WaitOptions): Promise<T | undefined> {
    return this.#db.transaction(
      (tx) => {
        const project = this.#tables.projects.find(tx, this.project)
        return project === undefined ? undefined : query(new Loading(tx, this.#tables, project))
      },
      { mode: 'read', signal },
    )
  }

  #write(
    body: (saving: Saving) => void,
    { signal, packed = new PackedFunctions(false) }: WaitOptions & { readonly packed?: PackedFunctions },
  ): Promise<SaveOutcome> {
    return this.#db.transaction(
      (tx) => {
        // Invariant: looked up in each transaction, since one around it may be undone, and its id given to another project then.
        const project = this.#tables.projects.findOrAdd(tx, this.project)
        const saving = new Saving(tx, this.#tables, { project, packed })
        body(saving)
        return saving.end()
      },
      { signal },
    )
  }
}

const noOutcome: SaveOutcome = { files: 0, functions: 0, added: 0, removed: 0, rows: 0 }

function addOutcomes(one: SaveOutcome, other: SaveOutcome): SaveOutcome {
  return {
    files: one.files + other.files,
    functions: one.functions + other.functions,
    added: one.added + other.added,
    removed: one.removed + other.removed,
    rows: one.rows + other.rows,
  }
}

const noStats: PdgStats = {
  files: 0,
  functions: 0,
  differentFunctions: 0,
  embeddings: 0,
  bytes: 0,
  instructions: 0,
  blocks: 0,
  merges: 0,
  dataEdges: 0,
  controlEdges: 0,
}
