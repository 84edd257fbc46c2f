import { InternalError } from '@forge/errors'
import { Computation } from './computation.ts'
import { QueryCycleError, QueryInvalidError, QueryOutdatedError } from './errors.ts'
import { hashOf, type NodeHash } from './node-hash.ts'
import { orAborted } from './or-aborted.ts'
import { type Definition, type Memo, type Question, Questions } from './question.ts'
import type {
  Durability,
  ExplanationStep,
  Input,
  Query,
  QueryContext,
  QueryEvent,
  QueryKey,
  Trace,
  TraceStore,
} from './query-types.ts'

/** What an engine is made from. */
export interface QueryEngineOptions {
  /** Told everything the engine does, at once. What it throws is thrown to whoever asked. */
  readonly onEvent?: (event: QueryEvent) => void
  /** Keeps values of queries that say `persist`. */
  readonly traces?: TraceStore
  /** All inputs and queries that traces may name. Those not listed become known when they are first used. */
  readonly definitions?: readonly { readonly kind: 'input' | 'query'; readonly name: string }[]
}

/** Sets inputs, all in one revision. */
export interface InputChange {
  set<K extends QueryKey, V>(
    input: Input<K, V>,
    key: NoInfer<K>,
    value: V,
    options?: { readonly durability?: Durability },
  ): void
  /** Makes the value `undefined` again. */
  remove<K extends QueryKey, V>(input: Input<K, V>, key: NoInfer<K>): void
}

