import type { JSXAttributeItem, JSXChild, JSXElement, JSXElementName, JSXFragment } from 'oxc-parser'
import { op } from '@forge/pdg'
import { emitCallWith } from './calls.ts'
import { nothing, used } from './function-builder.ts'
import type { Operands } from './function-builder.ts'
import type { Lowering, Placed } from './lowering.ts'
import { lowerSpread } from './references.ts'

/** Emits an element: a component is called with its properties, as a renderer would. The result is the instruction that has its value. */
export function emitElement(l: Lowering, node: JSXElement | JSXFragment): number {
  const { b } = l
  const properties = b.emit(op.allocate, node.start, node.end)
  if (node.type === 'JSXElement') {
    for (const attribute of node.openingElement.attributes)
      put(l, properties, nameOf(attribute), attribute, attributeOf(l, attribute))
  }
  for (const child of node.children) put(l, properties, 'children', child, childOf(l, child))
  if (node.type === 'JSXFragment') return properties
  const { name } = node.openingElement
  const component = componentOf(l, name)
  if (component === null) return properties
  const site = name.type === 'JSXMemberExpression' ? name.property : name
  return emitCallWith(l, node, component, [b.value(properties)], site)
}

function put(l: Lowering, properties: number, name: string | null, place: Placed, value: Operands | null): void {
  const { b } = l
  if (value === null) return
  const location = b.propertyLocation(b.valueLocation(properties), name)
  l.define([...used([b.value(properties)]), ...value], [b.mayWrite(location)], place)
}

function nameOf(attribute: JSXAttributeItem): string | null {
  if (attribute.type === 'JSXSpreadAttribute') return null
  return attribute.name.type === 'JSXIdentifier'
    ? attribute.name.name
    : `${attribute.name.namespace.name}:${attribute.name.name.name}`
}

function attributeOf(l: Lowering, attribute: JSXAttributeItem): Operands | null {
  if (attribute.type === 'JSXSpreadAttribute') return lowerSpread(l, attribute.argument)
  const { value } = attribute
  if (value === null || value.type === 'Literal') return nothing
  if (value.type !== 'JSXExpressionContainer') return [l.b.value(emitElement(l, value))]
  return value.expression.type === 'JSXEmptyExpression' ? null : l.visit.expression(l, value.expression)
}

function childOf(l: Lowering, child: JSXChild): Operands | null {
  switch (child.type) {
    case 'JSXElement':
    case 'JSXFragment':
      return [l.b.value(emitElement(l, child))]
    case 'JSXExpressionContainer':
      return child.expression.type === 'JSXEmptyExpression' ? null : l.visit.expression(l, child.expression)
    case 'JSXSpreadChild':
      return lowerSpread(l, child.expression)
    default:
      return null
  }
}

/** What is called for an element; `null` for one of the host's own, whose name starts in lower case or has a dash. */
function componentOf(l: Lowering, node: JSXElementName): Operands | null {
  const location = locationOf(l, node)
  return location < 0 ? null : [l.b.read(location)]
}

function locationOf(l: Lowering, node: JSXElementName): number {
  if (node.type === 'JSXMemberExpression') return l.b.propertyLocation(locationOf(l, node.object), node.property.name)
  if (node.type !== 'JSXIdentifier') return -1
  const isOwn = node.name !== 'this' && (/^[a-z]/.test(node.name) || node.name.includes('-'))
  return isOwn ? -1 : l.location(node.name)
}
