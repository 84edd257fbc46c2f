import { parameterPlace, symbolFlag } from '@forge/lang'
import type { Facts } from '@forge/lang'
import { isMemberKind, kindCode, opCode } from './codes.ts'
import { createIntLists } from './int-lists.ts'
import type { LinkFile } from './link-types.ts'
import type { Program } from './program.ts'
import { createTripleTable } from './triple-table.ts'

/** What two versions of a file have in common. */
export interface FileMatch {
  /** The numbers of the symbols of the new version, by row; see {@link Program.replaceFile}. */
  readonly numbers: Int32Array
  /** Whether its module is another symbol: then all of them are. */
  readonly isModuleNew: boolean
  /** For each expression of the old version the row of the equal one in the new version, -1 for none. */
  readonly exprs: Int32Array
  /** The symbols of both versions that are declared to be something else now. */
  readonly declarations: readonly number[]
  /** The holders and names of which there are other members now. */
  readonly members: readonly (readonly [holder: number, name: number])[]
  /** The names by which the file exports something else now. */
  readonly exports: readonly number[]
}

/** One version of a file, its names as the program numbers them. */
interface Version {
  readonly facts: Facts
  readonly targets: LinkFile['targets']
  name(string: number): number
}

/**
 * Finds what goes on to be the same in a new version of a file. Symbols are matched from the outermost in: by name, kind and flags among
 * those of one parent; where there are several or fewer of a name, those in front of a change and those behind it.
 */
export function matchFile(program: Program, file: number, version: LinkFile): FileMatch {
  const before = program.files[file]!
  const old: Version = { ...before, name: (string) => program.name(file, string) }
  const names = version.facts.strings.map((text) => program.nameOf(text))
  const now: Version = { ...version, name: (string) => (string < 0 ? -1 : names[string]!) }
  const oldNumbers = program.symbolsOf(file)
  const oldRows = matchSymbols(old, now)
  let fresh = program.count()
  const numbers = Int32Array.from(oldRows, (row) => (row < 0 ? fresh++ : oldNumbers[row]!))
  const exprs = matchExprs(program, old, oldNumbers, now, numbers)
  return {
    numbers,
    isModuleNew: numbers[0] !== oldNumbers[0],
    exprs: exprs.toNew,
    declarations: changedDeclarations(old, oldNumbers, now, numbers, oldRows, exprs),
    members: changedMembers(old, oldNumbers, now, numbers),
    exports: changedExports(program, old, now, exprs),
  }
}

/** For each row of the symbols of the new version the matched row of the old one, -1 for none. */
function matchSymbols(old: Version, now: Version): Int32Array {
  const rows = new Int32Array(now.facts.symbols.count).fill(-1)
  if (old.facts.symbols.count === 0 || rows.length === 0) return rows
  const oldChildren = childrenByShape(old)
  const newChildren = childrenByShape(now)
  const isModuleSame = shapeOf(old, 0, oldChildren) === shapeOf(now, 0, newChildren)
  if (!isModuleSame) return rows
  rows[0] = 0
  const oldEnd = old.facts.symbols.end[0]!
  const newEnd = now.facts.symbols.end[0]!
  for (let row = 0; row < rows.length; row++) {
    if (rows[row]! < 0) continue
    const candidates = oldChildren.groups[rows[row]!]
    for (const [shape, mine] of newChildren.groups[row] ?? []) {
      const theirs = candidates?.get(shape)
      if (theirs !== undefined) pairUp(mine, theirs)
    }
  }
  return rows

  function pairUp(mine: readonly number[], theirs: readonly number[]): void {
    const most = Math.min(mine.length, theirs.length)
    let front = 0
    let back = 0
    if (mine.length !== theirs.length) {
      while (front < most && startOf(now, mine[front]!) === startOf(old, theirs[front]!)) front++
      while (
        front + back < most &&
        newEnd - startOf(now, mine[mine.length - 1 - back]!) ===
          oldEnd - startOf(old, theirs[theirs.length - 1 - back]!)
      ) {
        back++
      }
    }
    for (let at = 0; at < most - back; at++) rows[mine[at]!] = theirs[at]!
    for (let at = 0; at < back; at++) rows[mine[mine.length - 1 - at]!] = theirs[theirs.length - 1 - at]!
  }
}

function startOf({ facts }: Version, row: number): number {
  return facts.symbols.start[row]!
}

interface Children {
  /** For each row its children, those of one shape together. */
  readonly groups: readonly (Map<string, number[]> | undefined)[]
  /** The number of type parameters of each row. */
  readonly generics: Uint8Array
}

