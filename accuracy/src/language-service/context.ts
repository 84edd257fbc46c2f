import ts from 'typescript'
import type { Identifier } from './identifiers.ts'

/** In what syntax an identifier stands, in words: what would have to be known to resolve it. */
export function contextOf({ node, form }: Identifier, checker: ts.TypeChecker): string {
  const { parent } = node
  if (form === 'key') return 'key of an object literal'
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return `member of ${valueOf(parent.expression, checker)}`
  }
  if (ts.isQualifiedName(parent) && parent.right === node) return 'right of a qualified name'
  if (ts.isJsxAttribute(parent)) return 'JSX attribute'
  if (ts.isBindingElement(parent) && form === 'member')
    return `key of a pattern of ${patternOf(parent.parent, checker)}`
  if (form === 'member') return 'key of an assigned pattern'
  if (ts.isShorthandPropertyAssignment(parent)) return 'shorthand property'
  if (ts.isImportSpecifier(parent)) return 'import specifier'
  if (ts.isExportSpecifier(parent)) return 'export specifier'
  if (ts.isTypeQueryNode(parent)) return 'typeof query'
  if (ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent)) return 'name of a type'
  if (ts.isExpressionWithTypeArguments(parent)) return 'heritage clause'
  if (ts.isJsxOpeningLikeElement(parent) || ts.isJsxClosingElement(parent)) return 'JSX element'
  if (ts.isCallExpression(parent) && parent.expression === node) return 'called name'
  if (ts.isNewExpression(parent) && parent.expression === node) return 'constructed name'
  return 'bare name'
}

function patternOf(pattern: ts.Node, checker: ts.TypeChecker): string {
  const { parent } = pattern
  if (ts.isParameter(parent)) return parameterWords(parent)
  if (ts.isBindingElement(parent)) return `a pattern in ${patternOf(parent.parent, checker)}`
  if (ts.isVariableDeclaration(parent)) {
    if (parent.type !== undefined) return `a variable with ${typeWords(parent.type)}`
    if (parent.initializer !== undefined) return valueOf(parent.initializer, checker)
    if (ts.isForOfStatement(parent.parent.parent))
      return `an element of ${valueOf(parent.parent.parent.expression, checker)}`
  }
  return 'something else'
}

/** What kind of a value an expression is; of a name, where it comes from. */
function valueOf(expression: ts.Expression, checker: ts.TypeChecker): string {
  let node = expression
  while (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isSatisfiesExpression(node)) {
    node = node.expression
  }
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) return `a cast to ${typeWords(node.type)}`
  switch (node.kind) {
    case ts.SyntaxKind.ThisKeyword:
      return 'this'
    case ts.SyntaxKind.SuperKeyword:
      return 'super'
    case ts.SyntaxKind.CallExpression:
      return `the result of ${calleeWords(node as ts.CallExpression, checker)}`
    case ts.SyntaxKind.PropertyAccessExpression:
      return `a member (${declaredWords(checker.getSymbolAtLocation((node as ts.PropertyAccessExpression).name))})`
    case ts.SyntaxKind.Identifier:
      return nameWords(checker.getSymbolAtLocation(node), checker)
    case ts.SyntaxKind.AwaitExpression:
      return `await of ${valueOf((node as ts.AwaitExpression).expression, checker)}`
    default:
      return words(node.kind)
  }
}

function calleeWords(call: ts.CallExpression, checker: ts.TypeChecker): string {
  const declaration = checker.getResolvedSignature(call)?.declaration
  if (declaration === undefined) return 'a call of something unknown'
  if (declaration.typeParameters !== undefined) return 'a generic call'
  const type = ts.isJSDocSignature(declaration) ? undefined : declaration.type
  return type === undefined ? 'a call that declares no type' : `a call that gives ${typeWords(type)}`
}

function declaredWords(symbol: ts.Symbol | undefined): string {
  const declaration = symbol?.declarations?.[0]
  if (declaration === undefined) return 'made up'
  const { type } = declaration as { readonly type?: ts.TypeNode }
  return `${words(declaration.kind)}${type === undefined ? '' : ` with ${typeWords(type)}`}`
}

function nameWords(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): string {
  const declaration = symbol?.declarations?.[0]
  if (declaration === undefined) return 'an unknown name'
  if (ts.isParameter(declaration)) return parameterWords(declaration)
  if (ts.isBindingElement(declaration)) return `a variable from a pattern of ${patternOf(declaration.parent, checker)}`
  if (!ts.isVariableDeclaration(declaration)) return `a name of ${words(declaration.kind)}`
  if (declaration.type !== undefined) return `a variable with ${typeWords(declaration.type)}`
  if (declaration.initializer !== undefined) {
    const { initializer } = declaration
    return `a variable that is ${ts.isIdentifier(initializer) ? 'another name' : valueOf(initializer, checker)}`
  }
  if (ts.isForOfStatement(declaration.parent.parent)) {
    return `an element of ${valueOf(declaration.parent.parent.expression, checker)}`
  }
  return ts.isCatchClause(declaration.parent) ? 'a caught error' : 'a variable without type or value'
}

function parameterWords(parameter: ts.ParameterDeclaration): string {
  if (parameter.type !== undefined) return `a parameter with ${typeWords(parameter.type)}`
  if (parameter.initializer !== undefined) return 'a parameter with a default'
  if (ts.getJSDocType(parameter) !== undefined) return 'a parameter with a JSDoc type'
  let { parent }: { parent: ts.Node } = parameter
  if (!ts.isFunctionExpression(parent) && !ts.isArrowFunction(parent)) return 'a parameter without a type'
  while (ts.isParenthesizedExpression(parent.parent)) ({ parent } = parent)
  if (ts.isCallExpression(parent.parent)) return 'a parameter of a callback'
  if (ts.isPropertyAssignment(parent.parent)) return 'a parameter of a function in an object literal'
  return 'a parameter of a function with a contextual type'
}

function typeWords(type: ts.TypeNode): string {
  if (ts.isParenthesizedTypeNode(type)) return typeWords(type.type)
  if (ts.isTypeReferenceNode(type)) {
    return type.typeArguments === undefined ? 'a named type' : 'a named type with arguments'
  }
  return `a ${words(type.kind)}`
}

function words(kind: ts.SyntaxKind): string {
  return ts.SyntaxKind[kind].replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase()
}
