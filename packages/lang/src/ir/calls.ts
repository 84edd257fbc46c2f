import type {
  Argument,
  CallExpression,
  Expression,
  ImportExpression,
  NewExpression,
  TaggedTemplateExpression,
} from 'oxc-parser'
import { instructionFlag, op, receiverPlace, restPlace } from '@forge/pdg'
import { unwrapped } from '../shapes.ts'
import { nothing, used } from './function-builder.ts'
import type { Operands } from './function-builder.ts'
import { globalCallFlags, globalConstructFlags, globalMemberFlags, methodFlags } from './known-calls.ts'
import type { Lowering, Placed } from './lowering.ts'
import { keyName, link, lowerSpread, reference, valueOf } from './references.ts'

/** Emits a call; the result is the instruction. */
export function emitCall(l: Lowering, node: CallExpression): number {
  const callee = emitCallee(l, node.callee)
  if (node.optional) link(l, callee, node.callee)
  noteDescriptors(l, node)
  const args = emitArguments(l, node.arguments)
  const operands = [...callee, ...args, ...(sends(node.callee) ? [l.b.mayWrite(sentLocation(l))] : nothing)]
  const call = callAt(l, op.call, node, operands, siteOf(node.callee), flagsOf(l, node.callee))
  if (node.callee.type === 'Super') {
    // The object is made there, and is what the constructor gives back.
    const made = l.b.kind === 'constructor' ? [l.b.write(l.b.variableLocation(l.b.result))] : nothing
    l.define([l.b.value(call)], [l.write('this'), ...made], node)
    l.onSuper?.()
  }
  return call
}

/** Notes the object literals that say what the properties are that a call of the language defines, so that their functions are getters and setters. */
function noteDescriptors(l: Lowering, { callee, arguments: [of, second, third] }: CallExpression): void {
  const to = unwrapped(callee)
  if (to.type !== 'MemberExpression' || to.object.type !== 'Identifier' || of === undefined) return
  const { object, property, computed } = to
  const name = keyName(property, computed)
  if ((object.name !== 'Object' && object.name !== 'Reflect') || !l.isGlobal(object.name)) return
  if (name === 'defineProperty' && second !== undefined && third !== undefined) {
    if (second.type !== 'SpreadElement' && third.type !== 'SpreadElement')
      l.descriptors.set(unwrapped(third), keyName(unwrapped(second), true) ?? '')
  }
  if ((name !== 'defineProperties' && name !== 'create') || second?.type !== 'ObjectExpression') return
  for (const one of second.properties) {
    if (one.type === 'Property') l.descriptors.set(unwrapped(one.value), keyName(one.key, one.computed) ?? '')
  }
}

/** What a generator that goes on is sent: where `next`, `throw` and `return` leave it, and `yield` finds it. Nothing says which generator it is. */
export function sentLocation({ b }: Lowering): number {
  return b.propertyLocation(-1, '[[sent]]')
}

/** Whether a call may be one of a generator's methods that let it go on. */
function sends(callee: Expression): boolean {
  const node = unwrapped(callee)
  if (node.type === 'ChainExpression') return sends(node.expression)
  if (node.type !== 'MemberExpression') return false
  const name = keyName(node.property, node.computed)
  return name === 'next' || name === 'throw' || name === 'return'
}

/** The operands of what is called, its receiver among them, which is emitted. */
function emitCallee(l: Lowering, outer: Expression): Operands {
  const { b } = l
  const node = unwrapped(outer)
  if (node.type === 'ChainExpression') return emitCallee(l, node.expression)
  if (node.type === 'Super') {
    const self = b.read(l.location('this'))
    return [b.value(b.emit(op.argument, node.start, node.end, [self], receiverPlace))]
  }
  if (node.type !== 'MemberExpression') return used(l.visit.expression(l, node))
  const to = reference(l, node)
  const { start, end } = node.object
  const flags = node.object.type === 'Super' ? instructionFlag.base : 0
  const receiver = b.emit(op.argument, start, end, to.base, receiverPlace, 0, flags)
  return [...used(valueOf(l, to)), b.value(receiver)]
}

function emitArguments(l: Lowering, args: readonly Argument[], first = 0): Operands {
  const { b } = l
  return args.map((argument, at) => {
    const isSpread = argument.type === 'SpreadElement'
    const operands = isSpread ? lowerSpread(l, argument.argument) : l.visit.expression(l, argument)
    const place = first + at + (isSpread ? restPlace : 0)
    return b.value(b.emit(op.argument, argument.start, argument.end, operands, place))
  })
}

function callAt(
  l: Lowering,
  code: number,
  { start, end }: Placed,
  operands: Operands,
  site: Placed,
  flags = 0,
): number {
  const { b } = l
  return b.emit(code, start, end, operands, site.start - b.start, site.end - b.start, flags)
}

/** What is known of a call by what is called. */
function flagsOf(l: Lowering, outer: Expression): number {
  const node = unwrapped(outer)
  if (node.type === 'Identifier') return l.isGlobal(node.name) ? globalCallFlags(node.name) : 0
  if (node.type !== 'MemberExpression') return 0
  const { object, property, computed } = node
  if (computed || property.type !== 'Identifier') return 0
  if (object.type === 'Identifier' && l.isGlobal(object.name)) return globalMemberFlags(object.name, property.name)
  return methodFlags(property.name)
}

/** Where what is called is named: a name or the last name of a member; else the whole of it. */
export function siteOf(outer: Expression): Placed {
  const node = unwrapped(outer)
  if (node.type === 'ChainExpression') return siteOf(node.expression)
  if (node.type === 'MemberExpression') return node.property
  return node
}

/** Emits `new`; the result is the instruction. */
export function emitNew(l: Lowering, node: NewExpression): number {
  const callee = used(l.visit.expression(l, node.callee))
  const args = emitArguments(l, node.arguments)
  const to = unwrapped(node.callee)
  const flags = to.type === 'Identifier' && l.isGlobal(to.name) ? globalConstructFlags(to.name) : 0
  return callAt(l, op.construct, node, [...callee, ...args], siteOf(node.callee), flags)
}

/** Emits a template that a function is called with. */
export function emitTagged(l: Lowering, node: TaggedTemplateExpression): number {
  const callee = emitCallee(l, node.tag)
  const args = emitArguments(l, node.quasi.expressions, 1)
  return callAt(l, op.call, node, [...callee, ...args], siteOf(node.tag))
}

/** Emits `import()`: a call of what is outside. */
export function emitImport(l: Lowering, node: ImportExpression): number {
  const args = emitArguments(l, node.options === null ? [node.source] : [node.source, node.options])
  return callAt(l, op.call, node, args, node)
}

/** Emits a call with one value, of what operands come to. */
export function emitCallWith(l: Lowering, node: Placed, callee: Operands, given: Operands, site: Placed): number {
  const { b } = l
  const argument = b.emit(op.argument, node.start, node.end, given, 0)
  return callAt(l, op.call, node, [...used(callee), b.value(argument)], site)
}

/** Emits that the fields of the class are initialised, whose constructor this is. */
export function emitFields(l: Lowering, { start, end }: Placed): void {
  const { b } = l
  const receiver = b.emit(
    op.argument,
    start,
    end,
    [b.read(l.location('this'))],
    receiverPlace,
    0,
    instructionFlag.implicit,
  )
  b.emit(op.call, start, end, [b.value(receiver)], -1, -1, instructionFlag.implicit)
}
