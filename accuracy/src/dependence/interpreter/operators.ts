import type { BinaryOperator, UnaryOperator } from 'oxc-parser'

type Plain = number

/** What an operator gives; `in` and `instanceof` among them. */
export function binary(operator: BinaryOperator, left: unknown, right: unknown): unknown {
  const [a, b] = [left as Plain, right as Plain]
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    case '**':
      return a ** b
    case '<<':
      return a << b
    case '>>':
      return a >> b
    case '>>>':
      return a >>> b
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
    case '===':
      return left === right
    case '!==':
      return left !== right
    case '==':
      // eslint-disable-next-line eqeqeq -- what the program says
      return left == right
    case '!=':
      // eslint-disable-next-line eqeqeq -- what the program says
      return left != right
    case 'in':
      return (left as PropertyKey) in (right as object)
    case 'instanceof':
      return left instanceof (right as new () => object)
  }
}

/** What an operator in front of a value gives; not `delete`. */
export function unary(operator: UnaryOperator, value: unknown): unknown {
  switch (operator) {
    case '!':
      return !value
    case '-':
      return -(value as Plain)
    case '+':
      return Number(value)
    case '~':
      return ~(value as Plain)
    case 'typeof':
      return typeof value
    default:
      return undefined
  }
}
