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
    const self = b.variable('this', 'local', -1)
    l.bind('this', self)
    if (node.id !== null && node.type === 'ClassExpression') {
      l.define([b.value(made)], [l.writeVariable(l.declare(node.id.name, node.id.start))], node.id)
    }
    if (node.body.body.some((member) => isStaticCode(member))) {
      b.emit(
        op.evaluate,
        node.start,
        node.body.start,
        [b.value(made), l.writeVariable(self)],
        0,
        0,
        instructionFlag.implicit,
      )
    }
    const fields = node.body.body.filter((member) => isField(member) && !member.static && member.value !== null) as (
      | AccessorProperty
      | PropertyDefinition
    )[]
    const methods = node.body.body.filter(({ type }) => type === 'MethodDefinition')
    const hasFields = fields.length > 0 && l.isRead(node, methods)
    if (hasFields) emitFieldsFunction(l, node, name, fields)
    for (const member of node.body.body) emitMember(l, node, member, made, hasFields)
  })
  return made
}

function isField(member: ClassElement): member is AccessorProperty | PropertyDefinition {
  return member.type === 'PropertyDefinition' || member.type === 'AccessorProperty'
}

function isStaticCode(member: ClassElement): boolean {
  return member.type === 'StaticBlock' || (isField(member) && member.static)
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

function emitMember(l: Lowering, of: Class, member: ClassElement, made: number, hasFields: boolean): void {
  switch (member.type) {
    case 'MethodDefinition': {
      for (const { expression } of member.decorators) emitDecorator(l, expression)
      emitMethod(l, of, member, made, hasFields)
      return
    }
    case 'PropertyDefinition':
    case 'AccessorProperty': {
      for (const { expression } of member.decorators) emitDecorator(l, expression)
      const key = computedKey(l, member)
      if (!member.static || member.value === null) return
      const name = keyName(member.key, member.computed)
      const value = lowerNamed(l, member.value, name ?? '')
      emitKept(l, { made, of: l.b.valueLocation(made), name }, [...key, ...value], member)
      return
    }
    case 'StaticBlock':
      l.inScope(() => {
        if (l.hasVar) hoistVars(l, member.body)
        l.visit.block(l, member.body)
      })
      return
    default:
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
