/**
 * What one source file says with no other file at hand.
 *
 * Facts are tables in struct-of-arrays form: row `i` of a table is element `i`
 * of each of its columns. Rows refer to each other by index, `-1` meaning
 * none; text is an index into {@link Facts.strings}. Offsets are half-open
 * UTF-16 code units.
 *
 * Invariant: facts are a pure function of the file's text, its language and
 * {@link EXTRACTOR_VERSION}; the path of the file is not in them.
 */
export interface Facts {
  readonly language: Language
  /** Offset of the first unit of each line; the first element is 0. */
  readonly lineStarts: Int32Array
  readonly strings: readonly string[]
  /** Signatures and documentation. */
  readonly texts: readonly string[]
  readonly symbols: SymbolTable
  readonly code: CodeTable
  readonly exprs: ExprTable
  /** Runs of expression indexes that `union` and `instance` rows point into: a length, then that many indexes. */
  readonly lists: Int32Array
  readonly occurrences: OccurrenceTable
  readonly parameters: ParameterTable
  readonly calls: CallTable
  readonly stores: StoreTable
  readonly expectations: ExpectationTable
  readonly modules: ModuleRequestTable
  readonly exports: ExportTable
  readonly diagnostics: readonly FactDiagnostic[]
}

/** Raised by one whenever the same text may give other facts; cached facts of another version are not used. */
export const EXTRACTOR_VERSION = 12

/** The languages facts can be extracted from, by the parser's dialect. */
export type Language = 'typescript' | 'tsx' | 'javascript' | 'jsx'

/**
 * The names of the codes in {@link SymbolTable.kind}: a code is an index here.
 *
 * `import` (a name bound by an import, an alias of what it imports) and `object`
 * (an object literal or object type, a holder of members) are never shown to users.
 */
export const symbolKinds = [
  'module',
  'function',
  'method',
  'constructor',
  'getter',
  'setter',
  'class',
  'interface',
  'type',
  'enum',
  'enum-member',
  'variable',
  'constant',
  'property',
  'parameter',
  'namespace',
  'import',
  'object',
] as const

/** One of {@link symbolKinds}. */
export type SymbolKind = (typeof symbolKinds)[number]

/** Bits of {@link SymbolTable.flags}. */
export const symbolFlag = {
  /**
   * Named by an export of its module, or a member of something that is. The module itself has it where the file is a module: one with
   * `import` or `export`, a CommonJS one, or one with `declare global`. What a file without it declares is global.
   */
  exported: 1,
  static: 2,
  optional: 4,
  readonly: 8,
  /** Has no name of its own (a function, class or object expression); users see its nearest named ancestor in its place. */
  hidden: 16,
  /** Seen only inside one function: a parameter, a local variable, a local type. Functions and classes are never local. */
  local: 32,
  async: 64,
  generator: 128,
  abstract: 256,
  /** Declared without an implementation (`declare`, an overload, an interface member). */
  ambient: 512,
  /** An accessor, method or field named with `#`. */
  private: 1024,
  /** A type parameter. */
  generic: 2048,
  /** A field, parameter or variable with a declared type, or a part of one. */
  typed: 4096,
  /** A property that is written `{ name }`: another name of the variable. */
  shorthand: 8192,
} as const

/**
 * Row 0 is the module itself, parent -1. A parent comes before its children; rows are ordered by first declaration.
 *
 * A computed key is a name in brackets (`[Symbol.iterator]`), a private one starts with `#`. A call
 * signature is the `returns` of its interface or object type, a construct signature a `constructor`
 * named `new`, and an index signature or mapped type a hidden property named `[]`.
 *
 * In JavaScript the first assignment to `this.a` or `F.prototype.a` declares a member `a` that the class does not, and the first
 * one to `F.a` a static member of a function.
 */
