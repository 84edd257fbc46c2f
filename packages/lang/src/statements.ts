import type {
  BlockStatement,
  Directive,
  Expression,
  ForInStatement,
  ForOfStatement,
  Statement,
  SwitchStatement,
  TSEnumDeclaration,
  TSInterfaceDeclaration,
  VariableDeclaration,
  VariableDeclarator,
} from 'oxc-parser'
import { heritageName, visitClass } from './classes.ts'
import { countDecision, countStructure } from './code-counts.ts'
import { kindCode, opCode, roleCode } from './codes.ts'
import { declarePattern, declareStatement, declareStatements, hoistVariables } from './declare.ts'
import { NONE } from './expr-rows.ts'
import { symbolFlag } from './facts.ts'
import { returned, visitFunction } from './functions.ts'
import { visitInitialiser } from './initialiser.ts'
import { textOf } from './keys.ts'
import { guardsIn, guardsOfCase, leaves } from './known-values.ts'
import { visitExport, visitImport } from './modules.ts'
import { redeclared } from './names.ts'
import { visitNamespace } from './namespaces.ts'
import { iterate } from './iteration.ts'
import { assign, noteAssigned, readBinding } from './patterns.ts'
import { TYPE, VALUE } from './scopes.ts'
import { functionIn, requiredIn, unwrapped } from './shapes.ts'
import { annotation, typeArguments, typeParameters, visitMembers, visitType } from './types.ts'
import type { Walk } from './walk.ts'

/** Reads the statements of one scope, their declarations first. */
export function visitBlock(w: Walk, body: readonly (Directive | Statement)[]): void {
  declareStatements(w, body)
  w.known.block(() => {
    for (const node of body) {
      visitStatement(w, node)
      if (node.type === 'IfStatement' && node.alternate === null && leaves(node.consequent)) {
        w.known.narrow(guardsIn(w, node.test, false))
      }
    }
  })
}

/** Reads the body of a function in a scope of its own. */
export function visitBody(w: Walk, body: BlockStatement): void {
  w.scopes.enter()
  hoistVariables(w, body.body)
  visitBlock(w, body.body)
  w.scopes.leave()
}

function inScope(w: Walk, body: readonly (Directive | Statement)[]): void {
  w.scopes.enter()
  visitBlock(w, body)
  w.scopes.leave()
}

/** Reads a statement that is the body of another one: a declaration there, of a function say, has a scope of its own. */
function visitInner(w: Walk, node: Statement): void {
  if (node.type === 'BlockStatement' || node.type === 'ExpressionStatement') visitStatement(w, node)
  else inScope(w, [node])
}

/** Reads what a structure is around. */
function visitNested(w: Walk, node: Statement): void {
  w.counts.nesting += 1
  visitInner(w, node)
  w.counts.nesting -= 1
}

