import type { FunctionIr } from './ir.ts'
import type { FunctionPdg } from './program-dependence.ts'

/** What is there at once, or comes later. */
export type MaybePromise<T> = T | PromiseLike<T>

/** A function of a program: an index that whoever answers for the program gives it. */
export type FunctionId = number

/** One function with its dependences. */
export interface Procedure {
  readonly ir: FunctionIr
  readonly pdg: FunctionPdg
}

/** One instruction of a program. */
export interface Place {
  readonly function: FunctionId
  readonly instruction: number
}

/** A function that a call may call. */
export interface Callee {
  readonly function: FunctionId
  /** Whether it is called by code that is not known, with whatever that makes of what the call is given. */
  readonly isIndirect: boolean
}

/** What a call may call. */
export interface Callees {
  readonly functions: readonly Callee[]
  /** Whether it calls nothing else. */
  readonly isComplete: boolean
}

/** A call of a function. */
export interface Caller {
  readonly function: FunctionId
  /** The instruction; of a getter or a setter one that reads or writes a property. */
  readonly call: number
  readonly isIndirect: boolean
}

/** What slices have to know of a program besides the dependences inside of each function. */
export interface Program {
  procedure(id: FunctionId): MaybePromise<Procedure>
  /** Whether a call calls a function that has a `throw` which it does not catch. */
  throws(id: FunctionId, call: number): MaybePromise<boolean>
  callees(id: FunctionId, call: number): MaybePromise<Callees>
  /**
   * The functions that an instruction runs, or may run, without calling them: getters and setters, as it reads or writes a property, and the methods of an iterator, as it
   * takes one apart. {@link Program.callers} of them has it.
   */
  accessors(id: FunctionId, instruction: number): MaybePromise<readonly FunctionId[]>
  /** The instructions that may let a generator go on, from its beginning or from where it gave something out: as they ask it for more, or end it. */
  resumers(id: FunctionId): MaybePromise<readonly Place[]>
  /** The generators that an instruction may let go on: {@link Program.resumers} of them has it. */
  resumes(id: FunctionId, instruction: number): MaybePromise<readonly FunctionId[]>
  callers(id: FunctionId): MaybePromise<readonly Caller[]>
  /** The instructions that may write what is accessed, where code outside of the function can get at that. */
  writers(access: SharedAccess): MaybePromise<readonly Place[]>
  /** The instructions that may read it. */
  readers(access: SharedAccess): MaybePromise<readonly Place[]>
}

/** What an instruction finds, or leaves, where other functions can get at it. */
export interface SharedAccess {
  readonly function: FunctionId
  /** The instruction, or a merge. */
  readonly node: number
  /** A location of the function. */
  readonly location: number
  /** What of the location is accessed: what it holds, or what is in the object that it holds. */
  readonly what: 'itself' | 'content'
}
