/**
 * The names of what an instruction does: a code is an index here.
 *
 * | op | `a` | `b` | does |
 * |---|---|---|---|
 * | `entry` | | | begins: the first instruction |
 * | `exit` | | | ends by coming back: the second instruction. Reads the variable of kind `result` |
 * | `raise` | | | ends by throwing: the third instruction. Reads the variable of kind `thrown` |
 * | `parameter` | place | | writes what is passed at a place: from 0; {@link receiverPlace} for `this`; {@link restPlace} plus the first place of those that a rest parameter gathers |
 * | `evaluate` | | | computes a value from its operands, and writes it to the locations it defines |
 * | `allocate` | 1 for an array, 2 for a class | end of the class | makes an object, an array or a class that nobody else has yet |
 * | `branch` | | | goes on at `next` where the condition it reads holds, else at `other` |
 * | `iterate` | | | as `branch`: whether there is one more element; its value is the element |
 * | `argument` | place | | reads what a call passes at a place, as in `parameter`; {@link restPlace} plus a place for `...spread` |
 * | `call` | start of the callee's name, -1 for the `fields` of the class whose constructor this is | its end | calls; its operands are the callee and its `argument` instructions; its value is what comes back |
 * | `construct` | as `call` | as `call` | `new` |
 * | `closure` | ordinal | | makes the function that is the child of that ordinal, see {@link FunctionIr.captures} |
 * | `return` | | | writes the variable of kind `result`, goes to what ends the function |
 * | `throw` | | | writes the variable of kind `thrown`, goes to the handler |
 * | `jump` | 1 for a condition that always comes out the same | | `break`, `continue`, or the start of a loop without a condition: goes to `next` |
 * | `catch` | | | begins a handler: reads the variable of kind `thrown`; its value is what was thrown |
 * | `complete` | number of the way | | enters a `finally` by one of its ways: writes its variable of kind `completion` |
 * | `dispatch` | | | leaves a `finally` by the way it was entered: reads the variable of kind `completion`, goes to one of `ways` |
 * | `await` | | | waits; may not come back |
 * | `yield` | | | gives a value out, as a part of the `result`; may not come back. Its value is what it was sent: reads the property `[[sent]]`, which calls of a `next`, `throw` or `return` write, of an object that is not known |
 */
export const opcodes = [
  'entry',
  'exit',
  'raise',
  'parameter',
  'evaluate',
  'allocate',
  'branch',
  'iterate',
  'argument',
  'call',
  'construct',
  'closure',
  'return',
  'throw',
  'jump',
  'catch',
  'complete',
  'dispatch',
  'await',
  'yield',
] as const

/** One of {@link opcodes}. */
export type Opcode = (typeof opcodes)[number]

/** The code of each opcode. */
export const op: Readonly<Record<Opcode, number>> = codesOf(opcodes)

function codesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, code) => [name, code])) as Record<Name, number>
}

/** The place of `this` among parameters and arguments. */
export const receiverPlace = -1

/** Added to the first place of those that a rest parameter gathers, or that a spread argument fills. */
export const restPlace = 0x1_0000

/** Where the three instructions that every function has are. */
export const entryAt = 0
export const exitAt = 1
export const raiseAt = 2

/** The names of the codes in {@link VariableTable.kind}. */
export const variableKinds = [
  /** Declared in the function. */
  'local',
  /** Declared outside of it, or nowhere: named only. */
  'free',
  /** `this`, of the function itself. */
  'receiver',
  /** What the function gives back. */
  'result',
  /** What is being thrown. */
  'thrown',
  /** By which way a `finally` was entered. */
  'completion',
  /** `arguments`. */
  'arguments',
  /** What another module exports, at the place where it is imported: only read. */
  'imported',
] as const

/** One of {@link variableKinds}. */
export type VariableKind = (typeof variableKinds)[number]

/** The code of each of {@link variableKinds}. */
export const variableCodes: Readonly<Record<VariableKind, number>> = codesOf(variableKinds)

/** Bits of {@link VariableTable.flags}. */
export const variableFlag = {
  /** A function inside reads or writes it. */
  captured: 1,
  /** A function inside writes it. */
  writtenInside: 2,
  /** Not of this file: imported, or declared nowhere in it. */
  external: 4,
  /** An instruction of the function writes it. */
  written: 8,
  /** Keeps the value that its declaration gives it. */
  constant: 16,
} as const

/** Variables that a function has or names. Two of one name are two rows. */
export interface VariableTable {
  readonly count: number
  readonly name: readonly string[]
  /** Index of {@link variableKinds}. */
  readonly kind: Uint8Array
  /** See {@link variableFlag}. */
  readonly flags: Uint8Array
  /** Where its name stands at its declaration, for an imported one where it is imported, relative to the function; -1 for one that is neither. */
  readonly start: Int32Array
}

/** The names of the codes in {@link LocationTable.kind}. */
export const locationKinds = [
  /** A variable: `ref` is its row. */
  'variable',
  /** The object that an instruction's value is: `ref` is the instruction. A base of others, never read or written itself. */
  'value',
  /** A property of the object at `base`: `ref` is the row of its name. */
  'property',
  /** A property of the object at `base` whose name is computed, an element: any of them. */
  'element',
] as const

