import ts from 'typescript'

/** How an identifier stands in the syntax. */
export interface Identifier {
  readonly node: ts.Identifier | ts.PrivateIdentifier
  /** `name`: bare; `member`: behind a dot, a key of a pattern, a JSX attribute; `key`: a key of an object literal. */
  readonly form: 'name' | 'member' | 'key'
}

/**
 * The identifiers of a file that name something: all but names of declarations, labels, and the words of `import.meta`
 * and `new.target`, the `module` and `exports` of CommonJS. Names bound by imports and exports are among them: they name what they are aliases of.
 */
export function identifiersOf(source: ts.SourceFile): readonly Identifier[] {
  const found: Identifier[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
      const form = formOf(node)
      // What the parser made up to go on after an error has no text.
      if (form !== undefined && node.end > node.getStart(source)) found.push({ node, form })
      return
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function formOf(node: ts.Identifier | ts.PrivateIdentifier): Identifier['form'] | undefined {
  const { parent } = node
  if (isCommonJsWord(node)) return undefined
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return 'member'
  if (ts.isQualifiedName(parent) && parent.right === node) return 'member'
  if (ts.isJsxAttribute(parent) && parent.name === node) return 'member'
  if (ts.isBindingElement(parent)) return formInPattern(node, parent)
  if (ts.isPropertyAssignment(parent) && parent.name === node)
    return isAssignedPattern(parent.parent) ? 'member' : 'key'
  if (ts.isObjectLiteralElementLike(parent) && parent.name === node && ts.isMethodDeclaration(parent)) return 'key'
  if (ts.isShorthandPropertyAssignment(parent)) return 'name'
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return formInSpecifier(node, parent)
  if (ts.isMetaProperty(parent) || ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent))
    return undefined
  if (ts.isImportClause(parent)) return 'name'
  if (ts.isImportAttribute(parent) || ts.isJsxNamespacedName(parent)) return undefined
  if ((parent as { readonly name?: ts.Node }).name === node && !ts.isPropertyAccessExpression(parent)) return undefined
  if (ts.isTypePredicateNode(parent) && parent.parameterName === node) return 'name'
  return 'name'
}

/** Whether it is the `module`, the `exports` or the `module.exports` of CommonJS: words of the format, which name nothing. */
function isCommonJsWord(node: ts.Identifier | ts.PrivateIdentifier): boolean {
  if ((node.flags & ts.NodeFlags.JavaScriptFile) === 0) return false
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return node.text === 'exports' && ts.isIdentifier(parent.expression) && parent.expression.text === 'module'
  }
  return node.text === 'exports' || node.text === 'module'
}

function formInPattern(node: ts.Node, parent: ts.BindingElement): Identifier['form'] | undefined {
  if (parent.initializer === node) return 'name'
  if (parent.propertyName === node) return 'member'
  if (parent.name !== node || parent.propertyName !== undefined || parent.dotDotDotToken !== undefined) return undefined
  return ts.isObjectBindingPattern(parent.parent) ? 'member' : undefined
}

function formInSpecifier(
  node: ts.Node,
  { propertyName, name, parent }: ts.ImportSpecifier | ts.ExportSpecifier,
): Identifier['form'] | undefined {
  if (propertyName === node) return 'name'
  return name === node && (propertyName === undefined || parent === undefined) ? 'name' : undefined
}

/** Whether an object literal stands for a pattern: `({ a } = b)`. */
export function isAssignedPattern(literal: ts.Node): boolean {
  let node = literal
  for (;;) {
    const { parent } = node
    if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      if (parent.left === node) return true
      if (!ts.isObjectLiteralElementLike(parent.parent)) return false
      node = parent
    } else if (ts.isForOfStatement(parent)) return parent.initializer === node
    else if (ts.isPropertyAssignment(parent) && parent.initializer === node) node = parent.parent
    else if (ts.isArrayLiteralExpression(parent)) node = parent
    else return false
  }
}
