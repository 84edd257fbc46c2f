/** Something that happened once in a run: an expression was evaluated, a variable was written, a condition was decided. */
export interface Event {
  /** In the order things happened. */
  readonly id: number
  /** Where in the text what it is of begins; -1 for what is written nowhere. */
  readonly start: number
  /** In which call of a function it was. */
  readonly activation: number
  /** Whether it is a function or a call of one: what it decides is that code runs, not with what. */
  readonly isCode: boolean
  /** What its value was made of. */
  readonly data: readonly Event[]
  /** What decided that it happens: the conditions around it, the jumps that were not taken, the call of its function. */
  readonly control: readonly Event[]
}

/** A value, and what happened when it was made. */
export interface Result {
  readonly value: unknown
  readonly event: Event
}

/** Why something happens. */
export interface Causes {
  readonly data: readonly (Event | undefined)[]
  readonly control: readonly Event[]
  readonly activation: number
  readonly isCode?: boolean | undefined
}

/** Makes the value of one event another one than it was. */
export interface Change {
  /** The event, by its id. */
  readonly event: number
}

/** The run did more than it was allowed to. */
export class TooManyEvents extends Error {}

/** Writes down what happens. */
export class Recorder {
  readonly events: Event[] = []
  /** For each line the values that its events had, in order; an object by its kind alone. */
  readonly values = new Map<number, string[]>()
  /** Ids of events whose value is a number, a string or a boolean: those that a {@link Change} can be made to. */
  readonly changeable: number[] = []
  readonly #lineStarts: readonly number[]
  readonly #most: number
  #steps = 0
  readonly #change: Change | undefined

  constructor(code: string, options: { readonly most: number; readonly change?: Change | undefined }) {
    this.#lineStarts = [0, ...[...code.matchAll(/\n/g)].map(({ index }) => index + 1)]
    this.#most = options.most
    this.#change = options.change
  }

  /** Counts something that is done, so that a run ends that would not end by itself. */
  step(): void {
    if (this.#steps++ >= this.#most) throw new TooManyEvents(`more than ${this.#most} statements`)
  }

  /** Notes an event, and gives its value: the one it is told, unless that is to be changed. */
  note(
    place: { readonly start: number },
    value: unknown,
    { data, control, activation, isCode = typeof value === 'function' }: Causes,
  ): Result {
    const id = this.events.length
    if (id >= this.#most) throw new TooManyEvents(`more than ${this.#most} events`)
    const made = data.filter((event) => event !== undefined)
    const event = { id, start: place.start, activation, isCode, data: made, control }
    this.events.push(event)
    const isPlain = typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
    if (isPlain) this.changeable.push(id)
    const given = isPlain && this.#change?.event === id ? changed(value) : value
    const line = this.lineOf(place)
    const values = this.values.get(line)
    const shown = shownAs(given)
    if (values === undefined) this.values.set(line, [shown])
    else values.push(shown)
    return { value: given, event }
  }

  /** The line of something, from 1; 0 for what is written nowhere. */
  lineOf({ start }: { readonly start: number }): number {
    if (start < 0) return 0
    let [low, high] = [0, this.#lineStarts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (this.#lineStarts[middle]! <= start) low = middle
      else high = middle
    }
    return low + 1
  }
}

function changed(value: number | string | boolean): unknown {
  if (typeof value === 'boolean') return !value
  return typeof value === 'number' ? value + 1 : `${value}~`
}

function shownAs(value: unknown): string {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isObject ? Object.prototype.toString.call(value) : `${typeof value} ${String(value)}`
}
