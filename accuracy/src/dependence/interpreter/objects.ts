import type { Node } from 'oxc-parser'
import { Contents, isObject } from './contents.ts'
import type { Call, Closure, Frame } from './frame.ts'
import type { Event, Recorder, Result } from './recorder.ts'

/** What decides about something, and in which call it happens: a frame, or an event. */
type Causes = Pick<Frame, 'control' | 'activation'>

/** Where something stands in the text. */
export type Spot = Pick<Node, 'start'>

/** Reads and writes properties and elements, and lets functions of the language call those of the program. */
export abstract class Objects {
  protected readonly contents = new Contents()
  protected readonly closures = new WeakMap<object, Closure>()
  /** The calls of functions of the language that are going on: they call what they were given. */
  protected readonly native: { readonly event: Event; readonly given: Event[] }[] = []
  /** What a generator gave out last. */
  protected readonly given = new WeakMap<object, Event>()
  readonly #recorder: Recorder

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  /** Calls a function of the program. */
  protected abstract invoke(callee: object, call: Call): Result

  protected step(): void {
    this.#recorder.step()
  }

  protected note(
    spot: Spot,
    value: unknown,
    data: readonly (Event | undefined)[],
    { control, activation }: Causes,
  ): Result {
    return this.#recorder.note(spot, value, { data, control, activation })
  }

  /** Notes that a function is called, because of what says which one it is. */
  protected noteCall(spot: Spot, data: readonly (Event | undefined)[], { control, activation }: Causes): Event {
    return this.#recorder.note(spot, undefined, { data, control, activation, isCode: true }).event
  }

  /** Notes what the language itself has thrown, which follows from what happened last. */
  protected noteError(spot: Spot, error: unknown): Result {
    const last = this.#recorder.events.at(-1)!
    return this.note(spot, error, [last], last)
  }

  /** Runs code of the language, which may call functions of the program because of an event. */
  protected natively<T>(event: Event, body: (given: Event[]) => T): T {
    const given: Event[] = []
    this.native.push({ event, given })
    try {
      return body(given)
    } finally {
      this.native.pop()
    }
  }

  /**
   * Reads a property.
   *
   * @param from where to look for it, if that is not the object: what `super` is
   */
  protected get(spot: Spot, { object, key, from = object.value }: Access, frame: Frame): Result {
    const name = key.value as PropertyKey
    if (from === undefined || from === null) throw new TypeError(`cannot read ${String(name)} of ${String(from)}`)
    const getter = accessor(from, name)?.get
    if (getter !== undefined && this.closures.has(getter)) {
      const event = this.noteCall(spot, [object.event, key.event], frame)
      const given = this.invoke(getter, { self: object, args: [], event })
      return this.note(spot, given.value, [given.event], frame)
    }
    const held: unknown = Reflect.get(new Object(from), name, object.value)
    return this.note(spot, held, [object.event, key.event, this.contents.writer(from, name)], frame)
  }

  /** Writes a property. */
  protected set(spot: Spot, { object, key, value }: Access & { readonly value: Result }, frame: Frame): void {
    const name = key.value as PropertyKey
    const written = this.note(spot, value.value, [value.event, object.event, key.event], frame)
    if (!isObject(object.value)) throw new TypeError(`cannot write ${String(name)} of ${String(object.value)}`)
    const setter = accessor(object.value, name)?.set
    if (setter !== undefined && this.closures.has(setter)) {
      const event = this.noteCall(spot, [object.event, key.event], frame)
      this.invoke(setter, { self: object, args: [written], event })
    } else this.put(object.value, name, written)
  }

  /** Gives an object a property. */
  protected put(object: object, key: PropertyKey, { value, event }: Result): void {
    const before = Array.isArray(object) ? object.length : undefined
    if (typeof key === 'string' && key.startsWith('#')) {
      Object.defineProperty(object, key, { value, writable: true, configurable: true, enumerable: false })
    } else if (!Reflect.set(object, key, value)) return
    this.contents.wrote(object, key, event)
    if (Array.isArray(object) && object.length !== before) this.contents.wrote(object, 'length', event)
  }

  /** Copies the properties of an object to another one, as spreading does. */
  protected copy(
    spot: Spot,
    { from, to, except }: { readonly from: Result; readonly to: object; readonly except?: ReadonlySet<unknown> },
    frame: Frame,
  ): void {
    if (from.value === undefined || from.value === null) return
    const source = new Object(from.value)
    for (const key of Reflect.ownKeys(source)) {
      if (except?.has(key) === true || !Object.prototype.propertyIsEnumerable.call(source, key)) continue
      this.put(to, key, this.get(spot, { object: from, key: { value: key, event: from.event } }, frame))
    }
  }

  /** Makes an array. */
  protected list(spot: Spot, elements: readonly Result[], frame: Causes): Result {
    const list: unknown[] = []
    const made = this.note(spot, list, [], frame)
    for (const element of elements) this.put(list, list.length, element)
    if (elements.length === 0) this.contents.wrote(list, 'length', made.event)
    return made
  }

  /** What can be iterated, element by element. */
  protected *elements(spot: Spot, over: Result, frame: Frame): Generator<Result, undefined> {
    const { value, event } = over
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        const writers = [this.contents.writer(value, index), this.contents.writer(value, 'length')]
        yield this.note(spot, value[index], [event, ...writers], frame)
      }
      return undefined
    }
    const iterator = this.natively(event, () => (value as Iterable<unknown>)[Symbol.iterator]())
    let isDone = false
    try {
      for (;;) {
        const step = this.natively(event, () => iterator.next())
        isDone = step.done === true
        if (isDone) return undefined
        const writers = [this.contents.writer(step, 'value'), this.contents.writer(step, 'done')]
        const inside = value instanceof Map || value instanceof Set ? this.contents.of(value) : []
        const given = this.given.get(iterator)
        const element = this.note(spot, step.value, [event, given, ...writers, ...inside], frame)
        if (value instanceof Map && Array.isArray(step.value)) {
          const pair = step.value as unknown[]
          const entry = this.note(spot, pair[1], [event, this.contents.entry(value, pair[0])], frame)
          this.contents.wrote(pair, 0, element.event)
          this.contents.wrote(pair, 1, entry.event)
        }
        yield element
      }
    } finally {
      if (!isDone) this.natively(event, () => iterator.return?.())
    }
  }
}

interface Access {
  readonly object: Result
  readonly key: Result
  readonly from?: unknown
}

/** How a property is read and written by functions, if it is. */
function accessor(from: unknown, key: PropertyKey): PropertyDescriptor | undefined {
  for (let at: unknown = from; isObject(at); at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, key)
    if (descriptor !== undefined) return descriptor
  }
  return undefined
}
