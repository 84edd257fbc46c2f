import { NONE } from './expr-rows.ts'

/** What a name can stand for in one scope at once; the number is the place of its binding. */
export const VALUE = 0
/** See {@link VALUE}: a type. */
export const TYPE = 1
/** See {@link VALUE}: what can stand left of a dot in a type. */
export const SPACE = 2

/**
 * Which symbol each name stands for at the place the walk has reached.
 *
 * Every name has three bindings at any moment, so a look-up is one array read; leaving a scope
 * puts back what its declarations covered.
 *
 * Invariant: all declarations of a scope are bound before anything in it is looked up.
 */
export class Scopes {
  readonly #bound: number[] = []
  readonly #boundIn: number[] = []
  readonly #undo: number[] = []
  readonly #marks: number[] = []
  readonly #serials: number[] = []
  #serial = 0
  #current = 0

  enter(): void {
    this.#marks.push(this.#undo.length)
    this.#serials.push(this.#current)
    this.#serial += 1
    this.#current = this.#serial
  }

  leave(): void {
    const mark = this.#marks.pop()!
    const undo = this.#undo
    while (undo.length > mark) {
      const serial = undo.pop()!
      const symbol = undo.pop()!
      const key = undo.pop()!
      this.#bound[key] = symbol
      this.#boundIn[key] = serial
    }
    this.#current = this.#serials.pop()!
  }

  /** Lets `name` stand for `symbol` until the current scope is left. */
  bind(name: number, meaning: number, symbol: number): void {
    const key = name * 3 + meaning
    while (this.#bound.length <= key) {
      this.#bound.push(NONE)
      this.#boundIn.push(NONE)
    }
    this.#undo.push(key, this.#bound[key]!, this.#boundIn[key]!)
    this.#bound[key] = symbol
    this.#boundIn[key] = this.#current
  }

  /** The symbol `name` stands for here, -1 where no scope of the file binds it. */
  find(name: number, meaning: number): number {
    const key = name * 3 + meaning
    return key < this.#bound.length ? this.#bound[key]! : NONE
  }

  /** The same, of the current scope alone. */
  findHere(name: number, meaning: number): number {
    const key = name * 3 + meaning
    return key < this.#bound.length && this.#boundIn[key] === this.#current ? this.#bound[key]! : NONE
  }
}
