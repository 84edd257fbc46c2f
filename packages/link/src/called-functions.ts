import { kindCode, opCode } from './codes.ts'
import { elementOf, emptySet } from './confident-sets.ts'
import { flatMap } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import { parameterSlot } from './flows.ts'
import { putInto } from './members.ts'
import { side } from './values.ts'

/**
 * The values that a call of `callee`, an expression of `file`, may run: those of the expression and, where it names something with a declared
 * type, those that the code puts there.
 */
export function calledValues(evaluation: Evaluation, file: number, callee: number): number {
  const { program, sets } = evaluation
  const { exprs } = program.files[file]!.facts
  const op = exprs.op[callee]!
  const valued = op === opCode.super ? baseConstructors(evaluation, file, callee) : evaluation.valued(file, callee)
  if (op !== opCode.symbol && op !== opCode.member) return valued
  const flow = flatMap(sets, evaluation.named(file, callee), (entity) => flowOf(evaluation, entity))
  if (op === opCode.symbol) return sets.union(valued, flow)
  const name = program.name(file, exprs.b[callee]!)
  const put = flatMap(sets, evaluation.valued(file, exprs.a[callee]!), (holder) => putInto(evaluation, holder, name))
  return sets.union(sets.union(valued, flow), put)
}

/** What `super()` runs. */
function baseConstructors(evaluation: Evaluation, file: number, expr: number): number {
  const { sets, values } = evaluation
  const bases = evaluation.valued(file, expr)
  return flatMap(sets, bases, (base) =>
    values.entity(base) < 0 ? emptySet : sets.one(values.of(values.entity(base), side.static, 0), 0),
  )
}

/** What the code puts into something whose type is declared. */
export function flowOf(evaluation: Evaluation, entity: number): number {
  if (entity < 0) return emptySet
  const { program } = evaluation
  evaluation.reads(inputKind.declaration, entity)
  const file = program.owner[entity]!
  const { symbols, exprs } = program.files[file]!.facts
  const row = program.row[entity]!
  const flow = symbols.flow[row]!
  if (flow >= 0) return evaluation.valued(file, flow)
  const type = symbols.type[row]!
  if (type < 0 || exprs.op[type] !== opCode.parameter) return emptySet
  return evaluation.flows.get(program.symbol(file, exprs.a[type]!), side.static, parameterSlot(exprs.b[type]!))
}

/** Whether a value is something that a call or `new` runs, and that has code in the project. */
export function isCode(evaluation: Evaluation, value: number): boolean {
  const { program, values } = evaluation
  const entity = values.entity(value)
  if (entity < 0 || values.side(value) !== side.static) return false
  const kind = program.kind[entity]!
  return kind === kindCode.function || kind === kindCode.method || kind === kindCode.class
}

/** The functions that calling or constructing these values runs, their constructors in the place of classes. */
export function codeOf(evaluation: Evaluation, called: number): readonly number[] {
  const { program, sets, values } = evaluation
  const found: number[] = []
  for (let i = 0; i < sets.size(called); i++) {
    const value = elementOf(sets.at(called, i))
    if (!isCode(evaluation, value)) continue
    const entity = values.entity(value)
    if (program.kind[entity] !== kindCode.class) {
      found.push(entity)
      continue
    }
    const made = evaluation.memberNamed(values.of(entity, side.instance, 0), program.nameOf('constructor'))
    for (let j = 0; j < sets.size(made); j++) {
      const member = elementOf(sets.at(made, j))
      if (member >= 0 && program.kind[member] === kindCode.constructor) found.push(member)
    }
  }
  return found
}
