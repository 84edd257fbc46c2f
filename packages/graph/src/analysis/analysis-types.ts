import type { CodeMetrics } from './code-metrics.ts'
import type { Confidence, EdgeKind, GraphSymbol, NodeKind, Range } from '../graph-types.ts'

/** How far an impact reaches. */
export interface ImpactOptions {
  /** How many steps away at most. Default: all that is reached. */
  readonly depth?: number
  /** Whether calls and uses that lead to one of several candidates are followed. Default: they are. */
  readonly ambiguous?: boolean
}

/** A symbol that a change may affect. */
export interface AffectedSymbol {
  readonly symbol: GraphSymbol
  /** The least number of steps from what is changed, from 1. */
  readonly distance: number
  /** What it does with the symbol before it on the way. */
  readonly kind: EdgeKind
  /** The id of the symbol before it on the way. */
  readonly through: string
  /** The first place where it does so; none for an override. */
  readonly site?: { readonly file: string; readonly range: Range }
  /** The least sure step on the way. */
  readonly confidence: Confidence
}

/** What a change may affect. */
export interface Impact {
  /** What was asked about: of a file, its module. */
  readonly targets: readonly GraphSymbol[]
  /** By distance, then id. */
  readonly affected: readonly AffectedSymbol[]
  /** Files with something affected in them, by the least distance, then path. */
  readonly files: readonly { readonly file: string; readonly distance: number; readonly symbols: number }[]
}

/** Which cycles are asked for. */
export interface CycleOptions {
  /** Symbols that call each other, or modules that import each other. Default `modules`. */
  readonly of?: 'calls' | 'modules'
  /** Whether calls that lead to one of several candidates count. Default: they do not. */
  readonly ambiguous?: boolean
}

/** One step of a {@link Cycle}. */
export interface CycleStep {
  readonly from: string
  readonly to: string
  readonly site: { readonly file: string; readonly range: Range }
}

/**
 * Symbols or modules of which each leads to every other: a strongly connected component of more than one.
 *
 * A symbol that calls itself alone is none.
 */
export interface Cycle {
  /** By id. */
  readonly symbols: readonly GraphSymbol[]
  /** A shortest way around, through the symbol with the least id that has one of that length. */
  readonly steps: readonly CycleStep[]
  /** Of modules: whether the cycle is there only as long as imports of interfaces and type aliases count, which are gone at run time. */
  readonly onlyTypes: boolean
}

/** A file as others depend on it. */
export interface ModuleSummary {
  readonly path: string
  readonly lines: number
  /** Symbols in it, the module itself and local ones not counted. */
  readonly symbols: number
  /** Files of the project that it imports. */
  readonly imports: number
  /** Files of the project that import it. */
  readonly importedBy: number
  /** Modules outside the project that it imports. */
  readonly external: number
  /** `imports / (imports + importedBy)`: 1 where nothing depends on it (R. C. Martin, "Agile Software Development", ch. 20); 0 where neither is. */
  readonly instability: number
}

/** An import of one file by another. */
export interface ModuleDependency {
  readonly from: string
  /** A path, or the id of a module outside the project. */
  readonly to: string
  /** Names imported; the module as a whole counts as one. */
  readonly names: number
  /** Whether only interfaces and type aliases are imported. */
  readonly onlyTypes: boolean
}

/** What complexity is told by: how many ways there are through code, or how hard it is to follow. */
export type ComplexityMeasure = 'cyclomatic' | 'cognitive'

/** Which symbols are hotspots. */
export interface HotspotOptions {
  /** Default `cyclomatic`. */
  readonly by?: ComplexityMeasure
  /** The least complexity. Default 10, cognitive 15. */
  readonly complexity?: number
  /** The least number of different symbols called. Default 5. */
  readonly fanOut?: number
  /** How often files have changed, by path: the score is multiplied by it, and what is in a file that has not changed is left out. */
  readonly churn?: ReadonlyMap<string, number>
}

/** Code that does much and leans on much. */
export interface Hotspot {
  readonly symbol: GraphSymbol
  /** By the measure that was asked for. */
  readonly complexity: number
  /** Left out where its complexity is all that is stored of its code. */
  readonly metrics?: CodeMetrics
  /** Symbols that call it, each counted once. */
  readonly fanIn: number
  /** Symbols it calls, each counted once. */
  readonly fanOut: number
  /** How often its file has changed, where that was asked for. */
  readonly churn?: number
  /** `complexity × fanOut`, or `complexity × fanOut × churn`. */
  readonly score: number
}

/** Where the values of a measure lie. */
export interface Spread {
  readonly total: number
  /** The least value that half of all do not exceed; 0 where there are none. */
  readonly median: number
  /** The least value that nine tenths of all do not exceed. */
  readonly p90: number
  readonly max: number
}

/**
 * How many functions, methods, constructors and accessors are how complex: up to 10, 20 and 50 paths, and more (SEI, "Cyclomatic
 * Complexity"). Functions without a name count where they are symbols of their own.
 */
export interface ComplexityDistribution {
  readonly functions: number
  readonly cyclomatic: Spread
  readonly cognitive: Spread
  readonly simple: number
  readonly moderate: number
  readonly complex: number
  readonly veryComplex: number
}

/** A file that runs or is used from outside the project. */
export interface EntryPoint {
  readonly path: string
  /** Why: `exports of @acme/pool`, `bin of forge`, `test`, … */
  readonly reason: string
  /** Whether what it exports is used by others, beside its top-level code being run. */
  readonly exports: boolean
}

/** What counts as used from outside. */
export interface DeadCodeOptions {
  /** More entry points, beside those that were indexed: why a path is one, or undefined. */
  readonly entry?: (path: string) => string | undefined
  /** Kinds of symbols to list. Default: all that {@link deadCodeKinds} names. */
  readonly kinds?: readonly NodeKind[]
}

/** A symbol that nothing which runs leads to. */
export interface DeadSymbol {
  readonly symbol: GraphSymbol
  /** How many others mention it, all of them dead themselves. */
  readonly mentions: number
  /** Places of live code that name something of that name and could not be resolved: it may be meant by them. */
  readonly unresolved: number
}

/** Code that nothing which runs leads to. */
export interface DeadCode {
  /** What was taken as used from outside, by path. */
  readonly entryPoints: readonly EntryPoint[]
  /** Whether no entry point is known, so that every file which no other one imports was taken for one. */
  readonly guessed: boolean
  /** By file and place. A symbol inside a dead one is not listed, nor is one of a dead file: its module is. */
  readonly dead: readonly DeadSymbol[]
}