/** Answers queries and computes again only what a change touches. */
export interface QueryEngine extends InputChange {
  /** Goes up by one with each change of any input. */
  readonly revision: number
  /**
   * The value of an input, `undefined` where none is set, or of a query, by the inputs as they are when it is answered. Who asks for
   * the same at the same time shares one computation. Where an input changes in the meantime, it is computed anew.
   *
   * @throws `FORGE_QUERY_CYCLE`, the reason of the signal, and what a query throws. Errors are not kept.
   */
  get<K extends QueryKey, V>(
    input: Input<K, V>,
    key: NoInfer<K>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<V | undefined>
  get<K extends QueryKey, V>(
    query: Query<K, V>,
    key: NoInfer<K>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<V>
  /** Changes several inputs in one revision: all of them, or none where `body` throws. */
  change<T>(body: (change: InputChange) => T): T
  /** Why the value of a question is what it is, from itself to the input that made it so. Empty where it has none. */
  explain<K extends QueryKey, V>(question: Query<K, V> | Input<K, V>, key: NoInfer<K>): readonly ExplanationStep[]
  /**
   * Forgets the answers that nobody has asked for since `revision`, directly or through others.
   *
   * @returns how many.
   */
  sweep(revision: number): number
}

/**
 * Makes an engine without inputs.
 *
 * Source: the algorithm of salsa, "The red-green algorithm": an answer holds when, in the order they were asked for, none of
 * the answers it was made from has changed since it was last seen to hold.
 *
 * @example
 * ```ts
 * const source = defineInput<string, string>('source')
 * const words = defineQuery<string, number>('words', {
 *   compute: async (context, path) => ((await context.get(source, path)) ?? '').split(' ').length,
 * })
 * const engine = createQueryEngine()
 * engine.set(source, 'a.txt', 'to be or not')
 * await engine.get(words, 'a.txt') // 4
 * ```
 */
export function createQueryEngine(options: QueryEngineOptions = {}): QueryEngine {
  return new RedGreenEngine(options)
}

const durabilities: readonly Durability[] = ['low', 'medium', 'high']
const absent = hashOf('\0absent')

/** Where an answer comes from that is computed now. */
type Reason = Pick<Memo, 'reason' | 'cause'>

class RedGreenEngine implements QueryEngine {
  #revision = 0
  readonly #questions = new Questions()
  readonly #onEvent: (event: QueryEvent) => void
  readonly #traces: TraceStore | undefined
  /** The last revision in which an input of this durability or a higher one changed. */
  readonly #lastChange: Record<Durability, number> = { low: 0, medium: 0, high: 0 }
  /** For each query with a capacity, the questions that have a value, the least recently used first. */
  readonly #recent = new Map<Definition, Set<Question>>()

  constructor({ onEvent, traces, definitions = [] }: QueryEngineOptions) {
    this.#onEvent = onEvent ?? (() => undefined)
    this.#traces = traces
    for (const definition of definitions) this.#questions.register(definition as unknown as Definition)
  }

  get revision(): number {
    return this.#revision
  }

  set<K extends QueryKey, V>(
    input: Input<K, V>,
    key: K,
    value: V,
    options: { readonly durability?: Durability } = {},
  ): void {
    this.change((change) => change.set(input, key, value, options))
  }

  remove<K extends QueryKey, V>(input: Input<K, V>, key: K): void {
    this.change((change) => change.remove(input, key))
  }

  change<T>(body: (change: InputChange) => T): T {
    const changes = new Map<Question, { readonly value: unknown; readonly durability: Durability }>()
    const result = body({
      set: (input, key, value, options = {}) => {
        const question = this.#inputQuestion(input, key)
        changes.set(question, { value, durability: options.durability ?? input.options.durability ?? 'low' })
      },
      remove: (input, key) => {
        changes.set(this.#inputQuestion(input, key), { value: undefined, durability: 'low' })
      },
    })
    const revision = this.#revision + 1
    let highest = -1
    for (const [question, { value, durability }] of changes) {
      const { memo } = question
      const equals = (question.definition as Input).options.equals ?? Object.is
      const isSame =
        value === undefined || memo === undefined || memo.value === undefined
          ? memo?.value === value
          : equals(memo.value, value)
      if (isSame && (memo?.durability ?? 'low') === durability) continue
      this.#revision = revision
      const changedAt = isSame ? (memo?.changedAt ?? 0) : revision
      question.memo = { ...inputMemo, value, durability, verifiedAt: revision, changedAt, computedAt: revision }
      // Who depended on the value took it to be as durable as it was then.
      highest = Math.max(highest, rankOf(durability), rankOf(memo?.durability ?? 'low'))
      if (!isSame) this.#tell({ type: 'set', ...nameOf(question), revision })
    }
    if (this.#revision === revision) {
      for (const durability of durabilities.slice(0, highest + 1)) this.#lastChange[durability] = revision
    }
    return result
  }

  async get(definition: Definition, key: QueryKey, { signal }: { readonly signal?: AbortSignal } = {}): Promise<never> {
    const question = this.#questions.of(definition, key)
    for (;;) {
      signal?.throwIfAborted()
      try {
        return (await this.#bring(question, undefined, true, signal)) as never
      } catch (error) {
        // An input changed on the way; by now it may be another answer.
        if (!(error instanceof QueryOutdatedError) || signal?.aborted === true) throw error
      }
    }
  }

  explain<K extends QueryKey, V>(definition: Query<K, V> | Input<K, V>, key: K): readonly ExplanationStep[] {
    const steps: ExplanationStep[] = []
    const seen = new Set<Question>()
    let question = this.#questions.find(definition.name, key)
    while (question?.memo !== undefined && !seen.has(question)) {
      seen.add(question)
      const { computedAt, reason, cause }: Memo = question.memo
      steps.push({ question: question.text, revision: computedAt, reason })
      question = cause
    }
    return steps
  }

  sweep(revision: number): number {
    const kept = new Set<Question>()
    const open: Question[] = []
    for (const question of this.#questions.all()) {
      const isUsed = question.running !== undefined || (question.memo?.verifiedAt ?? -1) >= revision
      if (isUsed || (question.definition.kind === 'input' && question.memo?.value !== undefined)) open.push(question)
    }
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (kept.has(next)) continue
      kept.add(next)
      open.push(...(next.memo?.dependencies ?? []))
    }
    let swept = 0
    for (const question of this.#questions.all()) {
      if (kept.has(question)) continue
      this.#questions.delete(question)
      this.#recent.get(question.definition)?.delete(question)
      question.memo = undefined
      swept++
    }
    return swept
  }

  /** Makes the memo of a question hold for this revision. Gives the value, where it is needed. */
  async #bring(
    question: Question,
    asker: Computation | undefined,
    needsValue: boolean,
    signal?: AbortSignal,
  ): Promise<unknown> {
    for (;;) {
      if (asker !== undefined) this.#checkUpToDate(asker)
      if (this.#isCurrent(question, needsValue)) {
        this.#use(question)
        return question.memo?.value
      }
      let computation = question.running
      if (computation === undefined) {
        computation = this.#start(question, needsValue)
      } else {
        if (needsValue) computation.needsValue = true
        if (asker !== undefined) this.#checkCycle(asker, computation)
      }
      computation.beginWait(asker)
      try {
        const { value, hasValue } = await (signal === undefined
          ? computation.promise
          : orAborted(computation.promise, signal))
        if (computation.revision === this.#revision && (hasValue || !needsValue)) return value
      } catch (error) {
        // That of an earlier revision says nothing about this one.
        if (computation.revision === this.#revision || signal?.aborted === true) throw error
      } finally {
        computation.endWait(asker)
      }
    }
  }

  #isCurrent({ definition, memo }: Question, needsValue: boolean): boolean {
    if (definition.kind === 'input') return true
    return memo?.verifiedAt === this.#revision && (memo.hasValue || !needsValue)
  }

  #start(question: Question, needsValue: boolean): Computation {
    const computation = new Computation(question, this.#revision, needsValue)
    question.running = computation
    // From the event loop, not from here: a chain of questions of any length needs no stack.
    computation.promise = Promise.resolve().then(async () => {
      try {
        return await this.#refresh(computation)
      } finally {
        computation.hasEnded = true
        if (question.running === computation) question.running = undefined
      }
    })
    // Whoever waits is told; that nobody may wait any more is no reason to end the process.
    computation.promise.catch(() => undefined)
    return computation
  }

  async #refresh(computation: Computation): Promise<Pick<Memo, 'value' | 'hasValue'>> {
    const { question } = computation
    const { memo } = question
    const cause = memo === undefined ? undefined : await this.#changedDependency(computation, memo)
    if (memo === undefined || cause !== undefined) {
      const reason: Reason =
        cause === undefined ? { reason: question.failed ? 'error' : 'first' } : { reason: 'dependency', cause }
      return (await this.#restore(computation)) ?? (await this.#execute(computation, reason))
    }
    if (memo.verifiedAt < computation.revision) {
      const durability = leastDurable(memo.dependencies)
      question.memo = { ...memo, verifiedAt: computation.revision, durability }
      this.#tell({ type: 'validate', ...nameOf(question) })
    }
    if (memo.hasValue || !computation.needsValue) return memo
    return this.#execute(computation, { reason: 'evicted' })
  }

  /** The first of what a memo was made from that has changed since it was last seen to hold. */
  async #changedDependency(computation: Computation, memo: Memo): Promise<Question | undefined> {
    if (this.#lastChange[memo.durability] <= memo.verifiedAt) return undefined
    for (const dependency of memo.dependencies) {
      try {
        if (!this.#isCurrent(dependency, false)) await this.#bring(dependency, computation, false)
      } catch (error) {
        this.#checkUpToDate(computation)
        if (error instanceof InternalError) throw error
        // Whether that is an error here as well only the computation knows.
        return dependency
      }
      if ((dependency.memo?.changedAt ?? 0) > memo.verifiedAt) return dependency
    }
    return undefined
  }

  async #execute(computation: Computation, reason: Reason): Promise<Pick<Memo, 'value' | 'hasValue'>> {
    const { question } = computation
    const { options } = question.definition as Query
    this.#tell({ type: 'execute', ...nameOf(question) })
    let value: unknown
    let isOver = false
    const context: QueryContext = {
      get: async (definition: Definition, key: QueryKey): Promise<never> => {
        if (isOver) {
          throw new QueryInvalidError(`${question.text} asks for more after it has ended`, {
            hint: 'Await everything that the computation asks for',
            details: { question: question.text },
            callSite: context.get,
          })
        }
        const dependency = this.#questions.of(definition, key)
        this.#checkUpToDate(computation)
        computation.dependencies.add(dependency)
        const value = await this.#bring(dependency, computation, true)
        this.#checkUpToDate(computation)
        return value as never
      },
      get signal() {
        return computation.signal
      },
    }
    try {
      value = await options.compute(context, question.key)
    } catch (error) {
      throw this.#fail(computation, error)
    } finally {
      isOver = true
    }
    if (computation.cycle !== undefined) throw this.#fail(computation, computation.cycle)
    const kept = this.#keep(computation, value, [...computation.dependencies], reason)
    await this.#saveTrace(computation, kept)
    return { value: kept, hasValue: true }
  }

  /** Forgets what was known, so that whoever goes on without an answer is not taken to have seen the one of before. */
  #fail(computation: Computation, error: unknown): unknown {
    const { question, revision } = computation
    if (revision === this.#revision && !computation.isAbandoned) {
      question.failed = true
      question.memo = undefined
    }
    return computation.cycle ?? error
  }

  /** Notes what a computation found. Gives the value, or the equal one of before. */
  #keep(computation: Computation, value: unknown, dependencies: readonly Question[], reason: Reason): unknown {
    const { question, revision } = computation
    const before = question.memo
    // Whoever was faster, for a later revision, knows better.
    if (before !== undefined && before.verifiedAt > revision) return value
    const equals = (question.definition as Query).options.equals ?? Object.is
    const isSame = before?.hasValue === true && equals(before.value, value)
    const wasGivenUp = reason.reason === 'evicted' && before !== undefined
    question.failed = false
    question.memo = {
      value: isSame ? before.value : value,
      hasValue: true,
      verifiedAt: revision,
      changedAt: isSame || wasGivenUp ? before.changedAt : revision,
      durability: leastDurable(dependencies),
      dependencies,
      computedAt: revision,
      ...reason,
    }
    if (isSame) this.#tell({ type: 'backdate', ...nameOf(question) })
    this.#use(question)
    return question.memo.value
  }

  /** Makes the question the one used last, and gives up the value of the one used least recently where there are too many. */
  #use(question: Question): void {
    const { definition } = question
    if (definition.kind === 'input' || definition.options.capacity === undefined) return
    if (question.memo?.hasValue !== true) return
    let recent = this.#recent.get(definition)
    if (recent === undefined) this.#recent.set(definition, (recent = new Set()))
    recent.delete(question)
    recent.add(question)
    if (recent.size <= definition.options.capacity) return
    const [oldest] = recent
    recent.delete(oldest!)
    const { memo } = oldest!
    if (memo === undefined || oldest!.running !== undefined) return
    // Traces may still name it.
    if (this.#traces !== undefined) this.#fingerprintOf(oldest!)
    oldest!.memo = { ...memo, hasValue: false, value: undefined }
    this.#tell({ type: 'evict', ...nameOf(oldest!) })
  }

  /** Takes the value from a trace, where everything it was made from is as it was. */
  async #restore(computation: Computation): Promise<Pick<Memo, 'value' | 'hasValue'> | undefined> {
    const { question } = computation
    const { persist } = (question.definition as Query).options
    if (persist === undefined || this.#traces === undefined) return undefined
    const event = nameOf(question)
    try {
      for (const trace of await this.#traces.load(storedName(question), question.keyText)) {
        const dependencies = await this.#matching(computation, trace)
        if (dependencies === undefined) continue
        const value = this.#keep(computation, persist.decode(trace.value), dependencies, { reason: 'restored' })
        this.#tell({ type: 'restore', ...event })
        return { value, hasValue: true }
      }
    } catch (error) {
      this.#checkUpToDate(computation)
      this.#tell({ type: 'trace-failed', ...event, error })
    }
    return undefined
  }

  /** What a trace depends on, if all of it has the fingerprints of the trace. */
  async #matching(computation: Computation, trace: Trace): Promise<readonly Question[] | undefined> {
    const questions: Question[] = []
    for (const { query, key, fingerprint } of trace.dependencies) {
      const dependency = this.#questions.named(query, key)
      if (dependency === undefined) return undefined
      try {
        await this.#bring(dependency, computation, false)
      } catch {
        this.#checkUpToDate(computation)
        return undefined
      }
      if (this.#fingerprintOf(dependency) !== fingerprint) return undefined
      questions.push(dependency)
    }
    return questions
  }

  async #saveTrace(computation: Computation, value: unknown): Promise<void> {
    const { question } = computation
    const { persist } = (question.definition as Query).options
    if (persist === undefined || this.#traces === undefined) return
    // The fingerprints must be those that the value was made from; one that failed has none.
    const isKnown = [...computation.dependencies].every((dependency) => this.#isCurrent(dependency, false))
    if (computation.revision !== this.#revision || !isKnown) return
    try {
      const dependencies = [...computation.dependencies].map((dependency) => ({
        query: dependency.definition.name,
        key: dependency.keyText,
        fingerprint: this.#fingerprintOf(dependency),
      }))
      await this.#traces.save(storedName(question), question.keyText, { dependencies, value: persist.encode(value) })
    } catch (error) {
      this.#tell({ type: 'trace-failed', ...nameOf(question), error })
    }
  }

  #fingerprintOf(question: Question): NodeHash {
    const { definition } = question
    const fingerprint = definition.options.fingerprint ?? jsonFingerprint
    return question.fingerprint((value) => (value === undefined ? absent : fingerprint(value)))
  }

  #checkUpToDate(computation: Computation): void {
    if (computation.revision === this.#revision && !computation.isAbandoned) return
    throw new QueryOutdatedError(`${computation.question.text} is computed for a revision that is over`, {
      hint: 'Let the error through: the engine computes anew where somebody still waits',
      details: { question: computation.question.text, revision: computation.revision },
    })
  }

  /** Fails where `computation`, which `asker` is about to wait for, waits for `asker`. */
  #checkCycle(asker: Computation, computation: Computation): void {
    const waiting = computation.waitPathTo(asker)
    if (waiting === undefined) return
    const path = [asker, ...waiting].map(({ question }) => question.text)
    const error = new QueryCycleError(path.join(' needs '), {
      hint: 'Break the circle: one of these must do without the others',
      details: { path },
    })
    for (const one of waiting) one.cycle = error
    this.#tell({ type: 'cycle', ...nameOf(asker.question), path })
    throw error
  }

  #inputQuestion<K extends QueryKey, V>(input: Input<K, V>, key: K): Question {
    if (input.kind !== 'input') {
      throw new QueryInvalidError('Only inputs can be set', {
        hint: 'Set what the query is computed from',
        details: { name: (input as { readonly name: string }).name },
      })
    }
    return this.#questions.of(input as unknown as Definition, key)
  }

  #tell(event: QueryEvent): void {
    this.#onEvent(event)
  }
}

const inputMemo = { hasValue: true, dependencies: [], reason: 'set' } as const

function nameOf({ definition, keyText }: Question): { readonly query: string; readonly key: string } {
  return { query: definition.name, key: keyText }
}

/** What traces of the question are kept under: those of another version are not found. */
function storedName({ definition }: Question): string {
  return `${definition.name}@${(definition as Query).options.persist?.version ?? 0}`
}

function rankOf(durability: Durability): number {
  return durabilities.indexOf(durability)
}

function leastDurable(dependencies: readonly Question[]): Durability {
  let least = 2
  for (const { memo } of dependencies) least = Math.min(least, memo === undefined ? 0 : rankOf(memo.durability))
  return durabilities[least]!
}

function jsonFingerprint(value: unknown): NodeHash {
  if (typeof value === 'string' || value instanceof Uint8Array) return hashOf(value)
  return hashOf(JSON.stringify(value) ?? String(value))
}
