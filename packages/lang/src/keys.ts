import type { Expression, PropertyKey } from 'oxc-parser'
import { textInside } from './names.ts'
import { VALUE } from './scopes.ts'
import type { Walk } from './walk.ts'

/** The name of a member and where it stands; equal offsets where no identifier or literal is it. */
export interface Key {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** A computed key longer than this says no more by being longer. */
const LONGEST_COMPUTED_KEY = 60

/** Reads the key of a member: a computed one is an expression of its own, and named `[text]`. */
export function readKey(w: Walk, node: PropertyKey, computed: boolean): Key {
  if (node.type === 'PrivateIdentifier') return { name: `#${node.name}`, start: node.start, end: node.end }
  if (node.type === 'Identifier' && !computed) return node
  if (node.type === 'Literal') {
    if (typeof node.value === 'string') {
      const start = textInside(node)
      return start < 0
        ? { name: node.value, start: node.start, end: node.start }
        : { name: node.value, start, end: node.end - 1 }
    }
    if (typeof node.value === 'number') return { name: String(node.value), start: node.start, end: node.end }
  }
  w.visit.expression(w, node)
  return { name: textOf(w, node) ?? computedName(w, node), start: node.start, end: node.start }
}

/** The text that an expression is known to have: a literal, or a constant that holds one. */
export function textOf(w: Walk, node: { readonly type: string }): string | undefined {
  const expression = node as Expression
  if (expression.type === 'Identifier') return w.texts.get(w.scopes.find(w.names.id(expression.name), VALUE))
  if (expression.type === 'Literal') return typeof expression.value === 'string' ? expression.value : undefined
  if (expression.type !== 'TemplateLiteral' || expression.expressions.length > 0) return undefined
  return expression.quasis[0]?.value.cooked ?? undefined
}

/** The name of a member whose key is computed. */
export function computedName(w: Walk, node: { readonly start: number; readonly end: number }): string {
  const text = w.text.slice(node.start, Math.min(node.end, node.start + LONGEST_COMPUTED_KEY))
  return `[${text.replaceAll(/\s+/g, ' ')}]`
}
