import { opCode } from './codes.ts'

/** A union of more alternatives than this is unknown: some of them alone would be a wrong answer. */
const UNION_LIMIT = 64

/** Arguments beyond this are not looked at. */
const MOST_ARGUMENTS = 32

/** Expressions nest no deeper: what reads them may recurse. */
const DEEPEST = 48

/** No expression, or one of which nothing is known. */
export const NONE = -1

/** The expressions of one file while it is read: equal ones are one row. */
export class ExprRows {
  readonly op: number[] = []
  readonly a: number[] = []
  readonly b: number[] = []
  readonly lists: number[] = []
  readonly #depth: number[] = []
  #table = new Int32Array(1024).fill(NONE)
  #listTable = new Int32Array(256).fill(NONE)
  #listCount = 0

  /** The row of `op(a, b)`. */
  row(op: number, a: number, b: number): number {
    const table = this.#table
    const mask = table.length - 1
    let slot = hashOf(op, a, b) & mask
    for (;;) {
      const found = table[slot]!
      if (found === NONE) break
      if (this.op[found] === op && this.a[found] === a && this.b[found] === b) return found
      slot = (slot + 1) & mask
    }
    const row = this.op.length
    this.op.push(op)
    this.a.push(a)
    this.b.push(b)
    this.#depth.push(0)
    table[slot] = row
    if (this.op.length * 2 > table.length) this.#grow()
    return row
  }

