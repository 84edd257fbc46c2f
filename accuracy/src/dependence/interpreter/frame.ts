import type { ArrowFunctionExpression, Expression, Function as FunctionNode, Node } from 'oxc-parser'
import type { Event, Result } from './recorder.ts'
import type { Scope } from './scope.ts'

/** Evaluation stops where a generator gives a value out, or an async function waits, and goes on when it is told to. */
export type Steps<T> = Generator<Pause, T, Result>

export interface Pause {
  readonly kind: 'yield' | 'await'
  readonly given: Result
}

/** How a statement ended, if not at its end. */
export interface Completion {
  readonly kind: 'break' | 'continue' | 'return'
  readonly label?: string | undefined
  readonly result?: Result
}

/** Something that a program throws. */
export class Thrown extends Error {
  readonly result: Result

  constructor(result: Result) {
    super(`thrown by the program: ${String(result.value)}`)
    this.result = result
  }
}

/** A generator is told to end where it is. */
export class Ended extends Error {}

/** The program uses something that is not interpreted. */
export class NotInterpretedError extends Error {}

/** A function of the program. */
export interface Closure {
  /** None for a constructor that is not written. */
  readonly node: FunctionNode | ArrowFunctionExpression | undefined
  readonly scope: Scope
  /** For an arrow function the frame around it, which has its `this`. */
  readonly around: Frame | undefined
  /** Where `super` looks from. */
  readonly home: object | undefined
  /** For what `new` of a class runs. */
  readonly class: ClassBody | undefined
}

/** What `new` does besides running a constructor. */
export interface ClassBody {
  readonly isDerived: boolean
  readonly fields: Field[]
  readonly scope: Scope
}

export interface Field {
  readonly node: Node
  readonly key: Result
  readonly value: Expression | null
}

/** One call of a function that is going on. */
export interface Frame {
  scope: Scope
  /** Which call it is. */
  readonly activation: number
  /** What decides about what happens now. */
  control: readonly Event[]
  /** What was decided so far, in order, and by what. */
  readonly decisions: { readonly by: Node; readonly event: Event }[]
  /** For what has the only jump out of an endless loop: what decides about the loop. */
  readonly waysOut: Map<Node, readonly Event[]>
  self: Result | undefined
  readonly args: readonly Result[]
  /** The function that runs; none for the program. */
  readonly closure: Closure | undefined
  /** For a constructor: what is made, and the call that asked for it. */
  readonly construction: { readonly newTarget: object; readonly call: Event } | undefined
}

/** What a call is given. */
export interface Call {
  readonly self: Result | undefined
  readonly args: readonly Result[]
  readonly event: Event
}