export interface SymbolTable {
  readonly count: number
  readonly name: Int32Array
  readonly kind: Int32Array
  readonly flags: Int32Array
  /** The symbol that holds this one, hidden ones included. */
  readonly parent: Int32Array
  /** The whole declaration, its leading documentation left out. */
  readonly start: Int32Array
  readonly end: Int32Array
  /** The identifier that names it; equal offsets where there is none. */
  readonly nameStart: Int32Array
  readonly nameEnd: Int32Array
  /**
   * The expression whose value the symbol has: its declared type where there is one (as an
   * `instance` expression), else its initialiser. For an `import`, what it is an alias of. For a
   * type alias and a type parameter, the aliased type and the constraint. For a class, the
   * expression it extends, an `instance` where it has type arguments; for an interface, a union of all it extends. For the `declare module 'x'` of a module, the module
   * that it adds to; for one that is declared so, what it exports as a whole (`export = y`).
   */
  readonly type: Int32Array
  /**
   * Where a type is declared, the expression of what the code puts in besides: the initialiser, what is assigned, what calls pass for a
   * parameter. Elsewhere -1: {@link SymbolTable.type} has all of it. For a type parameter, its default.
   */
  readonly flow: Int32Array
  /** For what can be called: the value a call gives, declared or joined from its returns. */
  readonly returns: Int32Array
  /** The declaration up to its body, white space folded, at most 300 units: an index into {@link Facts.texts}. */
  readonly signature: Int32Array
  /** The documentation comment's description, up to its first block tag: an index into {@link Facts.texts}. */
  readonly doc: Int32Array
  /**
   * Cyclomatic complexity: decisions + 1 (McCabe, "A Complexity Measure", 1976). 0 for what has no code.
   *
   * A decision is `if`, `?:`, a loop (`while (true)` is one, a `for` without a condition is none), a `case` with a test, `catch`, `&&`, `||`,
   * `??`, `&&=`, `||=`, `??=`, each `?.`, and each default of a parameter or in a pattern. So it is edges - nodes + 2 of a flow graph in
   * which each of these goes two ways, where a `try` with a `catch` has one edge to it for all that may throw, and where code that
   * nothing leads to counts as well.
   *
   * What has code: functions with a body, hidden ones too; classes that have a name and a field with a value or a static block; the module.
   * Each is counted alone. The code of a class is the values of its fields and its static blocks, that of a module is all that is in nothing else.
   * Namespaces, enums, hidden classes, decorators, computed keys and what a class extends are code of what they stand in; the defaults of
   * parameters are code of their function.
   */
  readonly complexity: Int32Array
  /**
   * BLAKE3 of the declaration's text, 32 bytes for each row; all zero where the
   * symbol is local, hidden or an import. Empty where the facts were unpacked without their texts.
   */
  readonly hash: Uint8Array
}

/**
 * What is counted of code: a row for each symbol whose {@link SymbolTable.complexity} is not 0, in their order.
 *
 * A function without a name is part of what it stands in, and has a row of its own besides. What has a name is counted alone.
 */
export interface CodeTable {
  readonly count: number
  readonly symbol: Int32Array
  /**
   * Cognitive complexity (G. A. Campbell, "Cognitive Complexity: A new way of measuring understandability", SonarSource, 2017).
   *
   * `if`, `?:`, `switch`, loops and `catch` are 1, and 1 more for each level they are nested in. `else` and `else if`, each sequence of like
   * `&&` or `||`, and each `break` and `continue` with a label are 1. A function that calls itself, by its name or as a member of what it is
   * a member of, is 1 more. What is short for something else is nothing: `??`, `?.`, defaults, `&&=`, `||=`, `??=`.
   *
   * A level is a branch or body of `if`, `else`, `?:`, `switch`, a loop or `catch`, and a function without a name.
   */
  readonly cognitive: Int32Array
  /**
   * How many operators (M. H. Halstead, "Elements of Software Science", 1977):
   *
   * - those of expressions and assignments, `?:`, `.`, `[]` of a member, `?.` beside these, `()` of a call or tagged template, `new`, `import`,
   *   `...`, `,` of a sequence, `await`, `yield`, `yield*`;
   * - `=` of a declaration, field, default or attribute, `[]` and `{}` of literals and patterns, `:` of a property, `` ` `` of a template,
   *   `<>` of an element, `{}` and `...` in one;
   * - `=>` or, for any other function, `function`; `async`, `*`, `get`, `set`, `static`, `class`, `extends`, `@`;
   * - each statement: `if`, `else`, `for`, `for in`, `for of`, `for await`, `while`, `do`, `switch`, `case`, `default`, `break`, `continue`,
   *   `return`, `throw`, `try`, `catch`, `finally`, `with`, `debugger`, a label, `const`, `let`, `var`, `using`, `import`, `export`, `enum`, `namespace`.
   *
   * Types and what is only declared are not counted, nor is what separates or groups: `,`, `;`, parentheses, blocks.
   */
  readonly operators: Int32Array
  /**
   * How many operands: names (of variables, members, labels, elements), literals, the texts of templates and elements, `this`, `super`.
   * What a function is called is its own operand where it stands behind `function`, else one of what is around.
   */
  readonly operands: Int32Array
  /** How many different operators: those above that are written alike are one. */
  readonly distinctOperators: Int32Array
  /** How many different operands, by how they are written. */
  readonly distinctOperands: Int32Array
}