function childrenByShape(version: Version): Children {
  const { symbols } = version.facts
  const groups: (Map<string, number[]> | undefined)[] = Array.from({ length: symbols.count }, () => undefined)
  const generics = new Uint8Array(symbols.count)
  for (let row = 1; row < symbols.count; row++) {
    if ((symbols.flags[row]! & symbolFlag.generic) !== 0) generics[symbols.parent[row]!]!++
  }
  const children = { groups, generics }
  for (let row = 1; row < symbols.count; row++) {
    const group = (groups[symbols.parent[row]!] ??= new Map())
    const shape = shapeOf(version, row, children)
    const list = group.get(shape)
    if (list === undefined) group.set(shape, [row])
    else list.push(row)
  }
  return children
}

/** What a symbol must have in common with another one to be the same: what others read without being told of changes. */
function shapeOf({ facts, name }: Version, row: number, { generics }: Children): string {
  const { symbols } = facts
  return `${name(symbols.name[row]!)} ${symbols.kind[row]!} ${symbols.flags[row]!} ${generics[row]!}`
}

/** Which expressions of both versions are equal. */
interface ExprMatch {
  /** A number for each row, the same for those that are equal, in the old version and in the new one; {@link unmatched} for what is new. */
  readonly oldNumbers: Int32Array
  readonly newNumbers: Int32Array
  /** For each row of the old version one of the new one that is equal, -1 for none. */
  readonly toNew: Int32Array
}

const unmatched = -2

function matchExprs(
  program: Program,
  old: Version,
  oldSymbols: Int32Array,
  now: Version,
  newSymbols: Int32Array,
): ExprMatch {
  const table = createTripleTable()
  const lists = createIntLists()
  const oldNumbers = new Int32Array(old.facts.exprs.count)
  for (let row = 0; row < oldNumbers.length; row++) {
    const [a, b] = operands(program, old, oldSymbols, row, (expr) => oldNumbers[expr]!, lists)
    oldNumbers[row] = table.intern(old.facts.exprs.op[row]!, a, b)
  }
  const newNumbers = new Int32Array(now.facts.exprs.count)
  // There are several where the same module is requested more than once: those go in order.
  const rowsOf = new Map<number, number[]>()
  for (let row = 0; row < newNumbers.length; row++) {
    const [a, b] = operands(program, now, newSymbols, row, (expr) => newNumbers[expr]!, lists)
    const number = table.find(now.facts.exprs.op[row]!, a, b)
    newNumbers[row] = number < 0 ? unmatched : number
    const rows = rowsOf.get(number)
    if (rows === undefined) rowsOf.set(number, [row])
    else rows.push(row)
  }
  const toNew = oldNumbers.map((number) => {
    const rows = rowsOf.get(number)
    if (rows === undefined) return -1
    return rows.length > 1 ? rows.shift()! : rows[0]!
  })
  return { oldNumbers, newNumbers, toNew }
}

/** The two operands of an expression in numbers that mean the same in both versions. */
function operands(
  program: Program,
  { facts, targets, name }: Version,
  numbers: Int32Array,
  row: number,
  exprOf: (expr: number) => number,
  lists: ReturnType<typeof createIntLists>,
): readonly [number, number] {
  const { exprs, modules } = facts
  const a = exprs.a[row]!
  const b = exprs.b[row]!
  switch (exprs.op[row]!) {
    case opCode.unknown:
      return [a, b]
    case opCode.symbol:
    case opCode.this:
    case opCode.super:
    case opCode.parameter:
      return [numbers[a]!, b]
    case opCode.free:
    case opCode.builtin:
      return [name(a), b]
    case opCode.literal:
      return [name(a), name(b)]
    case opCode.module:
      return [name(modules.specifier[a]!), program.nameOf(JSON.stringify(targets[a]))]
    case opCode.member:
      return [exprOf(a), name(b)]
    case opCode.union:
      return [list(a), b]
    case opCode.await:
    case opCode.element:
    case opCode.spread:
    case opCode.predicate:
      return [exprOf(a), b]
    default:
      return [exprOf(a), b < 0 ? -1 : list(b)]
  }

  function list(at: number): number {
    const items = Int32Array.from(facts.lists.subarray(at + 1, at + 1 + facts.lists[at]!), (expr) => exprOf(expr))
    return lists.intern(items, items.length)
  }
}

function changedDeclarations(
  old: Version,
  oldNumbers: Int32Array,
  now: Version,
  numbers: Int32Array,
  oldRows: Int32Array,
  exprs: ExprMatch,
): readonly number[] {
  const before = partsOf(old, oldNumbers, (expr) => exprs.oldNumbers[expr] ?? -1)
  const after = partsOf(now, numbers, (expr) => exprs.newNumbers[expr] ?? -1)
  const { symbols } = now.facts
  const isChanged = new Uint8Array(symbols.count)
  // From the last to the first, so that what stands in the type of a function is looked at before it.
  for (let row = symbols.count - 1; row >= 0; row--) {
    const oldRow = oldRows[row]!
    const same = oldRow >= 0 && after(row) === before(oldRow)
    if (!same) isChanged[row] = 1
    const isHidden = (symbols.flags[row]! & symbolFlag.hidden) !== 0
    if (isChanged[row] === 1 && row > 0 && isHidden) isChanged[symbols.parent[row]!] = 1
  }
  const changed: number[] = []
  for (const [row, oldRow] of oldRows.entries()) if (oldRow >= 0 && isChanged[row] === 1) changed.push(numbers[row]!)
  return changed
}

