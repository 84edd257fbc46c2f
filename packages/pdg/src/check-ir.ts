import { FunctionIrError } from './errors.ts'
import {
  entryAt,
  exitAt,
  type FunctionIr,
  type InstructionTable,
  locationCodes,
  locationKinds,
  op,
  opcodes,
  operandCodes,
  operandKinds,
  raiseAt,
  variableKinds,
} from './ir.ts'

type CallSite = (...args: never[]) => unknown

/** Throws where tables are not those of a function, so that no graph is made of them: `FORGE_PDG_IR`. */
export function checkIr(ir: FunctionIr, callSite: CallSite): void {
  check(ir, wrongTables(ir) ?? wrongRows(ir), callSite)
}

/** Throws where a table is missing or has columns of different lengths, whatever is in them: `FORGE_PDG_IR`. */
export function checkTables(ir: FunctionIr, callSite: CallSite): void {
  check(ir, wrongTables(ir), callSite)
}

function check(ir: FunctionIr, wrong: Wrong | undefined, callSite: CallSite): void {
  if (wrong === undefined) return
  throw new FunctionIrError(`The instructions of ${ir?.name || 'a function'} cannot be: ${wrong.what}`, {
    hint: 'Give a function as `lower` of @forge/lang makes it, or tables as `FunctionIr` describes them',
    details: { column: wrong.what, row: wrong.row },
    callSite,
  })
}

/** What is wrong, by the table and its column, and in which row; -1 for what is of no row. */
interface Wrong {
  readonly what: string
  readonly row: number
}

function wrongTables(ir: FunctionIr): Wrong | undefined {
  const { instructions, variables, locations, names, children, captures, ways } = ir ?? {}
  const areThere = [names, children, captures, variables?.name].every((one) => Array.isArray(one))
  if (!areThere || !instructions || !locations || !ways) return { what: 'a table is missing', row: -1 }
  return (
    wrongLengths('instructions', instructions, instructionColumns) ??
    wrongEnds(instructions) ??
    wrongLengths('variables', variables, ['name', 'kind', 'flags', 'start']) ??
    wrongLengths('locations', locations, ['kind', 'base', 'ref'])
  )
}

function wrongRows(ir: FunctionIr): Wrong | undefined {
  const { variables } = ir
  return (
    wrongRow('variables.kind', variables.kind, (kind) => kind < variableKinds.length) ??
    wrongInstructions(ir) ??
    wrongOperands(ir) ??
    wrongLocations(ir)
  )
}

const instructionColumns = ['op', 'start', 'end', 'a', 'b', 'flags', 'next', 'other', 'handler'] as const

function wrongLengths<Name extends string>(
  table: string,
  columns: { readonly count: number } & Readonly<Record<Name, ArrayLike<unknown>>>,
  names: readonly Name[],
): Wrong | undefined {
  const name = names.find((one) => columns[one]?.length !== columns.count)
  return name === undefined ? undefined : { what: `${table}.${name} is not as long as there are ${table}`, row: -1 }
}

/** The first row of a column that cannot be. */
function wrongRow(
  what: string,
  column: Int32Array | Uint8Array,
  isRight: (value: number, row: number) => boolean,
): Wrong | undefined {
  for (let row = 0; row < column.length; row++) if (!isRight(column[row]!, row)) return { what, row }
  return undefined
}

function wrongInstructions({ instructions, children, ways }: FunctionIr): Wrong | undefined {
  const { count, op: ops, a, next, other, handler } = instructions
  if (ops[entryAt] !== op.entry || ops[exitAt] !== op.exit || ops[raiseAt] !== op.raise) {
    return { what: 'they do not begin with entry, exit and raise', row: -1 }
  }
  const isWay = (way: number): boolean => Number.isInteger(way) && way >= 0 && way < count
  return (
    wrongRow('instructions.op', ops, (code) => code < opcodes.length) ??
    wrongRow('instructions.a', a, (child, row) => ops[row] !== op.closure || (child >= 0 && child < children.length)) ??
    wrongRow('instructions.next', next, (to) => to >= -1 && to < count) ??
    wrongRow('instructions.other', other, (to) => to >= -1 && to < count) ??
    wrongRow('instructions.handler', handler, (to) => to >= -1 && to < count) ??
    wrongRow('ways', ops, (code, row) => code !== op.dispatch || ways.get(row)?.every(isWay) === true)
  )
}

/** Operands have to end where their columns do. */
function wrongEnds({ count, operands, operandKind, operandRef }: InstructionTable): Wrong | undefined {
  const end = operands?.length === count + 1 ? operands[count] : undefined
  const isEven = end !== undefined && operandKind?.length === end && operandRef?.length === end
  return isEven ? undefined : { what: 'instructions.operands do not end where their kinds do', row: -1 }
}

function wrongOperands({ instructions, locations }: FunctionIr): Wrong | undefined {
  const { count, operands, operandKind, operandRef } = instructions
  const isValue = (row: number): boolean =>
    operandKind[row] === operandCodes.value || operandKind[row] === operandCodes.usedValue
  return (
    wrongRow('instructions.operands', operands, (at, row) => (row === 0 ? at === 0 : at >= operands[row - 1]!)) ??
    wrongRow('instructions.operandKind', operandKind, (kind) => kind < operandKinds.length) ??
    wrongRow(
      'instructions.operandRef',
      operandRef,
      (to, row) => to >= 0 && to < (isValue(row) ? count : locations.count),
    ) ??
    wrongRow('ways', instructions.op, (_, at) => isLeftByItsWay(instructions, at))
  )
}

/** A way of a `finally` has the variable that says by which it was entered. */
function isLeftByItsWay({ op: ops, operands }: InstructionTable, at: number): boolean {
  return (ops[at] !== op.dispatch && ops[at] !== op.complete) || operands[at + 1]! > operands[at]!
}

function wrongLocations({ instructions, variables, locations, names }: FunctionIr): Wrong | undefined {
  const { kind, base, ref } = locations
  const counts: Readonly<Record<number, number>> = {
    [locationCodes.variable]: variables.count,
    [locationCodes.value]: instructions.count,
    [locationCodes.property]: names.length,
    [locationCodes.element]: Infinity,
  }
  return (
    wrongRow('locations.kind', kind, (code) => code < locationKinds.length) ??
    wrongRow('locations.base', base, (of, row) => of >= -1 && of < row) ??
    wrongRow(
      'locations.ref',
      ref,
      (to, row) => kind[row] === locationCodes.element || (to >= 0 && to < counts[kind[row]!]!),
    )
  )
}