/** Reads one statement whose scope has its declarations already. */
export function visitStatement(w: Walk, node: Directive | Statement): void {
  switch (node.type) {
    case 'ExpressionStatement':
      w.visit.expression(w, node.expression)
      break
    case 'VariableDeclaration':
      for (const declarator of node.declarations) visitVariable(w, declarator, NONE)
      break
    case 'ReturnStatement':
      if (node.argument !== null) {
        w.exposed = unwrapped(node.argument).type === 'ObjectExpression'
        returned(w, w.visit.expression(w, node.argument))
      }
      break
    case 'IfStatement':
      visitIf(w, node)
      break
    case 'BlockStatement':
      inScope(w, node.body)
      break
    case 'FunctionDeclaration':
    case 'TSDeclareFunction': {
      if (node.id === null) break
      const symbol = w.scopes.find(w.names.id(node.id.name), VALUE)
      redeclared(w, symbol, node.id)
      visitFunction(w, node, symbol, false)
      break
    }
    case 'ClassDeclaration': {
      if (node.id === null) break
      const symbol = w.scopes.find(w.names.id(node.id.name), VALUE)
      redeclared(w, symbol, node.id)
      visitClass(w, node, symbol)
      break
    }
    case 'ImportDeclaration':
      visitImport(w, node)
      break
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
    case 'ExportAllDeclaration':
    case 'TSExportAssignment':
    case 'TSImportEqualsDeclaration': {
      const declaration = visitExport(w, node)
      if (declaration !== null) visitStatement(w, declaration)
      break
    }
    case 'TSTypeAliasDeclaration': {
      const { container, owner } = w
      const symbol = w.scopes.find(w.names.id(node.id.name), TYPE)
      enterType(w, symbol)
      w.scopes.enter()
      typeParameters(w, node.typeParameters)
      w.symbols.type[symbol] = visitType(w, node.typeAnnotation)
      w.scopes.leave()
      w.container = container
      w.owner = owner
      break
    }
    case 'TSInterfaceDeclaration':
      visitInterface(w, node)
      break
    case 'TSEnumDeclaration':
      visitEnum(w, node)
      break
    case 'TSModuleDeclaration':
      visitNamespace(w, node)
      break
    case 'ForStatement':
      countStructure(w)
      if (node.test !== null) w.counts.decisions += 1
      w.scopes.enter()
      if (node.init?.type === 'VariableDeclaration') {
        declareStatement(w, node.init, node.init.start, false)
        visitStatement(w, node.init)
      } else if (node.init !== null) {
        w.visit.expression(w, node.init)
      }
      w.known.loop(node.test === null ? [] : guardsIn(w, node.test), () => {
        if (node.test !== null) w.visit.expression(w, node.test)
        if (node.update !== null) w.visit.expression(w, node.update)
        visitNested(w, node.body)
      })
      w.scopes.leave()
      break
    case 'ForOfStatement':
    case 'ForInStatement':
      visitForEach(w, node)
      break
    case 'WhileStatement':
      countDecision(w)
      w.known.loop(guardsIn(w, node.test), () => {
        w.visit.expression(w, node.test)
        visitNested(w, node.body)
      })
      break
    case 'DoWhileStatement':
      countDecision(w)
      w.known.loop([], () => {
        visitNested(w, node.body)
        w.visit.expression(w, node.test)
      })
      break
    case 'SwitchStatement':
      countStructure(w)
      w.visit.expression(w, node.discriminant)
      w.scopes.enter()
      for (const { consequent } of node.cases) declareStatements(w, consequent)
      w.counts.nesting += 1
      visitCases(w, node)
      w.counts.nesting -= 1
      w.scopes.leave()
      break
    case 'ThrowStatement':
      w.frame.throws.push(w.visit.expression(w, node.argument))
      break
    case 'TryStatement': {
      const outer = w.frame.throws
      w.frame.throws = []
      w.known.branch([], () => inScope(w, node.block.body))
      const thrown = w.exprs.union(w.frame.throws)
      w.frame.throws = outer
      if (node.handler !== null) {
        const { param, body } = node.handler
        countDecision(w)
        w.scopes.enter()
        if (param !== null) {
          declarePattern(
            w,
            param,
            kindCode.constant,
            w.inFunction ? symbolFlag.local : 0,
            param.start,
            param.end,
            false,
          )
          readBinding(w, param, thrown, roleCode.read)
        }
        w.counts.nesting += 1
        w.known.branch([], () => inScope(w, body.body))
        w.counts.nesting -= 1
        w.scopes.leave()
      }
      if (node.finalizer !== null) inScope(w, node.finalizer.body)
      break
    }
    case 'LabeledStatement':
      visitInner(w, node.body)
      break
    case 'BreakStatement':
    case 'ContinueStatement':
      if (node.label !== null) w.counts.cognitive += 1
      break
    case 'WithStatement':
      w.visit.expression(w, node.object)
      visitInner(w, node.body)
      break
    default:
      break
  }
}

function visitCases(w: Walk, { discriminant, cases }: SwitchStatement): void {
  let tests: (Expression | null)[] = []
  for (const { test, consequent } of cases) {
    if (test !== null) {
      w.counts.decisions += 1
      w.visit.expression(w, test)
    }
    tests.push(test)
    if (consequent.length === 0) continue
    w.known.branch(guardsOfCase(w, discriminant, tests), () => {
      for (const statement of consequent) visitStatement(w, statement)
    })
    tests = leaves(consequent.at(-1)!) ? [] : [null]
  }
}

/** Counts an `else` or `else if`, whose condition has been understood already: nesting adds nothing. */
function countElse({ counts }: Walk, node: Statement): void {
  counts.cognitive += 1
  if (node.type === 'IfStatement') counts.decisions += 1
}

function visitIf(w: Walk, outermost: Statement): void {
  let node: Statement | null = outermost
  w.known.branch([], () => {
    while (node !== null && node.type === 'IfStatement') {
      if (node === outermost) countDecision(w)
      else countElse(w, node)
      const { test, consequent } = node
      w.visit.expression(w, test)
      w.known.branch(guardsIn(w, test), () => visitNested(w, consequent))
      w.known.narrow(guardsIn(w, test, false))
      node = node.alternate
    }
    const last = node
    if (last === null) return
    countElse(w, last)
    w.known.branch([], () => visitNested(w, last))
  })
}

