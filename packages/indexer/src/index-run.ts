import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { EXTRACTOR_VERSION, languageOf, unpackFacts, type Facts } from '@forge/lang'
import { entryPointsKey, type GraphWriter, type StoredFile } from '@forge/graph'
import { InternalError } from '@forge/errors'
import { compareDiagnostics, compareText, type Diagnostic } from './diagnostic.ts'
import type { DiscoveredFile, Discovery } from './discover.ts'
import type { ExtractPool } from './extract-pool.ts'
import type { ExtractResult, ExtractTask } from './extract-protocol.ts'
import { GraphFile } from './graph-file.ts'
import type { IndexProgress, IndexReport, IndexTimings } from './index-report.ts'
import {
  digest,
  stateKey,
  type ConfigStamp,
  type IndexPlan,
  type IndexState,
  type IndexTotals,
  type SkippedFile,
} from './index-state.ts'
import { KeptLinks, linkGraph, type LinkTotals } from './link-graph.ts'
import { createModuleResolver, type ModuleResolver } from './modules.ts'
import { errorCode } from './walk-files.ts'

/** What a run is made from. */
export interface IndexRunOptions {
  readonly writer: GraphWriter
  readonly discovery: Discovery
  readonly stored: ReadonlyMap<string, StoredFile>
  readonly state: IndexState | undefined
  readonly plan: IndexPlan
  readonly full: boolean
  readonly jobs: number
  readonly checkedAt: number
  readonly version: string
  readonly maxFileSize: number
  readonly pool: ExtractPool
  /** What was kept of the graph as it was before this run. */
  readonly kept: KeptIndex | undefined
  /** Whether anything is kept for the next run. */
  readonly keepFiles: boolean
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((progress: IndexProgress) => void) | undefined
}

/** What is known of a graph after a run, besides what is in it. */
export interface KeptIndex {
  readonly discovery: Discovery
  readonly state: IndexState
  readonly files: ReadonlyMap<string, GraphFile>
  readonly links: KeptLinks
  readonly resolving: Resolving
}

/** A resolver that was asked for what all files request, and what there is to say about what it has read. */
interface Resolving {
  readonly resolver: ModuleResolver
  readonly diagnostics: readonly Diagnostic[]
  readonly configs: readonly ConfigStamp[]
}

/** What came of a run. */
export type IndexRunResult = Omit<IndexReport, 'revision' | 'timings'> & {
  readonly timings: Omit<IndexTimings, 'discover'>
  /** For the next run, where it was asked for. */
  readonly kept: KeptIndex | undefined
}

/** One passage from a plan to a graph that equals the folder, inside one write transaction. */
export class IndexRun {
  readonly #options: IndexRunOptions
  /** Files written by this run. */
  readonly #written = new Map<string, GraphFile>()
  /** Files whose bytes proved to be the ones stored, with size and time of today. */
  readonly #same = new Map<string, { readonly size: number; readonly modified: number }>()
  readonly #skipped: SkippedFile[]
  #added = 0
  #changed = 0
  #removed = 0

  constructor(options: IndexRunOptions) {
    this.#options = options
    this.#skipped = [...options.plan.skipped]
  }

