import type { Node } from 'oxc-parser'

/** Takes what a syntax node is and has in it. */
export interface SyntaxTally {
  operator(operator: string): void
  operand(operand: string): void
  /** Counts a node inside, next. */
  part(node: Node | null | undefined): void
  parts(nodes: readonly (Node | null)[]): void
  /** From here on, the node is counted of the symbol whose code this one is, if any. */
  enter(code: Node | null): void
}

/** A node of a type. */
type NodeOf<T extends string, N = Node> = N extends { readonly type: string }
  ? T extends N['type']
    ? N
    : never
  : never

type Counters = { readonly [T in Node['type']]?: (node: NodeOf<T>, tally: SyntaxTally) => void }

/**
 * Counts a syntax node, for `CodeTable.operators` and `CodeTable.operands`. What is about types alone is not here, nor are the
 * closing tags of elements, which say a name again.
 */
export const countNode: ReadonlyMap<string, (node: never, tally: SyntaxTally) => void> = new Map(
  Object.entries({
    Program: ({ body }, tally) => tally.parts(body),

    Identifier: ({ name, decorators }, tally) => {
      tally.operand(name)
      if (decorators !== undefined && decorators.length > 0) tally.parts(decorators)
    },
    PrivateIdentifier: ({ name }, tally) => tally.operand(`#${name}`),
    Literal: ({ raw, value }, tally) => tally.operand(raw ?? String(value)),
    ThisExpression: (_, tally) => tally.operand('this'),
    Super: (_, tally) => tally.operand('super'),
    TemplateElement: ({ value }, tally) => {
      if (value.raw !== '') tally.operand(`\`${value.raw}`)
    },

    MemberExpression: ({ object, property, computed, optional }, tally) => {
      tally.operator(computed ? '[]' : '.')
      if (optional) tally.operator('?.')
      tally.part(object)
      tally.part(property)
    },
    CallExpression: (node, tally) => {
      tally.operator('()')
      if (node.optional) tally.operator('?.')
      tally.part(node.callee)
      tally.parts(node.arguments)
    },
    NewExpression: (node, tally) => {
      tally.operator('new')
      tally.part(node.callee)
      tally.parts(node.arguments)
    },
    ChainExpression: ({ expression }, tally) => tally.part(expression),
    ImportExpression: ({ source, options }, tally) => {
      tally.operator('import')
      tally.part(source)
      tally.part(options)
    },
    MetaProperty: ({ meta, property }, tally) => {
      tally.operator('.')
      tally.part(meta)
      tally.part(property)
    },
    BinaryExpression: countBinary,
    LogicalExpression: countBinary,
    AssignmentExpression: countBinary,
    UnaryExpression: countUnary,
    UpdateExpression: countUnary,
    ConditionalExpression: ({ test, consequent, alternate }, tally) => {
      tally.operator('?:')
      tally.part(test)
      tally.part(consequent)
      tally.part(alternate)
    },
    SequenceExpression: ({ expressions }, tally) => {
      tally.operator(',')
      tally.parts(expressions)
    },
    AwaitExpression: ({ argument }, tally) => {
      tally.operator('await')
      tally.part(argument)
    },
    YieldExpression: ({ delegate, argument }, tally) => {
      tally.operator(delegate ? 'yield*' : 'yield')
      tally.part(argument)
    },
    ParenthesizedExpression: ({ expression }, tally) => tally.part(expression),
    V8IntrinsicExpression: (node, tally) => {
      tally.operator('()')
      tally.part(node.name)
      tally.parts(node.arguments)
    },

    ArrayExpression: ({ elements }, tally) => {
      tally.operator('[]')
      tally.parts(elements)
    },
    ObjectExpression: ({ properties }, tally) => {
      tally.operator('{}')
      tally.parts(properties)
    },
    Property: (node, tally) => {
      const { key, value, kind, method, shorthand } = node
      if (kind !== 'init') tally.operator(kind)
      else if (!method && !shorthand) tally.operator(':')
      // The name of `{ a }` is written once.
      if (!shorthand) tally.part(key)
      tally.part(value)
    },
    SpreadElement: ({ argument }, tally) => {
      tally.operator('...')
      tally.part(argument)
    },
    TemplateLiteral: ({ quasis, expressions }, tally) => {
      tally.operator('`')
      tally.parts(quasis)
      tally.parts(expressions)
    },
    TaggedTemplateExpression: ({ tag, quasi }, tally) => {
      tally.operator('()')
      tally.part(tag)
      tally.part(quasi)
    },

    ArrayPattern: ({ elements }, tally) => {
      tally.operator('[]')
      tally.parts(elements)
    },
    ObjectPattern: ({ properties }, tally) => {
      tally.operator('{}')
      tally.parts(properties)
    },
    AssignmentPattern: ({ left, right }, tally) => {
      tally.operator('=')
      tally.part(left)
      tally.part(right)
    },
    RestElement: ({ argument }, tally) => {
      tally.operator('...')
      tally.part(argument)
    },
    TSParameterProperty: ({ decorators, parameter }, tally) => {
      tally.parts(decorators)
      tally.part(parameter)
    },

    ArrowFunctionExpression: (node, tally) => {
      tally.enter(node)
      tally.operator('=>')
      if (node.async) tally.operator('async')
      tally.parts(node.params)
      tally.part(node.body)
    },
    FunctionExpression: countFunction,
    FunctionDeclaration: countFunction,
    ClassExpression: countClass,
    ClassDeclaration: countClass,
    ClassBody: ({ body }, tally) => tally.parts(body),
    MethodDefinition: (node, tally) => {
      const { decorators, key, value, kind } = node
      if (value.body === null) return
      if (node.static) tally.operator('static')
      if (kind === 'get' || kind === 'set') tally.operator(kind)
      tally.parts(decorators)
      tally.part(key)
      tally.part(value)
    },
    PropertyDefinition: countField,
    AccessorProperty: countField,
    StaticBlock: (node, tally) => {
      tally.enter(node)
      tally.operator('static')
      tally.parts(node.body)
    },
    Decorator: ({ expression }, tally) => {
      tally.operator('@')
      tally.part(expression)
    },

    BlockStatement: ({ body }, tally) => tally.parts(body),
    ExpressionStatement: ({ expression }, tally) => tally.part(expression),
    VariableDeclaration: (node, tally) => {
      if (node.declare === true) return
      tally.operator(node.kind)
      tally.parts(node.declarations)
    },
    VariableDeclarator: ({ id, init }, tally) => {
      tally.part(id)
      if (init === null) return
      tally.operator('=')
      tally.part(init)
    },
    IfStatement: ({ test, consequent, alternate }, tally) => {
      tally.operator('if')
      if (alternate !== null) tally.operator('else')
      tally.part(test)
      tally.part(consequent)
      tally.part(alternate)
    },
    ForStatement: ({ init, test, update, body }, tally) => {
      tally.operator('for')
      tally.part(init)
      tally.part(test)
      tally.part(update)
      tally.part(body)
    },
    ForInStatement: ({ left, right, body }, tally) => {
      tally.operator('for in')
      tally.part(left)
      tally.part(right)
      tally.part(body)
    },
    ForOfStatement: (node, tally) => {
      tally.operator(node.await ? 'for await' : 'for of')
      tally.part(node.left)
      tally.part(node.right)
      tally.part(node.body)
    },
    WhileStatement: ({ test, body }, tally) => {
      tally.operator('while')
      tally.part(test)
      tally.part(body)
    },
    DoWhileStatement: ({ test, body }, tally) => {
      tally.operator('do')
      tally.part(test)
      tally.part(body)
    },
    SwitchStatement: ({ discriminant, cases }, tally) => {
      tally.operator('switch')
      tally.part(discriminant)
      tally.parts(cases)
    },
    SwitchCase: ({ test, consequent }, tally) => {
      tally.operator(test === null ? 'default' : 'case')
      tally.part(test)
      tally.parts(consequent)
    },
    BreakStatement: ({ label }, tally) => {
      tally.operator('break')
      tally.part(label)
    },
    ContinueStatement: ({ label }, tally) => {
      tally.operator('continue')
      tally.part(label)
    },
    ReturnStatement: ({ argument }, tally) => {
      tally.operator('return')
      tally.part(argument)
    },
    ThrowStatement: ({ argument }, tally) => {
      tally.operator('throw')
      tally.part(argument)
    },
    TryStatement: ({ block, handler, finalizer }, tally) => {
      tally.operator('try')
      if (finalizer !== null) tally.operator('finally')
      tally.part(block)
      tally.part(handler)
      tally.part(finalizer)
    },
    CatchClause: ({ param, body }, tally) => {
      tally.operator('catch')
      tally.part(param)
      tally.part(body)
    },
    LabeledStatement: ({ label, body }, tally) => {
      tally.operator('label')
      tally.part(label)
      tally.part(body)
    },
    WithStatement: ({ object, body }, tally) => {
      tally.operator('with')
      tally.part(object)
      tally.part(body)
    },
    DebuggerStatement: (_, tally) => tally.operator('debugger'),

    ImportDeclaration: ({ importKind, specifiers, source }, tally) => {
      if (importKind === 'type') return
      tally.operator('import')
      tally.parts(specifiers)
      tally.part(source)
    },
    ImportSpecifier: ({ importKind, imported, local }, tally) => {
      if (importKind === 'type') return
      if (imported.start !== local.start) tally.part(imported)
      tally.part(local)
    },
    ImportDefaultSpecifier: ({ local }, tally) => tally.part(local),
    ImportNamespaceSpecifier: ({ local }, tally) => tally.part(local),
    ExportNamedDeclaration: ({ exportKind, declaration, specifiers, source }, tally) => {
      if (exportKind === 'type') return
      tally.operator('export')
      tally.part(declaration)
      tally.parts(specifiers)
      tally.part(source)
    },
    ExportSpecifier: ({ exportKind, local, exported }, tally) => {
      if (exportKind === 'type') return
      tally.part(local)
      if (exported.start !== local.start) tally.part(exported)
    },
    ExportDefaultDeclaration: ({ declaration }, tally) => {
      tally.operator('export')
      tally.part(declaration)
    },
    ExportAllDeclaration: ({ exportKind, exported, source }, tally) => {
      if (exportKind === 'type') return
      tally.operator('export')
      tally.part(exported)
      tally.part(source)
    },

    JSXElement: ({ openingElement, children }, tally) => {
      tally.operator('<>')
      tally.part(openingElement)
      tally.parts(children)
    },
    JSXFragment: ({ children }, tally) => {
      tally.operator('<>')
      tally.parts(children)
    },
    JSXOpeningElement: ({ name, attributes }, tally) => {
      tally.part(name)
      tally.parts(attributes)
    },
    JSXIdentifier: ({ name }, tally) => tally.operand(name),
    JSXMemberExpression: ({ object, property }, tally) => {
      tally.operator('.')
      tally.part(object)
      tally.part(property)
    },
    JSXNamespacedName: ({ namespace, name }, tally) => {
      tally.operator(':')
      tally.part(namespace)
      tally.part(name)
    },
    JSXAttribute: ({ name, value }, tally) => {
      tally.part(name)
      if (value === null) return
      tally.operator('=')
      tally.part(value)
    },
    JSXSpreadAttribute: ({ argument }, tally) => {
      tally.operator('...')
      tally.part(argument)
    },
    JSXSpreadChild: ({ expression }, tally) => {
      tally.operator('...')
      tally.part(expression)
    },
    JSXExpressionContainer: ({ expression }, tally) => {
      tally.operator('{}')
      tally.part(expression)
    },
    JSXText: ({ value }, tally) => {
      if (value.trim() !== '') tally.operand(`>${value}`)
    },

    TSAsExpression: countInner,
    TSSatisfiesExpression: countInner,
    TSTypeAssertion: countInner,
    TSNonNullExpression: countInner,
    TSInstantiationExpression: countInner,
    TSEnumDeclaration: ({ declare, id, body }, tally) => {
      if (declare) return
      tally.operator('enum')
      tally.part(id)
      tally.parts(body.members)
    },
    TSEnumMember: ({ id, initializer }, tally) => {
      tally.part(id)
      if (initializer === null) return
      tally.operator('=')
      tally.part(initializer)
    },
    TSModuleDeclaration: ({ declare, id, body }, tally) => {
      if (declare || body === null) return
      tally.operator('namespace')
      tally.part(id)
      tally.parts(body.body)
    },
    TSExportAssignment: ({ expression }, tally) => {
      tally.operator('export')
      tally.part(expression)
    },
    TSImportEqualsDeclaration: ({ importKind, id, moduleReference }, tally) => {
      if (importKind === 'type') return
      tally.operator('import')
      tally.part(id)
      tally.part(moduleReference)
    },
    TSExternalModuleReference: ({ expression }, tally) => tally.part(expression),
    TSQualifiedName: ({ left, right }, tally) => {
      tally.operator('.')
      tally.part(left)
      tally.part(right)
    },
  } satisfies Counters),
)

