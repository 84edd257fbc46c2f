import type {
  BindingIdentifier,
  BindingPattern,
  Declaration,
  ExportAllDeclaration,
  ExportDefaultDeclaration,
  ExportNamedDeclaration,
  ExportSpecifier,
  Expression,
  ImportDeclaration,
  ModuleExportName,
  Statement,
  TSExportAssignment,
  TSImportEqualsDeclaration,
  TSInterfaceDeclaration,
  TSTypeName,
} from 'oxc-parser'
import { kindCode, requestCode, roleCode } from './codes.ts'
import { exportStart, namespacePath } from './declare.ts'
import { NONE } from './expr-rows.ts'
import { functionFlags } from './functions.ts'
import { visitInitialiser } from './initialiser.ts'
import { textInside, use, useMember, useModule } from './names.ts'
import type { Named } from './names.ts'
import { SPACE, TYPE, VALUE } from './scopes.ts'
import { classIn, functionIn } from './shapes.ts'
import type { Walk } from './walk.ts'

type ExportNode =
  | ExportNamedDeclaration
  | ExportDefaultDeclaration
  | ExportAllDeclaration
  | TSExportAssignment
  | TSImportEqualsDeclaration

const meanings = [VALUE, TYPE, SPACE]

/** Reads an import: each name is an alias of a member of the module. */
export function visitImport(w: Walk, node: ImportDeclaration): void {
  const module = useModule(
    w,
    node.source,
    node.importKind === 'type' ? requestCode.type : requestCode.import,
    roleCode.import,
  )
  for (const specifier of node.specifiers) {
    const symbol = w.imports.get(specifier.local.start)!
    switch (specifier.type) {
      case 'ImportNamespaceSpecifier':
        w.symbols.type[symbol] = module
        w.occurrence(specifier.local.start, specifier.local.end, roleCode.import, module)
        break
      case 'ImportDefaultSpecifier': {
        const { start, end } = specifier.local
        w.symbols.type[symbol] = useMember(w, module, { name: 'default', start, end }, roleCode.import)
        break
      }
      case 'ImportSpecifier':
        w.symbols.type[symbol] = useExportName(w, module, specifier.imported, roleCode.import)
        useAlias(w, specifier.local, specifier.imported, w.symbols.type[symbol], roleCode.import)
    }
  }
}

/** Marks the other name of something that is imported or exported under it. */
function useAlias(
  w: Walk,
  node: ModuleExportName | BindingIdentifier,
  original: { start: number },
  expr: number,
  role: number,
): void {
  if (node.type === 'Identifier' && node.start !== original.start) w.occurrence(node.start, node.end, role, expr)
}

/** Marks the use of a name that a module exports; a string may be one. */
function useExportName(w: Walk, module: number, node: ModuleExportName, role: number): number {
  if (node.type === 'Identifier') return useMember(w, module, node, role)
  const start = textInside(node)
  if (start < 0) return w.exprs.member(module, w.names.id(node.value))
  return useMember(w, module, { name: node.value, start, end: node.end - 1 }, role)
}

function exportName(node: ModuleExportName): string {
  return node.type === 'Identifier' ? node.name : node.value
}

/** Reads an export, or `import x = …`; the result is the declaration in it that is still to be read. */
export function visitExport(w: Walk, node: ExportNode): Statement | null {
  switch (node.type) {
    case 'ExportNamedDeclaration':
      if (node.declaration !== null) {
        if (w.container === 0) exportDeclaration(w, node.declaration)
        return node.declaration
      }
      exportSpecifiers(w, node)
      return null
    case 'ExportDefaultDeclaration':
      return exportDefault(w, node)
    case 'ExportAllDeclaration': {
      const kind = node.exportKind === 'type' ? requestCode.type : requestCode.import
      const module = useModule(w, node.source, kind, roleCode.import)
      if (node.exported !== null) useAlias(w, node.exported, node, module, roleCode.export)
      if (w.container === 0) w.export(node.exported === null ? '*' : exportName(node.exported), module)
      return null
    }
    case 'TSExportAssignment':
      exportValue(w, node.expression, 'export=')
      if (w.container !== 0) keepWholeExport(w, node.expression)
      return null
    case 'TSImportEqualsDeclaration':
      visitImportEquals(w, node)
      return null
  }
}

