import type { JSXAttributeItem, JSXChild, JSXElement, JSXElementName, JSXFragment } from 'oxc-parser'
import { kindCode, roleCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { use, useMember } from './names.ts'
import { VALUE } from './scopes.ts'
import { typeArguments } from './types.ts'
import type { Walk } from './walk.ts'

/** Reads an element: a component is called with its properties, an intrinsic element names nothing. */
export function visitJsx(w: Walk, node: JSXElement | JSXFragment): void {
  if (node.type === 'JSXElement') {
    const { name } = node.openingElement
    const callee = elementName(w, name, roleCode.call)
    const named = w.occurrences.start.length
    typeArguments(w, node.openingElement.typeArguments)
    const properties = visitProperties(w, node)
    if (callee >= 0 && properties >= 0) w.call(w.exprs.call(callee, [properties]), callee, named, name)
    if (node.closingElement !== null) elementName(w, node.closingElement.name, roleCode.read)
  } else {
    for (const child of node.children) visitChild(w, child)
  }
}

/** Reads attributes and children; the result is the row of the object that has those of which something is known, or -1. */
function visitProperties(w: Walk, { openingElement, children, start, end }: JSXElement): number {
  const given: (readonly [name: string, value: number])[] = []
  const spread: number[] = []
  for (const attribute of openingElement.attributes) {
    const value = visitAttribute(w, attribute)
    if (!w.exprs.isKnown(value)) continue
    if (attribute.type === 'JSXSpreadAttribute') spread.push(value)
    else if (attribute.name.type === 'JSXIdentifier') given.push([attribute.name.name, value])
  }
  for (const child of children) {
    const value = visitChild(w, child)
    if (w.exprs.isKnown(value)) given.push(['children', value])
  }
  if (given.length + spread.length === 0) return NONE
  const object = w.hidden(kindCode.object, 0, start, end)
  if (spread.length > 0) w.symbols.type[object] = w.exprs.union(spread)
  const properties = w.exprs.symbol(object)
  for (const [name, value] of given) w.store(w.exprs.member(properties, w.names.id(name)), value)
  return properties
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

function visitAttribute(w: Walk, node: JSXAttributeItem): number {
  if (node.type === 'JSXSpreadAttribute') return w.visit.expression(w, node.argument)
  const { value } = node
  if (value === null || value.type === 'Literal') return NONE
  if (value.type === 'JSXExpressionContainer') {
    return value.expression.type === 'JSXEmptyExpression' ? NONE : w.visit.expression(w, value.expression)
  }
  visitJsx(w, value)
  return NONE
}

function visitChild(w: Walk, node: JSXChild): number {
  switch (node.type) {
    case 'JSXElement':
    case 'JSXFragment':
      visitJsx(w, node)
      return NONE
    case 'JSXExpressionContainer':
      return node.expression.type === 'JSXEmptyExpression' ? NONE : w.visit.expression(w, node.expression)
    case 'JSXSpreadChild':
      return w.visit.expression(w, node.expression)
    default:
      return NONE
  }
}
