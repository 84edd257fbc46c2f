import type { Expression, MemberExpression, PropertyKey } from 'oxc-parser'
import { op } from '@forge/pdg'
import { unwrapped } from '../shapes.ts'
import { nothing, used } from './function-builder.ts'
import type { Operands } from './function-builder.ts'
import type { Lowering } from './lowering.ts'

/** Where something is kept, and what has to be known to get there. */
export interface Reference {
  readonly operands: Operands
  readonly location: number
  /** What the object is, for a member: the receiver of a call. */
  readonly base: Operands
}

/** The name of a key: of an identifier, a private name or a literal, `[Symbol.iterator]` of a symbol of the language; `null` for another one that is computed. */
export function keyName(key: PropertyKey | MemberExpression['property'], computed: boolean): string | null {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  if (key.type === 'Identifier' && !computed) return key.name
  if (key.type === 'Literal') return String(key.value)
  if (key.type === 'MemberExpression' && !key.computed && key.object.type === 'Identifier') {
    if (key.object.name === 'Symbol') return `[Symbol.${key.property.name}]`
  }
  if (key.type === 'TemplateLiteral' && key.expressions.length === 0) return key.quasis[0]?.value.cooked ?? null
  return null
}

/**
 * Where an expression's value is kept: a variable or a member has a location, anything else is the object that it comes to.
 *
 * @param isFixed whether the object of a member is to be told apart before what comes next, which may assign it.
 */
export function reference(l: Lowering, outer: Expression, isFixed = false): Reference {
  const node = unwrapped(outer)
  const { b } = l
  if (node.type === 'Identifier') return { operands: nothing, location: l.location(node.name), base: nothing }
  if (node.type === 'ThisExpression' || node.type === 'Super') {
    return { operands: nothing, location: l.location('this'), base: nothing }
  }
  if (node.type === 'MemberExpression') return member(l, node, isFixed)
  const value = l.materialise(l.visit.expression(l, node), node)
  return { operands: [b.value(value)], location: b.valueLocation(value), base: nothing }
}

/** Where the object of a member is kept, so that a path can go on from there; with `isFixed` as in {@link reference}. */
export function holder(l: Lowering, node: Expression, isFixed = false): Reference {
  const { b } = l
  const of = reference(l, node)
  if (!isFixed && !b.isLongest(of.location)) return of
  const value = l.materialise(valueOf(l, of), node)
  return { operands: [b.value(value)], location: b.valueLocation(value), base: nothing }
}

function member(l: Lowering, node: MemberExpression, isFixed: boolean): Reference {
  const { b } = l
  const { object, property, computed, optional } = node
  const of = holder(l, object, isFixed)
  const base = valueOf(l, of)
  if (optional) link(l, base, object)
  const name = keyName(property, computed)
  const key = name === null ? l.visit.expression(l, property as Expression) : nothing
  return { operands: used([...base, ...key]), location: b.propertyLocation(of.location, name), base }
}

/** The operands that the value of what is referred to comes to. */
export function valueOf({ b }: Lowering, { operands, location }: Reference): Operands {
  return b.isValueLocation(location) ? operands : [...operands, b.read(location)]
}

/** Emits the condition of a `?.`: that what is left of it is there. */
export function link(l: Lowering, operands: Operands, { start, end }: { start: number; end: number }): void {
  const { b, links } = l
  const branch = b.emit(op.branch, start, end, operands)
  links?.ends.push(...b.otherwise(branch))
  links?.branches.push(branch)
}

/** The value of a member. */
export function lowerMember(l: Lowering, node: MemberExpression): Operands {
  return valueOf(l, member(l, node, false))
}

/** All that is in what is spread. */
export function lowerSpread(l: Lowering, node: Expression): Operands {
  const { b } = l
  const inner = unwrapped(node)
  if (inner.type === 'Identifier' || inner.type === 'MemberExpression') {
    const of = holder(l, inner)
    return [...used(valueOf(l, of)), b.read(b.propertyLocation(of.location, null))]
  }
  const source = l.materialise(l.visit.expression(l, node), node)
  return [...used([b.value(source)]), b.read(b.propertyLocation(b.valueLocation(source), null))]
}