/**
 * The names of the codes in {@link ExprTable.op}. An expression stands for a set of abstract values.
 *
 * | op | `a` | `b` | stands for |
 * |---|---|---|---|
 * | `unknown` | | | nothing is known |
 * | `symbol` | symbol | | what the symbol denotes: a class, function or namespace itself, or a variable's value |
 * | `free` | string | | a name no scope of the file binds |
 * | `module` | module request | | the namespace of the requested module |
 * | `member` | expr | string | the member of that name |
 * | `call` | expr | list of arguments or -1 | the result of a call |
 * | `construct` | expr | list of arguments or -1 | the result of `new` |
 * | `this` | symbol | 1: static side | the receiver inside a class or object literal |
 * | `super` | class symbol | 1: static side | the receiver, looked up from the base class on |
 * | `instance` | expr | list of type arguments or -1 | a value of the type the expression names |
 * | `await` | expr | | what the awaited value resolves to |
 * | `element` | expr | | what iterating or indexing by number gives |
 * | `union` | list | | any of these |
 * | `builtin` | string | | a value of a type of the language itself: `String`, `Number`, `RegExp`, … |
 * | `parameter` | symbol of a function | place, see {@link parameterPlace} | what calls of the function pass there |
 * | `applied` | expr | list of type arguments | a generic function with these type arguments |
 * | `literal` | string: its text | string: its type | a text, number or truth value that is written: a value of that type of the language |
 * | `alike` | expr | list of a `member` of it and, or not, a literal | those of its values whose member may be that; without one, those that have the member |
 * | `unlike` | expr | list of a `member` of it and a literal | those of its values whose member may be something else |
 * | `predicate` | expr | | what a function says of its first argument where it gives `true`: `value is T` |
 * | `narrowed` | expr | list of one | the first where anything is known of it, else the one in the list |
 * | `spread` | expr | | in a list of arguments: all that iterating the value gives, from there on |
 */
export const exprOps = [
  'unknown',
  'symbol',
  'free',
  'module',
  'member',
  'call',
  'construct',
  'this',
  'super',
  'instance',
  'await',
  'element',
  'union',
  'builtin',
  'parameter',
  'spread',
  'applied',
  'predicate',
  'narrowed',
  'literal',
  'alike',
  'unlike',
] as const

/** Places of `parameter` expressions that are no index of an argument. */
export const parameterPlace = {
  /** Added to the index of a rest parameter: this argument, and each one after it. */
  rest: 0x1_0000,
  /** What the function is called on: its `this`. */
  receiver: 0x2_0000,
  /** In {@link ParameterTable}: what the function says of its first argument where it gives `true`. */
  predicate: 0x4_0000,
} as const

/** One of {@link exprOps}. */
export type ExprOp = (typeof exprOps)[number]

/** Equal expressions are one row. Operands come before the rows that use them, except through a symbol. */
export interface ExprTable {
  readonly count: number
  readonly op: Int32Array
  readonly a: Int32Array
  readonly b: Int32Array
}

/**
 * The names of the codes in {@link OccurrenceTable.role}. The first six are what users see;
 * `construct` shows as `call`, `extends` and `implements` as `type`.
 */
