import type { Event } from './recorder.ts'

/** How deep objects in objects are looked through. */
const deepest = 6

/** Knows, for each property of each object, what wrote it last; for each `Map` and `Set`, what put each entry there. */
export class Contents {
  readonly #properties = new WeakMap<object, Map<PropertyKey, Event>>()
  readonly #entries = new WeakMap<object, Map<unknown, Event>>()

  wrote(object: object, key: PropertyKey, event: Event): void {
    let writers = this.#properties.get(object)
    if (writers === undefined) this.#properties.set(object, (writers = new Map()))
    writers.set(normal(key), event)
  }

  put(container: object, key: unknown, event: Event): void {
    let writers = this.#entries.get(container)
    if (writers === undefined) this.#entries.set(container, (writers = new Map()))
    writers.set(key, event)
  }

  /** What wrote a property: of the object, or of the one that it has it from. */
  writer(object: unknown, key: PropertyKey): Event | undefined {
    for (let at = object; isObject(at); at = Object.getPrototypeOf(at)) {
      const event = this.#properties.get(at)?.get(normal(key))
      if (event !== undefined || Object.hasOwn(at, key)) return event
    }
    return undefined
  }

  entry(container: object, key: unknown): Event | undefined {
    return this.#entries.get(container)?.get(key)
  }

  /** What wrote all that is directly in an object. */
  of(object: unknown): Event[] {
    if (!isObject(object)) return []
    return [...(this.#properties.get(object)?.values() ?? []), ...(this.#entries.get(object)?.values() ?? [])]
  }

  /** What wrote all that can be reached from a value. */
  allIn(value: unknown, seen = new Set<object>()): Event[] {
    if (!isObject(value) || seen.has(value) || seen.size > deepest ** 3) return []
    seen.add(value)
    const inside = typeof value === 'function' ? [] : Object.values(Object.getOwnPropertyDescriptors(value))
    const held = inside.map((descriptor): unknown => descriptor.value)
    if (value instanceof Map || value instanceof Set) for (const pair of value.entries()) held.push(...pair)
    return [...this.of(value), ...held.flatMap((one) => this.allIn(one, seen))]
  }
}

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** An array has the same element at `0` and at `'0'`. */
function normal(key: PropertyKey): PropertyKey {
  return typeof key === 'number' ? String(key) : key
}
