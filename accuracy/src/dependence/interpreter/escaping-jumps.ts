import type { Directive, Node, Statement } from 'oxc-parser'

/** A jump that leaves a statement. */
interface Jump {
  readonly kind: 'break' | 'continue' | 'return' | 'throw'
  readonly label: string | undefined
  /** The conditions, loops and switches between the statement, itself included, and the jump: they decide about it. */
  readonly deciders: readonly Node[]
}

const known = new WeakMap<Node, readonly Jump[]>()

/** What decides whether a statement is left by a jump instead of at its end. */
export function decidersOfEscapes(statement: Directive | Statement): ReadonlySet<Node> {
  return new Set(escapes(statement).flatMap(({ deciders }) => deciders))
}

/** What decides, within one round of a loop, whether there is no other round because of a jump. */
export function decidersOfEnds(body: Statement, labels: readonly string[]): ReadonlySet<Node> {
  const ends = escapes(body).filter(
    ({ kind, label }) => kind !== 'continue' || (label !== undefined && !labels.includes(label)),
  )
  return new Set(ends.flatMap(({ deciders }) => deciders))
}

/** Whether some way through statements leaves them by a jump. */
export function mayJump(statements: readonly Statement[]): boolean {
  return statements.some((statement) => escapes(statement).length > 0)
}

/** Whether a statement is a jump. */
export function isJump({ type }: Statement): boolean {
  return (
    type === 'BreakStatement' || type === 'ContinueStatement' || type === 'ReturnStatement' || type === 'ThrowStatement'
  )
}

/**
 * The branches of an endless loop that each run comes to if it ends, as they have the only jump out of it: nothing between the loop and the jump decides about them.
 *
 * @param labels those of the loop
 */
export function waysOut(body: Statement, labels: readonly string[]): ReadonlySet<Node> {
  const [only, ...others] = escapes(body).filter(
    ({ kind, label }) => kind !== 'continue' || (label !== undefined && !labels.includes(label)),
  )
  return new Set(only === undefined || others.length > 0 ? [] : only.deciders)
}

function escapes(statement: Directive | Statement): readonly Jump[] {
  let jumps = known.get(statement)
  if (jumps === undefined) known.set(statement, (jumps = findEscapes(statement)))
  return jumps
}

function findEscapes(statement: Directive | Statement): readonly Jump[] {
  switch (statement.type) {
    case 'BreakStatement':
    case 'ContinueStatement':
      return [
        {
          kind: statement.type === 'BreakStatement' ? 'break' : 'continue',
          label: statement.label?.name,
          deciders: [],
        },
      ]
    case 'ReturnStatement':
      return [{ kind: 'return', label: undefined, deciders: [] }]
    case 'ThrowStatement':
      return [{ kind: 'throw', label: undefined, deciders: [] }]
    case 'BlockStatement':
      return all(statement.body)
    case 'IfStatement':
      return decidedBy(
        statement,
        all(statement.alternate === null ? [statement.consequent] : [statement.consequent, statement.alternate]),
      )
    case 'LabeledStatement':
      return escapes(statement.body).filter(({ label }) => label !== statement.label.name)
    case 'SwitchStatement': {
      const jumps = statement.cases.flatMap(({ consequent }) => all(consequent))
      return decidedBy(
        statement,
        jumps.filter(({ kind, label }) => kind !== 'break' || label !== undefined),
      )
    }
    case 'TryStatement': {
      // A jump at the end of `finally` takes the place of all others.
      const last = statement.finalizer?.body.at(-1)
      if (last !== undefined && isJump(last)) return escapes(statement.finalizer!)
      const inBlock = escapes(statement.block)
      const leaving = statement.handler === null ? inBlock : inBlock.filter(({ kind }) => kind !== 'throw')
      const handler = statement.handler === null ? [] : escapes(statement.handler.body)
      return [...leaving, ...handler, ...(statement.finalizer === null ? [] : escapes(statement.finalizer))]
    }
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
    case 'ForOfStatement':
    case 'ForInStatement': {
      const jumps = escapes(statement.body).filter(
        ({ kind, label }) => label !== undefined || (kind !== 'break' && kind !== 'continue'),
      )
      return decidedBy(statement, jumps)
    }
    default:
      return []
  }
}

function all(statements: readonly (Directive | Statement)[]): Jump[] {
  return statements.flatMap((statement) => escapes(statement))
}

function decidedBy(decider: Node, jumps: readonly Jump[]): Jump[] {
  return jumps.map((jump) => ({ ...jump, deciders: [decider, ...jump.deciders] }))
}
