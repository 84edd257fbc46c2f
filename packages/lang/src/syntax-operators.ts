import { visitorKeys } from 'oxc-parser'

/** A syntax node, as one that walks all kinds of them sees it. */
export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

/** Takes the operators of a node. */
export interface OperatorTally {
  operator(operator: string): void
}

/** How a type of syntax node is counted. */
export interface Shape {
  /** The operand that it is; empty for a text that says nothing. */
  readonly operand: ((node: SyntaxNode) => string) | undefined
  /** The operator that it is, or what counts those that it is. */
  readonly operator: string | ((node: SyntaxNode, tally: OperatorTally) => void) | undefined
  /** Where the code in it is. */
  readonly parts: readonly string[]
  /** Whether it may be the code of another symbol than what is around; of a field, its value. */
  readonly startsCode: boolean
  readonly isField: boolean
  /** The part that is not counted where it is the same name as the other one. */
  readonly repeated: string | undefined
  /** Whether one that is such a node is gone when the program runs. */
  readonly isType: ((node: SyntaxNode) => boolean) | undefined
}

const operands: Readonly<Record<string, (node: SyntaxNode) => string>> = {
  Identifier: ({ name }) => name as string,
  JSXIdentifier: ({ name }) => name as string,
  JSXText: ({ raw }) => ((raw as string).trim() === '' ? '' : `>${raw as string}`),
  Literal: ({ raw, value }) => (raw as string | null) ?? String(value),
  PrivateIdentifier: ({ name }) => `#${name as string}`,
  Super: () => 'super',
  TemplateElement: ({ value }) => {
    const { raw } = value as { readonly raw: string }
    return raw === '' ? '' : `\`${raw}`
  },
  ThisExpression: () => 'this',
}

/** As it is written in the node. */
const written = (node: SyntaxNode, tally: OperatorTally): void => tally.operator(node['operator'] as string)

const fieldOperators = (node: SyntaxNode, tally: OperatorTally): void => {
  if (node['static'] === true) tally.operator('static')
  if (node['value'] !== null) tally.operator('=')
}

const functionOperators = (node: SyntaxNode, tally: OperatorTally): void => {
  tally.operator(node.type === 'ArrowFunctionExpression' ? '=>' : 'function')
  if (node['async'] === true) tally.operator('async')
  if (node['generator'] === true) tally.operator('*')
}

const classOperators = (node: SyntaxNode, tally: OperatorTally): void => {
  tally.operator('class')
  if (node['superClass'] !== null) tally.operator('extends')
}

const methodOperators = (node: SyntaxNode, tally: OperatorTally): void => {
  if (node['static'] === true) tally.operator('static')
  if (node['kind'] === 'get' || node['kind'] === 'set') tally.operator(node['kind'])
}

