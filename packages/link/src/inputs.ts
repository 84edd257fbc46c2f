import { createTripleTable } from './triple-table.ts'

/** What an answer can depend on besides other answers, by what changes it. */
export const inputKind = {
  /** What flows to a place: see {@link FlowRecord.place}. */
  place: 0,
  /** What a symbol is declared to be: its type, what it returns, its parameters and type parameters, the members of an object literal. */
  declaration: 1,
  /** The members of a name that a symbol holds. */
  member: 2,
  /** What a file exports by a name. */
  export: 3,
  /** The symbol of the module that a file is. */
  module: 7,
  /** Whether the program puts members of a name into anything. */
  stored: 4,
  /** Whether a function without a name is shown. */
  promoted: 5,
  /** What overrides a member. */
  overriders: 6,
  /** What a member overrides. */
  overridden: 8,
} as const

/** Numbers what can change, from 0 up. */
export interface Inputs {
  number(kind: number, a: number, b?: number): number
}

/** Makes empty {@link Inputs}. */
export function createInputs(): Inputs {
  const inputs = createTripleTable(1024)
  return { number: (kind, a, b = 0) => inputs.intern(kind, a, b) }
}