/** `declare module 'x' { … export = y }`. */
function keepWholeExport(w: Walk, node: Expression): void {
  if (node.type !== 'Identifier' || w.symbols.kind[w.container] !== kindCode.namespace) return
  const name = w.names.id(node.name)
  const symbol = meanings.map((meaning) => w.scopes.find(name, meaning)).find((found) => found >= 0)
  if (symbol !== undefined && w.symbols.type[w.container]! < 0) w.symbols.type[w.container] = w.exprs.symbol(symbol)
}

function exportDeclaration(w: Walk, node: Declaration): void {
  switch (node.type) {
    case 'VariableDeclaration':
      for (const { id } of node.declarations) exportPattern(w, id)
      break
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      if (node.id !== null) exportMeaning(w, node.id.name, VALUE)
      break
    case 'ClassDeclaration':
      if (node.id !== null) exportMeaning(w, node.id.name, VALUE)
      break
    case 'TSEnumDeclaration':
      exportMeaning(w, node.id.name, VALUE)
      break
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      exportMeaning(w, node.id.name, TYPE)
      break
    case 'TSModuleDeclaration': {
      const [outer] = namespacePath(node)
      if (outer !== undefined) exportMeaning(w, outer.name, SPACE)
      break
    }
    case 'TSImportEqualsDeclaration':
      exportMeaning(w, node.id.name, VALUE)
      break
    default:
      break
  }
}

function exportMeaning(w: Walk, name: string, meaning: number): void {
  const symbol = w.scopes.find(w.names.id(name), meaning)
  if (symbol >= 0) w.export(name, w.exprs.symbol(symbol))
}

function exportPattern(w: Walk, node: BindingPattern): void {
  switch (node.type) {
    case 'Identifier':
      exportMeaning(w, node.name, VALUE)
      break
    case 'AssignmentPattern':
      exportPattern(w, node.left)
      break
    case 'ArrayPattern':
      for (const element of node.elements) {
        if (element !== null) exportPattern(w, element.type === 'RestElement' ? element.argument : element)
      }
      break
    case 'ObjectPattern':
      for (const property of node.properties) {
        exportPattern(w, property.type === 'RestElement' ? property.argument : property.value)
      }
  }
}

function exportSpecifiers(w: Walk, node: ExportNamedDeclaration): void {
  const kind = node.exportKind === 'type' ? requestCode.type : requestCode.import
  const module = node.source === null ? NONE : useModule(w, node.source, kind, roleCode.import)
  for (const specifier of node.specifiers) {
    if (module < 0) exportLocal(w, specifier)
    else {
      const expr = useExportName(w, module, specifier.local, roleCode.export)
      useAlias(w, specifier.exported, specifier.local, expr, roleCode.export)
      if (w.container === 0) w.export(exportName(specifier.exported), expr)
    }
  }
}

function exportLocal(w: Walk, specifier: ExportSpecifier): void {
  const { local, exported } = specifier
  if (local.type !== 'Identifier') return
  const first = w.occurrences.start.length
  exportBinding(w, local, exportName(exported))
  const exprs = w.occurrences.expr.slice(first)
  for (const expr of exprs) useAlias(w, exported, local, expr, roleCode.export)
}

/** Exports all that a name stands for. */
function exportBinding(w: Walk, id: Named, as: string): void {
  const name = w.names.id(id.name)
  const symbols = new Set(meanings.map((meaning) => w.scopes.find(name, meaning)))
  symbols.delete(NONE)
  if (symbols.size === 0) {
    const expr = use(w, id, VALUE, roleCode.export)
    if (expr >= 0 && w.container === 0) w.export(as, expr)
    return
  }
  for (const symbol of symbols) {
    const expr = w.exprs.symbol(symbol)
    w.occurrence(id.start, id.end, roleCode.export, expr)
    if (w.container === 0) w.export(as, expr)
  }
  if (w.container !== 0) exportFromNamespace(w, name, w.names.id(as))
}