  /** The row of an operator on another expression; on one that is too deep already, it is on the unknown. */
  #over(op: number, operand: number, b: number): number {
    const inner = this.#depth[operand]! < DEEPEST ? operand : this.unknown()
    const row = this.row(op, inner, b)
    this.#depth[row] = this.#depth[inner]! + 1
    return row
  }

  unknown(): number {
    return this.row(opCode.unknown, NONE, NONE)
  }

  symbol(symbol: number): number {
    return this.row(opCode.symbol, symbol, NONE)
  }

  free(name: number): number {
    return this.row(opCode.free, name, NONE)
  }

  module(request: number): number {
    return this.row(opCode.module, request, NONE)
  }

  member(receiver: number, name: number): number {
    return this.#over(opCode.member, receiver < 0 ? this.unknown() : receiver, name)
  }

  call(callee: number, args: readonly number[] = []): number {
    return callee < 0 ? NONE : this.#applied(opCode.call, callee, args)
  }

  construct(callee: number, args: readonly number[] = []): number {
    return callee < 0 ? NONE : this.#applied(opCode.construct, callee, args)
  }

  parameter(fn: number, place: number): number {
    return this.row(opCode.parameter, fn, place)
  }

  /** A generic function with the type arguments it is called with. */
  applied(callee: number, args: readonly number[] | null): number {
    if (callee < 0 || args === null || !args.some((arg) => this.isKnown(arg))) return callee
    const known = args.map((arg) => (arg < 0 || this.#depth[arg]! >= DEEPEST ? this.unknown() : arg))
    return this.#deepened(this.#over(opCode.applied, callee, this.#list(known)), known)
  }

  literal(text: number, type: number): number {
    return this.row(opCode.literal, text, type)
  }

  /** Those of the values of `row` whose member may be a literal; with -1 for that, those that have the member. */
  alike(row: number, name: number, literal: number): number {
    const member = this.member(row, name)
    const list = literal < 0 ? [member] : [member, literal]
    return this.#deepened(this.#over(opCode.alike, row, this.#list(list)), list)
  }

  /** Those of the values of `row` whose member may be something else than a literal. */
  unlike(row: number, name: number, literal: number): number {
    const list = [this.member(row, name), literal]
    return this.#deepened(this.#over(opCode.unlike, row, this.#list(list)), list)
  }

  predicate(callee: number): number {
    return callee < 0 ? NONE : this.#over(opCode.predicate, callee, NONE)
  }

  narrowed(value: number, otherwise: number): number {
    return this.#deepened(this.#over(opCode.narrowed, value, this.#list([otherwise])), [otherwise])
  }

  spread(value: number): number {
    return value < 0 ? NONE : this.#over(opCode.spread, value, NONE)
  }

  /** Whether something may be told of a value that is passed on: more than that it is one of the language's own. */
  isKnown(row: number): boolean {
    if (row < 0) return false
    const op = this.op[row]!
    return op !== opCode.builtin && op !== opCode.unknown && op !== opCode.literal
  }

  /** An operator on an expression and a list; an argument of which nothing is known keeps its place. */
  #applied(op: number, operand: number, args: readonly number[]): number {
    let length = args.length > MOST_ARGUMENTS ? MOST_ARGUMENTS : args.length
    while (length > 0 && !this.isKnown(args[length - 1]!)) length -= 1
    if (length === 0) return this.#over(op, operand, NONE)
    const known: number[] = []
    for (let at = 0; at < length; at += 1) {
      const arg = args[at]!
      known.push(arg < 0 || this.#depth[arg]! >= DEEPEST ? this.unknown() : arg)
    }
    return this.#deepened(this.#over(op, operand, this.#list(known)), known)
  }

  self(holder: number, isStatic: boolean): number {
    return this.row(opCode.this, holder, isStatic ? 1 : NONE)
  }

  base(holder: number, isStatic: boolean): number {
    return this.row(opCode.super, holder, isStatic ? 1 : NONE)
  }

  /** A value of the type `type` names; an argument of which nothing is known keeps its place. */
  instance(type: number, args: readonly number[] | null): number {
    if (type < 0) return NONE
    if (args === null || args.length === 0) return this.#over(opCode.instance, type, NONE)
    const known = args.map((arg) => (arg < 0 || this.#depth[arg]! >= DEEPEST ? this.unknown() : arg))
    return this.#deepened(this.#over(opCode.instance, type, this.#list(known)), known)
  }

  awaited(value: number): number {
    return value < 0 ? NONE : this.#over(opCode.await, value, NONE)
  }

  element(value: number): number {
    return value < 0 ? NONE : this.#over(opCode.element, value, NONE)
  }

  builtin(name: number): number {
    return this.row(opCode.builtin, name, NONE)
  }

  /** Any of `values`; those of which nothing is known say nothing. */
  union(values: readonly number[]): number {
    const kept: number[] = []
    for (const value of values) {
      if (value < 0 || this.#depth[value]! >= DEEPEST || kept.includes(value)) continue
      if (kept.length === UNION_LIMIT) return NONE
      kept.push(value)
    }
    if (kept.length < 2) return kept.length === 0 ? NONE : kept[0]!
    return this.#deepened(this.row(opCode.union, this.#list(kept), NONE), kept)
  }

  /** Notes that `row` is deeper than each of `items`. */
  #deepened(row: number, items: readonly number[]): number {
    for (const item of items) this.#depth[row] = Math.max(this.#depth[row]!, this.#depth[item]! + 1)
    return row
  }

  #list(items: readonly number[]): number {
    const table = this.#listTable
    const mask = table.length - 1
    let slot = hashOfItems(items) & mask
    for (;;) {
      const found = table[slot]!
      if (found === NONE) break
      if (this.#isList(found, items)) return found
      slot = (slot + 1) & mask
    }
    const list = this.lists.length
    this.lists.push(items.length)
    for (const item of items) this.lists.push(item)
    table[slot] = list
    this.#listCount += 1
    if (this.#listCount * 2 > table.length) this.#growLists()
    return list
  }

  #isList(list: number, items: readonly number[]): boolean {
    if (this.lists[list] !== items.length) return false
    for (let at = 0; at < items.length; at += 1) if (this.lists[list + 1 + at] !== items[at]) return false
    return true
  }

  #growLists(): void {
    const table = new Int32Array(this.#listTable.length * 4).fill(NONE)
    const mask = table.length - 1
    for (let list = 0; list < this.lists.length; list += this.lists[list]! + 1) {
      let slot = hashOfItems(this.lists.slice(list + 1, list + 1 + this.lists[list]!)) & mask
      while (table[slot] !== NONE) slot = (slot + 1) & mask
      table[slot] = list
    }
    this.#listTable = table
  }

  #grow(): void {
    const table = new Int32Array(this.#table.length * 4).fill(NONE)
    const mask = table.length - 1
    for (let row = 0; row < this.op.length; row += 1) {
      let slot = hashOf(this.op[row]!, this.a[row]!, this.b[row]!) & mask
      while (table[slot] !== NONE) slot = (slot + 1) & mask
      table[slot] = row
    }
    this.#table = table
  }
}

function hashOf(op: number, a: number, b: number): number {
  const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(op, 0xc2b2ae35)
  return mixed ^ (mixed >>> 15)
}

function hashOfItems(items: readonly number[]): number {
  let mixed = items.length
  for (const item of items) mixed = Math.imul(mixed ^ item, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}
