import type { QueryCycleError } from './errors.ts'
import type { Memo, Question } from './question.ts'

/** A question being answered: first whether what is known still holds, then, if not, its value. */
export class Computation {
  readonly question: Question
  /** The one it answers for. */
  readonly revision: number
  /** Whether knowing that nothing has changed is not enough. May become true on the way. */
  needsValue: boolean
  /** Fulfilled when {@link Question.memo} holds for the revision, with what it has for a value then. */
  promise: Promise<Pick<Memo, 'value' | 'hasValue'>> = Promise.resolve({ value: undefined, hasValue: false })
  /** What was asked for so far, in order. */
  readonly dependencies: Set<Question> = new Set()
  /** Set when it turned out to need its own answer; it then fails whatever it makes of that. */
  cycle: QueryCycleError | undefined
  /** Whether everybody who waited has gone. */
  isAbandoned = false
  hasEnded = false
  #waiters = 0
  /** The computations this one waits for, and how often. */
  readonly #waitsFor = new Map<Computation, number>()
  #controller: AbortController | undefined

  constructor(question: Question, revision: number, needsValue: boolean) {
    this.question = question
    this.revision = revision
    this.needsValue = needsValue
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.isAbandoned) this.#controller.abort()
    return this.#controller.signal
  }

  /** Notes that `asker`, or somebody outside, waits. */
  beginWait(asker: Computation | undefined): void {
    this.#waiters++
    if (asker !== undefined) asker.#waitsFor.set(this, (asker.#waitsFor.get(this) ?? 0) + 1)
  }

  /** Takes one {@link beginWait} back. Who is waited for by nobody any more is abandoned, and so is what it waits for. */
  endWait(asker: Computation | undefined): void {
    if (asker !== undefined) {
      const times = asker.#waitsFor.get(this)
      // An asker that was abandoned waits for nothing any more.
      if (times === undefined) return
      if (times === 1) asker.#waitsFor.delete(this)
      else asker.#waitsFor.set(this, times - 1)
    }
    const open: [Computation, number][] = [[this, 1]]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [computation, times] = next
      computation.#waiters -= times
      if (computation.#waiters > 0 || computation.hasEnded || computation.isAbandoned) continue
      computation.isAbandoned = true
      if (computation.question.running === computation) computation.question.running = undefined
      open.push(...computation.#waitsFor)
      computation.#waitsFor.clear()
      computation.#controller?.abort()
    }
  }

  /** The computations from this one to `target` that wait for each other; undefined where none do. */
  waitPathTo(target: Computation): readonly Computation[] | undefined {
    const cameFrom = new Map<Computation, Computation | undefined>([[this, undefined]])
    const open: Computation[] = [this]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === target) {
        const path: Computation[] = []
        for (let at: Computation | undefined = next; at !== undefined; at = cameFrom.get(at)) path.push(at)
        return path.toReversed()
      }
      for (const other of next.#waitsFor.keys()) {
        if (cameFrom.has(other)) continue
        cameFrom.set(other, next)
        open.push(other)
      }
    }
    return undefined
  }
}