function exportFromNamespace(w: Walk, name: number, as: number): void {
  const members = w.spaceMembers.get(w.container) ?? []
  for (const meaning of meanings) {
    const symbol = w.scopes.find(name, meaning)
    if (symbol >= 0) members.push(as, meaning, symbol)
  }
  w.spaceMembers.set(w.container, members)
}

function exportDefault(w: Walk, node: ExportDefaultDeclaration): Statement | null {
  const { declaration } = node
  const named = namedDeclaration(declaration)
  if (named === null) {
    exportValue(w, declaration as Expression, 'default', exportStart(declaration, node.start), node.end)
    return null
  }
  exportBindingOf(w, named)
  return named
}

type NamedDeclaration = Extract<Statement, { id: { name: string } | null }> | TSInterfaceDeclaration

function namedDeclaration(node: ExportDefaultDeclaration['declaration']): NamedDeclaration | null {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
    case 'ClassDeclaration':
      return node.id === null ? null : node
    case 'TSInterfaceDeclaration':
      return node
    default:
      return null
  }
}

function exportBindingOf(w: Walk, node: NamedDeclaration): void {
  if (w.container !== 0 || !('id' in node) || node.id === null || node.id.type !== 'Identifier') return
  const meaning = node.type === 'TSInterfaceDeclaration' ? TYPE : VALUE
  const symbol = w.scopes.find(w.names.id(node.id.name), meaning)
  if (symbol >= 0) w.export('default', w.exprs.symbol(symbol))
}

/** Exports a value: what a name stands for, or a symbol made for it, named `default`. */
function exportValue(w: Walk, node: Expression, as: string, start: number = node.start, end: number = node.end): void {
  if (node.type === 'Identifier') {
    exportBinding(w, node, as)
    return
  }
  if (node.type === 'MemberExpression') {
    const value = w.visit.reference(w, node, roleCode.export)
    if (w.container === 0) w.export(as, value)
    return
  }
  const callable = node.type === 'FunctionDeclaration' || node.type === 'TSDeclareFunction' ? node : functionIn(node)
  const holder = node.type === 'ClassDeclaration' ? node : classIn(node)
  const kind = callable !== null ? kindCode.function : holder !== null ? kindCode.class : kindCode.constant
  const id = callable?.id ?? holder?.id ?? null
  const name = w.names.id(id === null ? 'default' : id.name)
  const flags = callable === null ? 0 : functionFlags(callable)
  const signatureEnd = callable?.body?.start ?? holder?.body.start ?? Math.min(node.start, end)
  const nameStart = id === null ? node.start : id.start
  const nameEnd = id === null ? node.start : id.end
  const symbol = w.symbol(kind, name, flags, start, end, nameStart, nameEnd, signatureEnd)
  const value = visitInitialiser(w, node, symbol, false)
  if (kind === kindCode.constant) w.symbols.type[symbol] = value
  if (w.container === 0) w.export(as, w.exprs.symbol(symbol))
}

function visitImportEquals(w: Walk, node: TSImportEqualsDeclaration): void {
  const symbol = w.scopes.find(w.names.id(node.id.name), VALUE)
  const { moduleReference } = node
  // Inside of `declare module 'x'` it does not make the file a module.
  const kind = w.container === 0 ? requestCode.require : requestCode.import
  w.symbols.type[symbol] =
    moduleReference.type === 'TSExternalModuleReference'
      ? useModule(w, moduleReference.expression, kind, roleCode.import)
      : aliased(w, moduleReference)
}

/** What `import x = A.B` names: the leftmost name may be a namespace, or a value. */
function aliased(w: Walk, node: TSTypeName): number {
  switch (node.type) {
    case 'Identifier': {
      const space = w.scopes.find(w.names.id(node.name), SPACE)
      return use(w, node, space < 0 ? VALUE : SPACE, roleCode.import)
    }
    case 'TSQualifiedName':
      return useMember(w, aliased(w, node.left), node.right, roleCode.import)
    default:
      return w.self
  }
}
