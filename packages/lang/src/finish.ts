import type { Comment } from 'oxc-parser'
import { kindCode, opCode, requestCode } from './codes.ts'
import { positiveRows } from './columns.ts'
import { DocComments } from './comments.ts'
import { symbolFlag } from './facts.ts'
import type {
  CallTable,
  CodeTable,
  ExprTable,
  FactDiagnostic,
  Facts,
  Language,
  OccurrenceTable,
  SymbolTable,
} from './facts.ts'
import { DIGEST_BYTES, hasDigest, SourceDigest } from './digest.ts'
import { NONE } from './expr-rows.ts'
import { lineStartsOf } from './line-starts.ts'
import { signatureOf } from './signature.ts'
import type { Walk } from './walk.ts'

/** Rows are ordered by one number: a place, and where places are equal the order they were met in. */
const ROWS = 2 ** 21

/** Puts the rows of a walk in their final order, drops what nothing refers to, and adds what needs the text alone. */
export function finishFacts(
  w: Walk,
  bytes: Buffer,
  language: Language,
  comments: readonly Comment[],
  diagnostics: readonly FactDiagnostic[],
): Facts {
  if (isModule(w)) w.symbols.flags[0]! |= symbolFlag.exported
  markExported(w)
  mergeAssignments(w)
  const order = orderOf(w.symbols.first)
  const rowOf = inverse(order)
  const strings: string[] = []
  const names = new Int32Array(w.names.values.length).fill(NONE)
  const text = (name: number): number => {
    if (names[name] === NONE) names[name] = add(strings, w.names.values[name]!)
    return names[name]!
  }
  const texts: string[] = []
  const symbols = symbolTable(w, bytes, order, rowOf, texts, text, comments)
  const places = orderOf(w.occurrences.start)
  const keptExprs = usedExprs(w)
  const { exprs, lists, exprOf } = exprTable(w, keptExprs, rowOf, text)
  for (const column of [symbols.type, symbols.flow, symbols.returns]) {
    for (let row = 0; row < column.length; row += 1) if (column[row]! >= 0) column[row] = exprOf[column[row]!]!
  }
  return {
    language,
    lineStarts: lineStartsOf(w.text),
    symbols,
    exprs,
    lists,
    occurrences: occurrenceTable(w, places, rowOf, exprOf),
    parameters: {
      count: w.parameters.of.length,
      of: Int32Array.from(w.parameters.of, (symbol) => rowOf[symbol]!),
      place: new Int32Array(w.parameters.place),
      type: Int32Array.from(w.parameters.type, (expr) => exprOf[expr]!),
    },
    calls: callTable(w, places, rowOf, exprOf),
    code: codeTable(w, order, symbols.complexity),
    stores: {
      count: w.stores.target.length,
      target: Int32Array.from(w.stores.target, (expr) => exprOf[expr]!),
      value: Int32Array.from(w.stores.value, (expr) => exprOf[expr]!),
    },
    expectations: {
      count: w.expectations.value.length,
      value: Int32Array.from(w.expectations.value, (expr) => exprOf[expr]!),
      type: Int32Array.from(w.expectations.type, (expr) => exprOf[expr]!),
    },
    modules: {
      count: w.requests.kind.length,
      specifier: Int32Array.from(w.requests.specifier, text),
      kind: new Int32Array(w.requests.kind),
    },
    exports: {
      count: w.exports.name.length,
      name: Int32Array.from(w.exports.name, text),
      expr: Int32Array.from(w.exports.expr, (expr) => exprOf[expr]!),
    },
    strings,
    texts,
    diagnostics,
  }
}

/** Adds what is assigned to variables to what they are known to hold. */
function mergeAssignments(w: Walk): void {
  const { assignments, symbols, exprs } = w
  const assigned = new Map<number, number[]>()
  for (let at = 0; at < assignments.length; at += 2) {
    const values = assigned.get(assignments[at]!)
    if (values === undefined) assigned.set(assignments[at]!, [assignments[at + 1]!])
    else values.push(assignments[at + 1]!)
  }
  for (const [symbol, values] of assigned) {
    const column = isTyped(w, symbol) ? symbols.flow : symbols.type
    column[symbol] = exprs.union([column[symbol]!, ...values])
  }
}