/** By type of node. What is not here has none: blocks, parentheses, types. */
const operators: Readonly<Record<string, Exclude<Shape['operator'], undefined>>> = {
  AccessorProperty: fieldOperators,
  ArrayExpression: '[]',
  ArrayPattern: '[]',
  ArrowFunctionExpression: functionOperators,
  AssignmentExpression: written,
  AssignmentPattern: '=',
  AwaitExpression: 'await',
  BinaryExpression: written,
  BreakStatement: 'break',
  CallExpression: (node, tally) => {
    tally.operator('()')
    if (node['optional'] === true) tally.operator('?.')
  },
  CatchClause: 'catch',
  ClassDeclaration: classOperators,
  ClassExpression: classOperators,
  ConditionalExpression: '?:',
  ContinueStatement: 'continue',
  DebuggerStatement: 'debugger',
  Decorator: '@',
  DoWhileStatement: 'do',
  ExportAllDeclaration: 'export',
  ExportDefaultDeclaration: 'export',
  ExportNamedDeclaration: 'export',
  ForInStatement: 'for in',
  ForOfStatement: (node, tally) => tally.operator(node['await'] === true ? 'for await' : 'for of'),
  ForStatement: 'for',
  FunctionDeclaration: functionOperators,
  FunctionExpression: functionOperators,
  IfStatement: (node, tally) => {
    tally.operator('if')
    if (node['alternate'] !== null) tally.operator('else')
  },
  ImportDeclaration: 'import',
  ImportExpression: 'import',
  JSXAttribute: (node, tally) => {
    if (node['value'] !== null) tally.operator('=')
  },
  JSXElement: '<>',
  JSXExpressionContainer: '{}',
  JSXFragment: '<>',
  JSXMemberExpression: '.',
  JSXNamespacedName: ':',
  JSXSpreadAttribute: '...',
  JSXSpreadChild: '...',
  LabeledStatement: 'label',
  LogicalExpression: written,
  MemberExpression: (node, tally) => {
    tally.operator(node['computed'] === true ? '[]' : '.')
    if (node['optional'] === true) tally.operator('?.')
  },
  MetaProperty: '.',
  MethodDefinition: methodOperators,
  NewExpression: 'new',
  ObjectExpression: '{}',
  ObjectPattern: '{}',
  Property: (node, tally) => {
    methodOperators(node, tally)
    if (node['kind'] === 'init' && node['method'] !== true && node['shorthand'] !== true) tally.operator(':')
  },
  PropertyDefinition: fieldOperators,
  RestElement: '...',
  ReturnStatement: 'return',
  SequenceExpression: ',',
  SpreadElement: '...',
  StaticBlock: 'static',
  SwitchCase: (node, tally) => tally.operator(node['test'] === null ? 'default' : 'case'),
  SwitchStatement: 'switch',
  TaggedTemplateExpression: '()',
  TemplateLiteral: '`',
  ThrowStatement: 'throw',
  TryStatement: (node, tally) => {
    tally.operator('try')
    if (node['finalizer'] !== null) tally.operator('finally')
  },
  TSEnumDeclaration: 'enum',
  TSEnumMember: (node, tally) => {
    if (node['initializer'] !== null) tally.operator('=')
  },
  TSExportAssignment: 'export',
  TSImportEqualsDeclaration: 'import',
  TSModuleDeclaration: 'namespace',
  UnaryExpression: written,
  UpdateExpression: written,
  VariableDeclaration: (node, tally) => tally.operator(node['kind'] as string),
  VariableDeclarator: (node, tally) => {
    if (node['init'] !== null) tally.operator('=')
  },
  WhileStatement: 'while',
  WithStatement: 'with',
  YieldExpression: (node, tally) => tally.operator(node['delegate'] === true ? 'yield*' : 'yield'),
}

/** The node types of TypeScript that have code in them. */
const typedCode = new Set([
  'TSAsExpression',
  'TSEnumBody',
  'TSEnumDeclaration',
  'TSEnumMember',
  'TSExportAssignment',
  'TSExternalModuleReference',
  'TSImportEqualsDeclaration',
  'TSInstantiationExpression',
  'TSModuleBlock',
  'TSModuleDeclaration',
  'TSNonNullExpression',
  'TSParameterProperty',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
])

const typeKeys = new Set([
  'implements',
  'returnType',
  'superTypeArguments',
  'typeAnnotation',
  'typeArguments',
  'typeParameters',
])

const isDeclared = (node: SyntaxNode): boolean => node['declare'] === true
const isTypeImport = (node: SyntaxNode): boolean => node['importKind'] === 'type'
const isTypeExport = (node: SyntaxNode): boolean => node['exportKind'] === 'type'

const types: Readonly<Record<string, (node: SyntaxNode) => boolean>> = {
  ClassDeclaration: isDeclared,
  ExportAllDeclaration: isTypeExport,
  ExportNamedDeclaration: isTypeExport,
  ExportSpecifier: isTypeExport,
  ImportDeclaration: isTypeImport,
  ImportSpecifier: isTypeImport,
  MethodDefinition: (node) => (node['value'] as SyntaxNode).type === 'TSEmptyBodyFunctionExpression',
  PropertyDefinition: isDeclared,
  TSEnumDeclaration: isDeclared,
  TSImportEqualsDeclaration: isTypeImport,
  TSModuleDeclaration: isDeclared,
  VariableDeclaration: isDeclared,
}

const repeated: Readonly<Record<string, string>> = {
  ExportSpecifier: 'exported',
  ImportSpecifier: 'imported',
  Property: 'key',
}

const functions = new Set(['ArrowFunctionExpression', 'FunctionDeclaration', 'FunctionExpression'])
const fields = new Set(['AccessorProperty', 'PropertyDefinition'])

/** The shape of each type of node that is not about types alone. */
export const shapes: ReadonlyMap<string, Shape> = new Map(
  Object.entries(visitorKeys)
    .filter(([type]) => (!type.startsWith('TS') || typedCode.has(type)) && type !== 'JSXClosingElement')
    .map(([type, keys]): [string, Shape] => [
      type,
      {
        operand: operands[type],
        operator: operators[type],
        parts: keys.filter((key) => !typeKeys.has(key)),
        startsCode: functions.has(type) || type === 'StaticBlock',
        isField: fields.has(type),
        repeated: repeated[type],
        isType: types[type],
      },
    ]),
)
