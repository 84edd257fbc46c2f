import type {
  BinaryExpression,
  ConditionalExpression,
  Expression,
  LogicalExpression,
  PrivateInExpression,
} from 'oxc-parser'
import { privateMember } from './chain.ts'
import { countDecision, countSequences } from './code-counts.ts'
import { roleCode } from './codes.ts'
import { NONE } from './expr-rows.ts'
import { guardsIn } from './known-values.ts'
import type { Walk } from './walk.ts'

const comparisons = new Set(['==', '!=', '===', '!==', '<', '<=', '>', '>=', 'in', 'instanceof'])

/** Reads operators of any depth to the left without recursion. */
export function visitBinary(w: Walk, outermost: BinaryExpression | PrivateInExpression): number {
  const levels: (BinaryExpression | PrivateInExpression)[] = []
  let node: Expression | { type: 'PrivateIdentifier' } = outermost
  while (node.type === 'BinaryExpression') {
    levels.push(node)
    node = node.left as Expression
  }
  const innermost = levels.at(-1)!
  let value =
    innermost.left.type === 'PrivateIdentifier'
      ? privateMember(w, innermost.left, roleCode.read)
      : w.visit.expression(w, innermost.left)
  for (let at = levels.length - 1; at >= 0; at -= 1) {
    const level = levels[at]!
    value = combined(w, level.operator, value, w.visit.expression(w, level.right))
  }
  return value
}

function combined(w: Walk, operator: string, left: number, right: number): number {
  if (comparisons.has(operator)) return w.builtin('Boolean')
  if (operator !== '+') return w.builtin('Number')
  const text = w.builtin('String')
  if (left === text || right === text) return text
  return left >= 0 && left === right && left === w.builtin('Number') ? left : NONE
}

/** Reads `&&`, `||` and `??` of any depth to the left without recursion; each is a decision. */
export function visitLogical(w: Walk, outermost: LogicalExpression): number {
  w.counts.cognitive += countSequences(outermost)
  return logicalValue(w, outermost)
}

function logicalValue(w: Walk, outermost: LogicalExpression): number {
  const levels: LogicalExpression[] = []
  let node: Expression = outermost
  while (node.type === 'LogicalExpression') {
    levels.push(node)
    node = node.left
  }
  w.counts.decisions += levels.length
  let value = w.visit.expression(w, node)
  for (let at = levels.length - 1; at >= 0; at -= 1) {
    const level = levels[at]!
    let right = NONE
    const guards = level.operator === '??' ? [] : guardsIn(w, level.left, level.operator === '&&')
    w.known.branch(guards, () => {
      right =
        level.right.type === 'LogicalExpression' ? logicalValue(w, level.right) : w.visit.expression(w, level.right)
    })
    value = level.operator === '&&' ? right : w.exprs.union([value, right])
  }
  return value
}

/** Reads `a ? b : c ? d : e` without recursion to the right; each is a decision. */
export function visitConditional(w: Walk, outermost: ConditionalExpression): number {
  const values: number[] = []
  let node: Expression = outermost
  const { nesting } = w.counts
  w.known.branch([], () => {
    while (node.type === 'ConditionalExpression') {
      countDecision(w)
      const { test, consequent } = node
      w.visit.expression(w, test)
      w.counts.nesting += 1
      w.known.branch(guardsIn(w, test), () => {
        values.push(w.visit.expression(w, consequent))
      })
      w.known.narrow(guardsIn(w, test, false))
      node = node.alternate
    }
    values.push(w.visit.expression(w, node))
  })
  w.counts.nesting = nesting
  return w.exprs.union(values)
}
