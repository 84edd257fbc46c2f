import { symbolFlag } from '@forge/lang'
import { isMemberKind, kindCode, roleCode } from './codes.ts'
import { elementOf, emptySet } from './confident-sets.ts'
import type { Evaluation } from './evaluation.ts'
import { expectedOf } from './expected-types.ts'
import { typesNamed } from './meanings.ts'
import { isShown } from './shown-symbols.ts'
import { side } from './values.ts'

/** Which members override which, by `extends` and `implements`. */
export interface Overriders {
  /** The members of the bases of its class or interface that a member overrides, each the first found in its base. */
  overridden(member: number): readonly number[]
  /**
   * The members that override a member, those that override these included, in order; and those of object literals that are written where
   * its type is expected.
   */
  overriding(member: number): readonly number[]
}

const none: readonly number[] = []

/** Reads the overrides of all files. */
export function createOverriders(evaluation: Evaluation): Overriders {
  const { program, sets, values } = evaluation
  const above = new Map<number, number[]>()
  const below = new Map<number, number[]>()
  const interfaces = implementedInterfaces(evaluation)
  for (let member = 0; member < program.owner.length; member++) {
    const kind = program.kind[member]!
    if (isMemberKind[kind] !== 1 || kind === kindCode.constructor || !isShown(program, member)) continue
    const holder = program.parent[member]!
    const holderKind = program.kind[holder]!
    if (holderKind !== kindCode.class && holderKind !== kindCode.interface) continue
    const isStatic = (program.flags[member]! & symbolFlag.static) !== 0
    const bases = evaluation.basesOf(values.of(holder, isStatic ? side.static : side.instance, 0))
    for (let i = 0; i < sets.size(bases); i++) addOverride(member, elementOf(sets.at(bases, i)))
    if (isStatic) continue
    for (const base of interfaces.get(holder) ?? []) addOverride(member, values.of(base, side.instance, 0))
  }

  for (let object = 0; object < program.count(); object++) {
    if (program.kind[object] !== kindCode.object) continue
    const types = expectedOf(evaluation, object)
    if (types === emptySet) continue
    for (const member of program.membersOf(object)) {
      for (let i = 0; i < sets.size(types); i++) {
        for (const target of overriddenBy(member, elementOf(sets.at(types, i)))) add(below, target, member)
      }
    }
  }

  function addOverride(member: number, base: number): void {
    for (const target of overriddenBy(member, base)) {
      add(above, member, target)
      add(below, target, member)
    }
  }

  function overriddenBy(member: number, base: number): readonly number[] {
    if (values.entity(base) < 0) return none
    const found = evaluation.memberNamed(base, program.symbolName(member))
    const targets: number[] = []
    for (let i = 0; i < sets.size(found); i++) {
      const target = elementOf(sets.at(found, i))
      if (target >= 0 && target !== member && isMemberKind[program.kind[target]!] === 1) targets.push(target)
    }
    // A getter overrides the getter, where the base has both accessors.
    const alike = targets.filter((target) => program.kind[target] === program.kind[member])
    return alike.length > 0 ? alike : targets
  }

  return {
    overridden: (member) => above.get(member) ?? none,
    overriding(member) {
      const direct = below.get(member)
      if (direct === undefined) return none
      const found = new Set(direct)
      // A set is visited in the order of insertion, what is added meanwhile included.
      for (const one of found) for (const further of below.get(one) ?? none) found.add(further)
      found.delete(member)
      return [...found].toSorted((left, right) => left - right)
    },
  }
}

/** For each class, the interfaces it says to implement. */
function implementedInterfaces(evaluation: Evaluation): ReadonlyMap<number, readonly number[]> {
  const { program, sets } = evaluation
  const interfaces = new Map<number, number[]>()
  for (let file = 0; file < program.files.length; file++) {
    const { occurrences } = program.files[file]!.facts
    for (let occurrence = 0; occurrence < occurrences.count; occurrence++) {
      if (occurrences.role[occurrence] !== roleCode.implements) continue
      const named = typesNamed(evaluation, file, occurrences.expr[occurrence]!)
      for (let i = 0; i < sets.size(named); i++) {
        const entity = elementOf(sets.at(named, i))
        if (entity >= 0) add(interfaces, program.symbol(file, occurrences.in[occurrence]!), entity)
      }
    }
  }
  return interfaces
}

function add(lists: Map<number, number[]>, key: number, item: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else if (!list.includes(item)) list.push(item)
}