  async finish(): Promise<IndexRunResult> {
    const { writer, plan, discovery, state } = this.#options
    const started = performance.now()
    for (const path of plan.removed) this.#remove(path)
    await this.#extract(plan.candidates, !this.#options.full)
    if (
      state !== undefined &&
      !plan.relink &&
      this.#added + this.#changed + this.#removed === 0 &&
      this.#skippedAsBefore(state)
    ) {
      const same = { ...state, checkedAt: this.#options.checkedAt }
      this.#writeState(same)
      const { kept } = this.#options
      const timings = { extract: performance.now() - started, link: 0, store: 0 }
      return {
        ...state.totals,
        diagnostics: state.diagnostics,
        added: 0,
        changed: 0,
        removed: 0,
        timings,
        kept: kept && { ...kept, discovery, state: same },
      }
    }
    const files = await this.#allFiles()
    const extracted = performance.now()
    let linked = extracted
    const onLinked = (): void => {
      linked = performance.now()
    }
    const { totals: linkTotals, links, resolving } = await this.#link(files, onLinked)
    const diagnostics = this.#allDiagnostics(files, resolving)
    writer.putDiagnostics(diagnostics)
    const totals = { ...countFacts(files), ...linkTotals }
    const next: IndexState = {
      version: this.#options.version,
      checkedAt: this.#options.checkedAt,
      listing: plan.listing,
      configs: resolving.configs,
      skipped: this.#skipped.toSorted((a, b) => compareText(a.path, b.path)),
      totals,
      diagnostics,
    }
    this.#writeState(next)
    const byPath = new Map(files.map((file) => [file.input.path, file]))
    const kept: KeptIndex | undefined = links && { discovery, state: next, files: byPath, links, resolving }
    return {
      ...totals,
      added: this.#added,
      changed: this.#changed,
      removed: this.#removed,
      diagnostics,
      kept,
      timings: { extract: extracted - started, link: linked - extracted, store: performance.now() - linked },
    }
  }

  /** The files of a graph that is equal to the folder; undefined where the cache of facts does not have them all. */
  async readFiles(): Promise<readonly GraphFile[] | undefined> {
    const { writer, discovery, stored, signal } = this.#options
    const files: GraphFile[] = []
    for (const [at, { path }] of discovery.sources.entries()) {
      if (at % 16 === 15) {
        await setImmediate()
        signal?.throwIfAborted()
      }
      const known = stored.get(path)
      if (known === undefined) continue
      const packed = writer.getFacts(known.hash, known.language, EXTRACTOR_VERSION)
      if (packed === undefined) return undefined
      files.push(this.#readFile(known, unpackFacts(packed)))
    }
    return files
  }

  /** What a run that had written these files would have kept. Takes no part in the write transaction. */
  async recall(files: readonly GraphFile[], state: IndexState): Promise<KeptIndex> {
    const { discovery, signal } = this.#options
    const resolving = this.#resolve(files, new Map(files.map((file, index) => [file.input.path, index])))
    const links = await KeptLinks.recall(files, { resolver: resolving.resolver, signal })
    return { discovery, state, files: new Map(files.map((file) => [file.input.path, file])), links, resolving }
  }

  async #link(
    files: readonly GraphFile[],
    onLinked: () => void,
  ): Promise<{ readonly totals: LinkTotals; readonly links: KeptLinks | undefined; readonly resolving: Resolving }> {
    const { writer, plan, kept, keepFiles, signal, onProgress } = this.#options
    const options = { signal, onProgress, onLinked }
    const paths = files.map((file) => file.input.path)
    if (kept !== undefined) {
      const changed = new Set(this.#written.keys())
      const isSame =
        !plan.relink &&
        this.#added + this.#removed === 0 &&
        kept.files.size === files.length &&
        [...this.#written].every(([path, file]) => requestsAlike(file, kept.files.get(path)))
      const resolving = isSame ? kept.resolving : this.#resolve(files, kept.links.numbersOf(paths))
      const linkOptions = { ...options, resolver: resolving.resolver }
      if (await kept.links.update(writer, files, changed, !isSame, linkOptions)) {
        if (!isSame) this.#writeEntryPoints(resolving)
        return { totals: kept.links.totals(), links: kept.links, resolving }
      }
    }
    const resolving = this.#resolve(files, new Map(paths.map((path, index) => [path, index])))
    this.#writeEntryPoints(resolving)
    const linkOptions = { ...options, resolver: resolving.resolver }
    if (!keepFiles) return { totals: await linkGraph(writer, files, linkOptions), links: undefined, resolving }
    const links = await KeptLinks.link(writer, files, linkOptions)
    return { totals: links.totals(), links, resolving }
  }

  #writeEntryPoints({ resolver }: Resolving): void {
    this.#options.writer.putMeta(entryPointsKey, JSON.stringify(resolver.entryPoints()))
  }

  #remove(path: string): void {
    this.#options.writer.removeFile(path)
    this.#removed++
  }

  async #extract(files: readonly DiscoveredFile[], trustHashes: boolean): Promise<void> {
    if (files.length === 0) return
    const { discovery, stored, jobs, signal, pool, onProgress } = this.#options
    const tasks = files.map((file): ExtractTask => {
      const language = languageOf(file.path)
      if (language === undefined) throw new InternalError(`${file.path} is no source file`)
      const known = stored.get(file.path)
      const knownHash = trustHashes && known?.language === language ? known.hash : undefined
      return { path: file.path, location: join(discovery.root, file.path), language, size: file.size, knownHash }
    })
    let done = 0
    for await (const [task, result] of pool.extract(tasks, { jobs, signal })) {
      this.#take(files[done]!, task, result)
      done++
      onProgress?.({ phase: 'extract', done, total: tasks.length })
    }
  }

