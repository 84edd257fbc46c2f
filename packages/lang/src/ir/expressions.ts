import type {
  ArrayExpression,
  AssignmentExpression,
  ConditionalExpression,
  Expression,
  LogicalExpression,
  ObjectExpression,
  TemplateLiteral,
  UpdateExpression,
  YieldExpression,
} from 'oxc-parser'
import { instructionFlag, op } from '@forge/pdg'
import { unwrapped } from '../shapes.ts'
import { assigns } from './assigns.ts'
import { emitCall, emitImport, emitNew, emitTagged, sentLocation } from './calls.ts'
import { nothing, used } from './function-builder.ts'
import type { Ends, Operands } from './function-builder.ts'
import { isIdentityTest } from './identity-test.ts'
import { emitElement } from './jsx.ts'
import type { Lowering, Placed } from './lowering.ts'
import { holder, keyName, lowerMember, lowerSpread, reference, valueOf } from './references.ts'

/** What an expression's value comes to; emits what has to happen for it. */
export function lowerExpression(l: Lowering, outer: Expression): Operands {
  const node = unwrapped(outer)
  const { b } = l
  switch (node.type) {
    case 'Literal':
    case 'MetaProperty':
      return nothing
    case 'Identifier':
      return node.name === 'undefined' ? nothing : [b.read(l.location(node.name))]
    case 'ThisExpression':
    case 'Super':
      return [b.read(l.location('this'))]
    case 'MemberExpression':
      return lowerMember(l, node)
    case 'CallExpression':
      return [b.value(emitCall(l, node))]
    case 'NewExpression':
      return [b.value(emitNew(l, node))]
    case 'ChainExpression':
      return lowerChain(l, node.expression)
    case 'BinaryExpression':
      return lowerBinary(l, node)
    case 'LogicalExpression':
      return lowerLogical(l, node)
    case 'ConditionalExpression':
      return lowerConditional(l, node)
    case 'AssignmentExpression':
      return lowerAssignment(l, node)
    case 'UpdateExpression':
      return [b.value(emitUpdate(l, node))]
    case 'UnaryExpression': {
      if (node.operator !== 'delete') return used(l.visit.expression(l, node.argument))
      const argument = unwrapped(node.argument)
      if (argument.type !== 'MemberExpression') return l.visit.expression(l, argument)
      const { operands, location } = reference(l, argument)
      return [b.value(l.define(operands, [b.write(location)], node))]
    }
    case 'AwaitExpression':
      return [b.value(b.emit(op.await, node.start, node.end, l.visit.expression(l, node.argument)))]
    case 'YieldExpression':
      return [b.value(emitYield(l, node))]
    case 'ArrayExpression':
      return [b.value(emitArray(l, node))]
    case 'ObjectExpression':
      return [b.value(emitObject(l, node))]
    case 'TemplateLiteral':
      return lowerTemplate(l, node)
    case 'TaggedTemplateExpression':
      return [b.value(emitTagged(l, node))]
    case 'SequenceExpression':
      for (const part of node.expressions.slice(0, -1)) emitForItself(l, part)
      return l.visit.expression(l, node.expressions.at(-1)!)
    case 'ArrowFunctionExpression':
      return [b.value(l.visit.closure(l, node, '', 'arrow'))]
    case 'FunctionExpression':
      return [b.value(l.visit.closure(l, node, node.id?.name ?? '', 'function'))]
    case 'ClassExpression':
      return [b.value(l.visit.class(l, node, node.id?.name ?? ''))]
    case 'ImportExpression':
      return [b.value(emitImport(l, node))]
    case 'JSXElement':
    case 'JSXFragment':
      return [b.value(emitElement(l, node))]
    case 'ParenthesizedExpression':
    case 'TSInstantiationExpression':
      return l.visit.expression(l, node.expression)
    default:
      return nothing
  }
}

function emitYield(l: Lowering, node: YieldExpression): number {
  const { b } = l
  let operands = node.argument === null ? nothing : l.visit.expression(l, node.argument)
  if (node.delegate) {
    const source = l.materialise(operands, node)
    operands = [...used([b.value(source)]), b.read(b.propertyLocation(b.valueLocation(source), null))]
  } else {
    operands = [...operands, b.read(sentLocation(l))]
  }
  const given = b.emit(op.yield, node.start, node.end, [...operands, b.mayWrite(b.variableLocation(b.result))])
  b.mayEnd(given)
  return given
}

/** Emits an expression whose value nobody takes. */
export function emitForItself(l: Lowering, node: Expression): void {
  const { b } = l
  const before = b.count
  const operands = l.visit.expression(l, node)
  const isEmitted = b.count > before && operands.every((operand) => b.instructionOf(operand) >= 0)
  if (!isEmitted) b.emit(op.evaluate, node.start, node.end, operands)
}

/** Operands of parts that are evaluated one after the other. What is read before something is assigned gets an instruction of its own. */
function lowerParts(l: Lowering, parts: readonly Expression[]): Operands {
  let last = parts.length - 1
  while (last > 0 && !assigns(parts[last]!)) last -= 1
  return parts.flatMap((part, at) => {
    const operands = l.visit.expression(l, part)
    return at < last && operands.length > 0 ? [l.b.value(l.materialise(operands, part))] : operands
  })
}

