import type { NodeHash } from './node-hash.ts'

/**
 * What a question is about: anything that survives JSON. Two keys are the same where their JSON is.
 */
export type QueryKey = string | number | boolean | null | readonly QueryKey[] | { readonly [name: string]: QueryKey }

/**
 * How rarely an input changes. What depends on nothing but `high` inputs is not looked at when a `low` one changes.
 *
 * Source: salsa, "Durability".
 */
export type Durability = 'low' | 'medium' | 'high'

declare const valueOf: unique symbol

/** A value that is set from outside, one for each key. */
export interface Input<K extends QueryKey = QueryKey, V = unknown> {
  readonly kind: 'input'
  readonly name: string
  readonly options: InputOptions<V>
  readonly [valueOf]?: (key: K) => V
}

/** A value that is computed from inputs and other queries, one for each key. */
export interface Query<K extends QueryKey = QueryKey, V = unknown> {
  readonly kind: 'query'
  readonly name: string
  readonly options: QueryOptions<K, V>
  readonly [valueOf]?: (key: K) => V
}

/** How an input is kept. */
export interface InputOptions<V> {
  /** Whether two values are the same, so that setting the second changes nothing. Default: `Object.is`. */
  readonly equals?: (before: V, after: V) => boolean
  /** Default: `low`. */
  readonly durability?: Durability
  /** The identity of a value across processes, for traces. Default: the hash of its JSON, or of the bytes or the text it is. */
  readonly fingerprint?: (value: V) => NodeHash
}

/** How a query is computed and kept. */
export interface QueryOptions<K extends QueryKey, V> {
  /**
   * Gives the value for a key. Invariant: it depends on nothing but its key and what it asks `context` for.
   */
  readonly compute: (context: QueryContext, key: K) => V | Promise<V>
  /**
   * Whether a value computed again is the same as before: whoever depends on it is then not computed again
   * (_backdating_). Default: `Object.is`.
   */
  readonly equals?: (before: V, after: V) => boolean
  /** How many values are kept, the least recently used given up first. What they depend on is remembered all the same. Default: all. */
  readonly capacity?: number
  /** As of {@link InputOptions}. */
  readonly fingerprint?: (value: V) => NodeHash
  /** Keeps values across processes, where the engine has a {@link TraceStore}. */
  readonly persist?: PersistOptions<V>
}

/** How values of a query are kept across processes. */
export interface PersistOptions<V> {
  /** Another one whenever `compute` may give another value for the same. */
  readonly version: number
  readonly encode: (value: V) => Uint8Array
  readonly decode: (bytes: Uint8Array) => V
}

/** What a computation asks; everything it asks for becomes what it depends on. */
export interface QueryContext {
  /**
   * The value of an input, `undefined` where none is set, or of another query.
   *
   * @throws `FORGE_QUERY_CYCLE` where the answer depends on the one being computed, `FORGE_QUERY_OUTDATED` when an input has changed
   * in the meantime (the engine then computes anew by itself), and what the other query throws.
   */
  get<K extends QueryKey, V>(input: Input<K, V>, key: NoInfer<K>): Promise<V | undefined>
  get<K extends QueryKey, V>(query: Query<K, V>, key: NoInfer<K>): Promise<V>
  /** Aborted when nobody waits for the value any more. */
  readonly signal: AbortSignal
}

/** A dependency as a trace has it. */
export interface TraceDependency {
  readonly query: string
  /** The key as JSON. */
  readonly key: string
  readonly fingerprint: NodeHash
}

/**
 * What a value was computed from: it holds again as soon as all dependencies have these fingerprints again.
 *
 * Source: Mokhov, Mitchell, Peyton Jones, "Build systems à la carte" (2018), section 4.2.2, verifying traces.
 */
export interface Trace {
  /** In the order they were asked for. */
  readonly dependencies: readonly TraceDependency[]
  readonly value: Uint8Array
}

/** Keeps traces across processes. */
export interface TraceStore {
  /** The traces of a question, the latest first. `key` is JSON. */
  load(query: string, key: string): readonly Trace[] | Promise<readonly Trace[]>
  save(query: string, key: string, trace: Trace): void | Promise<void>
}

/** One thing an engine did. `key` is JSON. */
export type QueryEvent =
  /** An input was given another value: `revision` is the new one. */
  | { readonly type: 'set'; readonly query: string; readonly key: string; readonly revision: number }
  /** A query is computed. */
  | { readonly type: 'execute'; readonly query: string; readonly key: string }
  /** What a value depends on has not changed, so that it was not computed. */
  | { readonly type: 'validate'; readonly query: string; readonly key: string }
  /** A value was computed and is the same as before. */
  | { readonly type: 'backdate'; readonly query: string; readonly key: string }
  /** A value came from a trace, so that it was not computed. */
  | { readonly type: 'restore'; readonly query: string; readonly key: string }
  /** A value was given up, as the query keeps no more of them. */
  | { readonly type: 'evict'; readonly query: string; readonly key: string }
  /** A computation needs its own answer. */
  | { readonly type: 'cycle'; readonly query: string; readonly key: string; readonly path: readonly string[] }
  /** Reading or writing traces failed; the value was computed, or is kept in this process only. */
  | { readonly type: 'trace-failed'; readonly query: string; readonly key: string; readonly error: unknown }

/** Why the value of a question is what it is, from the question to the input that changed last. */
export interface ExplanationStep {
  /** The question as `name(key)`. */
  readonly question: string
  /** The revision in which the value was computed or set. */
  readonly revision: number
  /**
   * `set`: an input was set. `first`: it was never computed before. `evicted`: its value had been given up. `restored`: it came from a
   * trace. `dependency`: what the next step is about had changed. `error`: it failed the last time.
   */
  readonly reason: 'set' | 'first' | 'evicted' | 'restored' | 'dependency' | 'error'
}