/** What a symbol is declared to be, as text. */
function partsOf({ facts }: Version, numbers: Int32Array, exprOf: (expr: number) => number): (row: number) => string {
  const { symbols, parameters, exprs } = facts
  const extras: string[][] = Array.from({ length: symbols.count }, () => [])
  for (let row = 0; row < parameters.count; row++) {
    extras[parameters.of[row]!]!.push(`${parameters.place[row]!}:${exprOf(parameters.type[row]!)}`)
  }
  const passed: Set<number>[] = []
  for (let row = 0; row < exprs.count; row++) {
    const op = exprs.op[row]!
    if (op === opCode.parameter) (passed[exprs.a[row]!] ??= new Set()).add(exprs.b[row]!)
    else if (op === opCode.this) (passed[exprs.a[row]!] ??= new Set()).add(parameterPlace.receiver)
  }
  for (const [row, places] of passed.entries()) {
    if (places !== undefined) extras[row]!.push(`<${[...places].toSorted((x, y) => x - y).join()}`)
  }
  for (let row = 1; row < symbols.count; row++) {
    const holder = symbols.parent[row]!
    const isGeneric = (symbols.flags[row]! & symbolFlag.generic) !== 0
    const isOfObject = symbols.kind[holder] === kindCode.object && isMemberKind[symbols.kind[row]!] === 1
    if (isGeneric || isOfObject) extras[holder]!.push(`+${numbers[row]!}`)
  }
  return (row) => {
    const holder = Math.max(symbols.parent[row]!, 0)
    const isInside = symbols.start[row]! >= symbols.start[holder]! && symbols.end[row]! <= symbols.end[holder]!
    const type = exprOf(symbols.type[row]!)
    const flow = exprOf(symbols.flow[row]!)
    const returns = exprOf(symbols.returns[row]!)
    return `${type} ${flow} ${returns} ${symbols.complexity[row]! > 0} ${isInside} ${extras[row]!.join(' ')}`
  }
}

function changedMembers(
  old: Version,
  oldNumbers: Int32Array,
  now: Version,
  numbers: Int32Array,
): readonly (readonly [number, number])[] {
  const before = membersByName(old, oldNumbers)
  const after = membersByName(now, numbers)
  const changed: (readonly [number, number])[] = []
  for (const [holder, names] of before) {
    for (const [name, list] of names) if (after.get(holder)?.get(name) !== list) changed.push([holder, name])
  }
  for (const [holder, names] of after) {
    for (const name of names.keys()) if (before.get(holder)?.has(name) !== true) changed.push([holder, name])
  }
  return changed
}

/** The members of each holder by name, as a text of their numbers. */
function membersByName({ facts, name }: Version, numbers: Int32Array): Map<number, Map<number, string>> {
  const { symbols } = facts
  const found = new Map<number, Map<number, string>>()
  for (let row = 1; row < symbols.count; row++) {
    const isMember = isMemberKind[symbols.kind[row]!] === 1
    if ((symbols.flags[row]! & (isMember ? 0 : symbolFlag.hidden | symbolFlag.local)) !== 0) continue
    const holder = numbers[symbols.parent[row]!]!
    let names = found.get(holder)
    if (names === undefined) found.set(holder, (names = new Map()))
    const of = name(symbols.name[row]!)
    names.set(of, `${names.get(of) ?? ''} ${numbers[row]!}`)
  }
  return found
}

function changedExports(program: Program, old: Version, now: Version, exprs: ExprMatch): readonly number[] {
  const before = exportsByName(old, (expr) => exprs.oldNumbers[expr]!)
  const after = exportsByName(now, (expr) => exprs.newNumbers[expr]!)
  const changed = new Set<number>()
  for (const [name, list] of before) if (after.get(name) !== list) changed.add(name)
  for (const name of after.keys()) if (!before.has(name)) changed.add(name)
  // Whether there is any export decides what a default import is.
  if (old.facts.exports.count > 0 !== now.facts.exports.count > 0) changed.add(program.nameOf('default'))
  return [...changed]
}

function exportsByName({ facts, name }: Version, exprOf: (expr: number) => number): Map<number, string> {
  const { exports } = facts
  const found = new Map<number, string>()
  for (let row = 0; row < exports.count; row++) {
    const of = name(exports.name[row]!)
    found.set(of, `${found.get(of) ?? ''} ${exprOf(exports.expr[row]!)}`)
  }
  return found
}
