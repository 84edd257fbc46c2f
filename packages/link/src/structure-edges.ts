import { symbolFlag } from '@forge/lang'
import { edgeCode, isMemberKind, kindCode } from './codes.ts'
import { elementOf, exact } from './confident-sets.ts'
import type { EdgeRows } from './edge-rows.ts'
import type { Evaluation } from './evaluation.ts'
import { isShown, shownSymbol, sourceSymbol } from './shown-symbols.ts'
import { side } from './values.ts'

/** Adds a `contains` edge to each symbol of a file that users see, from the nearest one around it. */
export function addContainment(evaluation: Evaluation, file: number, rows: EdgeRows): void {
  const { program } = evaluation
  for (let symbol = program.first[file]! + 1; symbol < program.first[file + 1]!; symbol++) {
    if (!isShown(program, symbol) || (program.flags[symbol]! & symbolFlag.local) !== 0) continue
    rows.add(sourceSymbol(program, program.parent[symbol]!), symbol, edgeCode.contains, exact)
  }
}

/**
 * Adds an `overrides` edge from each member of the classes and interfaces of a file to the member of the same name
 * found first in each of their bases. `implemented` has, for each class, the interfaces it says to implement, as pairs (class, entity).
 */
export function addOverrides(
  evaluation: Evaluation,
  file: number,
  implemented: readonly number[],
  rows: EdgeRows,
): void {
  const { program, sets, values } = evaluation
  const interfaces = new Map<number, number[]>()
  for (let i = 0; i < implemented.length; i += 2) {
    const list = interfaces.get(implemented[i]!)
    if (list === undefined) interfaces.set(implemented[i]!, [implemented[i + 1]!])
    else list.push(implemented[i + 1]!)
  }
  for (let member = program.first[file]! + 1; member < program.first[file + 1]!; member++) {
    const kind = program.kind[member]!
    if (isMemberKind[kind] !== 1 || kind === kindCode.constructor || !isShown(program, member)) continue
    const holder = program.parent[member]!
    const holderKind = program.kind[holder]!
    if (holderKind !== kindCode.class && holderKind !== kindCode.interface) continue
    const isStatic = (program.flags[member]! & symbolFlag.static) !== 0
    const bases = evaluation.basesOf(values.of(holder, isStatic ? side.static : side.instance, 0))
    for (let i = 0; i < sets.size(bases); i++) addOverride(evaluation, member, elementOf(sets.at(bases, i)), rows)
    if (isStatic) continue
    for (const base of interfaces.get(holder) ?? [])
      addOverride(evaluation, member, values.of(base, side.instance, 0), rows)
  }
}

function addOverride(evaluation: Evaluation, member: number, base: number, rows: EdgeRows): void {
  const { program, sets, values } = evaluation
  if (values.entity(base) < 0) return
  const found = evaluation.memberNamed(base, program.symbolName(member))
  const targets: number[] = []
  for (let i = 0; i < sets.size(found); i++) {
    const target = elementOf(sets.at(found, i))
    if (target >= 0 && target !== member && isMemberKind[program.kind[target]!] === 1) targets.push(target)
  }
  // A getter overrides the getter, where the base has both accessors.
  const alike = targets.filter((target) => program.kind[target] === program.kind[member])
  for (const target of alike.length > 0 ? alike : targets) {
    rows.add(member, shownSymbol(program, target), edgeCode.overrides, exact)
  }
}
