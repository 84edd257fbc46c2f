import type { ArrowFunctionExpression, Function as FunctionNode, ParamPattern } from 'oxc-parser'
import { instructionFlag, op, receiverPlace, restPlace } from '@forge/pdg'
import type { FunctionKind } from '@forge/pdg'
import { emitFields } from './calls.ts'
import { nothing, used } from './function-builder.ts'
import { declareNames, hoistVars } from './declarations.ts'
import type { Lowering, Placed } from './lowering.ts'

/** What a function has to do besides what is written in it. */
export interface ClosureOptions {
  /** For the constructor of a class with fields: whether they are initialised when it begins, or when `super` comes back. */
  readonly fields?: 'begin' | 'super' | undefined
}

/** Lowers a function, and emits that it is made; the result is the instruction. Of one that could not be read as a whole, nothing is known. */
export function emitClosure(
  l: Lowering,
  node: FunctionNode | ArrowFunctionExpression,
  name: string,
  kind: FunctionKind,
  options: ClosureOptions = {},
): number {
  const { start, end, body } = node
  const headEnd = body === null ? end : body.start
  if (!l.isRead(node)) {
    l.leaveOut(node)
    return l.b.emit(op.evaluate, start, headEnd)
  }
  const head = { name, kind, start, end, isAsync: node.async, isGenerator: node.generator }
  const ordinal = l.function(head, () => {
    const { onSuper } = l
    if (kind !== 'arrow') l.onSuper = null
    if (kind !== 'arrow') emitReceiver(l)
    if (node.type === 'FunctionExpression' && node.id !== null) l.declareSelf(node.id.name, node.id.start)
    emitParameters(l, node.params)
    if (options.fields === 'begin') emitFields(l, node)
    if (options.fields === 'super') l.onSuper = () => emitFields(l, node)
    if (body !== null) {
      if (body.type === 'BlockStatement') {
        l.inScope(() => {
          hoistVars(l, body.body)
          l.visit.block(l, body.body)
        })
      } else {
        emitReturn(l, l.visit.expression(l, body), body)
      }
    }
    l.onSuper = onSuper
  })
  return l.b.emit(op.closure, start, headEnd, nothing, ordinal)
}

/** Emits that what operands come to is given back. */
export function emitReturn(l: Lowering, operands: readonly number[], { start, end }: Placed): void {
  const { b } = l
  const value = b.isGuarded && operands.length > 0 ? [b.value(l.materialise(operands, { start, end }))] : operands
  // A constructor that names nothing gives its object back.
  const isGiven = operands.length > 0 || b.kind !== 'constructor'
  const written = isGiven ? [b.write(b.variableLocation(b.result))] : nothing
  b.jump(b.emit(op.return, start, end, [...value, ...written]), b.exit)
}

/** Emits that `this` is what the function is called on. */
export function emitReceiver(l: Lowering): void {
  const { b } = l
  const row = b.variable('this', 'receiver', -1)
  l.bind('this', row)
  const write = b.write(b.variableLocation(row))
  b.emit(op.parameter, b.start, b.start, [write], receiverPlace, 0, instructionFlag.implicit)
}

function emitParameters(l: Lowering, params: readonly ParamPattern[]): void {
  const { b } = l
  const named = params.filter((param) => param.type !== 'Identifier' || param.name !== 'this')
  for (const param of named) declareNames(l, param.type === 'TSParameterProperty' ? param.parameter : param)
  for (const [place, param] of named.entries()) {
    const { start, end } = param
    if (param.type === 'Identifier') {
      b.emit(op.parameter, start, end, [l.write(param.name)], place)
      continue
    }
    const at = param.type === 'RestElement' ? place + restPlace : place
    const value = [b.value(b.emit(op.parameter, start, end, nothing, at))]
    l.visit.assign(l, param, value, param)
    if (param.type !== 'TSParameterProperty') continue
    const target = param.parameter.type === 'AssignmentPattern' ? param.parameter.left : param.parameter
    if (target.type !== 'Identifier') continue
    const self = l.location('this')
    const given = [...used([b.read(self)]), b.read(l.location(target.name))]
    l.define(given, [b.write(b.propertyLocation(self, target.name))], param)
  }
}
