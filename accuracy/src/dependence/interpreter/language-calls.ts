import type { Node } from 'oxc-parser'
import { isObject } from './contents.ts'
import type { Frame } from './frame.ts'
import { NotInterpretedError, Thrown } from './frame.ts'
import { Objects } from './objects.ts'
import type { Event, Recorder, Result } from './recorder.ts'
import { TooManyEvents } from './recorder.ts'

/** A call of a function of the language. */
export interface LanguageCall {
  readonly callee: object
  readonly self: Result | undefined
  readonly args: readonly Result[]
  readonly event: Event
}

/** A call that has given a function to something that calls it later: a promise. */
interface Later {
  readonly event: Event
  /** What it waits for. */
  readonly promise: unknown
  /** What it has given back. */
  readonly results: Result[]
}

/** Functions of the language that look at what is directly in the objects that they are given. */
const shallow = new Set<unknown>([
  ...functionsOf(Object),
  ...functionsOf(Array),
  ...functionsOf(Math),
  Array.prototype.concat,
])
/** Those that look at all that can be reached. */
const deep = new Set<unknown>([JSON.stringify, String, Array.prototype.join, Array.prototype.flat])
/** Those that keep what they are given, and look at nothing but the size. */
const keeping = new Set<unknown>([
  Array.prototype.push,
  Map.prototype.set,
  Set.prototype.add,
  Map.prototype.get,
  Map.prototype.has,
  Set.prototype.has,
  Map.prototype.delete,
  Set.prototype.delete,
])
const waiting = new Set<unknown>([Promise.prototype.then, Promise.prototype.catch, Promise.prototype.finally])

/** Calls functions of the language, which call what they are given. */
export abstract class LanguageCalls extends Objects {
  /** The functions that a promise was given. */
  readonly #later = new WeakMap<object, Later>()
  /** What a promise was settled by. */
  readonly #settled = new WeakMap<object, () => readonly (Event | undefined)[]>()
  /** The functions that settle a promise. */
  readonly #settlers = new WeakMap<object, Event[]>()
  /** What a generator gave back in the end. */
  protected readonly returned = new WeakMap<object, unknown>()
  #sent: Result | undefined
  /** What has gone wrong where nobody could be told. */
  readonly failures: unknown[] = []
  /** Functions that are given by whoever runs the program: they look at all that can be reached, and change nothing. */
  readonly #given: ReadonlySet<unknown>

  constructor(recorder: Recorder, given: Iterable<unknown>) {
    super(recorder)
    this.#given = new Set(given)
  }

  /** What `next` was given for a generator that goes on now. */
  protected takeSent(): Result | undefined {
    const sent = this.#sent
    this.#sent = undefined
    return sent
  }

  protected settles(promise: Promise<unknown>, by: () => readonly (Event | undefined)[]): void {
    this.#settled.set(promise, by)
    // Whoever waits is told; nobody else is.
    promise.catch(() => {})
  }

