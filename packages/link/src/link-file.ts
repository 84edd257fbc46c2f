import { symbolFlag } from '@forge/lang'
import type { Facts } from '@forge/lang'
import { edgeCode, kindCode, meaning, opCode, roleCode } from './codes.ts'
import { ambiguous, confidenceOf, elementOf, exact, inferred } from './confident-sets.ts'
import { createEdgeRows } from './edge-rows.ts'
import type { Evaluation } from './evaluation.ts'
import type { FileLinks, UnresolvedReason, UnresolvedReference } from './link-types.ts'
import { meaningsOfEntity } from './module-exports.ts'
import { reasonFor } from './reasons.ts'
import { shownSymbol, sourceSymbol } from './shown-symbols.ts'
import { addContainment, addOverrides } from './structure-edges.ts'
import { side } from './values.ts'

/** The numbers externals have outside: given in the order edges first lead to them. */
export interface ExternalNumbers {
  number(external: number): number
}

/** Makes the function that links one file after the other. */
export function createFileLinker(evaluation: Evaluation, numbers: ExternalNumbers): (file: number) => FileLinks {
  const { program, sets, values } = evaluation
  const rows = createEdgeRows()
  const edgeOfRole = edgeKindsOfRoles()
  let locals = new Int32Array(5 * 1024)
  let localCount = 0
  let file = 0
  let first = 0
  let unresolved: UnresolvedReference[] = []
  let functionValues: UnresolvedReference[] = []
  let implemented: number[] = []
  /** The entities and confidences that the occurrence at hand leads to. */
  const targets = new Int32Array(64)
  const targetConfidences = new Int32Array(64)
  let targetCount = 0

  function addLocal(start: number, end: number, role: number, target: number, source: number): void {
    const at = localCount * 5
    if (at + 5 > locals.length) {
      const old = locals
      locals = new Int32Array(old.length * 2)
      locals.set(old)
    }
    locals[at] = start
    locals[at + 1] = end
    locals[at + 2] = role
    locals[at + 3] = target - first
    locals[at + 4] = source - first
    localCount++
  }

  function isLocalHere(entity: number): boolean {
    return entity >= first && program.owner[entity] === file && (program.flags[entity]! & symbolFlag.local) !== 0
  }

  /** Picks the targets that the role can mean out of a set of entities. */
  function chooseTargets(named: number, role: number, source: number): void {
    targetCount = 0
    const size = sets.size(named)
    const wanted = size === 1 ? 0 : wantedMeaning(role, source)
    let mask = 0
    for (const candidate of [wanted, meaning.namespace, meaning.value, meaning.type]) {
      if (candidate === 0 || !hasMeaning(named, candidate)) continue
      mask = candidate
      break
    }
    const everything = role === roleCode.import || role === roleCode.export || size === 1
    let weakest = exact
    for (let i = 0; i < size; i++) {
      const packed = sets.at(named, i)
      const entity = elementOf(packed)
      if (!everything && (meaningsOfEntity(evaluation, entity) & mask) === 0) continue
      targets[targetCount] = entity
      targetConfidences[targetCount] = confidenceOf(packed)
      weakest = Math.max(weakest, confidenceOf(packed))
      targetCount++
    }
    if (targetCount < 2 || everything) return
    keepAccessors(role)
    if (targetCount < 2 || weakest === exact) return
    for (let i = 0; i < targetCount; i++) targetConfidences[i] = ambiguous
  }

  function hasMeaning(named: number, mask: number): boolean {
    for (let i = 0; i < sets.size(named); i++) {
      if ((meaningsOfEntity(evaluation, elementOf(sets.at(named, i))) & mask) !== 0) return true
    }
    return false
  }

  function wantedMeaning(role: number, source: number): number {
    if (role === roleCode.type || role === roleCode.implements) return meaning.type
    if (role === roleCode.extends) return program.kind[source] === kindCode.interface ? meaning.type : meaning.value
    return meaning.value
  }

  /** Where a property is a pair of accessors, a write means the setter and all else the getter. */
  function keepAccessors(role: number): void {
    const unwanted = role === roleCode.write ? kindCode.getter : kindCode.setter
    const wanted = role === roleCode.write ? kindCode.setter : kindCode.getter
    let kept = 0
    for (let i = 0; i < targetCount; i++) {
      const target = targets[i]!
      if (target >= 0 && program.kind[target] === unwanted && hasSibling(target, wanted)) continue
      targets[kept] = target
      targetConfidences[kept] = targetConfidences[i]!
      kept++
    }
    targetCount = kept
  }

  function hasSibling(accessor: number, kind: number): boolean {
    for (let i = 0; i < targetCount; i++) {
      const other = targets[i]!
      if (other >= 0 && program.kind[other] === kind && program.parent[other] === program.parent[accessor]) return true
    }
    return false
  }

  function isClassLike(source: number): boolean {
    return program.kind[source] === kindCode.class || program.kind[source] === kindCode.interface
  }

  /** Adds an edge of the role to an entity; of a hidden one, to the nearest symbol around it that is shown. */
  function addTarget(
    source: number,
    entity: number,
    kind: number,
    confidence: number,
    start: number,
    end: number,
    role: number,
  ): void {
    const target = entity >= 0 ? shownSymbol(program, entity) : -1 - numbers.number(-1 - entity)
    rows.addSite(rows.add(source, target, kind, confidence), start, end, role)
  }

  /** Adds `calls` edges to the constructors that `new` of an entity, or `super()` to it, runs. Returns whether there are any. */
  function addConstructorCalls(
    source: number,
    entity: number,
    confidence: number,
    start: number,
    end: number,
  ): boolean {
    if (entity < 0) return false
    const kind = program.kind[entity]!
    if (kind === kindCode.function) {
      addTarget(source, entity, edgeCode.calls, confidence, start, end, roleCode.call)
      return true
    }
    if (kind !== kindCode.class) return false
    const found = evaluation.memberNamed(values.of(entity, side.instance, 0), program.nameOf('constructor'))
    let any = false
    for (let i = 0; i < sets.size(found); i++) {
      const made = elementOf(sets.at(found, i))
      if (made < 0 || program.kind[made] !== kindCode.constructor) continue
      any = true
      addTarget(
        source,
        made,
        edgeCode.calls,
        Math.max(confidence, confidenceOf(sets.at(found, i))),
        start,
        end,
        roleCode.call,
      )
    }
    return any
  }

  /**
   * Adds edges to the functions and classes that are the values of a called variable, parameter or property.
   * Returns whether there are any: the call of a name whose function is known.
   */
  function addCalledValues(
    source: number,
    named: number,
    expr: number,
    construct: boolean,
    start: number,
    end: number,
  ): boolean {
    const called = evaluation.valued(file, expr)
    const size = sets.size(called)
    let any = false
    for (let i = 0; i < size; i++) {
      const value = elementOf(sets.at(called, i))
      const entity = values.entity(value)
      if (entity < 0 || values.side(value) !== side.static || shownSymbol(program, entity) !== entity) continue
      const kind = program.kind[entity]!
      if (kind !== kindCode.function && kind !== kindCode.method && kind !== kindCode.class) continue
      any = true
      if (entity === named) continue
      const confidence = size > 1 ? ambiguous : inferred
      addTarget(
        source,
        entity,
        construct ? edgeCode.instantiates : edgeCode.calls,
        confidence,
        start,
        end,
        roleCode.call,
      )
      if (construct) addConstructorCalls(source, entity, confidence, start, end)
    }
    return any
  }

  function isVariable(entity: number): boolean {
    if (entity < 0) return false
    const kind = program.kind[entity]!
    return (
      kind === kindCode.variable ||
      kind === kindCode.constant ||
      kind === kindCode.parameter ||
      kind === kindCode.property ||
      kind === kindCode.getter
    )
  }

  function reference(occurrence: number, reason: UnresolvedReason): UnresolvedReference {
    const { occurrences, exprs, strings, modules } = program.files[file]!.facts
    const expr = occurrences.expr[occurrence]!
    const role = occurrences.role[occurrence]!
    return {
      start: occurrences.start[occurrence]!,
      end: occurrences.end[occurrence]!,
      name: nameOf(),
      reason,
      call: role === roleCode.call || role === roleCode.construct,
      in: sourceSymbol(program, first + occurrences.in[occurrence]!),
    }

    function nameOf(): string {
      const a = exprs.a[expr]!
      switch (exprs.op[expr]!) {
        case opCode.symbol:
          return program.text(program.symbolName(first + a))
        case opCode.free:
          return strings[a]!
        case opCode.member:
          return strings[exprs.b[expr]!]!
        case opCode.module:
          return strings[modules.specifier[a]!]!
        case opCode.super:
          return 'super'
        default:
          return 'this'
      }
    }
  }

  function linkOccurrence({ occurrences, exprs }: Facts, occurrence: number): void {
    const expr = occurrences.expr[occurrence]!
    const role = occurrences.role[occurrence]!
    const start = occurrences.start[occurrence]!
    const end = occurrences.end[occurrence]!
    const op = exprs.op[expr]!
    const called = role === roleCode.call || role === roleCode.construct
    const shownRole = role === roleCode.construct ? roleCode.call : role > roleCode.type ? roleCode.type : role
    const source = first + occurrences.in[occurrence]!

    if (op === opCode.symbol && program.kind[first + exprs.a[expr]!] !== kindCode.import) {
      targets[0] = first + exprs.a[expr]!
      targetConfidences[0] = exact
      targetCount = 1
    } else {
      chooseTargets(evaluation.named(file, expr), role, source)
      if (targetCount === 0) {
        unresolved.push(reference(occurrence, reasonFor(evaluation, file, expr)))
        return
      }
    }

    const isHeritage = role === roleCode.extends || role === roleCode.implements
    const edge = isHeritage && !isClassLike(source) ? edgeCode.references : edgeOfRole[role]!
    const count = targetCount
    let known = !called
    let onlyLocals = true
    for (let i = 0; i < count; i++) {
      const entity = targets[i]!
      const confidence = targetConfidences[i]!
      if (entity >= 0 && isLocalHere(shownSymbol(program, entity))) {
        addLocal(start, end, shownRole, shownSymbol(program, entity), source)
      } else {
        onlyLocals = false
        if (op === opCode.super && called) {
          if (!addConstructorCalls(source, entity, confidence, start, end)) {
            addTarget(source, entity, edgeCode.calls, confidence, start, end, roleCode.call)
          }
          continue
        }
        addTarget(source, entity, edge, confidence, start, end, shownRole)
        if (role === roleCode.construct) addConstructorCalls(source, entity, confidence, start, end)
        if (role === roleCode.implements && entity >= 0) implemented.push(source, entity)
      }
      if (
        called &&
        isVariable(entity) &&
        addCalledValues(source, entity, expr, role === roleCode.construct, start, end)
      ) {
        known = true
      }
    }
    if (!known && onlyLocals) functionValues.push(reference(occurrence, 'function-value'))
  }

  return (linked) => {
    file = linked
    first = program.first[file]!
    unresolved = []
    functionValues = []
    implemented = []
    localCount = 0
    const { facts } = program.files[file]!
    for (let occurrence = 0; occurrence < facts.occurrences.count; occurrence++) linkOccurrence(facts, occurrence)
    addContainment(evaluation, file, rows)
    addOverrides(evaluation, file, implemented, rows)
    return { edges: rows.take(), unresolved, functionValues, locals: locals.slice(0, localCount * 5) }
  }
}

function edgeKindsOfRoles(): Uint8Array {
  const kinds = new Uint8Array(16)
  kinds[roleCode.read] = edgeCode.reads
  kinds[roleCode.write] = edgeCode.writes
  kinds[roleCode.call] = edgeCode.calls
  kinds[roleCode.import] = edgeCode.imports
  kinds[roleCode.export] = edgeCode.references
  kinds[roleCode.type] = edgeCode.references
  kinds[roleCode.construct] = edgeCode.instantiates
  kinds[roleCode.extends] = edgeCode.extends
  kinds[roleCode.implements] = edgeCode.implements
  return kinds
}