function countBinary(
  { operator, left, right }: NodeOf<'BinaryExpression' | 'LogicalExpression' | 'AssignmentExpression'>,
  tally: SyntaxTally,
): void {
  tally.operator(operator)
  tally.part(left)
  tally.part(right)
}

function countUnary({ operator, argument }: NodeOf<'UnaryExpression' | 'UpdateExpression'>, tally: SyntaxTally): void {
  tally.operator(operator)
  tally.part(argument)
}

function countFunction(node: NodeOf<'FunctionExpression'>, tally: SyntaxTally): void {
  tally.enter(node)
  tally.operator('function')
  if (node.async) tally.operator('async')
  if (node.generator) tally.operator('*')
  tally.part(node.id)
  tally.parts(node.params)
  tally.part(node.body)
}

function countClass(node: NodeOf<'ClassExpression'>, tally: SyntaxTally): void {
  if (node.declare === true) return
  tally.operator('class')
  if (node.superClass !== null) tally.operator('extends')
  tally.parts(node.decorators)
  tally.part(node.id)
  tally.part(node.superClass)
  tally.part(node.body)
}

function countField(node: NodeOf<'PropertyDefinition' | 'AccessorProperty'>, tally: SyntaxTally): void {
  if (node.declare === true) return
  if (node.static) tally.operator('static')
  if (node.value !== null) tally.operator('=')
  tally.parts(node.decorators)
  tally.part(node.key)
  tally.enter(node.value)
  tally.part(node.value)
}

function countInner({ expression }: { readonly expression: Node }, tally: SyntaxTally): void {
  tally.part(expression)
}
