import { symbolFlag } from '@forge/lang'
import { isMemberKind, kindCode } from './codes.ts'
import { confidenceOf, elementOf, emptySet, exact, inferred } from './confident-sets.ts'
import { flatMap, oneValue } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import { entityValues } from './module-exports.ts'
import { inheritedFrom, mayHaveMember } from './platform-members.ts'
import type { Program } from './program.ts'
import { constraint } from './results.ts'
import { isStored } from './store-names.ts'
import { side } from './values.ts'

/** The name of the members a holder has without naming them: of an index signature or a mapped type. */
const unnamed = '[]'

/**
 * The entities that are the member `name` of a value: its own one, else the first found in each of its
 * bases, else what every function or object has. Bases outside the project are asked last, as they seem to have
 * any member.
 */
export function memberNames(evaluation: Evaluation, value: number, name: number): number {
  const { program, values, sets } = evaluation
  const entity = values.entity(value)
  if (entity < 0) return externalMember(evaluation, value, -1 - entity, name)
  const kind = program.kind[entity]!
  if (kind === kindCode.module) return evaluation.exportNamed(program.owner[entity]!, name)
  if (program.isTypeParameter(entity)) {
    return flatMap(sets, constraint(evaluation, entity), (one) => evaluation.memberNamed(one, name))
  }
  const own = ownMember(evaluation, value, name)
  if (own >= 0) {
    let found = emptySet
    for (let member = own; member >= 0; member = nextOwn(evaluation, value, member)) {
      found = sets.union(
        found,
        program.kind[member] === kindCode.import ? evaluation.imported(member) : sets.one(member, exact),
      )
    }
    return found
  }
  const added = addedBy(evaluation, value, name, evaluation.augmentations.of(entity))
  if (added !== emptySet) return added
  const bases = evaluation.basesOf(value)
  const inherited = fromBases(evaluation, bases, (base) => evaluation.memberNamed(base, name))
  return inherited === emptySet ? universalMember(evaluation, value, name) : inherited
}

/** The values of the member `name` of a value; those of side `this` are left for the receiver to bind. */
export function memberValues(evaluation: Evaluation, value: number, name: number): number {
  const { program, values, sets } = evaluation
  const entity = values.entity(value)
  const text = program.text(name)
  if (entity < 0) {
    if (isRecord(evaluation, value)) return Math.max(values.lookUp(values.environment(value), -2), emptySet)
    if (text === 'value' && isGlobalType(evaluation, value, 'IteratorResult')) {
      return Math.max(values.lookUp(values.environment(value), -1), emptySet)
    }
    if (isPlace(text)) return elementAt(evaluation, value, Number(text))
    const named = externalMember(evaluation, value, -1 - entity, name)
    return flatMap(sets, named, (member) => entityValues(evaluation, member))
  }
  const kind = program.kind[entity]!
  if (kind === kindCode.module)
    return sets.union(evaluation.exportValued(program.owner[entity]!, name), putInto(evaluation, value, name))
  if (program.isTypeParameter(entity)) {
    return flatMap(sets, constraint(evaluation, entity), (one) => evaluation.memberValued(one, name))
  }
  const declared = declaredValues(evaluation, value, name, text)
  return isTyped(evaluation, value, name) ? declared : sets.union(declared, putInto(evaluation, value, name))
}

/** Whether a member has a declared type: then that says what it is, whatever is put into it. */
function isTyped(evaluation: Evaluation, value: number, name: number): boolean {
  const { program, sets } = evaluation
  if (!isStored(evaluation, name)) return true
  const named = evaluation.memberNamed(value, name)
  for (let i = 0; i < sets.size(named); i++) {
    const member = elementOf(sets.at(named, i))
    if (member >= 0 && (program.flags[member]! & (symbolFlag.typed | symbolFlag.ambient)) !== 0) return true
  }
  return false
}

/** What the program puts into a member outside its declaration. */
export function putInto(evaluation: Evaluation, value: number, name: number): number {
  const { flows, sets, values } = evaluation
  if (!isStored(evaluation, name)) return emptySet
  const put = flows.get(values.entity(value), isOfType(values.side(value)), name)
  return sets.weaken(put, inferred)
}

