import type { JSXAttributeItem, JSXChild, JSXElement, JSXElementName, JSXFragment } from 'oxc-parser'
import { roleCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { use, useMember } from './names.ts'
import { VALUE } from './scopes.ts'
import { typeArguments } from './types.ts'
import type { Walk } from './walk.ts'

/** Reads an element: a component is called, an intrinsic element names nothing. */
export function visitJsx(w: Walk, node: JSXElement | JSXFragment): void {
  if (node.type === 'JSXElement') {
    const { name, attributes } = node.openingElement
    elementName(w, name, roleCode.call)
    typeArguments(w, node.openingElement.typeArguments)
    for (const attribute of attributes) visitAttribute(w, attribute)
    for (const child of node.children) visitChild(w, child)
    if (node.closingElement !== null) elementName(w, node.closingElement.name, roleCode.read)
  } else {
    for (const child of node.children) visitChild(w, child)
  }
}

function elementName(w: Walk, node: JSXElementName, role: number): number {
  switch (node.type) {
    case 'JSXIdentifier':
      if (node.name === 'this') return w.self
      return isIntrinsic(node.name) ? NONE : use(w, node, VALUE, role)
    case 'JSXMemberExpression': {
      const { object } = node
      const receiver =
        object.type === 'JSXMemberExpression'
          ? elementName(w, object, roleCode.read)
          : object.name === 'this'
            ? w.self
            : use(w, object, VALUE, roleCode.read)
      return useMember(w, receiver, node.property, role)
    }
    default:
      return NONE
  }
}

/** An element whose name starts in lower case, or has a dash, is the host's own. */
function isIntrinsic(name: string): boolean {
  const first = name.charCodeAt(0)
  return (first >= 97 && first <= 122) || name.includes('-')
}

function visitAttribute(w: Walk, node: JSXAttributeItem): void {
  if (node.type === 'JSXSpreadAttribute') {
    w.visit.expression(w, node.argument)
    return
  }
  const { value } = node
  if (value === null || value.type === 'Literal') return
  if (value.type === 'JSXExpressionContainer') {
    if (value.expression.type !== 'JSXEmptyExpression') w.visit.expression(w, value.expression)
  } else {
    visitJsx(w, value)
  }
}

function visitChild(w: Walk, node: JSXChild): void {
  switch (node.type) {
    case 'JSXElement':
    case 'JSXFragment':
      visitJsx(w, node)
      break
    case 'JSXExpressionContainer':
      if (node.expression.type !== 'JSXEmptyExpression') w.visit.expression(w, node.expression)
      break
    case 'JSXSpreadChild':
      w.visit.expression(w, node.expression)
      break
    default:
      break
  }
}