/** Whether a symbol is of the type that is declared or, in TypeScript, that its initialiser has, whatever is assigned later. */
function isTyped({ symbols, typed, exprs, javascript }: Walk, symbol: number): boolean {
  if (typed.has(symbol) || !isHolder(symbols.kind[symbol]!)) return true
  const type = symbols.type[symbol]!
  return !javascript && type >= 0 && exprs.op[type] !== opCode.unknown
}

/** Whether a symbol has the values that are put into it, and is not one itself. */
function isHolder(kind: number): boolean {
  return (
    kind === kindCode.variable ||
    kind === kindCode.constant ||
    kind === kindCode.parameter ||
    kind === kindCode.property
  )
}

/** The calls in order of what is called. */
function callTable(w: Walk, places: Int32Array, rowOf: Int32Array, exprOf: Int32Array): CallTable {
  const { calls } = w
  const order = orderOf(calls.start)
  const occurrenceOf = inverse(places)
  const mapped = (column: readonly number[], to?: Int32Array): Int32Array =>
    order.map((row) => (column[row]! < 0 || to === undefined ? column[row]! : to[column[row]!]!))
  return {
    count: order.length,
    expr: mapped(calls.expr, exprOf),
    occurrence: mapped(calls.occurrence, occurrenceOf),
    start: mapped(calls.start),
    end: mapped(calls.end),
    in: mapped(calls.in, rowOf),
    by: mapped(calls.by, rowOf),
  }
}

/** Adds a string; a lone surrogate, which has no UTF-8, becomes U+FFFD. */
function add(strings: string[], text: string): number {
  return strings.push(text.isWellFormed() ? text : text.toWellFormed()) - 1
}

/** The rows in the order of `keys`, equal ones as they are. */
function orderOf(keys: readonly number[]): Int32Array {
  const count = keys.length
  const order = new Int32Array(count)
  let sorted = true
  for (let row = 0; row < count; row += 1) {
    order[row] = row
    if (row > 0 && keys[row]! < keys[row - 1]!) sorted = false
  }
  if (sorted) return order
  const places = new Float64Array(count)
  for (let row = 0; row < count; row += 1) places[row] = keys[row]! * ROWS + row
  places.sort()
  for (let row = 0; row < count; row += 1) order[row] = places[row]! % ROWS
  return order
}

function inverse(order: Int32Array): Int32Array {
  const rowOf = new Int32Array(order.length)
  for (let row = 0; row < order.length; row += 1) rowOf[order[row]!] = row
  return rowOf
}

const memberKinds = new Set([
  kindCode.object,
  kindCode.property,
  kindCode.method,
  kindCode.getter,
  kindCode.setter,
  kindCode.constructor,
  kindCode['enum-member'],
])

const holderKinds = new Set([
  ...memberKinds,
  kindCode.class,
  kindCode.interface,
  kindCode.enum,
  kindCode.type,
  kindCode.variable,
  kindCode.constant,
  kindCode.namespace,
])
for (const kind of [kindCode.method, kindCode.getter, kindCode.setter, kindCode.constructor]) holderKinds.delete(kind)

/** Whether a file is a module: by its syntax, as CommonJS, or because it adds to the global scope, which only a module has to say. */
function isModule(w: Walk): boolean {
  if (w.isModule || w.exports.name.length > 0 || w.requests.kind.includes(requestCode.require)) return true
  const global = w.names.id('global')
  return w.symbols.kind.some(
    (kind, row) => kind === kindCode.namespace && w.symbols.name[row] === global && w.symbols.parent[row] === 0,
  )
}

