import type {
  BindingIdentifier,
  BindingPattern,
  Class,
  Directive,
  Expression,
  Function as FunctionNode,
  ImportDeclaration,
  ParamPattern,
  Statement,
  TSEnumDeclaration,
  TSGlobalDeclaration,
  TSInterfaceDeclaration,
  TSModuleDeclaration,
  VariableDeclaration,
} from 'oxc-parser'
import { kindCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { symbolFlag } from './facts.ts'
import { isOptional, nameEnd } from './names.ts'
import type { Named } from './names.ts'
import { SPACE, TYPE, VALUE } from './scopes.ts'
import { classIn, functionIn, requiredIn } from './shapes.ts'
import type { Walk } from './walk.ts'

type NamespaceNode = TSModuleDeclaration | TSGlobalDeclaration

/** An initialiser up to this long is part of a signature. */
const SHORT_INITIALISER = 60

/** Binds the names that the statements of one scope declare in it, `var` left out. */
export function declareStatements(w: Walk, body: readonly (Directive | Statement)[]): void {
  for (const node of body) declareStatement(w, node, node.start, false)
}

/** Binds the names that one statement declares in the current scope. */
export function declareStatement(w: Walk, node: Directive | Statement, start: number, exported: boolean): void {
  switch (node.type) {
    case 'VariableDeclaration':
      if (node.kind !== 'var') declareVariables(w, node, start, exported)
      break
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      if (node.id !== null) declareFunction(w, node, node.id, start, exported)
      break
    case 'ClassDeclaration':
      if (node.id !== null) declareClass(w, node, node.id, start, exported)
      break
    case 'TSTypeAliasDeclaration': {
      if (isTaken(w, node.id.name, TYPE)) break
      const flags = node.declare ? symbolFlag.ambient : 0
      const symbol = add(w, kindCode.type, node.id, flags, start, node.end, node.end)
      bind(w, node.id.name, TYPE, symbol, exported)
      break
    }
    case 'TSInterfaceDeclaration':
      declareInterface(w, node, start, exported)
      break
    case 'TSEnumDeclaration':
      declareEnum(w, node, start, exported)
      break
    case 'TSModuleDeclaration':
      declareNamespace(w, node, start, exported)
      break
    case 'TSImportEqualsDeclaration': {
      const symbol = add(w, kindCode.import, node.id, 0, start, node.end, NONE)
      bindAll(w, node.id.name, symbol, exported)
      break
    }
    case 'ImportDeclaration':
      declareImports(w, node)
      break
    case 'ExportNamedDeclaration':
      if (node.declaration !== null)
        declareStatement(w, node.declaration, exportStart(node.declaration, node.start), true)
      break
    case 'ExportDefaultDeclaration':
      if (isNamedDeclaration(node.declaration)) {
        declareStatement(w, node.declaration, exportStart(node.declaration, node.start), true)
      }
      break
    default:
      break
  }
}

function isNamedDeclaration(
  node: Expression | TSInterfaceDeclaration,
): node is FunctionNode | Class | TSInterfaceDeclaration {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'TSDeclareFunction' ||
    node.type === 'ClassDeclaration' ||
    node.type === 'TSInterfaceDeclaration'
  )
}

/** Decorators may stand before `export`. */
export function exportStart(
  declaration: { readonly type: string; readonly decorators?: unknown },
  start: number,
): number {
  if (declaration.type !== 'ClassDeclaration') return start
  const [decorator] = declaration.decorators as readonly { readonly start: number }[]
  return decorator === undefined ? start : Math.min(start, decorator.start)
}

/** Adds a symbol named by an identifier. */
function add(
  w: Walk,
  kind: number,
  id: Named,
  flags: number,
  start: number,
  end: number,
  signatureEnd: number,
): number {
  return w.symbol(kind, w.names.id(id.name), flags, start, end, id.start, nameEnd(id), signatureEnd)
}

function bind(w: Walk, name: string, meaning: number, symbol: number, exported: boolean): void {
  const id = w.names.id(name)
  w.scopes.bind(id, meaning, symbol)
  if (w.space !== NONE && (exported || w.ambient)) {
    const members = w.spaceMembers.get(w.space)
    if (members === undefined) w.spaceMembers.set(w.space, [id, meaning, symbol])
    else members.push(id, meaning, symbol)
  }
}

function bindAll(w: Walk, name: string, symbol: number, exported: boolean): void {
  bind(w, name, VALUE, symbol, exported)
  bind(w, name, TYPE, symbol, exported)
  bind(w, name, SPACE, symbol, exported)
}

