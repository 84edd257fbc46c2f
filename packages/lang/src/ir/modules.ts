import type { Directive, ImportDeclarationSpecifier, Statement } from 'oxc-parser'
import { op } from '@forge/pdg'
import { emitForItself, lowerNamed } from './expressions.ts'
import type { Lowering } from './lowering.ts'

/** Emits imports and exports; what is exported by `emit`. */
export function emitModuleStatement(
  l: Lowering,
  node: Directive | Statement,
  emit: (l: Lowering, node: Directive | Statement) => void,
): void {
  const { b } = l
  switch (node.type) {
    case 'ImportDeclaration':
      if (node.importKind === 'type') return
      for (const specifier of node.specifiers) {
        if (specifier.type === 'ImportSpecifier' && specifier.importKind === 'type') continue
        const source = b.variable(importedName(specifier), 'imported', specifier.start)
        l.define([b.read(b.variableLocation(source))], [l.write(specifier.local.name)], specifier)
      }
      return
    case 'ExportNamedDeclaration':
      if (node.declaration !== null) emit(l, node.declaration)
      return
    case 'ExportDefaultDeclaration': {
      const { declaration } = node
      if (declaration.type === 'TSInterfaceDeclaration' || declaration.type === 'FunctionDeclaration') return
      if (declaration.type === 'ClassDeclaration') emit(l, declaration)
      else l.define(lowerNamed(l, declaration, 'default'), [l.writeVariable(l.declare('default', node.start))], node)
      return
    }
    case 'TSExportAssignment':
      emitForItself(l, node.expression)
      return
    case 'TSImportEqualsDeclaration': {
      if (node.importKind === 'type') return
      const { moduleReference: of } = node
      const operands = of.type === 'Identifier' ? [b.read(l.location(of.name))] : []
      b.emit(op.evaluate, node.start, node.end, [...operands, l.write(node.id.name)])
      return
    }
    default:
  }
}

/** What a module exports by an import: `*` for all of it. */
function importedName(specifier: ImportDeclarationSpecifier): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return '*'
  if (specifier.type === 'ImportDefaultSpecifier') return 'default'
  return specifier.imported.type === 'Identifier' ? specifier.imported.name : specifier.imported.value
}