  #take(file: DiscoveredFile, task: ExtractTask, result: ExtractResult): void {
    const { writer, stored } = this.#options
    const { path } = file
    const known = stored.get(path)
    if (result.kind === 'same') {
      const { size, modified } = result
      this.#same.set(path, { size, modified })
      if (known === undefined || known.size !== size || known.modified !== modified)
        writer.touchFile(path, { size, modified })
    } else if (result.kind === 'skipped') {
      if (known !== undefined) this.#remove(path)
      this.#skipped.push({ ...file, code: result.code, message: result.message })
    } else {
      const { hash, size, modified } = result
      const facts = unpackFacts(result.facts, result.texts)
      writer.putFacts(hash, task.language, EXTRACTOR_VERSION, result.facts)
      const input = { path, hash, language: task.language, size, modified, lineStarts: facts.lineStarts }
      this.#written.set(path, GraphFile.write(writer, input, facts, known?.id))
      if (known === undefined) this.#added++
      else if (Buffer.compare(known.hash, hash) !== 0) this.#changed++
    }
  }

  /** All indexed files in order; those that were not extracted now are read from the cache of facts. */
  async #allFiles(): Promise<readonly GraphFile[]> {
    const { writer, discovery, stored, signal } = this.#options
    const skipped = new Set(this.#skipped.map((file) => file.path))
    const files = new Map<string, GraphFile>()
    const lost: DiscoveredFile[] = []
    for (const file of discovery.sources) {
      const known = stored.get(file.path)
      if (known === undefined || this.#written.has(file.path) || skipped.has(file.path)) continue
      const kept = this.#options.kept?.files.get(file.path)
      if (kept !== undefined) {
        files.set(file.path, kept)
        continue
      }
      const packed = writer.getFacts(known.hash, known.language, EXTRACTOR_VERSION)
      if (packed === undefined) lost.push(file)
      else files.set(file.path, this.#readFile(known, unpackFacts(packed)))
    }
    signal?.throwIfAborted()
    await this.#extract(lost, false)
    return discovery.sources.flatMap(({ path }) => this.#written.get(path) ?? files.get(path) ?? [])
  }

  #readFile(known: StoredFile, facts: Facts): GraphFile {
    const { id, path, hash, language, size, modified } = known
    const input = { path, hash, language, size, modified, ...this.#same.get(path), lineStarts: facts.lineStarts }
    return GraphFile.read(this.#options.writer, input, facts, id)
  }

  /** Asks where all that the files request leads. */
  #resolve(files: readonly GraphFile[], numbers: ReadonlyMap<string, number>): Resolving {
    const { discovery, maxFileSize } = this.#options
    const diagnostics: Diagnostic[] = []
    const sizes = new Map(discovery.files.map((file) => [file.path, file.size]))
    const resolver = createModuleResolver({
      paths: discovery.files.map((file) => file.path),
      indexed: numbers,
      links: discovery.links,
      readText: (path) => {
        if ((sizes.get(path) ?? 0) > maxFileSize) {
          diagnostics.push({ path, code: 'too-large', message: `More than ${maxFileSize} bytes` })
          return undefined
        }
        try {
          return readFileSync(join(discovery.root, path), 'utf8')
        } catch (error) {
          diagnostics.push({ path, code: 'unreadable', message: `Cannot be read (${errorCode(error)})` })
          return undefined
        }
      },
    })
    resolver.entryPoints()
    for (const { input, facts } of files) {
      for (const at of facts.modules.specifier.subarray(0, facts.modules.count)) {
        resolver.resolve(input.path, facts.strings[at]!)
      }
    }
    return {
      resolver,
      diagnostics: [...diagnostics, ...resolver.diagnostics],
      configs: this.#configStamps(resolver),
    }
  }

  #allDiagnostics(files: readonly GraphFile[], resolving: Resolving): readonly Diagnostic[] {
    const { discovery } = this.#options
    const diagnostics: Diagnostic[] = [...discovery.diagnostics, ...resolving.diagnostics]
    for (const { path, code, message } of this.#skipped) diagnostics.push({ path, code, message })
    for (const { input, facts } of files) {
      for (const diagnostic of facts.diagnostics) diagnostics.push({ path: input.path, ...diagnostic })
    }
    if (discovery.sources.length === 0) {
      diagnostics.push({ path: '.', code: 'no-source-files', message: 'There is no file in a language Forge knows' })
    }
    return diagnostics.toSorted(compareDiagnostics)
  }

  #configStamps(resolver: ModuleResolver): readonly ConfigStamp[] {
    const { discovery } = this.#options
    const read = new Set(resolver.configs)
    return discovery.files.flatMap((file) => {
      if (!read.has(file.path)) return []
      try {
        return [{ ...file, hash: digest(readFileSync(join(discovery.root, file.path))) }]
      } catch {
        return [{ ...file, hash: '' }]
      }
    })
  }

  #skippedAsBefore(state: IndexState): boolean {
    const key = (files: readonly SkippedFile[]): string =>
      JSON.stringify(
        files.toSorted((a, b) => compareText(a.path, b.path)).map(({ path, code, message }) => [path, code, message]),
      )
    return key(this.#skipped) === key(state.skipped)
  }

  #writeState(state: IndexState): void {
    this.#options.writer.putMeta(stateKey, JSON.stringify(state))
  }
}

function countFacts(files: readonly GraphFile[]): Omit<IndexTotals, 'edges' | 'unresolved'> {
  const totals = { files: files.length, lines: 0, symbols: 0, occurrences: 0 }
  for (const { counts } of files) {
    totals.lines += counts.lines
    totals.symbols += counts.symbols
    totals.occurrences += counts.occurrences
  }
  return totals
}

/** Whether two versions of a file request the same modules. */
function requestsAlike(left: GraphFile, right: GraphFile | undefined): boolean {
  if (right === undefined) return false
  const specifiers = ({ facts }: GraphFile): string =>
    JSON.stringify(Array.from(facts.modules.specifier.subarray(0, facts.modules.count), (at) => facts.strings[at]))
  return specifiers(left) === specifiers(right)
}