/** A value of a type, whichever way it is one: what is put into its members is put into those of the type. */
function isOfType(valueSide: number): number {
  return valueSide === side.static ? side.static : side.instance
}

/** Whether a name is one that an element of an array has. */
function isPlace(text: string): boolean {
  const first = text.charCodeAt(0)
  return first >= 48 && first <= 57 && /^\d{1,4}$/.test(text)
}

/** The element of an array at a place, where its places are known. */
function elementAt(evaluation: Evaluation, value: number, place: number): number {
  const { values } = evaluation
  const known = values.lookUp(values.environment(value), -2 - place)
  return known < 0 ? evaluation.elements(value) : known
}

/** The values that declarations give the member. */
function declaredValues(evaluation: Evaluation, value: number, name: number, text: string): number {
  const { program, values, sets } = evaluation
  const entity = values.entity(value)
  const kind = program.kind[entity]!
  if (text === 'constructor' && values.side(value) !== side.static && kind === kindCode.class) {
    return sets.one(values.of(entity, side.static, 0), inferred)
  }
  if (
    text === 'prototype' &&
    values.side(value) === side.static &&
    (kind === kindCode.class || kind === kindCode.function)
  ) {
    return oneValue(evaluation, entity, side.instance)
  }
  const own = ownMember(evaluation, value, name)
  if (own >= 0) {
    let found = emptySet
    for (let member = own; member >= 0; member = nextOwn(evaluation, value, member)) {
      if (program.kind[member] === kindCode.setter && own !== member) continue
      found = sets.union(found, evaluation.symbolValued(member))
    }
    return values.substitute(found, values.environment(value))
  }
  const added = addedBy(evaluation, value, name, evaluation.augmentations.of(entity))
  if (added !== emptySet) return flatMap(sets, added, evaluation.symbolValued)
  const inherited = fromBases(evaluation, evaluation.basesOf(value), (base) => evaluation.memberValued(base, name))
  if (inherited !== emptySet || text === unnamed) return inherited
  return evaluation.memberValued(value, program.nameOf(unnamed))
}

/** What the bases in the project say; where they say nothing, what those outside say, inferred. */
function fromBases(evaluation: Evaluation, bases: number, give: (base: number) => number): number {
  const { values, sets } = evaluation
  let inside = emptySet
  let outside = emptySet
  for (let i = 0; i < sets.size(bases); i++) {
    const packed = sets.at(bases, i)
    const base = elementOf(packed)
    const given = sets.weaken(give(base), confidenceOf(packed))
    if (values.entity(base) >= 0) inside = sets.union(inside, given)
    else outside = sets.union(outside, sets.weaken(given, inferred))
  }
  return inside === emptySet ? outside : hasProjectEntity(evaluation, inside) ? inside : sets.union(inside, outside)
}

function hasProjectEntity(evaluation: Evaluation, set: number): boolean {
  const { sets } = evaluation
  for (let i = 0; i < sets.size(set); i++) if (elementOf(sets.at(set, i)) >= 0) return true
  return false
}

/** The first member of this name among those a value itself has, -1 for none; {@link nextOwn} gives the others. */
function ownMember(evaluation: Evaluation, value: number, name: number): number {
  const { program, values } = evaluation
  evaluation.reads(inputKind.member, values.entity(value), name)
  return accept(evaluation, value, program.firstMember(values.entity(value), name))
}

function nextOwn(evaluation: Evaluation, value: number, member: number): number {
  return accept(evaluation, value, evaluation.program.nextMember(member))
}

/** The first member from `member` on that is on the side of its class the value is on; what is declared inside a function is no member. */
function accept(evaluation: Evaluation, value: number, member: number): number {
  const { program, values } = evaluation
  const entity = values.entity(value)
  const kind = program.kind[entity]!
  const callable = kind === kindCode.function || kind === kindCode.method
  const sided = callable || kind === kindCode.class || kind === kindCode.interface
  const ofType = values.side(value) !== side.static
  for (let at = member; at >= 0; at = program.nextMember(at)) {
    if (!sided) return at
    const isMember = isMemberKind[program.kind[at]!] === 1
    const ofInstance = isMember && (program.flags[at]! & symbolFlag.static) === 0
    if (ofInstance !== ofType) continue
    if (isMember || !callable) return at
    evaluation.reads(inputKind.declaration, at)
    if (!isInside(program, at, entity)) return at
  }
  return -1
}