export const occurrenceRoles = [
  'read',
  'write',
  'call',
  'import',
  'export',
  'type',
  'construct',
  'extends',
  'implements',
] as const

/** One of {@link occurrenceRoles}. */
export type OccurrenceRole = (typeof occurrenceRoles)[number]

/**
 * Each place that names something declared elsewhere (or again: further declarations of a merged symbol).
 * A declaration's own name is not an occurrence. Ordered by start.
 *
 * The text of a module specifier is an occurrence of the module. A key of a destructuring pattern is
 * one of the member it takes out, also where it is the name of a variable as well.
 */
export interface OccurrenceTable {
  readonly count: number
  readonly start: Int32Array
  readonly end: Int32Array
  readonly role: Int32Array
  /**
   * The symbol whose code this is: the nearest function, method, class, interface, type alias, enum or namespace around it, the
   * module-level variable or the field whose initialiser holds the function around it, or the module. A heritage clause is code
   * of its class or interface. Never hidden, never local: what a local type names is code of what is around the type.
   */
  readonly in: Int32Array
  /** What is named: a `symbol`, `free`, `member`, `module`, `this` or `super` expression. */
  readonly expr: Int32Array
}

/** The declared types of the parameters of functions and signatures, a row for each; of overloads, those of all. */
export interface ParameterTable {
  readonly count: number
  /** The function, method, constructor or signature; an interface or object type for its call signatures. */
  readonly of: Int32Array
  /** The place among the parameters, `this` left out; see {@link parameterPlace} for a rest parameter. */
  readonly place: Int32Array
  /** The expression of a value of the type. */
  readonly type: Int32Array
}

/**
 * Calls and `new`, those left out that say nothing besides the occurrence that names what is called: that have no arguments of which
 * something is known, and stand in a function that has a name.
 */
export interface CallTable {
  readonly count: number
  /** The `call` or `construct` expression. */
  readonly expr: Int32Array
  /** The occurrence that names what is called, -1 where no name does. */
  readonly occurrence: Int32Array
  /** What is called: the name, or the expression that has no name. */
  readonly start: Int32Array
  readonly end: Int32Array
  /** The symbol whose code it is, as in {@link OccurrenceTable.in}. */
  readonly in: Int32Array
  /** The hidden function that it stands in; -1 where the nearest function around it has a name. */
  readonly by: Int32Array
}

/** What is put into members and elements that the file does not declare there: `a.b = c`, `a[i] = c`, `Object.assign(a, c)`. */
export interface StoreTable {
  readonly count: number
  /** A `member` or `element` expression. The member `...` stands for all members: the value is one more base of the object. */
  readonly target: Int32Array
  readonly value: Int32Array
}

/**
 * Function and object literals, and calls with arguments, in places whose type is known: the initialisers of what has a declared type, what is returned from
 * functions that declare what they return, what is assigned, what `as` and `satisfies` are behind.
 */
export interface ExpectationTable {
  readonly count: number
  /** The expression that the literal is, or a union of several. */
  readonly value: Int32Array
  /** An expression with the type that is expected. */
  readonly type: Int32Array
}

/** The names of the codes in {@link ModuleRequestTable.kind}. */
export const moduleRequestKinds = ['import', 'require', 'dynamic', 'type'] as const

/** Module specifiers, in order of appearance, one row for each (specifier, kind). */
export interface ModuleRequestTable {
  readonly count: number
  readonly specifier: Int32Array
  readonly kind: Int32Array
}

/**
 * What other files can import. A name may have several rows, one for each meaning (value, type, namespace).
 * `export *` is a row with the name `*`; `export =` and `module.exports =` are rows with the name `export=`.
 */
export interface ExportTable {
  readonly count: number
  readonly name: Int32Array
  readonly expr: Int32Array
}

/** Something in the file the user should know about; a value, never thrown. */
export interface FactDiagnostic {
  /** `syntax-error`: the parser's first complaint and its place. The statement or member around it may be left out; the rest of the file was read. */
  readonly code: 'syntax-error'
  readonly message: string
  readonly start: number
  readonly end: number
}
