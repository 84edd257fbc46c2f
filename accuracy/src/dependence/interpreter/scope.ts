import type { Event } from './recorder.ts'

/** A variable as it is now. */
export interface Cell {
  value: unknown
  /** What wrote it; undefined as long as nothing has. */
  event: Event | undefined
  /** Whether its declaration has been reached. */
  isReady: boolean
}

/** The variables of a block, a function or the program. */
export class Scope {
  readonly #cells = new Map<string, Cell>()
  readonly #around: Scope | undefined

  constructor(around?: Scope) {
    this.#around = around
  }

  declare(name: string, isReady: boolean): Cell {
    const known = this.#cells.get(name)
    if (known !== undefined) return known
    const cell = { value: undefined, event: undefined, isReady }
    this.#cells.set(name, cell)
    return cell
  }

  find(name: string): Cell | undefined {
    return this.#cells.get(name) ?? this.#around?.find(name)
  }

  /** A scope that has variables of its own with the same values. */
  copy(): Scope {
    const scope = new Scope(this.#around)
    for (const [name, cell] of this.#cells) Object.assign(scope.declare(name, true), cell)
    return scope
  }
}