/** Whether a symbol stands in the declaration of the one that holds it, not in another one that is merged with it. */
function isInside(program: Program, symbol: number, holder: number): boolean {
  const inner = program.row[symbol]!
  const outer = program.row[holder]!
  const { start, end } = program.files[program.owner[holder]!]!.facts.symbols
  return start[inner]! >= start[outer]! && end[inner]! <= end[outer]!
}

/** A member of something outside: exact for a path from a module or the global scope, inferred for a value of a type. */
function externalMember(evaluation: Evaluation, value: number, external: number, name: number): number {
  const { externals, program, values, sets } = evaluation
  if (externals.isGlobal(external) && externals.isRoot(external)) return evaluation.globals.named(name)
  if (isRecord(evaluation, value)) return emptySet
  if (values.side(value) !== side.static) {
    const added = addedMember(evaluation, value, external, name)
    if (added !== emptySet) return added
    if (
      isLanguageType(evaluation, external) &&
      !mayHaveMember(program.text(externals.name(external)), program.text(name))
    )
      return emptySet
  }
  const member = externals.child(external, name)
  if (member < 0) return emptySet
  return sets.one(-1 - member, values.side(value) === side.static ? exact : inferred)
}

/** Whether a value is a `Record<K, V>`, whose members no declaration names. */
function isRecord(evaluation: Evaluation, value: number): boolean {
  return isGlobalType(evaluation, value, 'Record')
}

/** Whether a value is of the type of the language that has this name. */
function isGlobalType({ externals, program, values }: Evaluation, value: number, name: string): boolean {
  const external = -1 - values.entity(value)
  if (values.side(value) === side.static || !externals.isGlobal(external)) return false
  return program.text(externals.name(external)) === name
}

/** Whether something outside is in the global scope itself. */
function isLanguageType({ externals }: Evaluation, external: number): boolean {
  return externals.isGlobal(external) && !externals.isRoot(external) && externals.isRoot(externals.parent(external))
}

/** A member that declarations of the project add to a type outside. */
function addedMember(evaluation: Evaluation, value: number, external: number, name: number): number {
  const { augmentations, externals, globals } = evaluation
  if (!augmentations.isEmpty) {
    const added = addedBy(evaluation, value, name, augmentations.ofExternal(externals.id(external)))
    if (added !== emptySet) return added
  }
  if (!isLanguageType(evaluation, external)) return emptySet
  return addedBy(evaluation, value, name, globals.additions(externals.name(external)))
}

/** The members `name` that declarations elsewhere add to those of a value. */
function addedBy(evaluation: Evaluation, value: number, name: number, declarations: readonly number[]): number {
  const { program, values, sets } = evaluation
  let added = emptySet
  for (const symbol of declarations) {
    const kind = program.kind[symbol]!
    if (kind !== kindCode.interface && (kind !== kindCode.namespace || values.side(value) !== side.static)) continue
    const member = ownMember(evaluation, values.of(symbol, values.side(value), 0), name)
    if (member >= 0) added = sets.union(added, sets.one(member, exact))
  }
  return added
}

/** A member that every function or every object has from the language. */
export function universalMember(evaluation: Evaluation, value: number, name: number): number {
  const { program, externals, values, sets } = evaluation
  const kind = program.kind[values.entity(value)]!
  const callable =
    values.side(value) === side.static &&
    (kind === kindCode.function || kind === kindCode.method || kind === kindCode.class)
  const type = inheritedFrom(program.text(name), callable)
  if (type === undefined || kind === kindCode.namespace) return emptySet
  const holder = externals.child(externals.root('globalThis'), program.nameOf(type))
  return sets.one(-1 - externals.child(holder, name), inferred)
}