/** Marks what exports name, and the members of it. */
function markExported(w: Walk): void {
  const { symbols, exprs } = w
  const mark = (symbol: number): void => {
    symbols.flags[symbol]! |= symbolFlag.exported
  }
  for (const expr of w.exports.expr) {
    if (exprs.op[expr] === opCode.symbol && exprs.a[expr]! > 0) mark(exprs.a[expr]!)
  }
  for (let row = 1; row < symbols.kind.length; row += 1) {
    const exported = (symbols.flags[row]! & symbolFlag.exported) !== 0
    if (!exported && memberKinds.has(symbols.kind[row]!)) {
      const parent = symbols.parent[row]!
      if ((symbols.flags[parent]! & symbolFlag.exported) !== 0 && holderKinds.has(symbols.kind[parent]!)) mark(row)
    }
    if ((symbols.flags[row]! & symbolFlag.exported) !== 0 && symbols.kind[row] === kindCode.namespace) {
      const members = w.spaceMembers.get(row) ?? []
      for (let at = 0; at < members.length; at += 3) mark(members[at + 2]!)
    }
  }
}

function symbolTable(
  w: Walk,
  bytes: Buffer,
  order: Int32Array,
  rowOf: Int32Array,
  texts: string[],
  text: (name: number) => number,
  comments: readonly Comment[],
): SymbolTable {
  const { symbols } = w
  const count = order.length
  const pick = (column: readonly number[]): Int32Array => {
    const picked = new Int32Array(count)
    for (let row = 0; row < count; row += 1) picked[row] = column[order[row]!]!
    return picked
  }
  const docs = new DocComments(w.text, comments)
  const digest = new SourceDigest(w.text, bytes)
  const hash = new Uint8Array(count * DIGEST_BYTES)
  const name = pick(symbols.name)
  const parent = pick(symbols.parent)
  const signature = new Int32Array(count).fill(NONE)
  const doc = new Int32Array(count).fill(NONE)
  for (let row = 0; row < count; row += 1) {
    const from = order[row]!
    name[row] = text(name[row]!)
    if (parent[row]! >= 0) parent[row] = rowOf[parent[row]!]!
    if (!hasDigest(symbols.kind[from]!, symbols.flags[from]!)) continue
    const { [from]: start } = symbols.start
    digest.write(start!, symbols.end[from]!, hash, row)
    if (row === 0) continue
    const { [from]: signatureEnd } = symbols.signatureEnd
    if (signatureEnd! >= 0) signature[row] = add(texts, signatureOf(w.text, start!, signatureEnd!))
    const description = docs.before(symbols.first[from]!) || docs.before(start!)
    if (description !== '') doc[row] = add(texts, description)
  }
  return {
    count,
    name,
    kind: pick(symbols.kind),
    flags: pick(symbols.flags),
    parent,
    start: pick(symbols.start),
    end: pick(symbols.end),
    nameStart: pick(symbols.nameStart),
    nameEnd: pick(symbols.nameEnd),
    type: pick(symbols.type),
    flow: pick(symbols.flow),
    returns: pick(symbols.returns),
    signature,
    doc,
    complexity: pick(symbols.complexity),
    hash,
  }
}

/** What is counted of each symbol that has code. */
function codeTable({ symbols, halstead }: Walk, order: Int32Array, complexity: Int32Array): CodeTable {
  const rows = positiveRows(complexity)
  const column = (of: (symbol: number) => number | undefined): Int32Array => rows.map((row) => of(order[row]!) ?? 0)
  return {
    count: rows.length,
    symbol: rows,
    cognitive: column((symbol) => symbols.cognitive[symbol]),
    operators: column((symbol) => halstead.get(symbol)?.operators),
    operands: column((symbol) => halstead.get(symbol)?.operands),
    distinctOperators: column((symbol) => halstead.get(symbol)?.distinctOperators),
    distinctOperands: column((symbol) => halstead.get(symbol)?.distinctOperands),
  }
}

