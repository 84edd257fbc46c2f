import { parameterPlace } from '@forge/lang'
import { calledValues, codeOf, isCode } from './called-functions.ts'
import { argumentAt, argumentsOf, calleeOf } from './call-arguments.ts'
import type { CallArguments } from './call-arguments.ts'
import { kindCode, opCode } from './codes.ts'
import { elementOf, emptySet } from './confident-sets.ts'
import { flatMap } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import { expectedSlot, parameterSlot, typedSlot } from './flows.ts'
import { nativeName, nativeOf, passedBy } from './natives.ts'
import { inferredBy } from './type-inference.ts'
import { side } from './values.ts'

/** Puts what calls pass and assignments assign into {@link Flows}, under the number of the site. */
export interface ValuePasser {
  /** Follows a `call` or `construct` expression. */
  passCall(site: number, file: number, expr: number): void
  /** Follows a row of the stores of a file. */
  passStore(site: number, file: number, target: number, value: number): void
  /** Follows a row of the expectations of a file. */
  passExpectation(site: number, file: number, value: number, type: number): void
}

/** Literals nested deeper than this are not looked at. */
const deepestLiteral = 6

/** The methods of the language that put something into what they are called on, and the place of that among their arguments. */
const containerMethods: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'Array.push': 0,
    'Array.unshift': 0,
    'Array.fill': 0,
    'Array.splice': 2,
    'Set.add': 0,
    'WeakSet.add': 0,
    'Map.set': 1,
    'WeakMap.set': 1,
  }),
)

