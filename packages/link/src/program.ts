import { parameterPlace, symbolFlag } from '@forge/lang'
import type { Facts } from '@forge/lang'
import { isMemberKind, kindCode, opCode } from './codes.ts'
import { LinkInputError } from './link-errors.ts'
import type { LinkFile } from './link-types.ts'
import { createTripleTable } from './triple-table.ts'

/**
 * All files of a link side by side: their symbols under one numbering, their names interned, and their
 * members findable by name. Indexes of a file are made when it is first asked about.
 */
export interface Program {
  readonly files: readonly LinkFile[]
  /** The numbers of the symbols of a file, by row. */
  symbolsOf(file: number): Int32Array
  /** The number of the symbol that has a row in the facts of a file. The module of a file is row 0. */
  symbol(file: number, row: number): number
  /** One more than the highest number of a symbol. */
  count(): number
  /** The file of each symbol. */
  owner: Int32Array
  /** The row of each symbol in the facts of its file. */
  row: Int32Array
  kind: Uint8Array
  flags: Uint16Array
  /** For a function without a name whether users see it all the same, as something else calls it: 1 or 0. */
  promoted: Uint8Array
  /** The symbol that holds each one, -1 for a module. */
  parent: Int32Array
  /** The number of a name, the same in all files; -1 for the string -1. */
  name(file: number, string: number): number
  /** The number of a name given as text. */
  nameOf(text: string): number
  text(name: number): string
  /** The number of a symbol's name. */
  symbolName(symbol: number): number
  /**
   * The first symbol of this name that `parent` holds, its locals left out. The members a holder has without naming
   * them go by the name `[]`.
   *
   * @returns -1 for none; {@link Program.nextMember} gives the others.
   */
  firstMember(parent: number, name: number): number
  nextMember(symbol: number): number
  /** All members of an object literal, in order. */
  membersOf(object: number): readonly number[]
  /** The declared types of the parameters of a function or signature, as rows of {@link Facts.parameters} of its file. */
  parameterTypes(symbol: number): readonly number[]
  /** The places of a function that values are passed to as far as its code says so, in order; see `parameterPlace` of `@forge/lang`. */
  passedPlaces(symbol: number): readonly number[]
  /** The type parameters of a class, interface, type alias, function or signature, in order. */
  typeParameters(symbol: number): readonly number[]
  isTypeParameter(symbol: number): boolean
  /**
   * Puts another version of a file in its place. Its symbols have these numbers, by row: one that goes on to be the same, of the same
   * kind, flags, name and parent, keeps its number; all others have numbers from {@link Program.count} up.
   *
   * @throws LinkInputError when its targets do not fit its module requests.
   */
  replaceFile(file: number, version: LinkFile, numbers: Int32Array): void
  /** Makes room for this many files: those that are not there yet have nothing in them. */
  extendTo(count: number): void
}

const none: readonly number[] = []

/** A file that is not there: nothing is in it, and nothing leads to it. */
export const emptyFile: LinkFile = { path: '', facts: emptyFacts(), targets: [] }

function emptyFacts(): Facts {
  const no = new Int32Array(0)
  const count = 0
  return {
    language: 'typescript',
    lineStarts: no,
    strings: [],
    texts: [],
    lists: no,
    diagnostics: [],
    symbols: {
      count,
      name: no,
      kind: no,
      flags: no,
      parent: no,
      start: no,
      end: no,
      nameStart: no,
      nameEnd: no,
      type: no,
      flow: no,
      returns: no,
      signature: no,
      doc: no,
      complexity: no,
      hash: new Uint8Array(0),
    },
    code: {
      count,
      symbol: no,
      cognitive: no,
      operators: no,
      operands: no,
      distinctOperators: no,
      distinctOperands: no,
    },
    exprs: { count, op: no, a: no, b: no },
    occurrences: { count, start: no, end: no, role: no, in: no, expr: no },
    modules: { count, specifier: no, kind: no },
    exports: { count, name: no, expr: no },
    parameters: { count, of: no, place: no, type: no },
    calls: { count, expr: no, occurrence: no, start: no, end: no, in: no, by: no },
    stores: { count, target: no, value: no },
    expectations: { count, value: no, type: no },
  }
}

/**
 * Lays the files side by side.
 * @throws LinkInputError when the targets of a file do not fit its module requests.
 */