/** Emits a condition; control goes on where it holds, the result is where it does not. */
export function emitCondition(l: Lowering, outer: Expression): Ends {
  const node = unwrapped(outer)
  const { b } = l
  if (node.type === 'LogicalExpression' && node.operator !== '??') {
    const levels = leftLevels(node)
    let fails = emitCondition(l, levels.at(-1)!.left)
    for (const level of levels.toReversed()) {
      if (level.operator === '&&') {
        fails.push(...emitCondition(l, level.right))
      } else {
        const holds = b.cut()
        b.join(fails)
        fails = emitCondition(l, level.right)
        b.join(holds)
      }
    }
    return fails
  }
  if (node.type === 'UnaryExpression' && node.operator === '!') {
    const fails = emitCondition(l, node.argument)
    const holds = b.cut()
    b.join(fails)
    return holds
  }
  if (node.type === 'Literal') {
    b.fixedCondition(node.start, node.end)
    return node.value === null || node.value === false || node.value === 0 || node.value === '' ? b.cut() : []
  }
  const flags = isIdentityTest(node) ? instructionFlag.identity : 0
  return b.otherwise(b.emit(op.branch, node.start, node.end, l.visit.expression(l, node), 0, 0, flags))
}

/** The operators from the outermost to the innermost on the left, without recursion. */
function leftLevels(outermost: LogicalExpression): LogicalExpression[] {
  const levels: LogicalExpression[] = []
  let node: Expression = outermost
  while (node.type === 'LogicalExpression' && (levels.length === 0 || node.operator !== '??')) {
    levels.push(node)
    node = unwrapped(node.left)
  }
  return levels
}

function lowerLogical(l: Lowering, outermost: LogicalExpression): Operands {
  const { b } = l
  const levels: LogicalExpression[] = []
  let node: Expression = outermost
  while (node.type === 'LogicalExpression') {
    levels.push(node)
    node = unwrapped(node.left)
  }
  let operands = l.visit.expression(l, node)
  for (const { left, operator, right } of levels.toReversed()) {
    const branch = b.emit(op.branch, left.start, left.end, operands)
    const ends = operator === '&&' ? b.otherwise(branch) : b.cut()
    if (operator !== '&&') b.join(b.otherwise(branch))
    const second = l.materialise(l.visit.expression(l, right), right)
    b.join(ends)
    operands = [b.value(branch), b.value(second)]
  }
  return operands
}

function lowerConditional(l: Lowering, outermost: ConditionalExpression): Operands {
  const { b } = l
  const values: number[] = []
  const done: Ends = []
  let node: Expression = outermost
  while (node.type === 'ConditionalExpression') {
    const fails = emitCondition(l, node.test)
    values.push(b.value(l.materialise(l.visit.expression(l, node.consequent), node.consequent)))
    done.push(...b.cut())
    b.join(fails)
    node = unwrapped(node.alternate)
  }
  values.push(b.value(l.materialise(l.visit.expression(l, node), node)))
  b.join(done)
  return values
}

function lowerBinary(l: Lowering, outermost: Extract<Expression, { type: 'BinaryExpression' }>): Operands {
  const { b } = l
  const parts: Expression[] = []
  let node: Expression = outermost
  // What is no class has no instances to ask for.
  let mayThrow = false
  if (outermost.operator === 'in' && outermost.left.type !== 'PrivateIdentifier')
    return lowerIn(l, outermost.left, outermost.right)
  while (node.type === 'BinaryExpression' && (node.operator !== 'in' || node.left.type === 'PrivateIdentifier')) {
    mayThrow ||= node.operator === 'instanceof'
    parts.push(node.right)
    if (node.left.type === 'PrivateIdentifier') return used(lowerParts(l, parts.toReversed()))
    node = unwrapped(node.left)
  }
  parts.push(node)
  const operands = used(lowerParts(l, parts.toReversed()))
  if (!mayThrow || !b.isGuarded) return operands
  const { start, end } = outermost
  return [b.value(b.emit(op.evaluate, start, end, operands, 0, 0, instructionFlag.mayThrow))]
}

/** Whether an object has a property: as if that was read. */
function lowerIn(l: Lowering, left: Expression, right: Expression): Operands {
  const { b } = l
  const key = l.visit.expression(l, left)
  const before = assigns(right) && key.length > 0 ? [b.value(l.materialise(key, left))] : key
  const of = holder(l, right)
  return used([...before, ...valueOf(l, of), b.read(b.propertyLocation(of.location, keyName(left, true)))])
}

function lowerTemplate(l: Lowering, { expressions }: TemplateLiteral): Operands {
  return used(lowerParts(l, expressions))
}

