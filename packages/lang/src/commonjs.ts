import type { AssignmentExpression, Expression } from 'oxc-parser'
import { isModuleExports } from './chain.ts'
import { kindCode, roleCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { functionFlags } from './functions.ts'
import { visitInitialiser } from './initialiser.ts'
import { classIn, functionIn, requiredIn } from './shapes.ts'
import type { Walk } from './walk.ts'

/** Reads `module.exports = …` and `exports.a = …` at the top of a CommonJS file; `null` for any other assignment. */
export function assignExport(w: Walk, node: AssignmentExpression): number | null {
  if (!w.commonJs || w.inFunction || node.left.type !== 'MemberExpression') return null
  const { left, right } = node
  if (isModuleExports(w, left)) {
    w.visit.reference(w, left, roleCode.write)
    return exported(w, node, right, 'export=', 'default', right.start, right.start)
  }
  if (left.computed || left.property.type !== 'Identifier' || !isExports(w, left.object)) return null
  const property = left.property
  const name = property.name
  w.visit.expression(w, left.object)
  const isNew = !w.exports.name.includes(w.names.id(name))
  if (!isNew || !declares(right)) {
    w.occurrence(property.start, property.end, roleCode.write, w.exprs.member(w.exprs.symbol(0), w.names.id(name)))
  }
  if (!isNew) return w.visit.expression(w, right)
  return exported(w, node, right, name, name, property.start, property.end)
}

function isExports(w: Walk, node: Expression): boolean {
  return (node.type === 'Identifier' && node.name === 'exports' && w.isGlobal('exports')) || isModuleExports(w, node)
}

/** Whether an exported value is a declaration of its own, and not the value of something declared before. */
function declares(node: Expression): boolean {
  switch (node.type) {
    case 'Identifier':
    case 'MemberExpression':
    case 'AssignmentExpression':
    case 'UnaryExpression':
      return false
    case 'CallExpression':
      return requiredIn(node) === null
    default:
      return true
  }
}

function exported(
  w: Walk,
  node: AssignmentExpression,
  right: Expression,
  name: string,
  symbolName: string,
  nameStart: number,
  nameEnd: number,
): number {
  if (!declares(right)) {
    const value = w.visit.expression(w, right)
    if (value >= 0) w.export(name, value)
    return value
  }
  const callable = functionIn(right)
  const inner = classIn(right)
  const kind = callable !== null ? kindCode.function : inner !== null ? kindCode.class : kindCode.constant
  const signatureEnd = callable?.body?.start ?? inner?.body.start ?? node.left.end
  const flags = callable === null ? 0 : functionFlags(callable)
  const id = w.names.id(symbolName)
  const symbol = w.symbol(kind, id, flags, node.start, node.end, nameStart, nameEnd, signatureEnd)
  const value = visitInitialiser(w, right, symbol, false)
  if (kind === kindCode.constant) w.symbols.type[symbol] = value
  const expr = w.exprs.symbol(symbol)
  w.export(name, expr)
  return value === NONE ? expr : value
}
