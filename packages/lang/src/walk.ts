import type { BlockStatement, Class, Directive, Expression, ParamPattern, Statement, TSType } from 'oxc-parser'
import { createCounts } from './code-counts.ts'
import type { CodeCounts } from './code-counts.ts'
import { kindCode, opCode, roleCode } from './codes.ts'
import { ExprRows, NONE } from './expr-rows.ts'
import { symbolFlag } from './facts.ts'
import type { Halstead } from './halstead.ts'
import { KnownValues } from './known-values.ts'
import type { Language } from './facts.ts'
import { Scopes, VALUE } from './scopes.ts'
import { Strings } from './strings.ts'
import { SymbolRows } from './symbol-rows.ts'

/** What is gathered about the function whose body is being read. */
export interface Frame {
  readonly returns: number[]
  /** The type that what is returned is declared to have, -1 for none. */
  readonly expected: number
  readonly yields: number[]
  /** What is thrown in the `try` block that is read. */
  throws: number[]
}

/** What `infer` binds in the `extends` clause of one conditional type. */
export interface InferredTypes {
  /** The parent of what is bound. */
  readonly container: number
  readonly symbols: number[]
}

/** The mutually recursive parts of the walk; each file knows the others through these alone. */
export interface Visitors {
  /** Reads an expression; the result is the row of its value, or -1. */
  expression(w: Walk, node: Expression): number
  /** Reads an expression that a role is about: what is called, written, extended. */
  reference(w: Walk, node: Expression, role: number): number
  /** Reads a type; the result is the row of a value of it, or -1. */
  type(w: Walk, node: TSType): number
  /** Reads a class whose symbol exists already. */
  class(w: Walk, node: Class, symbol: number): void
  /** Reads one statement whose scope has its declarations already. */
  statement(w: Walk, node: Directive | Statement): void
  /** Reads the statements of one scope, their declarations first. */
  block(w: Walk, body: readonly (Directive | Statement)[]): void
  /** Declares and reads parameters in the current scope, of the function or signature `fn`. */
  parameters(w: Walk, params: readonly ParamPattern[], fn: number, hasBody: boolean): void
  /** Reads the body of a function in a scope of its own. */
  body(w: Walk, body: BlockStatement): void
}

const localKinds = new Set([
  kindCode.parameter,
  kindCode.variable,
  kindCode.constant,
  kindCode.type,
  kindCode.interface,
  kindCode.enum,
  kindCode['enum-member'],
  kindCode.import,
])

