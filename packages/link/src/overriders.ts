import { symbolFlag } from '@forge/lang'
import { isMemberKind, kindCode, roleCode } from './codes.ts'
import { elementOf, emptySet } from './confident-sets.ts'
import type { Evaluation } from './evaluation.ts'
import { expectedOf } from './expected-types.ts'
import { inputKind } from './inputs.ts'
import { typesNamed } from './meanings.ts'
import { isPromoted, isShown } from './shown-symbols.ts'
import { side } from './values.ts'

/** The members of which something else is true than before. */
export interface OverrideChanges {
  /** Those that are overridden by others. */
  readonly targets: ReadonlySet<number>
  /** Those that override others. */
  readonly members: ReadonlySet<number>
}

/** Which members override which, by `extends` and `implements`, in the files that were read. */
export interface Overriders {
  /** Reads the overrides of a file, for the first time or again. */
  read(file: number): OverrideChanges
  /** The members of the bases of its class or interface that a member overrides, each the first found in its base. */
  overridden(member: number): readonly number[]
  /**
   * The members that override a member, those that override these included; and those of object literals that are written where
   * its type is expected.
   */
  overriding(member: number): readonly number[]
}

/** The members of a file that override others, and which ones, a pair for each place. */
interface Overrides {
  readonly members: readonly number[]
  readonly targets: readonly number[]
  /** How many of them are declared to; those of object literals come behind. */
  readonly declared: number
}

/** A pair as a text, which is another one where it is declared. */
function keyOf({ members, targets, declared }: Overrides, at: number): string {
  return `${members[at]!} ${targets[at]!} ${at < declared}`
}

function keysOf(overrides: Overrides): readonly string[] {
  return overrides.members.map((_, at) => keyOf(overrides, at))
}

const nothingOverridden: Overrides = { members: [], targets: [], declared: 0 }

const none: readonly number[] = []

/** Makes {@link Overriders} that have read nothing. */
export function createOverriders(evaluation: Evaluation): Overriders {
  const { program, sets, values } = evaluation
  const above = new Map<number, number[]>()
  const below = new Map<number, number[]>()
  const pairsOf: Overrides[] = []

  function read(file: number): OverrideChanges {
    const before = pairsOf[file] ?? nothingOverridden
    const found = overridesOf(file)
    pairsOf[file] = found
    const old = new Set(keysOf(before))
    const now = new Set(keysOf(found))
    const targets = new Set<number>()
    const members = new Set<number>()
    for (const [at, member] of before.members.entries()) {
      const target = before.targets[at]!
      if (!now.has(keyOf(before, at))) {
        targets.add(target)
        members.add(member)
      }
      above.delete(member)
      below.set(target, below.get(target)?.filter((one) => one !== member) ?? [])
    }
    for (const [at, member] of found.members.entries()) {
      const target = found.targets[at]!
      if (!old.has(keyOf(found, at))) {
        targets.add(target)
        members.add(member)
      }
      if (at < found.declared) add(above, member, target)
      add(below, target, member)
    }
    return { targets, members }
  }

  function overridesOf(file: number): Overrides {
    const members: number[] = []
    const targets: number[] = []
    const interfaces = implementedInterfaces(evaluation, file)
    const { count } = program.files[file]!.facts.symbols
    for (let row = 1; row < count; row++) {
      const member = program.symbol(file, row)
      const kind = program.kind[member]!
      if (
        isMemberKind[kind] !== 1 ||
        kind === kindCode.constructor ||
        !isShown(program, member, isPromoted(evaluation))
      )
        continue
      const holder = program.parent[member]!
      const holderKind = program.kind[holder]!
      if (holderKind !== kindCode.class && holderKind !== kindCode.interface) continue
      const isStatic = (program.flags[member]! & symbolFlag.static) !== 0
      const bases = evaluation.basesOf(values.of(holder, isStatic ? side.static : side.instance, 0))
      for (let i = 0; i < sets.size(bases); i++) pair(member, elementOf(sets.at(bases, i)))
      if (isStatic) continue
      for (const base of interfaces.get(holder) ?? []) pair(member, values.of(base, side.instance, 0))
    }
    const declared = members.length
    for (let row = 1; row < count; row++) {
      const object = program.symbol(file, row)
      if (program.kind[object] !== kindCode.object) continue
      const types = expectedOf(evaluation, object)
      if (types === emptySet) continue
      for (const member of program.membersOf(object)) {
        for (let i = 0; i < sets.size(types); i++) pair(member, elementOf(sets.at(types, i)))
      }
    }
    return { members, targets, declared }

    function pair(member: number, base: number): void {
      for (const target of overriddenBy(member, base)) {
        members.push(member)
        targets.push(target)
      }
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

  function direct(member: number): readonly number[] {
    evaluation.reads(inputKind.overriders, member)
    return below.get(member) ?? none
  }

  return {
    read,
    overridden(member) {
      evaluation.reads(inputKind.overridden, member)
      return above.get(member) ?? none
    },
    overriding(member) {
      const found = new Set(direct(member))
      // A set is visited in the order of insertion, what is added meanwhile included.
      for (const one of found) for (const further of direct(one)) found.add(further)
      found.delete(member)
      return [...found]
    },
  }
}

/** For each class of a file, the interfaces it says to implement. */
function implementedInterfaces(evaluation: Evaluation, file: number): ReadonlyMap<number, readonly number[]> {
  const { program, sets } = evaluation
  const interfaces = new Map<number, number[]>()
  const { occurrences } = program.files[file]!.facts
  for (let occurrence = 0; occurrence < occurrences.count; occurrence++) {
    if (occurrences.role[occurrence] !== roleCode.implements) continue
    const named = typesNamed(evaluation, file, occurrences.expr[occurrence]!)
    for (let i = 0; i < sets.size(named); i++) {
      const entity = elementOf(sets.at(named, i))
      if (entity >= 0) add(interfaces, program.symbol(file, occurrences.in[occurrence]!), entity)
    }
  }
  return interfaces
}

function add(lists: Map<number, number[]>, key: number, item: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else if (!list.includes(item)) list.push(item)
}
