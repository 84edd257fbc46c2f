import type { Expression } from 'oxc-parser'
import { unwrapped } from '../shapes.ts'
import { keyName } from './references.ts'

/** Whether a condition asks for nothing but which objects two values are, or whether they are any: `a.b === c`, `typeof a !== 'string'`, `a == null`. */
export function isIdentityTest(outer: Expression): boolean {
  const node = unwrapped(outer)
  if (node.type !== 'BinaryExpression' || node.left.type === 'PrivateIdentifier') return false
  const { operator, left, right } = node
  const isStrict = operator === '===' || operator === '!=='
  const isLoose = (operator === '==' || operator === '!=') && (isNothing(left) || isNothing(right))
  return (isStrict || isLoose) && isWhole(left) && isWhole(right)
}

function isNothing(outer: Expression): boolean {
  const node = unwrapped(outer)
  return (node.type === 'Literal' && node.value === null) || (node.type === 'Identifier' && node.name === 'undefined')
}

/** Whether the value of an expression is taken as it is, with nothing worked out from what is in it. */
export function isWhole(outer: Expression): boolean {
  const node = unwrapped(outer)
  switch (node.type) {
    case 'Literal':
    case 'Identifier':
    case 'ThisExpression':
    case 'CallExpression':
    case 'AwaitExpression':
      return true
    case 'MemberExpression':
      return keyName(node.property, node.computed) !== null
    case 'ChainExpression':
      return isWhole(node.expression)
    case 'UnaryExpression':
      return node.operator === 'typeof' && isWhole(node.argument)
    default:
      return false
  }
}