function here(w: Walk, name: string, meaning: number): number {
  return w.scopes.findHere(w.names.id(name), meaning)
}

/** Whether the scope has a declaration of the name with which no other one is merged: the first of them is the one that counts. */
function isTaken(w: Walk, name: string, meaning: number): boolean {
  const existing = here(w, name, meaning)
  return existing >= 0 && w.symbols.kind[existing] !== kindCode.import
}

function declareVariables(w: Walk, node: VariableDeclaration, start: number, exported: boolean): void {
  const single = node.declarations.length === 1
  const flags = node.declare === true ? symbolFlag.ambient : 0
  for (const declarator of node.declarations) {
    const { id, init } = declarator
    if (id.type === 'Identifier') {
      const from = single ? start : declarator.start
      declareVariable(w, node.kind, id, init, flags, from, single ? node.end : declarator.end, exported)
    } else {
      const kind = requiredIn(init) !== null && w.isGlobal('require') ? kindCode.import : variableKind(node.kind)
      declarePattern(w, id, kind, flags, id.start, id.end, exported)
    }
  }
}

function variableKind(kind: VariableDeclaration['kind']): number {
  return kind === 'var' || kind === 'let' ? kindCode.variable : kindCode.constant
}

function declareVariable(
  w: Walk,
  keyword: VariableDeclaration['kind'],
  id: BindingIdentifier,
  init: Expression | null,
  flags: number,
  start: number,
  end: number,
  exported: boolean,
): void {
  if (keyword === 'var' ? isDeclared(w, id.name) : isTaken(w, id.name, VALUE)) return
  let kind = variableKind(keyword)
  let all = flags
  let signatureEnd = NONE
  const callable = functionIn(init)
  if (callable !== null) {
    kind = kindCode.function
    all |= (callable.async ? symbolFlag.async : 0) | (callable.generator ? symbolFlag.generator : 0)
    signatureEnd = callable.body === null ? callable.end : callable.body.start
  } else {
    const holder = classIn(init)
    if (holder !== null) {
      kind = kindCode.class
      signatureEnd = holder.body.start
    } else if (requiredIn(init) !== null && w.isGlobal('require')) {
      kind = kindCode.import
    } else {
      signatureEnd = valueSignatureEnd(w, id.end, init, end)
    }
  }
  const symbol = add(w, kind, id, all, start, end, signatureEnd)
  if (kind === kindCode.class || kind === kindCode.import) bindAllOfClass(w, id.name, symbol, kind, exported)
  else bind(w, id.name, VALUE, symbol, exported)
}

/** A class expression held by a variable is no type by that name; a module object may be. */
function bindAllOfClass(w: Walk, name: string, symbol: number, kind: number, exported: boolean): void {
  if (kind === kindCode.import) bindAll(w, name, symbol, exported)
  else bind(w, name, VALUE, symbol, exported)
}

/** Where the signature of a variable or a field ends: its type, or a short initialiser. */
export function valueSignatureEnd(w: Walk, typeEnd: number, init: Expression | null, end: number): number {
  if (init === null) return end
  if (init.end - init.start > SHORT_INITIALISER) return typeEnd
  const newline = w.text.indexOf('\n', init.start)
  return newline >= 0 && newline < init.end ? typeEnd : init.end
}

/** Whether `var name` here is the same variable as one the function has already. */
function isDeclared(w: Walk, name: string): boolean {
  const id = w.names.id(name)
  if (w.scopes.findHere(id, VALUE) >= 0) return true
  const outer = w.scopes.find(id, VALUE)
  return outer >= 0 && w.symbols.kind[outer] === kindCode.parameter && w.symbols.parent[outer] === w.container
}

/** Declares each name of a pattern; the element around a name is its declaration. */
export function declarePattern(
  w: Walk,
  node: BindingPattern | ParamPattern,
  kind: number,
  flags: number,
  start: number,
  end: number,
  exported: boolean,
): void {
  switch (node.type) {
    case 'Identifier': {
      if (node.name === 'this' && kind === kindCode.parameter) return
      if (kind === kindCode.variable ? isDeclared(w, node.name) : isTaken(w, node.name, VALUE)) return
      const all = flags | (isOptional(node) ? symbolFlag.optional : 0)
      const symbol = add(w, kind, node, all | (kind === kindCode.parameter ? symbolFlag.local : 0), start, end, end)
      if (kind === kindCode.import) bindAll(w, node.name, symbol, exported)
      else bind(w, node.name, VALUE, symbol, exported)
      return
    }
    case 'AssignmentPattern':
      declarePattern(w, node.left, kind, flags, start, end, exported)
      return
    case 'RestElement':
      declarePattern(w, node.argument, kind, flags, node.start, node.end, exported)
      return
    case 'ArrayPattern':
      for (const element of node.elements) {
        if (element !== null) declarePattern(w, element, kind, flags, element.start, element.end, exported)
      }
      return
    case 'ObjectPattern':
      for (const property of node.properties) {
        if (property.type === 'RestElement')
          declarePattern(w, property, kind, flags, property.start, property.end, exported)
        else declarePattern(w, property.value, kind, flags, property.start, property.end, exported)
      }
      return
    case 'TSParameterProperty':
      declarePattern(w, node.parameter, kind, flags, node.start, node.end, exported)
  }
}

