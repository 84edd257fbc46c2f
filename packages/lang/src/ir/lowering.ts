import type {
  ArrowFunctionExpression,
  AssignmentTarget,
  AssignmentTargetMaybeDefault,
  AssignmentTargetRest,
  BindingPattern,
  Class,
  Directive,
  Expression,
  Function as FunctionNode,
  ParamPattern,
  Statement,
} from 'oxc-parser'
import { op, variableFlag } from '@forge/pdg'
import type { FunctionIr, FunctionKind } from '@forge/pdg'
import { FunctionBuilder, hasReads, nothing } from './function-builder.ts'
import type { Ends, FunctionHead, Operands, Target } from './function-builder.ts'

/** What is written to: a name, a member, or what takes a value apart. */
export type Pattern =
  | BindingPattern
  | ParamPattern
  | AssignmentTarget
  | AssignmentTargetMaybeDefault
  | AssignmentTargetRest

/** Anything with a place in the text. */
export interface Placed {
  readonly start: number
  readonly end: number
}

/** A part of a text that no instruction is of. */
export interface UnreadPart extends Placed {
  /** Whether it is a function that could not be read as a whole. Else it is a part of the module's own code. */
  readonly isFunction: boolean
}

/** The mutually recursive parts of the lowering; each file knows the others through these alone. */
export interface IrVisitors {
  /** What an expression's value comes to; emits what has to happen for it. */
  expression(l: Lowering, node: Expression): Operands
  /** Emits a condition; control goes on where it holds, the result is where it does not. */
  condition(l: Lowering, node: Expression): Ends
  statement(l: Lowering, node: Directive | Statement): void
  /** Emits the statements of one scope. */
  block(l: Lowering, body: readonly (Directive | Statement)[]): void
  /** Emits that a value is written to a pattern. */
  assign(l: Lowering, node: Pattern, value: Operands, place: Placed): void
  /** Lowers a function, and emits that it is made; the result is the instruction. */
  closure(l: Lowering, node: FunctionNode | ArrowFunctionExpression, name: string, kind: FunctionKind): number
  /** Emits a class; the result is the instruction that makes it. */
  class(l: Lowering, node: Class, name: string): number
}

/** The names of one block. */
interface Scope {
  readonly names: Map<string, number>
}

/** A loop, a `switch` or a block with a label: where `break` and `continue` in it go. */
export interface Breakable {
  /** Its labels, `null` for that of a `break` without one. */
  readonly labels: readonly (string | null)[]
  readonly breaks: Target
  readonly continues: Target | null
}

/** One function that is being lowered, and the names in it. */
interface Frame {
  readonly builder: FunctionBuilder
  readonly index: number
  readonly scopes: Scope[]
  readonly free: Map<string, number>
  readonly breakables: Breakable[]
}

/** The functions that are being lowered, innermost last, and those that are done: what the parts of the lowering share. */
export class Lowering {
  readonly text: string
  readonly visit: IrVisitors
  /** Whether there may be a `var` anywhere. */
  readonly hasVar: boolean
  /** Whether any object literal may say what a property is, since something defines properties. */
  readonly describes: boolean
  /** Whether a function that is declared in a block is a `var` of the function around it as well, as in a script that is not strict. */
  readonly hoistsFunctions: boolean
  /** By index; `undefined` for one that is not done. */
  readonly functions: (FunctionIr | undefined)[] = []
  readonly #frames: Frame[] = []
  readonly #unread: readonly Placed[]
  readonly #leftOut: Placed[] = []
  /** The labels of the statement that is about to be lowered. */
  labels: string[] = []
  /** Where the optional chain that is lowered goes if one of its links has nothing to go on with, with the instructions that find so; `null` outside of one. */
  links: { readonly ends: Ends; readonly branches: number[] } | null = null

  /** Object literals that say what a property is, with the name of the property, as the last argument of `Object.defineProperty`. */
  readonly descriptors: WeakMap<Expression, string> = new WeakMap()

  /** What follows a call of `super`, in the constructor of a class with fields. */
  onSuper: (() => void) | null = null

  constructor(
    text: string,
    visit: IrVisitors,
    { unread, isModule }: { readonly unread: readonly Placed[]; readonly isModule: boolean },
  ) {
    this.text = text
    this.visit = visit
    this.#unread = unread
    this.hasVar = text.includes('var')
    this.describes = /\b(?:defineProperty|defineProperties|create)\b/.test(text)
    this.hoistsFunctions = !isModule && !/^\s*['"]use strict['"]/m.test(text)
  }

  get #frame(): Frame {
    return this.#frames.at(-1)!
  }

  /** The builder of the innermost function. */
  get b(): FunctionBuilder {
    return this.#frame.builder
  }

  get breakables(): Breakable[] {
    return this.#frame.breakables
  }

  /** What no instruction is of, in the order of the text. */
  get unread(): UnreadPart[] {
    const ofModule = this.#unread.filter((part) => !this.#leftOut.some((leftOut) => overlaps(part, leftOut)))
    return [
      ...ofModule.map(({ start, end }) => ({ start, end, isFunction: false })),
      ...this.#leftOut.map(({ start, end }) => ({ start, end, isFunction: true })),
    ].toSorted((a, b) => a.start - b.start)
  }

  /** Whether all of a part was read, what is in others of its parts aside. */
  isRead(part: Placed, others: readonly Placed[] = []): boolean {
    return !this.#unread.some((one) => overlaps(one, part) && !others.some((other) => overlaps(one, other)))
  }