function visitVariable(w: Walk, node: VariableDeclarator, value: number): void {
  const { id, init } = node
  const { container } = w
  if (id.type !== 'Identifier') {
    const required = requiredIn(init) !== null && w.isGlobal('require')
    const whole = init === null ? value : w.visit.expression(w, init)
    readBinding(w, id, whole, required ? roleCode.import : roleCode.read)
    return
  }
  const symbol = w.scopes.find(w.names.id(id.name), VALUE)
  if (init !== null && w.symbols.kind[symbol] === kindCode.constant) {
    const text = textOf(w, unwrapped(init))
    if (text !== undefined) w.texts.set(symbol, text)
  }
  w.known.declare(symbol)
  const isFirst = w.symbols.nameStart[symbol] === id.start
  if (!isFirst) redeclared(w, symbol, id, init === null ? roleCode.type : roleCode.write)
  w.container = symbol
  const declared = annotation(w, id.typeAnnotation)
  w.container = container
  const own = init !== null && (isFirst || functionIn(init) === null)
  const initial = init === null ? value : own ? visitInitialiser(w, init, symbol, false) : w.visit.expression(w, init)
  if (
    initial >= 0 &&
    w.exprs.op[initial] === opCode.symbol &&
    w.symbols.kind[w.exprs.a[initial]!] === kindCode.object
  ) {
    w.objects.set(symbol, w.exprs.a[initial]!)
  }
  if (w.symbols.type[symbol]! < 0 && w.symbols.kind[symbol] !== kindCode.class) {
    w.symbols.type[symbol] = declared < 0 ? initial : declared
    if (declared >= 0) {
      w.symbols.flow[symbol] = initial
      w.symbols.flags[symbol]! |= symbolFlag.typed
      w.typed.add(symbol)
      w.expect(initial < 0 ? w.exprs.symbol(symbol) : initial, declared)
    }
  } else if (!isFirst) {
    w.store(w.exprs.symbol(symbol), initial)
  }
  if (w.symbols.kind[symbol] === kindCode.variable && init !== null) noteAssigned(w, id.name, initial)
}

function visitForEach(w: Walk, node: ForInStatement | ForOfStatement): void {
  countDecision(w)
  w.scopes.enter()
  const { left } = node
  if (left.type === 'VariableDeclaration') declareStatement(w, left, left.start, false)
  const whole = w.visit.expression(w, node.right)
  if (node.type === 'ForOfStatement') iterate(w, whole, node.right, node.await)
  const value =
    node.type === 'ForInStatement'
      ? w.builtin('String')
      : node.await
        ? w.exprs.awaited(w.exprs.element(whole))
        : w.exprs.element(whole)
  if (left.type === 'VariableDeclaration') visitLoopVariable(w, left, value)
  else assign(w, left, value)
  w.known.loop([], () => visitNested(w, node.body))
  w.scopes.leave()
}

function visitLoopVariable(w: Walk, node: VariableDeclaration, value: number): void {
  for (const declarator of node.declarations) {
    if (declarator.id.type === 'Identifier') visitVariable(w, declarator, value)
    else readBinding(w, declarator.id, value, roleCode.read)
  }
}

/** What is declared and named from here on is in a type, its code too where it is not local. */
function enterType(w: Walk, symbol: number): void {
  w.container = symbol
  if ((w.symbols.flags[symbol]! & symbolFlag.local) === 0) w.owner = symbol
}

function visitInterface(w: Walk, node: TSInterfaceDeclaration): void {
  const symbol = w.scopes.find(w.names.id(node.id.name), TYPE)
  const { container, owner, self, symbols } = w
  redeclared(w, symbol, node.id)
  enterType(w, symbol)
  w.self = w.exprs.self(symbol, false)
  w.scopes.enter()
  typeParameters(w, node.typeParameters)
  const bases: number[] = []
  for (const { expression, typeArguments: args } of node.extends) {
    const name = heritageName(w, expression, roleCode.extends)
    bases.push(w.exprs.instance(name, typeArguments(w, args)))
  }
  symbols.type[symbol] = w.exprs.union([symbols.type[symbol]!, ...bases])
  visitMembers(w, node.body.body, symbol)
  w.scopes.leave()
  w.container = container
  w.owner = owner
  w.self = self
}

function visitEnum(w: Walk, node: TSEnumDeclaration): void {
  const symbol = w.scopes.find(w.names.id(node.id.name), VALUE)
  const { container, owner } = w
  redeclared(w, symbol, node.id)
  enterType(w, symbol)
  w.scopes.enter()
  const ambient = node.declare ? symbolFlag.ambient : 0
  const known = w.spaceMembers.get(symbol) ?? []
  for (let at = 0; at < known.length; at += 3) w.scopes.bind(known[at]!, known[at + 1]!, known[at + 2]!)
  const members = node.body.members.map((member) => {
    const { id, start, end } = member
    const text =
      id.type === 'Identifier' ? id.name : id.type === 'Literal' ? id.value : w.text.slice(id.start + 1, id.end - 1)
    const quote = id.type === 'Identifier' ? 0 : 1
    const name = w.names.id(text)
    const from = id.start + quote
    const row = w.symbol(kindCode['enum-member'], name, ambient, start, end, from, from + text.length, end)
    w.scopes.bind(name, VALUE, row)
    known.push(name, VALUE, row)
    return row
  })
  w.spaceMembers.set(symbol, known)
  for (const [index, { initializer }] of node.body.members.entries()) {
    if (initializer !== null) w.symbols.type[members[index]!] = w.visit.expression(w, initializer)
  }
  w.scopes.leave()
  w.container = container
  w.owner = owner
}
