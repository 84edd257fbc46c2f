import { symbolFlag } from '@forge/lang'
import type { Facts } from '@forge/lang'
import { calledValues, codeOf, isCode } from './called-functions.ts'
import { calleeOf } from './call-arguments.ts'
import { edgeCode, isMemberKind, kindCode, meaning, opCode, roleCode } from './codes.ts'
import { ambiguous, confidenceOf, elementOf, emptySet, inferred } from './confident-sets.ts'
import { createEdgeRows } from './edge-rows.ts'
import { flatMap } from './evaluation.ts'
import { expectedOf } from './expected-types.ts'
import type { Evaluation } from './evaluation.ts'
import { throughRole } from './link-types.ts'
import type { FileLinks, UnresolvedReason, UnresolvedReference } from './link-types.ts'
import { typesNamed } from './meanings.ts'
import { givenCode } from './given-code.ts'
import { reasonFor } from './reasons.ts'
import type { Overriders } from './overriders.ts'
import { callerOf } from './promote-functions.ts'
import { isPromoted, shownSymbol, sourceSymbol } from './shown-symbols.ts'
import { addContainment, addOverrides } from './structure-edges.ts'
import { createTargetChoice } from './target-choice.ts'
import { side } from './values.ts'

/** The numbers externals have outside: given in the order edges first lead to them. */
export interface ExternalNumbers {
  number(external: number): number
}

