import { symbolKinds } from '@forge/lang'
import { kindCode } from './codes.ts'
import { emptySet, inferred } from './confident-sets.ts'
import { flatMap, oneValue } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import { entityValues, moduleValues } from './module-exports.ts'
import { side } from './values.ts'

const themselves: ReadonlySet<number> = new Set([
  kindCode.class,
  kindCode.function,
  kindCode.method,
  kindCode.constructor,
  kindCode.namespace,
  kindCode.enum,
  kindCode.object,
])

/** Whether a symbol of this kind is its own value, by the code of its kind. */
const isItself: Uint8Array = Uint8Array.from(symbolKinds, (_, kind) => (themselves.has(kind) ? 1 : 0))

/** The values of a symbol: itself for what is a value by declaration, else what its type or initialiser has. */
export function symbolValues(evaluation: Evaluation, symbol: number): number {
  const { program, externals, sets } = evaluation
  const kind = program.kind[symbol]!
  if (isItself[kind] === 1) return oneValue(evaluation, symbol, side.static)
  evaluation.reads(inputKind.declaration, symbol)
  const file = program.owner[symbol]!
  const row = program.row[symbol]!
  const { symbols } = program.files[file]!.facts
  switch (kind) {
    case kindCode.module:
      return moduleValues(evaluation, symbol)
    case kindCode.import:
      return importValues()
    case kindCode.getter:
      return evaluation.valued(file, symbols.type[row]! >= 0 ? symbols.type[row]! : symbols.returns[row]!)
    case kindCode.interface:
    case kindCode.type:
    case kindCode['enum-member']:
      return emptySet
    default:
      return evaluation.valued(file, symbols.type[row]!)
  }

  /** What a file imports by name from outside is taken for an object: its members are inferred. */
  function importValues(): number {
    const named = evaluation.imported(symbol)
    if (named !== emptySet) {
      return flatMap(sets, named, (entity) => {
        const given = entityValues(evaluation, entity)
        return entity < 0 && !externals.isRoot(-1 - entity) ? sets.weaken(given, inferred) : given
      })
    }
    return evaluation.valued(file, symbols.type[row]!)
  }
}
