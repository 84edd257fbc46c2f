import type { Database } from '@forge/db'
import type { GraphTables } from '../schema.ts'
import { lazyParts } from '../lazy-parts.ts'
import { ProjectReader, type ReadOptions } from '../session.ts'
import { SymbolReader } from '../symbol-reader.ts'
import type {
  ComplexityDistribution,
  Cycle,
  CycleOptions,
  DeadCode,
  DeadCodeOptions,
  EntryPoint,
  Hotspot,
  HotspotOptions,
  Impact,
  ImpactOptions,
  ModuleDependency,
  ModuleSummary,
} from './analysis-types.ts'
import type { CodeMetrics } from './code-metrics.ts'
import { ComplexityReader } from './complexity.ts'
import { CycleFinder } from './cycles.ts'
import { DeadCodeFinder } from './dead-code.ts'
import { HotspotFinder } from './hotspots.ts'
import { ImpactFinder } from './impact.ts'
import { ModuleGraph } from './module-graph.ts'

/** The meta value that says what is used from outside: {@link EntryPoint}s as JSON. */
export const entryPointsKey = 'entry-points'

/**
 * Questions about the graph of a project as a whole. Every one is answered from one revision; all throw `FORGE_DB_` errors
 * where the database cannot be read.
 */
export interface Analysis {
  /**
   * What a change of symbols may affect: ids, as the graph gives them; the id of a module stands for its whole file.
   *
   * @throws `FORGE_GRAPH_SYMBOL_NOT_FOUND`, and `FORGE_GRAPH_INPUT` for a depth below 1
   */
  impact(ids: readonly string[], options?: ImpactOptions): Promise<Impact>
  /** Modules that import each other, or symbols that call each other; those with most members first. */
  cycles(options?: CycleOptions): Promise<readonly Cycle[]>
  /** Every file with how much it depends on others and they on it, by path. */
  modules(): Promise<readonly ModuleSummary[]>
  /**
   * What a file, or all files in a folder together, import from elsewhere, and who imports them.
   *
   * @throws `FORGE_GRAPH_FILE_NOT_FOUND` where no indexed file is there
   */
  dependencies(path: string): Promise<readonly ModuleDependency[]>
  /**
   * Symbols of high complexity that call many others, the highest score first.
   *
   * @throws `FORGE_GRAPH_INPUT` for a measure that there is not, or a bound below 0
   */
  hotspots(options?: HotspotOptions): Promise<readonly Hotspot[]>
  /** How many functions are how complex. */
  complexity(): Promise<ComplexityDistribution>
  /**
   * How complex the code of a symbol is; undefined for one that has none.
   *
   * @throws `FORGE_GRAPH_SYMBOL_NOT_FOUND`
   */
  metrics(id: string): Promise<CodeMetrics | undefined>
  /** Symbols and files that nothing which runs leads to. */
  dead(options?: DeadCodeOptions): Promise<DeadCode>
}

/**
 * Analyses the graph that `createGraph` of the same project writes.
 *
 * @example
 * ```ts
 * const analysis = createAnalysis(db, { project: 'my-project' })
 * const { affected } = await analysis.impact(['src/pool.ts#Pool.acquire'])
 * ```
 * @throws `FORGE_GRAPH_INPUT` for an empty project name
 */
export function createAnalysis<S extends GraphTables>(db: Database<S>, options: ReadOptions): Analysis {
  // A database with more tables serves every query of one with fewer; Kysely's types do not say so.
  return new SqlAnalysis(db as unknown as Database<GraphTables>, options)
}

/** What answers each kind of question. */
interface AnalysisParts {
  readonly symbols: SymbolReader
  readonly impact: ImpactFinder
  readonly cycles: CycleFinder
  readonly modules: ModuleGraph
  readonly complexity: ComplexityReader
  readonly hotspots: HotspotFinder
  readonly dead: DeadCodeFinder
}

class SqlAnalysis implements Analysis {
  readonly #reader: ProjectReader
  readonly #parts: AnalysisParts

  constructor(db: Database<GraphTables>, options: ReadOptions) {
    this.#reader = new ProjectReader(db, options)
    this.#parts = lazyParts<AnalysisParts>({
      symbols: () => new SymbolReader(db),
      impact: ({ symbols }) => new ImpactFinder(db, symbols),
      modules: () => new ModuleGraph(db),
      cycles: ({ symbols, modules }) => new CycleFinder(db, symbols, modules),
      complexity: ({ symbols }) => new ComplexityReader(db, symbols),
      hotspots: ({ symbols }) => new HotspotFinder(db, symbols),
      dead: ({ symbols }) => new DeadCodeFinder(db, symbols),
    })
  }

  impact(ids: readonly string[], options: ImpactOptions = {}): Promise<Impact> {
    return this.#reader.read((session) => this.#parts.impact.find(session, ids, options))
  }

  cycles(options: CycleOptions = {}): Promise<readonly Cycle[]> {
    return this.#reader.read((session) => this.#parts.cycles.find(session, options))
  }

  modules(): Promise<readonly ModuleSummary[]> {
    return this.#reader.read((session) => this.#parts.modules.summaries(session))
  }

  dependencies(path: string): Promise<readonly ModuleDependency[]> {
    return this.#reader.read((session) => this.#parts.modules.dependencies(session, path))
  }

  hotspots(options: HotspotOptions = {}): Promise<readonly Hotspot[]> {
    return this.#reader.read((session) => this.#parts.hotspots.find(session, options))
  }

  complexity(): Promise<ComplexityDistribution> {
    return this.#reader.read((session) => this.#parts.complexity.distribution(session))
  }

  metrics(id: string): Promise<CodeMetrics | undefined> {
    return this.#reader.read((session) => this.#parts.complexity.metrics(session, id))
  }

  dead(options: DeadCodeOptions = {}): Promise<DeadCode> {
    return this.#reader.read((session) => {
      const indexed = this.#reader.meta(session, entryPointsKey)
      return this.#parts.dead.find(session, indexed === undefined ? [] : (JSON.parse(indexed) as EntryPoint[]), options)
    })
  }
}