export function createProgram(given: readonly LinkFile[]): Program {
  const files = [...given]
  const symbolsOf: Int32Array[] = []
  let total = 0
  for (let file = 0; file < files.length; file++) {
    checkTargets(files, file)
    const first = total
    const { count } = files[file]!.facts.symbols
    symbolsOf.push(Int32Array.from({ length: count }, (_, row) => first + row))
    total += count
  }
  let owner = new Int32Array(total)
  let rows = new Int32Array(total)
  let kind = new Uint8Array(total)
  let flags = new Uint16Array(total)
  let parent = new Int32Array(total)
  for (let file = 0; file < files.length; file++) place(file)

  function place(file: number): void {
    const { symbols } = files[file]!.facts
    const numbers = symbolsOf[file]!
    for (let row = 0; row < symbols.count; row++) {
      const symbol = numbers[row]!
      owner[symbol] = file
      rows[symbol] = row
      kind[symbol] = symbols.kind[row]!
      flags[symbol] = symbols.flags[row]!
      parent[symbol] = row === 0 ? -1 : numbers[symbols.parent[row]!]!
    }
  }

  const texts: string[] = []
  const numbers = new Map<string, number>()
  /** For each file the number of each of its strings + 1, 0 while unknown. */
  const namesOfFile: (Int32Array | undefined)[] = files.map(() => undefined)
  const members = createTripleTable(1024)
  let memberHeads = new Int32Array(1024)
  let next = new Int32Array(total).fill(-1)
  /** For each file the cells of its holders' members. */
  const cellsOf: number[][] = files.map(() => [])
  const parameters = new Map<number, number[]>()
  const parameterRows = new Map<number, number[]>()
  const passed = new Map<number, number[]>()
  const typed: boolean[] = []
  const indexed: boolean[] = []

  function nameOf(text: string): number {
    let number = numbers.get(text)
    if (number === undefined) {
      number = texts.length
      texts.push(text)
      numbers.set(text, number)
    }
    return number
  }

  function name(file: number, string: number): number {
    if (string < 0) return -1
    const names = (namesOfFile[file] ??= new Int32Array(files[file]!.facts.strings.length))
    const known = names[string]!
    if (known !== 0) return known - 1
    const number = nameOf(files[file]!.facts.strings[string]!)
    names[string] = number + 1
    return number
  }

  function symbolName(symbol: number): number {
    const file = owner[symbol]!
    return name(file, files[file]!.facts.symbols.name[rows[symbol]!]!)
  }

  function isTypeParameter(symbol: number): boolean {
    return (flags[symbol]! & symbolFlag.generic) !== 0
  }

  function indexParameters(file: number): void {
    typed[file] = true
    const { parameters, exprs } = files[file]!.facts
    const numbers = symbolsOf[file]!
    for (let row = 0; row < parameters.count; row++) append(parameterRows, numbers[parameters.of[row]!]!, row)
    for (let row = 0; row < exprs.count; row++) {
      const op = exprs.op[row]!
      if (op === opCode.parameter) append(passed, numbers[exprs.a[row]!]!, exprs.b[row]!)
      else if (op === opCode.this && kind[numbers[exprs.a[row]!]!] === kindCode.function) {
        // On the static side and on the other one, but one place.
        const symbol = numbers[exprs.a[row]!]!
        if (passed.get(symbol)?.includes(parameterPlace.receiver) !== true)
          append(passed, symbol, parameterPlace.receiver)
      }
    }
  }

  function indexFile(file: number): void {
    indexed[file] = true
    const numbers = symbolsOf[file]!
    // From the last to the first, so that each chain is in the order of declaration.
    for (let row = numbers.length - 1; row > 0; row--) {
      const symbol = numbers[row]!
      if (isTypeParameter(symbol)) {
        const list = parameters.get(parent[symbol]!)
        if (list === undefined) parameters.set(parent[symbol]!, [symbol])
        else list.unshift(symbol)
        continue
      }
      const isMember = isMemberKind[kind[symbol]!] === 1
      if ((flags[symbol]! & (isMember ? 0 : symbolFlag.hidden | symbolFlag.local)) !== 0) continue
      const cell = members.intern(parent[symbol]!, symbolName(symbol), 0)
      if (cell >= memberHeads.length) {
        const old = memberHeads
        memberHeads = new Int32Array(old.length * 2)
        memberHeads.set(old)
      }
      if (memberHeads[cell] === 0) cellsOf[file]!.push(cell)
      next[symbol] = memberHeads[cell]! - 1
      memberHeads[cell] = symbol + 1
    }
  }

  const program: Program = {
    files,
    symbolsOf: (file) => symbolsOf[file]!,
    symbol: (file, row) => symbolsOf[file]![row]!,
    count: () => total,
    owner,
    row: rows,
    kind,
    flags,
    promoted: new Uint8Array(total),
    parent,
    name,
    nameOf,
    text: (name) => texts[name]!,
    symbolName,
    firstMember(parent, name) {
      const file = owner[parent]!
      if (indexed[file] !== true) indexFile(file)
      const cell = members.find(parent, name, 0)
      return cell < 0 ? -1 : memberHeads[cell]! - 1
    },
    nextMember: (symbol) => next[symbol]!,
    membersOf(object) {
      // What an object holds comes after it, and before anything that starts behind it.
      const file = owner[object]!
      const { symbols } = files[file]!.facts
      const holder = rows[object]!
      const end = symbols.end[holder]!
      const found: number[] = []
      for (let row = holder + 1; row < symbols.count && symbols.start[row]! < end; row++) {
        if (symbols.parent[row] === holder && isMemberKind[symbols.kind[row]!] === 1) found.push(symbolsOf[file]![row]!)
      }
      return found
    },
    parameterTypes(symbol) {
      const file = owner[symbol]!
      if (typed[file] !== true) indexParameters(file)
      return parameterRows.get(symbol) ?? none
    },
    passedPlaces(symbol) {
      const file = owner[symbol]!
      if (typed[file] !== true) indexParameters(file)
      return passed.get(symbol) ?? none
    },
    typeParameters(symbol) {
      const file = owner[symbol]!
      if (indexed[file] !== true) indexFile(file)
      return parameters.get(symbol) ?? none
    },
    isTypeParameter,
    extendTo(count) {
      while (files.length < count) {
        files.push(emptyFile)
        symbolsOf.push(new Int32Array(0))
        cellsOf.push([])
      }
    },
    replaceFile(file, version, numbers) {
      for (const symbol of symbolsOf[file]!) {
        parameters.delete(symbol)
        parameterRows.delete(symbol)
        passed.delete(symbol)
        next[symbol] = -1
        rows[symbol] = -1
      }
      for (const cell of cellsOf[file]!) memberHeads[cell] = 0
      cellsOf[file] = []
      namesOfFile[file] = undefined
      typed[file] = false
      indexed[file] = false
      files[file] = version
      checkTargets(files, file)
      symbolsOf[file] = numbers
      makeRoom(numbers.reduce((most, symbol) => Math.max(most, symbol + 1), total))
      place(file)
    },
  }
  return program

  function makeRoom(count: number): void {
    total = count
    if (count <= owner.length) return
    const room = Math.ceil(count * 1.25)
    program.owner = owner = copyTo(new Int32Array(room), owner)
    program.row = rows = copyTo(new Int32Array(room), rows)
    program.kind = kind = copyTo(new Uint8Array(room), kind)
    program.flags = flags = copyTo(new Uint16Array(room), flags)
    program.parent = parent = copyTo(new Int32Array(room), parent)
    program.promoted = copyTo(new Uint8Array(room), program.promoted)
    next = copyTo(new Int32Array(room), next)
  }
}

function copyTo<List extends Int32Array | Uint8Array | Uint16Array>(list: List, from: List): List {
  list.set(from)
  return list
}

function append(lists: Map<number, number[]>, key: number, item: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}

function checkTargets(files: readonly LinkFile[], file: number): void {
  const { path, facts, targets } = files[file]!
  if (targets.length !== facts.modules.count) {
    throw new LinkInputError(
      `${path} has ${facts.modules.count} module requests, but ${targets.length} targets were given for them`,
      { details: { path, requests: facts.modules.count, targets: targets.length } },
    )
  }
  for (const target of targets) {
    if (target.kind !== 'file') continue
    if (!Number.isInteger(target.file) || target.file < 0 || target.file >= files.length) {
      throw new LinkInputError(
        `A module request of ${path} leads to file ${target.file}, but there are ${files.length} files`,
        {
          details: { path, file: target.file, files: files.length },
        },
      )
    }
  }
}