/** Makes a {@link ValuePasser}. */
export function createValuePasser(evaluation: Evaluation): ValuePasser {
  const { program, sets, values, flows, stores } = evaluation
  let site = -1
  const call = program.nameOf('call')
  const apply = program.nameOf('apply')
  const bind = program.nameOf('bind')
  const expectedCalls = new Map<number, ReadonlySet<number>>()
  return {
    passCall(of, file, expr) {
      site = of
      passCall(file, expr)
    },
    passStore(of, file, target, value) {
      site = of
      passStore(file, target, value)
    },
    passExpectation(of, file, value, type) {
      site = of
      expectValue(file, value, evaluation.valued(file, type), deepestLiteral)
    },
  }

  /** Puts what a call passes where its callee takes it. */
  function passCall(file: number, expr: number): void {
    const { exprs } = program.files[file]!.facts
    const callee = calleeOf(evaluation, file, exprs.a[expr]!)
    const called = calledValues(evaluation, file, callee)
    const args = argumentsOf(evaluation, file, expr)
    for (const code of codeOf(evaluation, called)) pass(code, args, file, callee)
    if (exprs.b[expr]! < 0) return
    const name = exprs.op[callee] === opCode.member ? program.name(file, exprs.b[callee]!) : -1
    if (name >= 0 && (name === call || name === apply || name === bind)) callMethod(file, callee, name, args)
    for (let i = 0; i < sets.size(called); i++) {
      const value = elementOf(sets.at(called, i))
      if (values.entity(value) < 0) callNative(value, file, callee, args)
      else if (!isExpected(file, expr)) passByTypes(value, args)
    }
  }

  /** Whether more is known of a call than its arguments: what it is expected to give, by which its arguments are looked at then. */
  function isExpected(file: number, expr: number): boolean {
    let known = expectedCalls.get(file)
    if (known === undefined) {
      const { expectations } = program.files[file]!.facts
      expectedCalls.set(file, (known = new Set(expectations.value)))
    }
    return known.has(expr)
  }

  /** Puts into the parameters of functions that are written as arguments what the declared type of the parameter they are for says. */
  function passByTypes(callable: number, args: CallArguments, result = emptySet): void {
    const { exprs, lists } = program.files[args.file]!.facts
    for (let at = 0; at < lists[args.list]!; at++) {
      const argument = lists[args.list + 1 + at]!
      if (exprs.op[argument] !== opCode.symbol) continue
      const given = program.symbol(args.file, exprs.a[argument]!)
      evaluation.reads(inputKind.declaration, given)
      const kind = program.kind[given]!
      if (kind !== kindCode.object && (kind !== kindCode.function || program.passedPlaces(given).length === 0)) continue
      for (const fn of takenBy(values.entity(callable))) {
        const type = values.substitute(declaredParameter(evaluation, fn, at), values.environment(callable))
        if (type === emptySet) continue
        const environment = inferredBy(evaluation, fn, args, result)
        expect(given, values.substitute(type, environment), deepestLiteral)
      }
    }
  }

  function expectValue(file: number, value: number, types: number, depth: number): void {
    if (value < 0 || types === emptySet || depth === 0) return
    const { exprs, lists } = program.files[file]!.facts
    const a = exprs.a[value]!
    if (exprs.op[value] === opCode.symbol) expect(program.symbol(file, a), types, depth)
    else if (exprs.op[value] === opCode.call) expectResult(file, value, types)
    else if (exprs.op[value] === opCode.union) {
      for (let i = 1; i <= lists[a]!; i++) expectValue(file, lists[a + i]!, types, depth - 1)
    }
  }

  /** Passes functions and objects that are written as arguments by what the call is expected to give. */
  function expectResult(file: number, expr: number, types: number): void {
    const { exprs } = program.files[file]!.facts
    const args = argumentsOf(evaluation, file, expr)
    if (args.list < 0 || args.types >= 0) return
    const called = calledValues(evaluation, file, calleeOf(evaluation, file, exprs.a[expr]!))
    for (let i = 0; i < sets.size(called); i++) {
      const value = elementOf(sets.at(called, i))
      if (values.entity(value) >= 0) passByTypes(value, args, types)
    }
  }

  /** Puts into a function or object that is written where a type is expected what that says of its parameters, or of those of its members. */
  function expect(literal: number, types: number, depth: number): void {
    const kind = program.kind[literal]!
    evaluation.reads(inputKind.declaration, literal)
    const file = program.owner[literal]!
    const { symbols, exprs, lists } = program.files[file]!.facts
    const row = program.row[literal]!
    if (kind === kindCode.function || kind === kindCode.method) {
      passTyped(literal, types)
      const returns = symbols.returns[row]!
      if (returns >= 0 && exprs.op[returns] === opCode.symbol) {
        expectValue(file, returns, flatMap(sets, types, evaluation.called), depth - 1)
      }
      return
    }
    if (kind !== kindCode.object) return
    const type = symbols.type[row]!
    if (type >= 0 && exprs.op[type] === opCode.instance && exprs.b[type]! >= 0) {
      const list = exprs.b[type]!
      const elements = flatMap(sets, types, evaluation.elements)
      for (let i = 2; i <= lists[list]!; i++) expectValue(file, lists[list + i]!, elements, depth - 1)
      return
    }
    flows.add(site, literal, side.static, expectedSlot, types)
    for (const member of program.membersOf(literal)) {
      evaluation.reads(inputKind.declaration, member)
      const name = program.symbolName(member)
      const given = flatMap(sets, types, (one) => evaluation.memberValued(one, name))
      if (given === emptySet) continue
      if (program.kind[member] === kindCode.property) {
        expectValue(file, symbols.type[program.row[member]!]!, given, depth - 1)
      } else expect(member, given, depth - 1)
    }
  }

  /** The functions whose parameters a call of something takes: of a class those of its constructors. */
  function takenBy(entity: number): readonly number[] {
    if (program.kind[entity] !== kindCode.class) return [entity]
    const made = evaluation.memberNamed(values.of(entity, side.instance, 0), program.nameOf('constructor'))
    const found: number[] = []
    for (let i = 0; i < sets.size(made); i++)
      if (elementOf(sets.at(made, i)) >= 0) found.push(elementOf(sets.at(made, i)))
    return found
  }

  /** Puts what the parameters of these function types are declared to be into those of a function. */
  function passTyped(fn: number, types: number): void {
    const places = program.passedPlaces(fn)
    if (places.length === 0) return
    for (let i = 0; i < sets.size(types); i++) {
      const type = elementOf(sets.at(types, i))
      const signature = values.entity(type)
      if (signature < 0) continue
      evaluation.reads(inputKind.declaration, signature)
      if (program.parameterTypes(signature).length === 0) continue
      for (const place of places) {
        if (place >= parameterPlace.rest) continue
        const declared = declaredParameter(evaluation, signature, place)
        flows.add(site, fn, side.static, typedSlot(place), values.substitute(declared, values.environment(type)))
      }
    }
  }

  function pass(code: number, call: CallArguments, file: number, callee: number): void {
    for (const place of placesOf(code)) {
      if (place === parameterPlace.receiver) give(code, place, receiversOf(file, callee))
      else if (place >= parameterPlace.rest) {
        give(code, place, argumentAt(evaluation, call, place - parameterPlace.rest, true))
      } else give(code, place, argumentAt(evaluation, call, place))
    }
  }

  function placesOf(code: number): readonly number[] {
    evaluation.reads(inputKind.declaration, code)
    return program.passedPlaces(code)
  }

  function give(code: number, place: number, given: number): void {
    flows.add(site, code, side.static, parameterSlot(place), given)
  }

  function receiversOf(file: number, callee: number): number {
    const { exprs } = program.files[file]!.facts
    return exprs.op[callee] === opCode.member ? evaluation.valued(file, exprs.a[callee]!) : emptySet
  }

  /** `f.call(…)`, `f.apply(…)`, `f.bind(…)`. */
  function callMethod(file: number, callee: number, name: number, args: CallArguments): void {
    const { exprs } = program.files[file]!.facts
    const functions = evaluation.valued(file, exprs.a[callee]!)
    for (let i = 0; i < sets.size(functions); i++) {
      const value = elementOf(sets.at(functions, i))
      if (!isCode(evaluation, value)) continue
      const code = values.entity(value)
      for (const place of placesOf(code)) {
        if (place === parameterPlace.receiver) give(code, place, argumentAt(evaluation, args, 0))
        else if (name === apply) give(code, place, elementOfArgument(args, 1, place))
        else if (place >= parameterPlace.rest) {
          give(code, place, argumentAt(evaluation, args, place - parameterPlace.rest + 1, true))
        } else give(code, place, argumentAt(evaluation, args, place + 1))
      }
    }
  }

  function elementOfArgument(call: CallArguments, at: number, place: number): number {
    const list = argumentAt(evaluation, call, at)
    if (place >= parameterPlace.rest) return flatMap(sets, list, evaluation.elements)
    const name = program.nameOf(String(place))
    return flatMap(sets, list, (value) => evaluation.memberValued(value, name))
  }

  function callNative(value: number, file: number, callee: number, call: CallArguments): void {
    const native = nativeOf(evaluation, value)
    if (native !== undefined) {
      for (const at of native.callbacks) {
        for (const code of codeOf(evaluation, argumentAt(evaluation, call, at))) {
          for (const place of placesOf(code)) {
            if (place >= parameterPlace.rest) continue
            give(code, place, passedBy(evaluation, native, place, receiversOf(file, callee), call))
          }
        }
      }
      return
    }
    const name = nativeName(evaluation, value)
    if (name === undefined) return
    const at = containerMethods.get(name)
    if (at !== undefined)
      putElements(receiversOf(file, callee), argumentAt(evaluation, call, at, name.startsWith('Array')))
  }

  function putElements(holders: number, value: number): void {
    if (value !== emptySet) putInto(holders, stores.elements, value)
  }

  /** Puts a value into the member that is assigned to. */
  function passStore(file: number, target: number, value: number): void {
    const { exprs } = program.files[file]!.facts
    const name = exprs.op[target] === opCode.member ? program.name(file, exprs.b[target]!) : stores.elements
    const holders = evaluation.valued(file, exprs.a[target]!)
    if (holders === emptySet) return
    putInto(holders, name, evaluation.valued(file, value))
  }

  function putInto(holders: number, name: number, value: number): void {
    for (let i = 0; i < sets.size(holders); i++) {
      const holder = elementOf(sets.at(holders, i))
      const valueSide = values.side(holder) === side.static ? side.static : side.instance
      flows.add(site, values.entity(holder), valueSide, name, value)
    }
  }
}

/** The values of the declared type of a parameter. */
function declaredParameter(evaluation: Evaluation, fn: number, place: number): number {
  const { program, sets } = evaluation
  evaluation.reads(inputKind.declaration, fn)
  const file = program.owner[fn]!
  const { parameters } = program.files[file]!.facts
  let found = emptySet
  for (const row of program.parameterTypes(fn)) {
    const at = parameters.place[row]!
    if (at === place) found = sets.union(found, evaluation.valued(file, parameters.type[row]!))
    else if (at >= parameterPlace.rest && at < parameterPlace.receiver && place >= at - parameterPlace.rest) {
      found = sets.union(found, flatMap(sets, evaluation.valued(file, parameters.type[row]!), evaluation.elements))
    }
  }
  return found
}
