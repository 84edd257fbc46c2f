import type { Directive, Statement } from 'oxc-parser'
import { variableFlag } from '@forge/pdg'
import type { Lowering, Pattern } from './lowering.ts'

/** Declares the names that a pattern has. */
export function declareNames(
  l: Lowering,
  node: Pattern,
  how: { readonly ofFunction?: boolean; readonly isConstant?: boolean } = {},
): void {
  switch (node.type) {
    case 'Identifier': {
      const row = l.declare(node.name, node.start, how.ofFunction === true)
      if (how.isConstant === true) l.b.mark(row, variableFlag.constant)
      return
    }
    case 'AssignmentPattern':
      declareNames(l, node.left, how)
      return
    case 'RestElement':
      declareNames(l, node.argument, how)
      return
    case 'ArrayPattern':
      for (const element of node.elements) if (element !== null) declareNames(l, element, how)
      return
    case 'ObjectPattern':
      for (const property of node.properties) {
        declareNames(l, property.type === 'RestElement' ? property.argument : property.value, how)
      }
      return
    default:
  }
}

/** Declares the names that the statements of one scope declare in it, `var` left out. */
export function declareStatements(l: Lowering, body: readonly (Directive | Statement)[]): void {
  for (const node of body) declareStatement(l, node)
}

function declareStatement(l: Lowering, node: Directive | Statement): void {
  switch (node.type) {
    case 'VariableDeclaration':
      if (node.kind !== 'var' && node.declare !== true)
        for (const { id } of node.declarations) declareNames(l, id, { isConstant: node.kind !== 'let' })
      return
    case 'FunctionDeclaration':
      if (node.id !== null && node.body !== null) l.declare(node.id.name, node.id.start)
      return
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
      if (node.id !== null && node.declare !== true) l.declare(node.id.name, node.id.start)
      return
    case 'TSModuleDeclaration':
      if (node.id.type === 'Identifier' && !node.declare && node.kind !== 'global')
        l.declare(node.id.name, node.id.start)
      return
    case 'TSImportEqualsDeclaration':
      if (node.importKind !== 'type') l.declare(node.id.name, node.id.start)
      return
    case 'ImportDeclaration':
      if (node.importKind === 'type') return
      for (const specifier of node.specifiers) {
        if (specifier.type === 'ImportSpecifier' && specifier.importKind === 'type') continue
        l.b.mark(l.declare(specifier.local.name, specifier.local.start), variableFlag.external | variableFlag.constant)
      }
      return
    case 'ExportNamedDeclaration':
      if (node.declaration !== null) declareStatement(l, node.declaration)
      return
    case 'ExportDefaultDeclaration':
      if (node.declaration.type === 'FunctionDeclaration' || node.declaration.type === 'ClassDeclaration')
        declareStatement(l, node.declaration)
      return
    default:
  }
}

/** Declares in the outermost scope of a function each `var` of it, and each function in a block that is one as well. */
export function hoistVars(l: Lowering, body: readonly (Directive | Statement)[]): void {
  if (l.hasVar || l.hoistsFunctions) for (const node of body) hoist(l, node, false)
}

function hoistAll(l: Lowering, body: readonly (Directive | Statement)[]): void {
  for (const node of body) hoist(l, node, true)
}

function hoist(l: Lowering, outermost: Directive | Statement | null, isInBlock: boolean): void {
  let node = outermost
  let isNested = isInBlock
  while (node !== null) {
    switch (node.type) {
      case 'VariableDeclaration':
        if (node.kind === 'var' && node.declare !== true)
          for (const { id } of node.declarations) declareNames(l, id, { ofFunction: true })
        return
      case 'FunctionDeclaration':
        if (isNested && l.hoistsFunctions && node.id !== null && node.body !== null && !node.async && !node.generator)
          l.declare(node.id.name, node.id.start, true)
        return
      case 'ExportNamedDeclaration':
        node = node.declaration
        continue
      case 'IfStatement':
        isNested = true
        hoist(l, node.consequent, true)
        node = node.alternate
        continue
      case 'ForStatement':
        if (node.init?.type === 'VariableDeclaration') hoist(l, node.init, true)
        node = node.body
        continue
      case 'ForInStatement':
      case 'ForOfStatement':
        if (node.left.type === 'VariableDeclaration') hoist(l, node.left, true)
        node = node.body
        continue
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'LabeledStatement':
      case 'WithStatement':
        node = node.body
        continue
      case 'BlockStatement':
        hoistAll(l, node.body)
        return
      case 'SwitchStatement':
        for (const { consequent } of node.cases) hoistAll(l, consequent)
        return
      case 'TryStatement':
        hoistAll(l, node.block.body)
        if (node.handler !== null) hoistAll(l, node.handler.body.body)
        node = node.finalizer
        continue
      default:
        return
    }
  }
}