/** Makes the function that links one file after the other. */
export function createFileLinker(
  evaluation: Evaluation,
  overriders: Overriders,
  numbers: ExternalNumbers,
): (file: number) => FileLinks {
  const { program, sets, values } = evaluation
  const rows = createEdgeRows()
  const edgeOfRole = edgeKindsOfRoles()
  const promoted = isPromoted(evaluation)
  const shown = (symbol: number): number => shownSymbol(program, symbol, promoted)
  const sourceOf = (symbol: number): number => sourceSymbol(program, symbol, promoted)
  const choice = createTargetChoice(evaluation)
  let locals = new Int32Array(5 * 1024)
  let localCount = 0
  let file = 0
  let unresolved: UnresolvedReference[] = []
  let functionValues: UnresolvedReference[] = []
  /** For each occurrence the row of the call whose callee it names, -1 where there is none. */
  let callRowOf = new Int32Array(0)

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
    locals[at + 3] = program.row[target]!
    locals[at + 4] = program.row[source]!
    localCount++
  }

  function isLocalHere(entity: number): boolean {
    return entity >= 0 && program.owner[entity] === file && (program.flags[entity]! & symbolFlag.local) !== 0
  }

  function wantedMeaning(role: number, source: number, qualifier: boolean): number {
    if (role === roleCode.implements) return meaning.type
    if (role === roleCode.type) return qualifier ? meaning.namespace : meaning.type
    if (role === roleCode.extends) return program.kind[source] === kindCode.interface ? meaning.type : meaning.value
    return meaning.value
  }

  function isClassLike(source: number): boolean {
    return program.kind[source] === kindCode.class || program.kind[source] === kindCode.interface
  }

  /** Whether a name stands left of a dot: the next occurrence is a member of it. */
  function isQualifier(occurrence: number): boolean {
    const { occurrences, exprs } = program.files[file]!.facts
    if (occurrence + 1 >= occurrences.count) return false
    const next = occurrences.expr[occurrence + 1]!
    return exprs.op[next] === opCode.member && exprs.a[next] === occurrences.expr[occurrence]
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
    const target = entity >= 0 ? shown(entity) : -1 - numbers.number(-1 - entity)
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
   * Adds edges to the functions and classes of the project among values that are called; `named` has one already.
   * Returns whether there are any.
   */
  function addCalledValues(
    source: number,
    called: number,
    named: number,
    construct: boolean,
    start: number,
    end: number,
  ): boolean {
    const targets: number[] = []
    for (let i = 0; i < sets.size(called); i++) {
      const value = elementOf(sets.at(called, i))
      const entity = values.entity(value)
      if (isCode(evaluation, value) && shown(entity) === entity) targets.push(entity)
    }
    const confidence = targets.length > 1 ? ambiguous : inferred
    for (const entity of targets) {
      if (entity === named) continue
      const made = construct && program.kind[entity] === kindCode.class
      addTarget(source, entity, made ? edgeCode.instantiates : edgeCode.calls, confidence, start, end, throughRole)
      if (made) addConstructorCalls(source, entity, confidence, start, end)
    }
    return targets.length > 0
  }

  /** Adds edges of a call that no occurrence stands for: of what has no name, and to what a function of the language is given. */
  function linkCall(row: number): void {
    const { calls, exprs } = program.files[file]!.facts
    const expr = calls.expr[row]!
    const callee = calleeOf(evaluation, file, exprs.a[expr]!)
    const source = callerOf(evaluation, file, row)
    const start = calls.start[row]!
    const end = calls.end[row]!
    const called = calledValues(evaluation, file, callee)
    if (calls.occurrence[row]! < 0) {
      addCalledValues(source, called, -1, exprs.op[expr] === opCode.construct, start, end)
    }
    const given = givenCode(evaluation, file, expr, called)
    addCalledValues(source, given, -1, false, start, end)
  }

  function isVariable(entity: number): boolean {
    // What is outside may hold something of the project: `values.next().value()`.
    if (entity < 0) return true
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
      in: sourceOf(program.symbol(file, occurrences.in[occurrence]!)),
    }

    function nameOf(): string {
      const a = exprs.a[expr]!
      switch (exprs.op[expr]!) {
        case opCode.symbol:
          return program.text(program.symbolName(program.symbol(file, a)))
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
    const isHeritage = role === roleCode.extends || role === roleCode.implements
    const source = program.symbol(file, occurrences.in[occurrence]!)
    const caller = called && callRowOf[occurrence]! >= 0 ? callerOf(evaluation, file, callRowOf[occurrence]!) : source

    if (op === opCode.symbol && program.kind[program.symbol(file, exprs.a[expr]!)] !== kindCode.import) {
      choice.take(program.symbol(file, exprs.a[expr]!))
    } else {
      const isType = role === roleCode.type || role === roleCode.implements
      const qualifier = isType && isQualifier(occurrence)
      const named = isType && !qualifier ? typesNamed(evaluation, file, expr) : evaluation.named(file, expr)
      choice.choose(named, role, wantedMeaning(role, source, qualifier))
      if (choice.count() === 0) {
        if (
          called &&
          addCalledValues(
            caller,
            calledValues(evaluation, file, calleeAt(occurrence)),
            -1,
            role === roleCode.construct,
            start,
            end,
          )
        )
          return
        unresolved.push(reference(occurrence, reasonFor(evaluation, file, expr)))
        return
      }
    }

    const edge = isHeritage && !isClassLike(source) ? edgeCode.references : edgeOfRole[role]!
    const runnable = called ? calledValues(evaluation, file, calleeAt(occurrence)) : emptySet
    let known = !called
    let onlyLocals = true
    for (let i = 0; i < choice.count(); i++) {
      const entity = choice.entity(i)
      const confidence = choice.confidence(i)
      // What is called is not the variable, where it is known what that holds.
      const runs =
        called &&
        isVariable(entity) &&
        addCalledValues(caller, runnable, entity, role === roleCode.construct, start, end)
      known ||= runs
      if (entity >= 0 && isLocalHere(shown(entity))) {
        addLocal(start, end, runs ? roleCode.read : shownRole, shown(entity), source)
        continue
      }
      onlyLocals = false
      if (op === opCode.super && called) {
        if (!addConstructorCalls(caller, entity, confidence, start, end)) {
          addTarget(caller, entity, edgeCode.calls, confidence, start, end, roleCode.call)
        }
        continue
      }
      addTarget(called ? caller : source, entity, runs ? edgeCode.reads : edge, confidence, start, end, shownRole)
      if (role === roleCode.construct) addConstructorCalls(caller, entity, confidence, start, end)
      if (entity >= 0 && op === opCode.member) addMemberCalls(caller, entity, confidence, expr, role, start, end)
    }
    if (!known && onlyLocals) functionValues.push(reference(occurrence, 'function-value'))
  }

  /** The expression that an occurrence calls: what it names, or what that is known to hold at this place. */
  function calleeAt(occurrence: number): number {
    const { calls, exprs, occurrences } = program.files[file]!.facts
    const row = callRowOf[occurrence]!
    return row < 0 ? occurrences.expr[occurrence]! : calleeOf(evaluation, file, exprs.a[calls.expr[row]!]!)
  }

  /** Adds edges to what a member may run besides: an accessor itself, and what overrides it in a derived class or an implementation. */
  function addMemberCalls(
    source: number,
    entity: number,
    known: number,
    expr: number,
    role: number,
    start: number,
    end: number,
  ): void {
    const kind = program.kind[entity]!
    const isAccessor =
      role === roleCode.write
        ? kind === kindCode.setter
        : kind === kindCode.getter && (role === roleCode.read || role === roleCode.call)
    if (isAccessor) addTarget(source, entity, edgeCode.calls, known, start, end, throughRole)
    if (!isAccessor && role !== roleCode.call) return
    const overriding = overriders.overriding(entity)
    if (overriding.length === 0 || !mayBeDerived(expr)) return
    const targets = new Set(overriding.flatMap((member) => codeOfMember(member)))
    const confidence = targets.size > 1 ? ambiguous : inferred
    for (const target of targets) {
      if (target !== entity) addTarget(source, target, edgeCode.calls, confidence, start, end, throughRole)
    }
  }

  /** What a call of a member runs: the member itself, or the functions of the project that a property holds. */
  function codeOfMember(member: number): readonly number[] {
    if (hasCode(member)) return [member]
    if (program.kind[member] !== kindCode.property) return []
    return codeOf(evaluation, evaluation.symbolValued(member)).filter((code) => shown(code) === code)
  }

  /** Whether the receiver of a member may be of a class that is derived from the one it is known by. */
  function mayBeDerived(expr: number): boolean {
    const { exprs } = program.files[file]!.facts
    const receiver = exprs.a[expr]!
    if (exprs.op[receiver] === opCode.super) return false
    const receivers = evaluation.valued(file, receiver)
    for (let i = 0; i < sets.size(receivers); i++) {
      const valueSide = values.side(elementOf(sets.at(receivers, i)))
      if (valueSide === side.instance || valueSide === side.this) return true
    }
    return false
  }

  function hasCode(member: number): boolean {
    const kind = program.kind[member]!
    return (
      (kind === kindCode.method || kind === kindCode.getter || kind === kindCode.setter) &&
      (program.flags[member]! & symbolFlag.ambient) === 0
    )
  }

  /** The members of object literals that are named after those of a type, by their names' places. */
  function expectedKeys(): readonly number[] {
    const { symbols } = program.files[file]!.facts
    const keys: number[] = []
    for (let row = 1; row < symbols.count; row++) {
      const member = program.symbol(file, row)
      if (isMemberKind[program.kind[member]!] !== 1 || symbols.nameStart[row] === symbols.nameEnd[row]) continue
      const holder = program.parent[member]!
      if (program.kind[holder] === kindCode.object && expectedOf(evaluation, holder) !== emptySet) keys.push(member)
    }
    return keys.toSorted((left, right) => nameStartOf(left) - nameStartOf(right))
  }

  function nameStartOf(symbol: number): number {
    return program.files[file]!.facts.symbols.nameStart[program.row[symbol]!]!
  }

  /** Adds edges from a member of an object literal to those of the type that is expected there. */
  function linkKey(member: number): void {
    const { symbols } = program.files[file]!.facts
    const row = program.row[member]!
    const name = program.symbolName(member)
    const named = flatMap(sets, expectedOf(evaluation, program.parent[member]!), (type) =>
      evaluation.memberNamed(type, name),
    )
    const source = sourceOf(program.parent[member]!)
    const start = symbols.nameStart[row]!
    const end = symbols.nameEnd[row]!
    for (let i = 0; i < sets.size(named); i++) {
      const entity = elementOf(sets.at(named, i))
      if (entity < 0 || entity === member) continue
      const target = shown(entity)
      if (isLocalHere(target)) addLocal(start, end, roleCode.write, target, source)
      else addTarget(source, entity, edgeCode.writes, confidenceOf(sets.at(named, i)), start, end, roleCode.write)
    }
  }

  return (linked) => {
    file = linked
    unresolved = []
    functionValues = []
    localCount = 0
    const { facts } = program.files[file]!
    const { calls, occurrences } = facts
    callRowOf = new Int32Array(occurrences.count).fill(-1)
    for (let row = 0; row < calls.count; row++) {
      if (calls.occurrence[row]! >= 0) callRowOf[calls.occurrence[row]!] = row
    }
    const keys = expectedKeys()
    let call = 0
    let key = 0
    for (let occurrence = 0; occurrence < occurrences.count; occurrence++) {
      // Sites come in order of where they start.
      const start = occurrences.start[occurrence]!
      while (call < calls.count && calls.start[call]! < start) linkCall(call++)
      while (key < keys.length && nameStartOf(keys[key]!) < start) linkKey(keys[key++]!)
      linkOccurrence(facts, occurrence)
    }
    while (call < calls.count) linkCall(call++)
    while (key < keys.length) linkKey(keys[key++]!)
    addContainment(evaluation, file, rows)
    addOverrides(evaluation, overriders, file, rows)
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