  protected settledBy(value: unknown): readonly (Event | undefined)[] {
    return isObject(value) ? (this.#settled.get(value)?.() ?? []) : []
  }

  protected failed(error: unknown): void {
    if (error instanceof TooManyEvents || error instanceof NotInterpretedError) this.failures.push(error)
  }

  /** A function of the program is called by the language. */
  protected calledByLanguage(callee: object, self: unknown, args: readonly unknown[]): unknown {
    const now = this.native.at(-1)
    const later = now === undefined ? this.#later.get(callee) : undefined
    const cause = now?.event ?? later?.event
    if (cause === undefined) throw new NotInterpretedError('a call by nobody')
    const settled = later === undefined ? [] : this.settledBy(later.promise)
    const event = this.noteCall(cause, [cause, ...settled], { control: [cause], activation: cause.activation })
    try {
      const result = this.invoke(callee, {
        self: { value: self, event },
        args: args.map((value) => ({ value, event })),
        event,
      })
      now?.given.push(result.event)
      later?.results.push(result)
      return result.value
    } catch (error) {
      if (later === undefined || !(error instanceof Thrown)) {
        this.failed(error)
        throw error
      }
      later.results.push({ value: undefined, event: error.result.event })
      // A promise is rejected with what the program threw.
      throw error.result.value
    }
  }

  protected callLanguage(node: Node, call: LanguageCall, frame: Frame): Result {
    const { callee, self, args, event } = call
    if (callee === Function.prototype.call && this.closures.has(self?.value as object)) {
      return this.#pass(node, call, args.slice(1), frame)
    }
    if (callee === Function.prototype.apply && this.closures.has(self?.value as object)) {
      return this.#pass(node, call, args[1] === undefined ? [] : [...this.elements(node, args[1], frame)], frame)
    }
    const before = this.note(
      node,
      undefined,
      [event, self?.event, ...args.map((one) => one.event), ...this.#looked(call)],
      frame,
    )
    this.#settlers.get(callee)?.push(before.event)
    const changing = isObject(self?.value) ? self.value : args[0]?.value
    const held = isObject(changing) && !this.#given.has(callee) ? { ...Object.getOwnPropertyDescriptors(changing) } : {}
    const later = this.#register(call, before.event)
    const isGenerator = isObject(self?.value) && Object.prototype.toString.call(self.value) === '[object Generator]'
    const isResumed = isGenerator && ['next', 'throw'].includes((callee as { readonly name: string }).name)
    if (isResumed) this.#sent = { value: args[0]?.value, event: before.event }
    return this.natively(before.event, (given) => {
      const value: unknown = Reflect.apply(
        callee as () => unknown,
        self?.value,
        args.map((one) => one.value),
      )
      const gave = isGenerator ? [this.given.get(self.value)] : []
      const result = this.note(node, value, [before.event, ...given, ...gave], frame)
      this.#noteChanges(changing, held, result.event)
      this.#noteEntries(call, result.event)
      this.#noteFresh(value, result.event)
      if (value instanceof Promise) {
        const parts = callee === Promise.resolve || callee === Promise.reject ? [args[0]?.value] : this.#partsOf(args)
        this.settles(value, () => [
          result.event,
          ...parts.flatMap((one) => this.settledBy(one)),
          ...(later === undefined ? [] : this.#settledLater(later)),
        ])
      }
      return result
    })
  }

  #settledLater({ promise, results }: Later): (Event | undefined)[] {
    const given = results.flatMap(({ event, value }) => [[event], this.settledBy(value)])
    return [this.settledBy(promise), ...given].flat()
  }

  /** Calls a function by `call` or `apply`. */
  #pass(node: Node, { self, args, event }: LanguageCall, passed: readonly Result[], frame: Frame): Result {
    const called = this.noteCall(node, [event, self!.event], frame)
    const given = this.invoke(self!.value as object, { self: args[0], args: passed, event: called })
    return this.note(node, given.value, [given.event], frame)
  }

  /** Makes an object of a class of the language. */
  protected makeByLanguage(node: Node, { callee, args, event }: Omit<LanguageCall, 'self'>, newTarget: object): Result {
    const causes = args.flatMap((one) => [one.event, ...this.contents.of(one.value)])
    const before = this.note(node, undefined, [event, ...causes], { control: [event], activation: event.activation })
    return this.natively(before.event, (given) => {
      const settlers: Event[] = []
      const values = args.map((one) => one.value)
      const value: unknown =
        callee === Promise
          ? new Promise((resolve, reject) => {
              for (const settler of [resolve, reject]) this.#settlers.set(settler, settlers)
              ;(values[0] as (...given: unknown[]) => void)(resolve, reject)
            })
          : Reflect.construct(callee as () => unknown, values, newTarget as () => unknown)
      const result = this.note(node, value, [before.event, ...given], {
        control: [event],
        activation: event.activation,
      })
      if (value instanceof Promise) this.settles(value, () => [result.event, ...settlers])
      if (value instanceof Map) for (const key of value.keys()) this.contents.put(value, key, result.event)
      if (value instanceof Set) for (const key of value) this.contents.put(value, key, result.event)
      this.#noteFresh(value, result.event)
      return result
    })
  }

  /** What a function of the language looks at in what it is given. */
  #looked({ callee, self, args }: LanguageCall): (Event | undefined)[] {
    const receiver = self?.value
    const key = args[0]?.value
    if (keeping.has(callee)) {
      const isMap = receiver instanceof Map || receiver instanceof Set
      return isMap ? [this.contents.entry(receiver, key)] : [this.contents.writer(receiver, 'length')]
    }
    if (deep.has(callee) || this.#given.has(callee)) {
      return [receiver, ...args.map((one) => one.value)].flatMap((one) => this.contents.allIn(one))
    }
    const inArgs = shallow.has(callee) ? args.flatMap((one) => this.contents.of(one.value)) : []
    return [...this.contents.of(receiver), ...inArgs]
  }

  /** Notes the properties that a call has changed. */
  #noteChanges(object: unknown, before: Readonly<Record<string, PropertyDescriptor>>, event: Event): void {
    if (!isObject(object) || Object.keys(before).length + Reflect.ownKeys(object).length === 0) return
    const after = Object.getOwnPropertyDescriptors(object) as Readonly<Record<string, PropertyDescriptor>>
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (before[key]?.value !== after[key]?.value) this.contents.wrote(object, key, event)
    }
  }

  #noteEntries({ callee, self, args }: LanguageCall, event: Event): void {
    const receiver = self?.value
    if (!(receiver instanceof Map || receiver instanceof Set)) return
    const writes = [Map.prototype.set, Set.prototype.add, Map.prototype.delete, Set.prototype.delete] as unknown[]
    if (writes.includes(callee)) this.contents.put(receiver, args[0]?.value, event)
    if (callee === Map.prototype.clear || callee === Set.prototype.clear) this.contents.put(receiver, clear, event)
  }

  /** Notes what is in an object that a call has made. */
  #noteFresh(value: unknown, event: Event): void {
    if (!isObject(value) || typeof value === 'function' || this.contents.of(value).length > 0) return
    for (const key of Reflect.ownKeys(value)) this.contents.wrote(value, key, event)
  }

  #register({ callee, self, args }: LanguageCall, event: Event): Later | undefined {
    if (!waiting.has(callee)) return undefined
    const later = { event, promise: self?.value, results: [] }
    for (const { value } of args) if (isObject(value)) this.#later.set(value, later)
    return later
  }

  /** What `Promise.all` and its like wait for. */
  #partsOf(args: readonly Result[]): unknown[] {
    const [first] = args
    return Array.isArray(first?.value) ? first.value : []
  }
}

const clear = Symbol('clear')

function functionsOf(of: object): unknown[] {
  return Reflect.ownKeys(of).map((key) => Reflect.get(of, key))
}