/** The tables being filled and the place in the file: everything the parts of the walk share. */
export class Walk {
  readonly text: string
  readonly visit: Visitors
  readonly names: Strings = new Strings()
  readonly exprs: ExprRows = new ExprRows()
  readonly scopes: Scopes = new Scopes()
  readonly symbols: SymbolRows = new SymbolRows()
  readonly occurrences: { start: number[]; end: number[]; role: number[]; in: number[]; expr: number[] } = {
    start: [],
    end: [],
    role: [],
    in: [],
    expr: [],
  }
  readonly calls: { expr: number[]; occurrence: number[]; start: number[]; end: number[]; in: number[]; by: number[] } =
    {
      expr: [],
      occurrence: [],
      start: [],
      end: [],
      in: [],
      by: [],
    }
  readonly parameters: { of: number[]; place: number[]; type: number[] } = { of: [], place: [], type: [] }
  readonly stores: { target: number[]; value: number[] } = { target: [], value: [] }
  readonly expectations: { value: number[]; type: number[] } = { value: [], type: [] }
  readonly known: KnownValues = new KnownValues()
  /** The object literals that variables are initialised with. */
  readonly objects: Map<number, number> = new Map()
  /** What is assigned to variables and parameters: symbol and value, two numbers each. */
  readonly assignments: number[] = []
  /** Symbols with a declared type. */
  readonly typed: Set<number> = new Set()
  /** The texts that constants hold. */
  readonly texts: Map<number, string> = new Map()
  readonly requests: { specifier: number[]; kind: number[] } = { specifier: [], kind: [] }
  readonly exports: { name: number[]; expr: number[] } = { name: [], expr: [] }
  /** What each namespace exports: name, meaning and symbol, three numbers each. */
  readonly spaceMembers: Map<number, number[]> = new Map()
  /** Methods and constructors by holder, name and static side, so that overloads find each other. */
  readonly methods: Map<number, number> = new Map()
  /** The symbols of imports, by where their local name starts. */
  readonly imports: Map<number, number> = new Map()
  /** The symbols of namespaces that no name finds (`declare global`, `declare module 'x'`), by where their name starts. */
  readonly unnamed: Map<number, number> = new Map()
  /** Members of JavaScript classes and constructor functions by place: the symbol of one that assignments declare, -1 for one that the class declares. */
  readonly assigned: Map<number, number> = new Map()
  /** The symbols whose code syntax nodes are: functions, and of classes the values of fields and static blocks. */
  readonly codes: Map<object, number> = new Map()
  /** What {@link countHalstead} counted, by symbol. */
  halstead: ReadonlyMap<number, Halstead> = new Map()
  /** Whether members may be declared by assignments to them. */
  readonly javascript: boolean
  /** Whether the text has `import` or `export`. */
  readonly isModule: boolean
  readonly commonJs: boolean
  /** Whether there may be a `var` anywhere. */
  readonly hasVar: boolean

  /** The parent of new symbols. */
  container = 0
  /** The symbol whose code this is. */
  owner = 0
  /** The symbol whose code the innermost class stands in. */
  around = 0
  /** The symbol whose code the body of a hidden function here is. */
  holder = 0
  inFunction = false
  /** The function whose `arguments` these are, -1 outside. */
  callee: number = NONE
  /** The hidden function that is read, -1 where the nearest function around has a name. */
  by: number = NONE
  /** Whether what is declared here has no implementation. */
  ambient = false
  /** The namespace whose exported names are being declared, -1 elsewhere. */
  space: number = NONE
  /** The value of `this`. */
  self: number = NONE
  /** The value of `super`. */
  base: number = NONE
  /** Whether the object literal about to be read is given back by a function. */
  exposed = false
  inferred: InferredTypes = { container: 0, symbols: [] }
  frame: Frame = { returns: [], expected: NONE, yields: [], throws: [] }
  counts: CodeCounts = createCounts(0, NONE)

  constructor(text: string, visit: Visitors, language: Language, isModule: boolean) {
    this.text = text
    this.visit = visit
    this.javascript = language === 'javascript' || language === 'jsx'
    this.isModule = isModule
    this.hasVar = text.includes('var') && /\bvar\b/.test(text)
    this.commonJs = !isModule && text.includes('exports')
    this.symbols.add(kindCode.module, this.names.id(''), 0, NONE, 0, text.length, 0, 0, NONE)
  }

  /** Adds a symbol to the current container. */
  symbol(
    kind: number,
    name: number,
    flags: number,
    start: number,
    end: number,
    nameStart: number,
    nameEnd: number,
    signatureEnd: number,
  ): number {
    const all =
      flags | (this.inFunction && localKinds.has(kind) ? symbolFlag.local : 0) | (this.ambient ? symbolFlag.ambient : 0)
    return this.symbols.add(kind, name, all, this.container, start, end, nameStart, nameEnd, signatureEnd)
  }

  /** Adds a symbol that has no name of its own. */
  hidden(kind: number, flags: number, start: number, end: number): number {
    return this.symbols.add(
      kind,
      this.names.id(''),
      flags | symbolFlag.hidden,
      this.container,
      start,
      end,
      start,
      start,
      NONE,
    )
  }

  occurrence(start: number, end: number, role: number, expr: number): void {
    const rows = this.occurrences
    rows.start.push(start)
    rows.end.push(end)
    rows.role.push(role)
    rows.in.push(this.owner)
    rows.expr.push(expr)
  }

