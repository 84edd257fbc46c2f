import { FlowGraphError } from './errors.ts'
import { mostNodes } from './flow-graph.ts'

/** The names of how a variable is accessed: a code is an index here. After a `mayWrite` the variable may be what it was before. */
export const accessKinds = ['read', 'write', 'mayWrite'] as const

/** One of {@link accessKinds}. */
export type AccessKind = (typeof accessKinds)[number]

/** One access: by which node, to which variable, and how. */
export type Access = readonly [node: number, variable: number, kind: AccessKind]

/** Who accesses which variable: access `i` is element `i` of each column. */
export interface AccessTable {
  /** How many variables: they are 0 to `variables - 1`. */
  readonly variables: number
  /** Sorted; the accesses of a node are in the order in which they happen. */
  readonly node: Int32Array
  readonly variable: Int32Array
  /** Indexes of {@link accessKinds}. */
  readonly kind: Uint8Array
}

/** What an {@link AccessTable} is made from. */
export interface AccessOptions {
  /** How many variables: they are 0 to `variables - 1`. */
  readonly variables: number
  /** In any order; those of one node in the order in which they happen, so that `x = x + 1` reads `x` first. */
  readonly accesses: Iterable<Access>
}

/**
 * Makes a table of accesses.
 *
 * @example
 * ```ts
 * // 0: x = 1; 1: y = x
 * createAccesses({ variables: 2, accesses: [[0, 0, 'write'], [1, 0, 'read'], [1, 1, 'write']] })
 * ```
 * @throws {FlowGraphError} `FORGE_PDG_FLOW_GRAPH`: a variable is out of range, a node is none, a kind is unknown, or there are more than 2 ** 28 variables.
 */
export function createAccesses(options: AccessOptions): AccessTable {
  return accessTable(options, createAccesses)
}

type CallSite = (...args: never[]) => unknown

/** Makes a table for a function that the user called: the stack of an error starts there. */
export function accessTable({ variables, accesses }: AccessOptions, callSite: CallSite): AccessTable {
  checkVariables(variables, callSite)
  const all: readonly unknown[] = typeof accesses?.[Symbol.iterator] === 'function' ? [...accesses] : [accesses]
  if (!all.every((access) => Array.isArray(access))) {
    throw new FlowGraphError('The accesses are no list of accesses', {
      hint: 'Give `accesses` as a list of `[node, variable, kind]`',
      details: { accesses: typeof accesses },
      callSite,
    })
  }
  const rows = (all as unknown as readonly Access[]).toSorted(([left], [right]) => left - right)
  for (const [node, variable, kind] of rows) {
    const isVariable = Number.isInteger(variable) && variable >= 0 && variable < variables
    if (isVariable && Number.isInteger(node) && node >= 0 && accessKinds.includes(kind)) continue
    throw new FlowGraphError(`The ${kind} of variable ${variable} by node ${node} cannot be`, {
      hint: `Variables are 0 to ${variables - 1}; kinds are ${accessKinds.join(', ')}`,
      details: { node, variable, kind, variables },
      callSite,
    })
  }
  return {
    variables,
    node: Int32Array.from(rows, ([node]) => node),
    variable: Int32Array.from(rows, ([, variable]) => variable),
    kind: Uint8Array.from(rows, ([, , kind]) => accessKinds.indexOf(kind)),
  }
}

function checkVariables(variables: number, callSite: CallSite): void {
  if (Number.isInteger(variables) && variables >= 0 && variables <= mostNodes) return
  throw new FlowGraphError(`There cannot be ${variables} variables`, {
    hint: `Give \`variables\` as a whole number from 0 to ${mostNodes}`,
    details: { variables },
    callSite,
  })
}

/** Throws where accesses are not of a graph with `size` nodes. */
export function checkAccesses(accesses: AccessTable, size: number, callSite: CallSite): void {
  const { node, variables } = accesses
  checkVariables(variables, callSite)
  for (let row = 0; row < node.length; row++) {
    const [at, variable, kind] = [node[row]!, accesses.variable[row]!, accesses.kind[row]!]
    const isSorted = row === 0 || node[row - 1]! <= at
    const isVariable = variable >= 0 && variable < variables
    if (isSorted && isVariable && at >= 0 && at < size && kind < accessKinds.length) continue
    throw new FlowGraphError(`Access ${row}, of variable ${variable} by node ${at}, cannot be`, {
      hint: `Sort accesses by node; nodes are 0 to ${size - 1}, variables 0 to ${variables - 1}`,
      details: { access: row, node: at, variable, kind, size, variables },
      callSite,
    })
  }
}
