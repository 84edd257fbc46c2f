import type { Facts } from '@forge/lang'

/**
 * Where a module request leads: the index of a file of the same link, the name
 * of something outside the project (`node:fs`, `effect/Option`), or nothing, with the reason.
 */
export type ModuleTarget =
  | { readonly kind: 'file'; readonly file: number }
  | { readonly kind: 'external'; readonly name: string }
  | { readonly kind: 'unresolved'; readonly reason: 'module-not-found' | 'outside-project' | 'not-indexed' }

/** One file to link. */
export interface LinkFile {
  /** Relative to the project, with `/`. */
  readonly path: string
  readonly facts: Facts
  /** For each row of `facts.modules`, where it leads. */
  readonly targets: readonly ModuleTarget[]
}

/** The names of the codes in {@link FileEdges.kind}. */
export const edgeKinds = [
  'calls',
  'imports',
  'extends',
  'implements',
  'contains',
  'overrides',
  'references',
  'reads',
  'writes',
  'instantiates',
] as const

/** One of {@link edgeKinds}. */
export type EdgeKind = (typeof edgeKinds)[number]

/**
 * The names of the codes in {@link FileEdges.confidence}: by lexical scope, import or declared
 * type; by the flow of values; one of several candidates, all of which have an edge.
 */
export const confidences = ['exact', 'inferred', 'ambiguous'] as const

/** One of {@link confidences}. */
export type Confidence = (typeof confidences)[number]

/** Why a name or a member has no target. */
export type UnresolvedReason =
  | 'module-not-found'
  | 'outside-project'
  | 'not-indexed'
  | 'not-exported'
  | 'undeclared'
  | 'unknown-receiver'
  | 'no-such-member'
  | 'function-value'

/**
 * The edges that leave one file, one row for each (source, target, kind), ordered by them.
 *
 * A symbol of any file is one number: see {@link Linker.symbol}. A target below zero is the external symbol `-1 - target`.
 */
export interface FileEdges {
  readonly count: number
  /** Never local; hidden only for a function without a name that something else calls. */
  readonly source: Int32Array
  /** May be local to the same file or to another one; hidden only for a function without a name that something else calls. */
  readonly target: Int32Array
  readonly kind: Uint8Array
  readonly confidence: Uint8Array
  /** Row `i` has the sites `siteFirst[i]` up to `siteFirst[i + 1]`; the last element is the number of sites. */
  readonly siteFirst: Int32Array
  /** For each site its start, end and role (a code of `occurrenceRoles` of `@forge/lang`, its first six, or {@link throughRole}), ordered. */
  readonly sites: Int32Array
}

/** The role of a site that does not name the target of its edge: a call that runs it as the value of something else. */
export const throughRole = 6

/** A place that names something that could not be found. */
export interface UnresolvedReference {
  readonly start: number
  readonly end: number
  readonly name: string
  readonly reason: UnresolvedReason
  /** Whether it is called or constructed. */
  readonly call: boolean
  /** The symbol whose code it is. */
  readonly in: number
}

/**
 * All that linking says about one file. What an occurrence names is in the edges, in the locals or unresolved, never in two of them.
 *
 * Beside the edge or the local of what it names, the site of a call may have `calls` and `instantiates` edges that are
 * not of its name: to the constructor that `new` runs (beside `instantiates` of the class), and, `inferred` or
 * `ambiguous`, to the functions and classes that are known to be the value of a called variable, parameter or property.
 */
export interface FileLinks {
  readonly edges: FileEdges
  readonly unresolved: readonly UnresolvedReference[]
  /**
   * Calls whose callee is named and in `locals` (a parameter or a local variable), but whose function is not
   * known. They are there to be counted, with the reason `function-value`; none of them is a further occurrence.
   */
  readonly functionValues: readonly UnresolvedReference[]
  /** Occurrences of symbols local to this file: start, end, role (first six), target symbol row, `in` symbol row; five numbers each, ordered by start. */
  readonly locals: Int32Array
}

/** Links the files it was made from. Pure: no clock, no randomness, no file system. */
export interface Linker {
  /** The number of the symbol in a row of the facts of a file. */
  symbol(file: number, row: number): number
  /** The file of a symbol. */
  fileOf(symbol: number): number
  /** The row of a symbol in the facts of its file; -1 for one that has gone with an earlier version of it. */
  rowOf(symbol: number): number
  /** The external symbols met so far, by number: `external:node:fs#readFile`. */
  readonly externals: readonly string[]
  /** Everything that leaves one file. The result does not depend on the order files are linked in. */
  linkFile(file: number): FileLinks
}

/** A {@link Linker} of files that change one after the other. */
export interface UpdatableLinker extends Linker {
  /**
   * Puts other versions of files in their place, undefined for a file that is gone; one with the next number is new. It goes in steps, as
   * `createLinkerInSteps` does. The links are then those of a linker that
   * was made from all files anew, but for the numbers of symbols.
   *
   * @returns the files whose links may be others now; undefined where it takes a new linker: this one is of no use any more. So it is
   * where the last step was not awaited.
   * @throws LinkInputError when the targets of a version do not fit its module requests.
   */
  update(
    versions: ReadonlyMap<number, LinkFile | undefined>,
  ): Generator<void, ReadonlySet<number> | undefined, undefined>
}
