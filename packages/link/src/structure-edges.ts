import { symbolFlag } from '@forge/lang'
import { edgeCode } from './codes.ts'
import { exact } from './confident-sets.ts'
import type { EdgeRows } from './edge-rows.ts'
import type { Evaluation } from './evaluation.ts'
import type { Overriders } from './overriders.ts'
import { isPromoted, isShown, shownSymbol, sourceSymbol } from './shown-symbols.ts'

/** Adds a `contains` edge to each symbol of a file that users see, from the nearest one around it. */
export function addContainment(evaluation: Evaluation, file: number, rows: EdgeRows): void {
  const { program } = evaluation
  const { count } = program.files[file]!.facts.symbols
  const promoted = isPromoted(evaluation)
  for (let row = 1; row < count; row++) {
    const symbol = program.symbol(file, row)
    if (!isShown(program, symbol, promoted) || (program.flags[symbol]! & symbolFlag.local) !== 0) continue
    rows.add(sourceSymbol(program, program.parent[symbol]!, promoted), symbol, edgeCode.contains, exact)
  }
}

/** Adds an `overrides` edge from each member of the classes and interfaces of a file to those it overrides. */
export function addOverrides(evaluation: Evaluation, overriders: Overriders, file: number, rows: EdgeRows): void {
  const { program } = evaluation
  const { count } = program.files[file]!.facts.symbols
  for (let row = 1; row < count; row++) {
    const member = program.symbol(file, row)
    for (const target of overriders.overridden(member)) {
      rows.add(member, shownSymbol(program, target, isPromoted(evaluation)), edgeCode.overrides, exact)
    }
  }
}