/** A chain with `?.`: each such link is a condition; where it does not hold, the value is `undefined`. */
function lowerChain(l: Lowering, node: Expression): Operands {
  const { b, links } = l
  const own = { ends: [] as Ends, branches: [] as number[] }
  l.links = own
  const value = l.materialise(l.visit.expression(l, node), node)
  l.links = links
  b.join(own.ends)
  return [b.value(value), ...own.branches.map((branch) => b.value(branch))]
}

function lowerAssignment(l: Lowering, node: AssignmentExpression): Operands {
  const { b } = l
  const { left, right, operator } = node
  if (left.type === 'ArrayPattern' || left.type === 'ObjectPattern') {
    const value = l.visit.expression(l, right)
    l.visit.assign(l, left, value, node)
    return value
  }
  const target = unwrapped(left)
  const { operands, location } = reference(l, target, assigns(right))
  const write = target.type === 'Identifier' ? l.write(target.name) : b.write(location)
  if (operator === '=') {
    const value = named(l, right, target)
    return [b.value(l.define([...operands, ...value], [write], node))]
  }
  const current = [...operands, b.read(location)]
  if (operator !== '&&=' && operator !== '||=' && operator !== '??=') {
    const before = assigns(right) ? [b.value(l.materialise(current, left))] : current
    return [b.value(l.define(used([...operands, ...before, ...l.visit.expression(l, right)]), [write], node))]
  }
  const branch = b.emit(op.branch, left.start, left.end, current)
  const ends = operator === '&&=' ? b.otherwise(branch) : b.cut()
  if (operator !== '&&=') b.join(b.otherwise(branch))
  const written = l.define([...operands, ...named(l, right, target)], [write], node)
  b.join(ends)
  return [b.value(branch), b.value(written)]
}

/** The value of an expression that is given to a name: a function or class without one takes it. */
function named(l: Lowering, node: Expression, target: Expression): Operands {
  const name =
    target.type === 'Identifier'
      ? target.name
      : target.type === 'MemberExpression'
        ? (keyName(target.property, target.computed) ?? '')
        : ''
  return lowerNamed(l, node, name)
}

/** The value of an expression; a function or class without a name of its own takes `name`. */
export function lowerNamed(l: Lowering, node: Expression, name: string): Operands {
  const inner = unwrapped(node)
  const { b } = l
  if (inner.type === 'ArrowFunctionExpression') return [b.value(l.visit.closure(l, inner, name, 'arrow'))]
  if (inner.type === 'FunctionExpression')
    return [b.value(l.visit.closure(l, inner, inner.id?.name ?? name, 'function'))]
  if (inner.type === 'ClassExpression') return [b.value(l.visit.class(l, inner, inner.id?.name ?? name))]
  return l.visit.expression(l, node)
}

function emitUpdate(l: Lowering, node: UpdateExpression): number {
  const { b } = l
  const target = unwrapped(node.argument)
  const { operands, location } = reference(l, target)
  const write = target.type === 'Identifier' ? l.write(target.name) : b.write(location)
  return l.define(used([...operands, b.read(location)]), [write], node)
}

function emitArray(l: Lowering, node: ArrayExpression): number {
  const { b } = l
  const array = b.emit(op.allocate, node.start, node.end, nothing, 1)
  const elements = b.write(b.propertyLocation(b.valueLocation(array), null))
  for (const element of node.elements) {
    if (element === null || element.type === 'Literal') continue
    const value = element.type === 'SpreadElement' ? lowerSpread(l, element.argument) : l.visit.expression(l, element)
    l.define([...used([b.value(array)]), ...value], [elements], element)
  }
  return array
}

function emitObject(l: Lowering, node: ObjectExpression): number {
  const { b } = l
  const object = b.emit(op.allocate, node.start, node.end)
  const self = b.valueLocation(object)
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      l.define(
        [...used([b.value(object)]), ...lowerSpread(l, property.argument)],
        [b.mayWrite(b.propertyLocation(self, null))],
        property,
      )
      continue
    }
    const { key, computed, value } = property
    const name = keyName(key, computed)
    const named = name === null ? l.visit.expression(l, key as Expression) : nothing
    const isMethod = property.method || property.kind !== 'init'
    const operands = isMethod ? methodOf(l, property, name ?? '') : lowerNamed(l, value, name ?? '')
    const write = b.propertyLocation(self, name)
    const writes = [name === null ? b.mayWrite(write) : b.write(write)]
    const described = l.descriptors.get(node) ?? (l.describes ? '' : undefined)
    if (described !== undefined && (name === 'get' || name === 'set'))
      writes.push(b.write(b.propertyLocation(self, `[[${name} ${described}]]`)))
    l.define([...used([b.value(object), ...named]), ...operands], writes, property)
  }
  return object
}

function methodOf(
  l: Lowering,
  property: Placed & { readonly kind: 'init' | 'get' | 'set'; readonly value: Expression },
  name: string,
): Operands {
  const { value, kind } = property
  if (value.type !== 'FunctionExpression') return l.visit.expression(l, value)
  const of = { ...value, start: property.start, end: property.end }
  return [l.b.value(l.visit.closure(l, of, name, kind === 'get' ? 'getter' : kind === 'set' ? 'setter' : 'method'))]
}