function declareFunction(w: Walk, node: FunctionNode, id: BindingIdentifier, start: number, exported: boolean): void {
  const bare = node.body === null
  const flags =
    (bare || node.declare === true ? symbolFlag.ambient : 0) |
    (node.async ? symbolFlag.async : 0) |
    (node.generator ? symbolFlag.generator : 0)
  const signatureEnd = bare ? node.end : node.body!.start
  let existing = here(w, id.name, VALUE)
  if (existing < 0) {
    existing = here(w, id.name, SPACE)
    if (existing >= 0 && w.symbols.kind[existing] === kindCode.namespace) bind(w, id.name, VALUE, existing, exported)
  }
  if (existing >= 0) {
    const kind = w.symbols.kind[existing]
    if (kind === kindCode.function || kind === kindCode.namespace || kind === kindCode.variable) {
      const isNew = kind !== kindCode.function || (!bare && (w.symbols.flags[existing]! & symbolFlag.ambient) !== 0)
      if (isNew) {
        w.symbols.redeclare(existing, kindCode.function, flags, start, node.end, id.start, nameEnd(id), signatureEnd)
        w.symbols.flags[existing]! &= ~symbolFlag.local
      }
      return
    }
    if (kind !== kindCode.import) return
  }
  bind(w, id.name, VALUE, add(w, kindCode.function, id, flags, start, node.end, signatureEnd), exported)
}

function declareClass(w: Walk, node: Class, id: BindingIdentifier, start: number, exported: boolean): void {
  const flags = (node.declare === true ? symbolFlag.ambient : 0) | (node.abstract === true ? symbolFlag.abstract : 0)
  if (isTaken(w, id.name, VALUE) && w.symbols.kind[here(w, id.name, VALUE)] !== kindCode.namespace) return
  let existing = here(w, id.name, TYPE)
  if (existing < 0 || w.symbols.kind[existing] !== kindCode.interface) existing = here(w, id.name, SPACE)
  const kind = existing < 0 ? NONE : w.symbols.kind[existing]
  if (kind === kindCode.interface || kind === kindCode.namespace) {
    w.symbols.redeclare(existing, kindCode.class, flags, start, node.end, id.start, nameEnd(id), node.body.start)
    w.symbols.flags[existing]! &= ~symbolFlag.local
  } else {
    existing = add(w, kindCode.class, id, flags, start, node.end, node.body.start)
  }
  bind(w, id.name, VALUE, existing, exported)
  bind(w, id.name, TYPE, existing, exported)
}

function declareInterface(w: Walk, node: TSInterfaceDeclaration, start: number, exported: boolean): void {
  if (isTaken(w, node.id.name, TYPE)) return
  const flags = node.declare ? symbolFlag.ambient : 0
  bind(w, node.id.name, TYPE, add(w, kindCode.interface, node.id, flags, start, node.end, node.body.start), exported)
}

function declareEnum(w: Walk, node: TSEnumDeclaration, start: number, exported: boolean): void {
  const flags = node.declare ? symbolFlag.ambient : 0
  let existing = here(w, node.id.name, SPACE)
  const kind = existing < 0 ? NONE : w.symbols.kind[existing]
  if (kind === kindCode.enum) return
  if (kind !== kindCode.namespace && (isTaken(w, node.id.name, VALUE) || isTaken(w, node.id.name, TYPE))) return
  if (kind === kindCode.namespace) {
    const { id, end, body } = node
    w.symbols.redeclare(existing, kindCode.enum, flags, start, end, id.start, nameEnd(id), body.start)
  } else {
    existing = add(w, kindCode.enum, node.id, flags, start, node.end, node.body.start)
  }
  bindAll(w, node.id.name, existing, exported)
}