/** Which expressions something refers to, directly or through another. */
function usedExprs(w: Walk): Uint8Array {
  const { op, a, b, lists } = w.exprs
  const used = new Uint8Array(op.length)
  for (const column of [
    w.symbols.type,
    w.symbols.flow,
    w.symbols.returns,
    w.occurrences.expr,
    w.exports.expr,
    w.parameters.type,
    w.calls.expr,
    w.stores.target,
    w.stores.value,
    w.expectations.value,
    w.expectations.type,
  ]) {
    for (const expr of column) if (expr >= 0) used[expr] = 1
  }
  // Operands come before the rows that use them, so one pass from the end reaches all.
  for (let row = op.length - 1; row >= 0; row -= 1) {
    if (used[row] === 0) continue
    const code = op[row]!
    if (operandIsExpr(code)) used[a[row]!] = 1
    const list = code === opCode.union ? a[row]! : hasList(code) ? b[row]! : NONE
    if (list >= 0) for (let at = 1; at <= lists[list]!; at += 1) used[lists[list + at]!] = 1
  }
  return used
}

/** Whether the second operand is a list of expressions, or -1. */
function hasList(op: number): boolean {
  return (
    op === opCode.instance ||
    op === opCode.call ||
    op === opCode.construct ||
    op === opCode.applied ||
    op === opCode.narrowed ||
    op === opCode.alike ||
    op === opCode.unlike
  )
}

function operandIsExpr(op: number): boolean {
  return (
    op === opCode.spread ||
    op === opCode.alike ||
    op === opCode.unlike ||
    op === opCode.applied ||
    op === opCode.predicate ||
    op === opCode.narrowed ||
    op === opCode.member ||
    op === opCode.call ||
    op === opCode.construct ||
    op === opCode.instance ||
    op === opCode.await ||
    op === opCode.element
  )
}

function operandIsSymbol(op: number): boolean {
  return op === opCode.symbol || op === opCode.this || op === opCode.super || op === opCode.parameter
}

function exprTable(
  w: Walk,
  used: Uint8Array,
  rowOf: Int32Array,
  text: (name: number) => number,
): { exprs: ExprTable; lists: Int32Array; exprOf: Int32Array } {
  const from = w.exprs
  const exprOf = new Int32Array(used.length).fill(NONE)
  let count = 0
  for (let row = 0; row < used.length; row += 1) {
    if (used[row] === 1) {
      exprOf[row] = count
      count += 1
    }
  }
  const op = new Int32Array(count)
  const a = new Int32Array(count)
  const b = new Int32Array(count)
  const lists: number[] = []
  const listOf = new Map<number, number>()
  const listAt = (old: number): number => {
    const known = listOf.get(old)
    if (known !== undefined) return known
    const list = lists.length
    listOf.set(old, list)
    const length = from.lists[old]!
    lists.push(length)
    for (let at = 1; at <= length; at += 1) lists.push(exprOf[from.lists[old + at]!]!)
    return list
  }
  for (let row = 0; row < used.length; row += 1) {
    const to = exprOf[row]!
    if (to < 0) continue
    const code = from.op[row]!
    const left = from.a[row]!
    const right = from.b[row]!
    op[to] = code
    b[to] = right
    if (operandIsExpr(code)) a[to] = exprOf[left]!
    else if (operandIsSymbol(code)) a[to] = rowOf[left]!
    else if (code === opCode.free || code === opCode.builtin || code === opCode.literal) a[to] = text(left)
    else if (code === opCode.union) a[to] = listAt(left)
    else a[to] = left
    if (code === opCode.member || code === opCode.literal) b[to] = text(right)
    else if (hasList(code) && right >= 0) b[to] = listAt(right)
  }
  return { exprs: { count, op, a, b }, lists: new Int32Array(lists), exprOf }
}

function occurrenceTable(w: Walk, order: Int32Array, rowOf: Int32Array, exprOf: Int32Array): OccurrenceTable {
  const from = w.occurrences
  const count = order.length
  const start = new Int32Array(count)
  const end = new Int32Array(count)
  const role = new Int32Array(count)
  const inside = new Int32Array(count)
  const expr = new Int32Array(count)
  for (let row = 0; row < count; row += 1) {
    const old = order[row]!
    start[row] = from.start[old]!
    end[row] = from.end[old]!
    role[row] = from.role[old]!
    inside[row] = rowOf[from.in[old]!]!
    expr[row] = exprOf[from.expr[old]!]!
  }
  return { count, start, end, role, in: inside, expr }
}
