import { opCode } from './codes.ts'
import { confidenceOf, elementOf, emptySet } from './confident-sets.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'

/** Whether a member may be a literal, and whether it may be anything else. */
const may = { be: 1, differ: 2 } as const

/**
 * Those of the values of an expression that a condition on one of their members leaves; all of them where it would leave none,
 * since then the types say less than the condition.
 */
export function filteredValues(evaluation: Evaluation, file: number, expr: number): number {
  const { program, sets } = evaluation
  const { exprs, lists } = program.files[file]!.facts
  const all = evaluation.valued(file, exprs.a[expr]!)
  if (sets.size(all) < 2) return all
  const list = exprs.b[expr]!
  const name = program.name(file, exprs.b[lists[list + 1]!]!)
  const literal = lists[list] === 2 ? lists[list + 2]! : -1
  const wanted = exprs.op[expr] === opCode.alike ? may.be : may.differ
  let left = emptySet
  for (let i = 0; i < sets.size(all); i++) {
    const packed = sets.at(all, i)
    const named = evaluation.memberNamed(elementOf(packed), name)
    const keeps = literal < 0 ? sets.size(named) > 0 : (literalsOf(evaluation, named, file, literal) & wanted) !== 0
    if (keeps) left = sets.union(left, sets.one(elementOf(packed), confidenceOf(packed)))
  }
  return left === emptySet ? all : left
}

/** What the declared types of members say of a literal of `file`: bits of {@link may}; both where they say nothing. */
function literalsOf(evaluation: Evaluation, members: number, file: number, literal: number): number {
  const { program, sets } = evaluation
  let bits = 0
  for (let i = 0; i < sets.size(members); i++) {
    const member = elementOf(sets.at(members, i))
    if (member < 0) return may.be | may.differ
    evaluation.reads(inputKind.declaration, member)
    const owner = program.owner[member]!
    const type = program.files[owner]!.facts.symbols.type[program.row[member]!]!
    bits |= type < 0 ? may.be | may.differ : compared(evaluation, owner, type, file, literal)
  }
  return bits === 0 ? may.be | may.differ : bits
}

function compared(evaluation: Evaluation, owner: number, type: number, file: number, literal: number): number {
  const { program } = evaluation
  const declared = program.files[owner]!.facts
  const written = program.files[file]!.facts
  const a = declared.exprs.a[type]!
  switch (declared.exprs.op[type]!) {
    case opCode.union: {
      let bits = 0
      for (let i = 1; i <= declared.lists[a]!; i++) {
        bits |= compared(evaluation, owner, declared.lists[a + i]!, file, literal)
      }
      return bits
    }
    case opCode.literal: {
      if (written.exprs.op[literal] !== opCode.literal) return may.be | may.differ
      const same = declared.strings[a] === written.strings[written.exprs.a[literal]!]
      return same ? may.be : may.differ
    }
    case opCode.instance: {
      // A member of an enumeration.
      if (written.exprs.op[literal] !== opCode.instance) return may.be | may.differ
      const left = evaluation.named(owner, a)
      const right = evaluation.named(file, written.exprs.a[literal]!)
      if (left === emptySet || right === emptySet || declared.exprs.op[a] !== opCode.member) return may.be | may.differ
      return left === right ? may.be : may.differ
    }
    default:
      return may.be | may.differ
  }
}