  /** Leaves a function out, since something of it could not be read. */
  leaveOut({ start, end }: Placed): void {
    this.#leftOut.push({ start, end })
  }

  /**
   * Lowers a function that `body` emits, as a child of the one around it.
   *
   * @returns its ordinal.
   */
  function(head: Omit<FunctionHead, 'parent'>, body: () => void): number {
    const around = this.#frames.at(-1)
    const index = this.functions.push(undefined) - 1
    const builder = new FunctionBuilder({ ...head, parent: around?.index ?? -1 })
    const frame: Frame = { builder, index, scopes: [{ names: new Map() }], free: new Map(), breakables: [] }
    const { labels, links } = this
    this.labels = []
    this.links = null
    this.#frames.push(frame)
    body()
    this.#frames.pop()
    this.labels = labels
    this.links = links
    const lowered = builder.finish()
    this.functions[index] = lowered
    if (around === undefined) return 0
    const rows = [...frame.free].map(([name, child]) => {
      const row = this.find(name)
      const isWritten = (lowered.variables.flags[child]! & (variableFlag.written | variableFlag.writtenInside)) !== 0
      around.builder.mark(row, variableFlag.captured | (isWritten ? variableFlag.writtenInside : 0))
      return row
    })
    around.builder.captures.push(rows)
    return around.builder.children.push(index) - 1
  }

  /** Emits `body` with a scope of its own. */
  inScope<T>(body: () => T): T {
    const { scopes } = this.#frame
    scopes.push({ names: new Map() })
    const result = body()
    scopes.pop()
    return result
  }

  /** Declares a variable in the innermost scope, or in that of the whole function; again is the same one. */
  declare(name: string, start: number, ofFunction = false): number {
    const { scopes, builder } = this.#frame
    const scope = ofFunction ? scopes[0]! : scopes.at(-1)!
    const known = scope.names.get(name)
    if (known !== undefined) return known
    const row = builder.variable(name, 'local', start)
    scope.names.set(name, row)
    return row
  }

  /** The `var`, parameter or module variable of the innermost function that has a name. */
  hoisted(name: string): number | undefined {
    return this.#frame.scopes[0]!.names.get(name)
  }

  /** Lets a name stand for a variable that there is. */
  bind(name: string, row: number): void {
    this.#frame.scopes.at(-1)!.names.set(name, row)
  }

  /** Declares the name that a function expression has for itself, unless a parameter has it. */
  declareSelf(name: string, start: number): void {
    this.define(nothing, [this.writeVariable(this.declare(name, start))], { start: this.b.start, end: this.b.start })
  }

  /** The variable a name stands for in the innermost function: one of its own, or a free one. */
  find(name: string): number {
    const { scopes, free, builder } = this.#frame
    for (let at = scopes.length - 1; at >= 0; at -= 1) {
      const row = scopes[at]!.names.get(name)
      if (row !== undefined) return row
    }
    const known = free.get(name)
    if (known !== undefined) return known
    if (name === 'arguments' && builder.kind !== 'arrow' && builder.kind !== 'module' && builder.kind !== 'fields') {
      const row = builder.variable(name, 'arguments', -1)
      scopes[0]!.names.set(name, row)
      return row
    }
    const row = builder.variable(name, 'free', -1)
    free.set(name, row)
    builder.mark(row, this.#flagsAround(name))
    return row
  }

  /** What is known of a variable that a function around the innermost one has, or nobody. */
  #flagsAround(name: string): number {
    for (let frame = this.#frames.length - 2; frame >= 0; frame -= 1) {
      const { scopes, builder } = this.#frames[frame]!
      for (let at = scopes.length - 1; at >= 0; at -= 1) {
        const row = scopes[at]!.names.get(name)
        if (row !== undefined) return builder.flagsOf(row) & (variableFlag.external | variableFlag.constant)
      }
    }
    return variableFlag.external
  }

  /** Whether nothing in the file declares a name where this is. */
  isGlobal(name: string): boolean {
    return this.#frames.every(({ scopes }) => scopes.every(({ names }) => !names.has(name)))
  }

  /** The location of the variable a name stands for. */
  location(name: string): number {
    return this.b.variableLocation(this.find(name))
  }

  /** An operand that writes the variable a name stands for. */
  write(name: string): number {
    return this.writeVariable(this.find(name))
  }

  writeVariable(row: number): number {
    this.b.mark(row, variableFlag.written)
    return this.b.write(this.b.variableLocation(row))
  }

  /** An instruction that has the value that operands come to: the one they are, or one that is emitted. */
  materialise(operands: Operands, { start, end }: Placed): number {
    const { b } = this
    const only = operands.length === 1 ? b.passedOn(operands[0]!) : -1
    return only >= 0 ? only : b.emit(op.evaluate, start, end, operands)
  }

  /**
   * Emits that a value is written. Where what is read may throw and a handler sees what was written before, that is done first.
   *
   * @returns an instruction that has the value.
   */
  define(operands: Operands, writes: Operands, { start, end }: Placed): number {
    const { b } = this
    const value = b.isGuarded && hasReads(operands) ? [b.value(b.emit(op.evaluate, start, end, operands))] : operands
    return b.emit(op.evaluate, start, end, [...value, ...writes])
  }
}

function overlaps(one: Placed, other: Placed): boolean {
  return one.start < other.end && other.start < one.end
}
