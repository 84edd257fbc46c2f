import type { CallExpression, Expression } from 'oxc-parser'
import { kindCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { symbolFlag } from './facts.ts'
import { visitFunction } from './functions.ts'
import { visitType } from './types.ts'
import type { Walk } from './walk.ts'

/**
 * Reads the initialiser of `symbol`; the result is the row of its value, or -1 where the symbol is itself what it is initialised with.
 *
 * @param ownsCode whether hidden functions inside are the symbol's code even within a function, as in a field of a class.
 */
export function visitInitialiser(w: Walk, node: Expression, symbol: number, ownsCode: boolean): number {
  const { container, holder } = w
  const isLocal = (w.symbols.flags[symbol]! & symbolFlag.local) !== 0
  if (!isLocal) {
    w.container = symbol
    if (ownsCode || !w.inFunction) w.holder = symbol
  }
  const value = direct(w, node, symbol)
  w.container = container
  w.holder = holder
  return value
}

function direct(w: Walk, node: Expression, symbol: number): number {
  switch (node.type) {
    case 'ObjectExpression': {
      const { container } = w
      w.container = symbol
      const value = w.visit.expression(w, node)
      w.container = container
      return value
    }
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'FunctionDeclaration':
    case 'TSDeclareFunction': {
      const kind = w.symbols.kind[symbol]
      if (kind !== kindCode.function && kind !== kindCode.method) break
      visitFunction(w, node, symbol, node.type === 'ArrowFunctionExpression')
      return NONE
    }
    case 'ClassExpression':
    case 'ClassDeclaration':
      if (w.symbols.kind[symbol] !== kindCode.class) break
      w.visit.class(w, node, symbol)
      return NONE
    case 'TSAsExpression':
    case 'TSTypeAssertion': {
      const inner = direct(w, node.expression, symbol)
      if (isConst(node.typeAnnotation)) return inner
      const declared = visitType(w, node.typeAnnotation)
      w.expect(inner < 0 ? w.exprs.symbol(symbol) : inner, declared)
      return declared < 0 ? inner : declared
    }
    case 'TSSatisfiesExpression': {
      const inner = direct(w, node.expression, symbol)
      w.expect(inner < 0 ? w.exprs.symbol(symbol) : inner, visitType(w, node.typeAnnotation))
      return inner
    }
    case 'TSNonNullExpression':
      return direct(w, node.expression, symbol)
    case 'CallExpression': {
      const frozen = frozenIn(w, node)
      if (frozen === null) break
      w.visit.expression(w, node.callee)
      return direct(w, frozen, symbol)
    }
    default:
      break
  }
  return w.visit.expression(w, node)
}

/** Whether a type is the `const` of `as const`. */
export function isConst(node: { readonly type: string; readonly typeName?: unknown }): boolean {
  if (node.type !== 'TSTypeReference') return false
  const name = node.typeName as { readonly type: string; readonly name?: string }
  return name.type === 'Identifier' && name.name === 'const'
}

/** The argument of `Object.freeze(x)`, which is what the call gives. */
export function frozenIn(w: Walk, node: CallExpression): Expression | null {
  const { callee } = node
  if (callee.type !== 'MemberExpression' || callee.computed || callee.object.type !== 'Identifier') return null
  if (callee.object.name !== 'Object' || node.arguments.length !== 1 || !w.isGlobal('Object')) return null
  if (callee.property.name !== 'freeze' && callee.property.name !== 'seal') return null
  const [argument] = node.arguments
  return argument!.type === 'SpreadElement' ? null : argument!
}
