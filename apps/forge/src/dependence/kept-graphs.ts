import path from 'node:path'
import { isForgeError } from '@forge/errors'
import type { Graph, StoredFile } from '@forge/graph'
import { type NodeHash, nodeHashOfBytes } from '@forge/incremental'
import { buildPdg, type FunctionIr, type FunctionPdg } from '@forge/pdg'
import type { FileToSave, LoadedFile, PdgStore, SaveOutcome } from '@forge/pdg/store'
import { fileNotFound } from './file-not-found.ts'
import { checkSave } from './check-input.ts'
import { namedTooLarge } from './named-too-large.ts'
import { lowered, sourceText } from './source-text.ts'

/** Where the files of a project are, and which there are. */
export interface ProjectFiles {
  readonly root: string
  readonly graph: Graph
}

/** Which graphs to keep, and who is told how it goes. */
export interface SaveGraphsOptions {
  /** Paths as the graph has them. Default: all files of the project. */
  readonly files?: readonly string[] | undefined
  /** Stops after a file; those before it are kept. */
  readonly signal?: AbortSignal | undefined
  /** Told after each file that was read. */
  readonly onProgress?: ((progress: SaveGraphsProgress) => void) | undefined
}

/** How many of the files were read that are new or have changed. */
export interface SaveGraphsProgress {
  readonly done: number
  readonly total: number
}

/** Graphs in the database of the project. */
export interface GraphKeeping {
  /**
   * Keeps the instructions and graphs of all functions, for {@link GraphKeeping.store} and for faster answers: reads the files whose content is not kept yet, as they are now, makes
   * and writes the graphs of those functions that are not there, and drops what is of no file any more. Where nothing has changed, nothing is read or written.
   *
   * Errors: `FORGE_POSITION_NOT_FOUND` for a file that is not part of the index, `FORGE_GRAPH_INPUT` for `files` that are no paths, `FORGE_DB_` errors, the reason of the signal.
   *
   * @returns `files` and `functions`: what is kept then of the files that were asked for; `added`, `removed`, `rows`: what that has changed
   */
  save(options?: SaveGraphsOptions): Promise<SaveOutcome>
  /** What is kept: graphs by file, function or hash, their sizes, embeddings. It is as new as the last {@link GraphKeeping.save}. */
  readonly store: PdgStore
}

/** Keeps the graphs of a project, each file under what it was made from: its language and the hash of its text. */
export class KeptGraphs implements GraphKeeping {
  readonly #files: ProjectFiles
  readonly #open: () => PdgStore
  #store: PdgStore | undefined

  /** @param open gives the store, when it is first needed */
  constructor(files: ProjectFiles, open: () => PdgStore) {
    this.#files = files
    this.#open = open
  }

  get store(): PdgStore {
    return (this.#store ??= this.#open())
  }

  async save(options: SaveGraphsOptions = {}): Promise<SaveOutcome> {
    checkSave(options, this.save)
    const { files, signal, onProgress } = options
    const indexed = await this.#files.graph.files()
    const kept = new Map((await this.store.files({ signal })).map((file) => [file.path, file]))
    const wanted = new Set(files ?? [...indexed.keys(), ...kept.keys()])
    const gone: string[] = []
    const changed: StoredFile[] = []
    const outcome = { files: 0, functions: 0, added: 0, removed: 0, rows: 0 }
    for (const file of wanted) {
      const source = indexed.get(file)
      const known = kept.get(file)
      if (source === undefined && known === undefined) throw fileNotFound(file)
      if (source === undefined) {
        gone.push(file)
      } else if (known?.contentHash === contentHashOf(source, nodeHashOfBytes(source.hash))) {
        outcome.files++
        outcome.functions += known.functions
      } else {
        changed.push(source)
      }
    }
    const read = this.#read(changed, { signal, onProgress, gone })
    // What is gone goes last, so that what has only moved to another file is kept all the while.
    const saved = await this.store.savePdg(read, { signal })
    const dropped = await this.store.removeFiles(gone, { signal })
    return {
      files: outcome.files + saved.files,
      functions: outcome.functions + saved.functions,
      added: saved.added,
      removed: saved.removed + dropped.removed,
      rows: saved.rows + dropped.rows,
    }
  }

  /** A file as it was indexed, if it is kept so. */
  async load(source: StoredFile): Promise<LoadedFile | undefined> {
    try {
      const kept = await this.store.loadPdg({ path: source.path })
      return kept?.contentHash === contentHashOf(source, nodeHashOfBytes(source.hash)) ? kept : undefined
    } catch (error) {
      // A damaged graph, a database without the tables that is only looked at: all of it can be made from the text.
      if (!isForgeError(error)) throw error
      return undefined
    }
  }

  /** Reads and lowers files as they are now; those that are not there any more are added to `gone`. */
  *#read(
    files: readonly StoredFile[],
    { signal, onProgress, gone }: SaveGraphsOptions & { readonly gone: string[] },
  ): Generator<FileToSave, void> {
    for (const [index, file] of files.entries()) {
      signal?.throwIfAborted()
      const read = sourceText(path.join(this.#files.root, file.path))
      if (read === undefined) {
        gone.push(file.path)
      } else {
        const { text, hash } = read
        const pdg = (ir: FunctionIr): FunctionPdg =>
          namedTooLarge(() => buildPdg(ir), ir, {
            file: file.path,
            line: () => text.slice(0, ir.start).split('\n').length,
          })
        yield { path: file.path, text, ir: lowered(text, file.language), pdg, contentHash: contentHashOf(file, hash) }
      }
      onProgress?.({ done: index + 1, total: files.length })
    }
  }
}

/** What the graphs of a file are made from. */
function contentHashOf({ language }: StoredFile, hash: NodeHash): string {
  return `${language} ${hash}`
}
