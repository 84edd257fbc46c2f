import type { BinaryExpression, Expression, Statement } from 'oxc-parser'
import { kindCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { literalValue } from './literals.ts'
import { VALUE } from './scopes.ts'
import type { Walk } from './walk.ts'

/**
 * What is known of variables at one place of the code beyond what holds everywhere: what a condition has said of them, and what was
 * assigned to them last on the straight way there.
 */
export class KnownValues {
  /** By conditions; they hold in functions inside as well. */
  #narrowed: Map<number, number> = new Map()
  /** By assignments, in the function that is read. */
  #assigned: Map<number, number> = new Map()
  /** What was assigned to, in order, so that it is unknown where ways meet again. */
  readonly #log: number[] = []
  /** Variables that functions inside assign to: nobody knows when. */
  readonly #captured: Set<number> = new Set()
  readonly #functionOf: Map<number, number> = new Map()
  #functions = 0
  #function = 0

  /** The value of a variable here, -1 where nothing more is known. */
  of(symbol: number): number {
    return this.#narrowed.get(symbol) ?? this.#assigned.get(symbol) ?? NONE
  }

  /** Notes that a variable is declared in the function that is read. */
  declare(symbol: number): void {
    this.#functionOf.set(symbol, this.#function)
  }

  /** Notes an assignment; -1 is a value of which nothing is known. */
  assign(symbol: number, value: number): void {
    this.#narrowed.delete(symbol)
    this.#log.push(symbol)
    if (this.#functionOf.get(symbol) !== this.#function) this.#captured.add(symbol)
    if (value < 0 || this.#captured.has(symbol)) this.#assigned.delete(symbol)
    else this.#assigned.set(symbol, value)
  }

  /** Reads code that may or may not run, where the guards hold; what it assigns to is unknown afterwards. */
  branch(guards: readonly Guard[], read: () => void): void {
    const narrowed = this.#narrowed
    const assigned = this.#assigned
    const start = this.#log.length
    if (guards.length > 0) this.narrow(guards)
    this.#assigned = new Map(assigned)
    read()
    this.#narrowed = narrowed
    this.#assigned = assigned
    this.#forget(start)
  }

  /** Reads code that may run several times: what was assigned before is unknown in it, as it may be assigned again. */
  loop(guards: readonly Guard[], read: () => void): void {
    const assigned = this.#assigned
    const start = this.#log.length
    this.#assigned = new Map()
    this.branch(guards, read)
    this.#assigned = assigned
    this.#forget(start)
  }

  /** Reads the statements of a block: what conditions have said in it does not hold behind it. */
  block(read: () => void): void {
    const narrowed = this.#narrowed
    read()
    this.#narrowed = narrowed
  }

  /** Reads a function: it may run at any time. */
  function(read: () => void): void {
    const assigned = this.#assigned
    const outer = this.#function
    this.#function = ++this.#functions
    this.#assigned = new Map()
    read()
    this.#function = outer
    this.#assigned = assigned
  }

  /** Makes guards hold from here to the end of the block. */
  narrow(guards: readonly Guard[]): void {
    if (guards.length === 0) return
    this.#narrowed = new Map(this.#narrowed)
    for (const { symbol, value } of guards) this.#narrowed.set(symbol, value)
  }

  #forget(start: number): void {
    for (let at = start; at < this.#log.length; at += 1) {
      this.#narrowed.delete(this.#log[at]!)
      this.#assigned.delete(this.#log[at]!)
    }
  }
}

/** What a condition says of a variable. */
export interface Guard {
  readonly symbol: number
  readonly value: number
}

/** What holds where a condition is true, or with `holds: false` where it is not. */
export function guardsIn(w: Walk, node: Expression, holds = true): readonly Guard[] {
  const guards: Guard[] = []
  collect(w, node, holds, guards, 16)
  return guards
}

function collect(w: Walk, node: Expression, holds: boolean, guards: Guard[], depth: number): void {
  if (depth === 0) return
  switch (node.type) {
    case 'ParenthesizedExpression':
      collect(w, node.expression, holds, guards, depth - 1)
      break
    case 'UnaryExpression':
      if (node.operator === '!') collect(w, node.argument, !holds, guards, depth - 1)
      break
    case 'LogicalExpression':
      if (node.operator === (holds ? '&&' : '||')) {
        collect(w, node.left, holds, guards, depth - 1)
        collect(w, node.right, holds, guards, depth - 1)
      }
      break
    case 'BinaryExpression':
      if (node.left.type !== 'PrivateIdentifier') compare(w, node as BinaryExpression, holds, guards)
      break
    case 'MemberExpression':
      // A member that is never true is not `true`, and the other way round.
      addMember(w, node, guards, (row, name) => w.exprs.unlike(row, name, literalOf(w, !holds)))
      break
    case 'ChainExpression':
      collect(w, node.expression, holds, guards, depth - 1)
      break
    case 'CallExpression':
      if (holds && node.arguments.length > 0 && isNamedAsGuard(node.callee)) {
        const [argument] = node.arguments
        if (argument!.type === 'Identifier') add(w, argument, w.exprs.predicate(rowOf(w, node.callee)), guards)
      }
      break
    default:
      break
  }
}

function compare(w: Walk, node: BinaryExpression, holds: boolean, guards: Guard[]): void {
  const { left, right, operator } = node
  switch (operator) {
    case 'instanceof':
      if (holds) add(w, left, w.exprs.instance(rowOf(w, right), null), guards)
      break
    case 'in':
      if (holds && left.type === 'Literal' && typeof left.value === 'string' && right.type === 'Identifier') {
        const name = w.names.id(left.value)
        addFiltered(w, right.name, guards, (row) => w.exprs.alike(row, name, NONE))
      }
      break
    case '===':
    case '==':
    case '!==':
    case '!=': {
      const isAlike = holds === (operator === '===' || operator === '==')
      const [member, other] = left.type === 'Literal' ? [right, left] : [left, right]
      const literal = constantIn(w, other)
      if (literal < 0) break
      addMember(w, member, guards, (row, name) =>
        isAlike ? w.exprs.alike(row, name, literal) : w.exprs.unlike(row, name, literal),
      )
      break
    }
    default:
      break
  }
}

/** What holds in a case of a `switch`, told by the tests of the cases that lead into it. */
export function guardsOfCase(
  w: Walk,
  discriminant: Expression,
  tests: readonly (Expression | null)[],
): readonly Guard[] {
  const guards: Guard[] = []
  const literals = tests.map((test) => (test === null ? NONE : constantIn(w, test)))
  if (literals.length === 0 || literals.includes(NONE)) return guards
  addMember(w, discriminant, guards, (row, name) =>
    w.exprs.union(literals.map((literal) => w.exprs.alike(row, name, literal))),
  )
  return guards
}

/** The row of a literal, or of a member of an enumeration; -1 for anything else. */
function constantIn(w: Walk, node: Expression): number {
  if (node.type === 'Literal') return typeof node.value === 'bigint' ? NONE : literalOf(w, node.value)
  if (node.type !== 'MemberExpression') return NONE
  const row = rowOf(w, node)
  return row < 0 ? NONE : w.exprs.instance(row, null)
}

function literalOf(w: Walk, value: unknown): number {
  const type = literalValue(w, value)
  return type < 0 ? NONE : w.exprs.literal(w.names.id(String(value)), w.exprs.a[type]!)
}

/** Adds what a member of a variable says of that. */
function addMember(
  w: Walk,
  node: Expression | { type: 'PrivateIdentifier' },
  guards: Guard[],
  filter: (row: number, name: number) => number,
): void {
  const member = node.type === 'ChainExpression' ? node.expression : node
  if (member.type !== 'MemberExpression' || member.computed || member.object.type !== 'Identifier') return
  if (member.property.type !== 'Identifier') return
  const name = w.names.id(member.property.name)
  addFiltered(w, member.object.name, guards, (row) => filter(row, name))
}

function addFiltered(w: Walk, variable: string, guards: Guard[], filter: (row: number) => number): void {
  const symbol = w.scopes.find(w.names.id(variable), VALUE)
  if (symbol < 0 || w.symbols.kind[symbol] === kindCode.import) return
  const before = guards.findLast((guard) => guard.symbol === symbol)?.value ?? w.known.of(symbol)
  guards.push({ symbol, value: filter(before < 0 ? w.exprs.symbol(symbol) : before) })
}

function add(w: Walk, node: Expression | { type: 'PrivateIdentifier' }, value: number, guards: Guard[]): void {
  if (node.type !== 'Identifier' || value < 0) return
  const symbol = w.scopes.find(w.names.id(node.name), VALUE)
  if (symbol < 0) return
  const before = w.known.of(symbol)
  guards.push({ symbol, value: w.exprs.narrowed(value, before < 0 ? w.exprs.symbol(symbol) : before) })
}

/** Whether a function is called as those are that say of an argument what it is. */
function isNamedAsGuard(node: Expression): boolean {
  const name =
    node.type === 'Identifier'
      ? node.name
      : node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier'
        ? node.property.name
        : ''
  return /^_?(?:is|has)[A-Z_]/.test(name)
}

/** The row of a name or of a path of members, which has been or will be read elsewhere. */
function rowOf(w: Walk, node: Expression): number {
  if (node.type === 'Identifier') {
    const name = w.names.id(node.name)
    const symbol = w.scopes.find(name, VALUE)
    return symbol < 0 ? w.exprs.free(name) : w.exprs.symbol(symbol)
  }
  if (node.type === 'ThisExpression') return w.self
  if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return NONE
  const object = rowOf(w, node.object)
  return object < 0 ? NONE : w.exprs.member(object, w.names.id(node.property.name))
}

/** Whether nothing behind a statement runs after it. */
export function leaves(node: Statement | null): boolean {
  if (node === null) return false
  switch (node.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return true
    case 'BlockStatement':
      return node.body.some((inner) => leaves(inner))
    case 'IfStatement':
      return leaves(node.consequent) && leaves(node.alternate)
    default:
      return false
  }
}