/** One of {@link locationKinds}. */
export type LocationKind = (typeof locationKinds)[number]

/** The code of each of {@link locationKinds}. */
export const locationCodes: Readonly<Record<LocationKind, number>> = codesOf(locationKinds)

/**
 * Access paths: what an instruction may read or write. Equal ones are one row, a base comes before what is in it. A path has at most
 * {@link longestPath} properties; the base of a longer one is -1, some object.
 */
export interface LocationTable {
  readonly count: number
  /** Index of {@link locationKinds}. */
  readonly kind: Uint8Array
  /** The location of the object that has it; -1 for none, or for some object that is not known. */
  readonly base: Int32Array
  readonly ref: Int32Array
}

/** How many properties an access path has at most: `a.b.c.d`. */
export const longestPath = 3

/** The names of the codes in {@link InstructionTable.operandKind}. */
export const operandKinds = [
  /** The value of an instruction, which may be the value here. */
  'value',
  /** A location that is read, whose value may be the value here. */
  'read',
  /** A location that is written. */
  'write',
  /** A location that may be written, or keeps what it had. */
  'mayWrite',
  /** The value of an instruction that is only worked with: added, compared, called, taken for the object or the key of a member. */
  'usedValue',
  /** A location whose value is only worked with. */
  'usedRead',
] as const

/** One of {@link operandKinds}. */
export type OperandKind = (typeof operandKinds)[number]

/** The code of each of {@link operandKinds}. */
export const operandCodes: Readonly<Record<OperandKind, number>> = codesOf(operandKinds)

/** Bits of {@link InstructionTable.flags}. */
export const instructionFlag = {
  /** May throw by itself, besides what its opcode and its locations say: takes apart what may not be iterable. */
  mayThrow: 1,
  /** Made by the language, not written: it has the range of what it is made for. */
  implicit: 2,
  /** Of a call: what is called is known to write nothing that others see. */
  pure: 4,
  /** Of a call: a method that the containers of the language have, which keeps what it is given in its receiver. Of `construct`: it makes such a container. */
  container: 8,
  /** Of `argument`: the receiver is `super`, so that what is called is looked up in the base. */
  base: 16,
  /** Of `branch`: it asks which objects its operands are, or whether they are any; what is in them does not matter. */
  identity: 32,
} as const

/**
 * Instructions in the order they are written in; row `i` is element `i` of each column.
 *
 * Offsets are UTF-16 code units from the start of the function.
 */
export interface InstructionTable {
  readonly count: number
  /** Index of {@link opcodes}. */
  readonly op: Uint8Array
  readonly start: Int32Array
  readonly end: Int32Array
  readonly a: Int32Array
  readonly b: Int32Array
  /** See {@link instructionFlag}. */
  readonly flags: Uint8Array
  /** The instruction that follows; -1 where none does. */
  readonly next: Int32Array
  /** For `branch` and `iterate`: what follows where the condition does not hold. For a jump, `return` and `throw`: what would follow if it did nothing. For `yield`: where control goes if whoever takes the values ends it. Else -1. */
  readonly other: Int32Array
  /** Where control goes when it throws: the first instruction of a handler, or the one that ends the function by throwing. */
  readonly handler: Int32Array
  /** The operands of `i` are at `operands[i]` to `operands[i + 1] - 1`. */
  readonly operands: Int32Array
  /** Index of {@link operandKinds}. */
  readonly operandKind: Uint8Array
  /** The instruction or the location. */
  readonly operandRef: Int32Array
}

/** One function, method, initialiser or module: what its code does, in order. A pure function of its text. */
export interface FunctionIr {
  /** For people; empty for one without a name. */
  readonly name: string
  readonly kind: FunctionKind
  /** Its place in the text of the file. */
  readonly start: number
  readonly end: number
  /** The function around it, an index of the file's functions; -1 for the module. */
  readonly parent: number
  readonly isAsync: boolean
  readonly isGenerator: boolean
  readonly instructions: InstructionTable
  readonly variables: VariableTable
  readonly locations: LocationTable
  /** Names of properties. What is written to `[[get x]]` or `[[set x]]` is the getter or setter of `x` of some object, of one whose name is not known without `x`. */
  readonly names: readonly string[]
  /** The functions directly inside, by ordinal: indexes of the file's functions. */
  readonly children: readonly number[]
  /**
   * For each child, by ordinal: for each of its variables of kind `free`, in order, the variable of this function that it is; -1 where
   * it is bound by nothing that this function sees.
   */
  readonly captures: readonly (readonly number[])[]
  /** For each `dispatch`, by its instruction: where it may go. */
  readonly ways: ReadonlyMap<number, readonly number[]>
}

/** What a {@link FunctionIr} is. `fields` evaluates the initialisers of the fields of a new object. */
export type FunctionKind = 'module' | 'function' | 'arrow' | 'method' | 'constructor' | 'getter' | 'setter' | 'fields'

/** The functions of one file; the first is the module itself, and a function comes before those inside. */
export interface FileIr {
  readonly functions: readonly FunctionIr[]
}
