import type { FunctionId } from './program.ts'

/** Where a variable is declared. */
export type CellOf = (id: FunctionId, variable: number) => { readonly function: FunctionId; readonly variable: number }

/** What is known of the classes of a file. */
export interface Classes {
  /** What `new` of a class runs, a class being where it is made. */
  constructors(id: FunctionId, made: number): readonly FunctionId[]
  /** The methods, getters and setters that are written in a class, those of the class itself left out where they can be told. */
  methods(id: FunctionId, made: number): readonly FunctionId[]
  /** The class whose constructor calls `super`. */
  derived(id: FunctionId): { readonly function: FunctionId; readonly made: number } | undefined
}

/** An object that the file makes: a class, where its instruction makes one. */
export interface Made {
  readonly function: FunctionId
  readonly instruction: number
  readonly isClass: boolean
}

/** What a call calls, as far as values of the file get there. */
export interface FlowTargets {
  readonly called: ReadonlySet<FunctionId>
  /** Functions that it is given. */
  readonly given: ReadonlySet<FunctionId>
  /** Whether nothing else can be called: no value from outside gets there. */
  readonly isComplete: boolean
}

/** A call, and the nodes of what decides which function it is of. */
export interface CallSite {
  readonly called: Set<FunctionId>
  readonly given: Set<FunctionId>
  readonly isConstruct: boolean
  /** What is called; for `super` the base. */
  readonly callees: readonly number[]
  /** For a method: its receiver, and its name. */
  readonly receiver: number
  readonly name: string | null
  /** Whether the method is looked up in the base. */
  readonly isSuper: boolean
}

/** What `new` runs. */
export interface Construction {
  readonly enter: (id: FunctionId) => void
  /** The classes whose constructors were entered: one may be derived from what it may be itself. */
  readonly classes: Set<Made>
}