/** The identifiers of `namespace A.B.C`, outermost first; one alone for a plain name, none for a module named by a string. */
export function namespacePath(node: NamespaceNode): readonly Named[] {
  const path: Named[] = []
  let id = node.id
  while (id.type === 'TSQualifiedName') {
    path.unshift(id.right)
    id = id.left as typeof node.id
  }
  if (id.type === 'Identifier') path.unshift(id)
  return path
}

function declareNamespace(w: Walk, node: NamespaceNode, start: number, exported: boolean): void {
  const flags = node.declare ? symbolFlag.ambient : 0
  const signatureEnd = node.body === null ? node.end : node.body.start
  const [outer] = namespacePath(node)
  if (outer === undefined) {
    if (node.id.type !== 'Literal') return
    const name = w.names.id(node.id.value)
    const { start: from, end: to } = node.id
    const symbol = w.symbol(kindCode.namespace, name, flags, start, node.end, from + 1, to - 1, signatureEnd)
    w.unnamed.set(from, symbol)
    return
  }
  if (node.kind === 'global') {
    if (w.unnamed.has(outer.start)) return
    w.unnamed.set(outer.start, add(w, kindCode.namespace, outer, flags, start, node.end, signatureEnd))
    return
  }
  let existing = here(w, outer.name, SPACE)
  if (existing < 0) existing = here(w, outer.name, VALUE)
  const kind = existing < 0 ? NONE : w.symbols.kind[existing]!
  const merges =
    kind === kindCode.namespace || kind === kindCode.enum || kind === kindCode.function || kind === kindCode.class
  if (!merges) existing = add(w, kindCode.namespace, outer, flags, start, node.end, signatureEnd)
  bind(w, outer.name, SPACE, existing, exported)
  if (here(w, outer.name, VALUE) < 0 && hasValues(node)) bind(w, outer.name, VALUE, existing, exported)
}

/** Whether a namespace exists at run time: one of types alone does not. */
function hasValues(node: NamespaceNode): boolean {
  return (node.body?.body ?? []).some((statement) => {
    const inner =
      statement.type === 'ExportNamedDeclaration' && statement.declaration !== null ? statement.declaration : statement
    if (inner.type === 'TSModuleDeclaration') return hasValues(inner)
    return inner.type !== 'TSInterfaceDeclaration' && inner.type !== 'TSTypeAliasDeclaration'
  })
}

function declareImports(w: Walk, node: ImportDeclaration): void {
  for (const specifier of node.specifiers) {
    const { local, start, end } = specifier
    const symbol = add(w, kindCode.import, local, 0, start, end, NONE)
    w.imports.set(local.start, symbol)
    // A type that is imported may share its name with a value of the file.
    for (const meaning of [VALUE, TYPE, SPACE])
      if (!isTaken(w, local.name, meaning)) bind(w, local.name, meaning, symbol, false)
  }
}

/** Binds the names that `var` declares anywhere in the statements of a function, nested functions left out. */
export function hoistVariables(w: Walk, body: readonly (Directive | Statement)[]): void {
  if (!w.hasVar) return
  for (const node of body) hoistFrom(w, node, node.start, false)
}

function hoistFrom(w: Walk, node: Directive | Statement | null, start: number, exported: boolean): void {
  if (node === null) return
  switch (node.type) {
    case 'VariableDeclaration':
      if (node.kind === 'var') declareVariables(w, node, start, exported)
      break
    case 'ExportNamedDeclaration':
      hoistFrom(w, node.declaration, node.start, true)
      break
    case 'IfStatement':
      hoistFrom(w, node.consequent, node.consequent.start, false)
      hoistFrom(w, node.alternate, node.alternate?.start ?? 0, false)
      break
    case 'BlockStatement':
      for (const inner of node.body) hoistFrom(w, inner, inner.start, false)
      break
    case 'ForStatement':
      if (node.init?.type === 'VariableDeclaration') hoistFrom(w, node.init, node.init.start, false)
      hoistFrom(w, node.body, node.body.start, false)
      break
    case 'ForInStatement':
    case 'ForOfStatement':
      if (node.left.type === 'VariableDeclaration') hoistFrom(w, node.left, node.left.start, false)
      hoistFrom(w, node.body, node.body.start, false)
      break
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'LabeledStatement':
    case 'WithStatement':
      hoistFrom(w, node.body, node.body.start, false)
      break
    case 'SwitchStatement':
      for (const { consequent } of node.cases) for (const inner of consequent) hoistFrom(w, inner, inner.start, false)
      break
    case 'TryStatement':
      hoistFrom(w, node.block, node.block.start, false)
      hoistFrom(w, node.handler?.body ?? null, 0, false)
      hoistFrom(w, node.finalizer, 0, false)
      break
    default:
      break
  }
}
