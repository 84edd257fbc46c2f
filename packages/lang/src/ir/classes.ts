import type {
  AccessorProperty,
  Class,
  ClassElement,
  Expression,
  MethodDefinition,
  PropertyDefinition,
} from 'oxc-parser'
import { instructionFlag, op } from '@forge/pdg'
import { emitCallWith, siteOf } from './calls.ts'
import { hoistVars } from './declarations.ts'
import { lowerNamed } from './expressions.ts'
import { nothing, used } from './function-builder.ts'
import type { Operands } from './function-builder.ts'
import { emitClosure, emitReceiver } from './functions.ts'
import type { Lowering, Placed } from './lowering.ts'
import { keyName } from './references.ts'

/** Emits a class; the result is the instruction that makes it. */
export function emitClass(l: Lowering, node: Class, name: string): number {
  const { b } = l
  const base = node.superClass === null ? nothing : l.visit.expression(l, node.superClass)
  for (const { expression } of node.decorators) emitDecorator(l, expression)
  const made = b.emit(op.allocate, node.start, node.body.start, used(base), 2, node.end - b.start)
  l.inScope(() => {
    const own = node.type === 'ClassExpression' ? node.id : null
    if (own !== null) l.declare(own.name, own.start)
    const fields = node.body.body.filter((member) => isField(member) && !member.static && member.value !== null) as (
      | AccessorProperty
      | PropertyDefinition
    )[]
    const methods = node.body.body.filter(({ type }) => type === 'MethodDefinition')
    const hasFields = fields.length > 0 && l.isRead(node, methods)
    if (hasFields) emitFieldsFunction(l, node, name, fields)
    // All that is computed for names is, before any value is.
    const statics = node.body.body.flatMap((member) => emitMember(l, node, member, made, hasFields) ?? [])
    if (own !== null) l.define([b.value(made)], [l.write(own.name)], own)
    const self = b.variable('this', 'local', -1)
    l.bind('this', self)
    if (statics.length > 0) {
      const operands = [b.value(made), l.writeVariable(self)]
      b.emit(op.evaluate, node.start, node.body.start, operands, 0, 0, instructionFlag.implicit)
    }
    for (const emit of statics) emit()
  })
  return made
}

function isField(member: ClassElement): member is AccessorProperty | PropertyDefinition {
  return member.type === 'PropertyDefinition' || member.type === 'AccessorProperty'
}

function emitDecorator(l: Lowering, node: Expression): void {
  const value = l.visit.expression(l, node)
  emitCallWith(l, node, value, nothing, siteOf(node))
}

/** The function that initialises the fields of a new object. */
function emitFieldsFunction(
  l: Lowering,
  node: Class,
  name: string,
  fields: readonly (AccessorProperty | PropertyDefinition)[],
): void {
  const { start, end } = node
  const ordinal = l.function({ name, kind: 'fields', start, end }, () => {
    const { b } = l
    const { onSuper } = l
    l.onSuper = null
    emitReceiver(l)
    for (const field of fields) {
      const key = keyName(field.key, field.computed)
      const value = lowerNamed(l, field.value!, key ?? '')
      const self = l.location('this')
      l.define([...used([b.read(self)]), ...value], [b.write(b.propertyLocation(self, key))], field)
    }
    l.onSuper = onSuper
  })
  l.b.emit(op.closure, start, node.body.start, nothing, ordinal, 0, instructionFlag.implicit)
}

/** Emits what a member does when the class is made; the result is what it does when the class is there. */
function emitMember(
  l: Lowering,
  of: Class,
  member: ClassElement,
  made: number,
  hasFields: boolean,
): (() => void) | undefined {
  switch (member.type) {
    case 'MethodDefinition':
      for (const { expression } of member.decorators) emitDecorator(l, expression)
      emitMethod(l, of, member, made, hasFields)
      return undefined
    case 'PropertyDefinition':
    case 'AccessorProperty': {
      for (const { expression } of member.decorators) emitDecorator(l, expression)
      const key = computedKey(l, member)
      const { value: initial } = member
      if (!member.static || initial === null) return undefined
      return () => {
        const name = keyName(member.key, member.computed)
        const value = lowerNamed(l, initial, name ?? '')
        emitKept(l, { made, of: l.b.valueLocation(made), name }, [...key, ...value], member)
      }
    }
    case 'StaticBlock':
      return () => {
        l.inScope(() => {
          hoistVars(l, member.body)
          l.visit.block(l, member.body)
        })
      }
    default:
      return undefined
  }
}

/** Emits that a class, or its prototype, has a member. */
function emitKept(
  l: Lowering,
  { made, of, name }: { readonly made: number; readonly of: number; readonly name: string | null },
  value: Operands,
  place: Placed,
): void {
  const { b } = l
  const location = b.propertyLocation(of, name)
  l.define([...used([b.value(made)]), ...value], [name === null ? b.mayWrite(location) : b.write(location)], place)
}

function computedKey(l: Lowering, member: AccessorProperty | MethodDefinition | PropertyDefinition): Operands {
  const isComputed = member.computed && keyName(member.key, true) === null
  return isComputed ? [l.b.value(l.materialise(l.visit.expression(l, member.key as Expression), member.key))] : nothing
}

function emitMethod(l: Lowering, of: Class, member: MethodDefinition, made: number, hasFields: boolean): void {
  const { key, computed, value, kind } = member
  if (value.body === null) return
  const name = keyName(key, computed)
  const computedName = computedKey(l, member)
  const node = { ...value, start: member.start, end: member.end }
  const functionKind = kind === 'get' ? 'getter' : kind === 'set' ? 'setter' : kind
  const fields = hasFields && kind === 'constructor' ? (of.superClass === null ? 'begin' : 'super') : undefined
  const method = emitClosure(l, node, name ?? '', functionKind, { fields })
  if (functionKind === 'constructor') return
  const { b } = l
  const holder = b.valueLocation(made)
  const home = member.static ? holder : b.propertyLocation(holder, 'prototype')
  emitKept(l, { made, of: home, name }, [...computedName, b.value(method)], {
    start: member.start,
    end: value.body.start,
  })
}
