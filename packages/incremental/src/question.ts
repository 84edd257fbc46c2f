import { QueryInvalidError } from './errors.ts'
import type { Computation } from './computation.ts'
import type { NodeHash } from './node-hash.ts'
import type { Durability, ExplanationStep, Input, Query, QueryKey } from './query-types.ts'

/** An input or a query. */
export type Definition = Input | Query

/** A value that is known, and since when. */
export interface Memo {
  readonly value: unknown
  /** False where the value was given up; everything else still holds. */
  readonly hasValue: boolean
  /** The last revision in which it was seen to hold. For inputs, the one in which it was set. */
  readonly verifiedAt: number
  /** The revision in which it became what it is. */
  readonly changedAt: number
  /** The least of those of what it depends on. */
  readonly durability: Durability
  /** In the order they were asked for. */
  readonly dependencies: readonly Question[]
  readonly reason: ExplanationStep['reason']
  /** For the reason `dependency`, the one that had changed. */
  readonly cause?: Question | undefined
  /** The revision in which it was computed. */
  readonly computedAt: number
}

/** A definition with a key, and what is known of its value. */
export class Question {
  readonly definition: Definition
  readonly key: QueryKey
  /** The key as JSON. */
  readonly keyText: string
  memo: Memo | undefined
  /** The computation that is under way. */
  running: Computation | undefined
  /** Whether the last computation ended with an error. */
  failed = false
  #fingerprint: NodeHash | undefined
  #fingerprintedAt = -1

  constructor(definition: Definition, key: QueryKey, keyText: string) {
    this.definition = definition
    this.key = key
    this.keyText = keyText
  }

  /** `name(key)`. */
  get text(): string {
    return `${this.definition.name}(${typeof this.key === 'string' ? this.key : this.keyText})`
  }

  /** The identity of the value, computed once for each revision in which it changed: a value that was given up still has it. */
  fingerprint(compute: (value: unknown) => NodeHash): NodeHash {
    const changedAt = this.memo?.changedAt ?? 0
    if (this.#fingerprint === undefined || this.#fingerprintedAt !== changedAt) {
      this.#fingerprint = compute(this.memo?.value)
      this.#fingerprintedAt = changedAt
    }
    return this.#fingerprint
  }
}

/** All questions of an engine. */
export class Questions {
  readonly #byName = new Map<string, { readonly definition: Definition; readonly byKey: Map<string, Question> }>()

  /**
   * Makes a definition known by its name.
   *
   * @throws `FORGE_QUERY_INVALID` when another one has that name.
   */
  register(definition: Definition): Map<string, Question> {
    const known = this.#byName.get(definition.name)
    if (known === undefined) {
      const byKey = new Map<string, Question>()
      this.#byName.set(definition.name, { definition, byKey })
      return byKey
    }
    if (known.definition !== definition) {
      throw new QueryInvalidError(`Two definitions are called "${definition.name}"`, {
        hint: 'Give each input and each query of an engine a name of its own',
        details: { name: definition.name },
      })
    }
    return known.byKey
  }

  /** The question, made where it was never asked. */
  of(definition: Definition, key: QueryKey): Question {
    const byKey = this.register(definition)
    const keyText = JSON.stringify(key) as string | undefined
    if (keyText === undefined) {
      throw new QueryInvalidError(`A value of type ${typeof key} is no key for "${definition.name}"`, {
        hint: 'A key is anything that JSON can say',
        details: { name: definition.name },
      })
    }
    let question = byKey.get(keyText)
    if (question === undefined) byKey.set(keyText, (question = new Question(definition, key, keyText)))
    return question
  }

  /** The question a trace names; undefined where no such definition is known. */
  named(name: string, keyText: string): Question | undefined {
    const known = this.#byName.get(name)
    if (known === undefined) return undefined
    return known.byKey.get(keyText) ?? this.of(known.definition, JSON.parse(keyText) as QueryKey)
  }

  /** The question if it was asked or set before. */
  find(name: string, key: QueryKey): Question | undefined {
    return this.#byName.get(name)?.byKey.get(JSON.stringify(key))
  }

  *all(): Generator<Question> {
    for (const { byKey } of this.#byName.values()) yield* byKey.values()
  }

  delete(question: Question): void {
    this.#byName.get(question.definition.name)?.byKey.delete(question.keyText)
  }
}
