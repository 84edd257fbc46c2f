import { kindCode, opCode } from './codes.ts'
import { elementOf } from './confident-sets.ts'
import type { Evaluation } from './evaluation.ts'
import type { UnresolvedReason } from './link-types.ts'

/** Why an expression names nothing. To be asked only of one that does not. */
export function reasonFor(evaluation: Evaluation, file: number, expr: number): UnresolvedReason {
  const { program } = evaluation
  const seen = new Set<number>()
  const { facts, targets } = program.files[file]!
  const { exprs, symbols } = facts
  let at = expr
  for (;;) {
    const a = exprs.a[at]!
    switch (exprs.op[at]!) {
      case opCode.free:
        return 'undeclared'
      case opCode.module: {
        const target = targets[a]!
        return target.kind === 'unresolved' ? target.reason : 'unknown-receiver'
      }
      case opCode.symbol: {
        const symbol = program.symbol(file, a)
        const alias = symbols.type[a]!
        if (program.kind[symbol] !== kindCode.import || alias < 0 || seen.has(symbol)) return 'unknown-receiver'
        seen.add(symbol)
        at = alias
        break
      }
      case opCode.member: {
        const module = moduleNamed(evaluation, file, a)
        if (module >= 0) return 'not-exported'
        const receiver = unresolvedModule(evaluation, file, a)
        if (receiver !== undefined) return receiver
        return evaluation.sets.size(evaluation.valued(file, a)) === 0 ? 'unknown-receiver' : 'no-such-member'
      }
      default:
        return 'unknown-receiver'
    }
  }
}

/** The module of the project that an expression names, -1 where it names anything else. */
function moduleNamed(evaluation: Evaluation, file: number, expr: number): number {
  const { sets, program } = evaluation
  const named = evaluation.named(file, expr)
  if (sets.size(named) !== 1) return -1
  const entity = elementOf(sets.at(named, 0))
  return entity >= 0 && program.kind[entity] === kindCode.module ? entity : -1
}

/** Why the module is missing whose namespace an expression stands for; undefined where it stands for anything else. */
function unresolvedModule(evaluation: Evaluation, file: number, expr: number): UnresolvedReason | undefined {
  const { program } = evaluation
  const { facts, targets } = program.files[file]!
  let at = expr
  if (facts.exprs.op[at] === opCode.symbol) {
    const symbol = facts.exprs.a[at]!
    if (facts.symbols.kind[symbol] !== kindCode.import) return undefined
    at = facts.symbols.type[symbol]!
  }
  if (at < 0 || facts.exprs.op[at] !== opCode.module) return undefined
  const target = targets[facts.exprs.a[at]!]!
  return target.kind === 'unresolved' ? target.reason : undefined
}