  /** Notes the declared type of a parameter. */
  parameterType(of: number, place: number, type: number): void {
    if (type < 0) return
    this.parameters.of.push(of)
    this.parameters.place.push(place)
    this.parameters.type.push(type)
  }

  /**
   * Notes a call.
   *
   * @param named how many occurrences there were when the callee had been read: the last of them may be its name.
   */
  call(expr: number, callee: number, named: number, node: { readonly start: number; readonly end: number }): void {
    const { occurrences, calls, exprs } = this
    const at = named - 1
    const role = occurrences.role[at]
    const isNamed =
      at >= 0 &&
      (occurrences.expr[at] === callee || occurrences.end[at] === node.end) &&
      (role === roleCode.call || role === roleCode.construct)
    if (isNamed && exprs.b[expr] === NONE && this.by === NONE && occurrences.expr[at] === callee) return
    calls.expr.push(expr)
    calls.occurrence.push(isNamed ? at : NONE)
    calls.start.push(isNamed ? occurrences.start[at]! : node.start)
    calls.end.push(isNamed ? occurrences.end[at]! : node.end)
    calls.in.push(this.owner)
    calls.by.push(this.by)
  }

  /** Notes that a value is in a place of a type, where it is a function or object that is written there, or a call that may be passed some. */
  expect(value: number, type: number): void {
    if (value < 0 || type < 0 || !this.#isLiteral(value)) return
    this.expectations.value.push(value)
    this.expectations.type.push(type)
  }

  #isLiteral(value: number): boolean {
    const { exprs, symbols } = this
    if (exprs.op[value] === opCode.union) {
      const list = exprs.a[value]!
      for (let at = 1; at <= exprs.lists[list]!; at += 1) if (this.#isLiteral(exprs.lists[list + at]!)) return true
      return false
    }
    if (exprs.op[value] === opCode.call) return exprs.b[value]! >= 0
    if (exprs.op[value] !== opCode.symbol) return false
    const kind = symbols.kind[exprs.a[value]!]
    return kind === kindCode.object || kind === kindCode.function || kind === kindCode.method
  }

  /** Notes that `value` is put into what `target`, a name or a member, stands for. */
  store(target: number, value: number): void {
    const { exprs } = this
    if (target < 0 || value < 0) return
    this.expect(value, target)
    const op = exprs.op[target]
    if (op === opCode.symbol) this.assignments.push(exprs.a[target]!, value)
    else if (!exprs.isKnown(value)) return
    else if (op === opCode.member || op === opCode.element) {
      this.stores.target.push(target)
      this.stores.value.push(value)
    }
  }

  /** The row of the request for `specifier`. */
  request(specifier: string, kind: number): number {
    const name = this.names.id(specifier)
    const rows = this.requests
    for (let row = 0; row < rows.kind.length; row += 1) {
      if (rows.specifier[row] === name && rows.kind[row] === kind) return row
    }
    rows.specifier.push(name)
    rows.kind.push(kind)
    return rows.kind.length - 1
  }

  export(name: string, expr: number): void {
    const id = this.names.id(name)
    const rows = this.exports
    for (let row = 0; row < rows.name.length; row += 1) {
      if (rows.name[row] === id && rows.expr[row] === expr) return
    }
    rows.name.push(id)
    rows.expr.push(expr)
  }

  /** Whether `name` is bound by no scope of the file: the language's or the host's own. */
  isGlobal(name: string): boolean {
    return this.scopes.find(this.names.id(name), VALUE) < 0
  }

  builtin(name: string): number {
    return this.exprs.builtin(this.names.id(name))
  }

  /** A value of a generic type of the language itself. */
  library(name: string, args: readonly number[] | null): number {
    return this.exprs.instance(this.exprs.free(this.names.id(name)), args)
  }
}
