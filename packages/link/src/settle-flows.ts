import { parameterPlace } from '@forge/lang'
import { calledValues, codeOf, isCode } from './called-functions.ts'
import { argumentAt } from './calls.ts'
import type { CallArguments } from './calls.ts'
import { kindCode, opCode, roleCode } from './codes.ts'
import { elementOf, emptySet } from './confident-sets.ts'
import { flatMap } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { nativeName, nativeOf, passedBy } from './natives.ts'
import { inferredBy } from './type-inference.ts'
import { side } from './values.ts'

/** Values that need more rounds than this to get where they go are not followed to the end. */
const mostRounds = 40

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

/** Follows values through calls and assignments until nothing new comes of it: see {@link Flows}. */
export function settleFlows(evaluation: Evaluation): void {
  const { program, sets, values, flows, stores } = evaluation
  const names = ['call', 'apply', 'bind'].map((name) => program.nameOf(name))
  const [call, apply, bind] = names as [number, number, number]
  const callRows = readCalls(evaluation)
  const codes = rememberedCodes(evaluation)
  /** The places wanted of each holder: numbers that {@link Flows.add} takes. */
  const wantedOf = new Map<number, number[]>()
  let indexed = 0
  const occurrences = occurrenceAsker(evaluation, callRows.count)
  occurrences.askAll()
  for (let row = 0; row < callRows.count; row++) callRows.ask(row)
  for (let round = 0; round < mostRounds; round++) {
    evaluation.observe(-1)
    for (let row = 0; row < callRows.count; row++) follow(row)
    for (let file = 0; file < program.files.length; file++) {
      const { stores: puts } = program.files[file]!.facts
      for (let row = 0; row < puts.count; row++) put(file, puts.target[row]!, puts.value[row]!)
    }
    const changed = flows.advance()
    if (changed === undefined) return
    for (const observer of changed) {
      if (observer < callRows.count) callRows.ask(observer)
      else occurrences.ask(observer)
    }
    indexWanted()
  }

  function indexWanted(): void {
    for (; indexed < flows.count(); indexed++) {
      const holder = flows.holder(indexed)
      const list = wantedOf.get(holder)
      if (list === undefined) wantedOf.set(holder, [indexed])
      else list.push(indexed)
    }
  }

  /** Puts what a call passes where its callee takes it. */
  function follow(row: number): void {
    const called = callRows.called(row)
    const file = callRows.file(row)
    const expr = callRows.expr(row)
    const { exprs } = program.files[file]!.facts
    const callee = exprs.a[expr]!
    const args = { file, list: exprs.b[expr]! }
    for (const code of codes(called)) pass(code, args, file, callee)
    if (exprs.b[expr]! < 0) return
    const name = exprs.op[callee] === opCode.member ? program.name(file, exprs.b[callee]!) : -1
    if (name >= 0 && (name === call || name === apply || name === bind)) callMethod(file, callee, name, args)
    for (let i = 0; i < sets.size(called); i++) {
      const value = elementOf(sets.at(called, i))
      if (values.entity(value) < 0) callNative(value, file, callee, args)
      else passByTypes(value, args)
    }
  }

  /** Puts into the parameters of functions that are written as arguments what the declared type of the parameter they are for says. */
  function passByTypes(callable: number, args: CallArguments): void {
    const { exprs, lists } = program.files[args.file]!.facts
    let environment = -1
    for (let at = 0; at < lists[args.list]!; at++) {
      const argument = lists[args.list + 1 + at]!
      if (exprs.op[argument] !== opCode.symbol) continue
      const given = program.first[args.file]! + exprs.a[argument]!
      const wanted = program.kind[given] === kindCode.function ? wantedOf.get(given) : undefined
      if (wanted === undefined) continue
      const fn = constructorOf(values.entity(callable))
      if (fn < 0) continue
      if (environment < 0) environment = inferredBy(evaluation, fn, args)
      const type = values.substitute(declaredParameter(evaluation, fn, at), values.environment(callable))
      passTyped(wanted, values.substitute(type, environment))
    }
  }

  function constructorOf(entity: number): number {
    if (program.kind[entity] !== kindCode.class) return entity
    const made = evaluation.memberNamed(values.of(entity, side.instance, 0), program.nameOf('constructor'))
    return sets.size(made) === 0 ? -1 : Math.max(elementOf(sets.at(made, 0)), -1)
  }

  /** Puts what the parameters of these function types are declared to be into the wanted places of a function. */
  function passTyped(wanted: readonly number[], types: number): void {
    for (let i = 0; i < sets.size(types); i++) {
      const type = elementOf(sets.at(types, i))
      const signature = values.entity(type)
      if (signature < 0 || program.parameterTypes(signature).length === 0) continue
      for (const one of wanted) {
        const place = -1 - flows.place(one)
        if (place < 0 || place >= parameterPlace.rest) continue
        flows.add(one, values.substitute(declaredParameter(evaluation, signature, place), values.environment(type)))
      }
    }
  }

  function pass(code: number, call: CallArguments, file: number, callee: number): void {
    const wanted = wantedOf.get(code)
    if (wanted !== undefined) {
      for (const one of wanted) {
        const place = -1 - flows.place(one)
        if (place === parameterPlace.receiver) flows.add(one, receiversOf(file, callee))
        else if (place >= parameterPlace.rest) {
          flows.add(one, argumentAt(evaluation, call, place - parameterPlace.rest, true))
        } else if (place >= 0) flows.add(one, argumentAt(evaluation, call, place))
      }
    }
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
      for (const one of wantedOf.get(values.entity(value)) ?? []) {
        const place = -1 - flows.place(one)
        if (place < 0) continue
        if (place === parameterPlace.receiver) flows.add(one, argumentAt(evaluation, args, 0))
        else if (name === apply) flows.add(one, elementOfArgument(args, 1, place))
        else if (place >= parameterPlace.rest) {
          flows.add(one, argumentAt(evaluation, args, place - parameterPlace.rest + 1, true))
        } else flows.add(one, argumentAt(evaluation, args, place + 1))
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
          for (const one of wantedOf.get(code) ?? []) {
            const place = -1 - flows.place(one)
            if (place < 0 || place >= parameterPlace.rest) continue
            flows.add(one, passedBy(evaluation, native, place, receiversOf(file, callee), call))
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
    else if (name === 'Object.defineProperty') defineProperty(call)
  }

  function defineProperty(call: CallArguments): void {
    // The key is a text, which no value says: what is defined is one of the elements.
    const described = argumentAt(evaluation, call, 2)
    for (const part of ['value', 'get']) {
      const name = program.nameOf(part)
      putElements(
        argumentAt(evaluation, call, 0),
        flatMap(sets, described, (one) => evaluation.memberValued(one, name)),
      )
    }
  }

  function putElements(holders: number, value: number): void {
    if (value !== emptySet) putInto(holders, stores.elements, value)
  }

  function put(file: number, target: number, value: number): void {
    const { exprs } = program.files[file]!.facts
    const name = exprs.op[target] === opCode.member ? program.name(file, exprs.b[target]!) : stores.elements
    const holders = evaluation.valued(file, exprs.a[target]!)
    if (holders === emptySet) return
    putInto(holders, name, () => evaluation.valued(file, value))
  }

  function putInto(holders: number, name: number, value: number | (() => number)): void {
    for (let i = 0; i < sets.size(holders); i++) {
      const holder = elementOf(sets.at(holders, i))
      const valueSide = values.side(holder) === side.static ? side.static : side.instance
      const wanted = flows.find(values.entity(holder), valueSide, name)
      if (wanted >= 0) flows.add(wanted, typeof value === 'number' ? value : value())
    }
  }
}

/** The calls of the program, with what they call. */
interface CallRows {
  readonly count: number
  file(row: number): number
  expr(row: number): number
  /** The values that the call may run, by when that was asked. */
  called(row: number): number
  /** Asks what the call may run; whoever asks goes by the number of the row. */
  ask(row: number): void
}

function readCalls(evaluation: Evaluation): CallRows {
  const { program } = evaluation
  const files: number[] = []
  const exprsOf: number[] = []
  for (let file = 0; file < program.files.length; file++) {
    const { calls } = program.files[file]!.facts
    for (let row = 0; row < calls.count; row++) {
      files.push(file)
      exprsOf.push(calls.expr[row]!)
    }
  }
  const called = new Int32Array(files.length)
  return {
    count: files.length,
    file: (row) => files[row]!,
    expr: (row) => exprsOf[row]!,
    called: (row) => called[row]!,
    ask(row) {
      const file = files[row]!
      evaluation.observe(row)
      called[row] = calledValues(evaluation, file, program.files[file]!.facts.exprs.a[exprsOf[row]!]!)
    },
  }
}

/** {@link codeOf}, kept by set. */
function rememberedCodes(evaluation: Evaluation): (called: number) => readonly number[] {
  const known = new Map<number, readonly number[]>()
  return (called) => {
    let found = known.get(called)
    if (found === undefined) known.set(called, (found = codeOf(evaluation, called)))
    return found
  }
}

/** Asks what the occurrences of the program name and call, so that it is known what must be known; each goes by its number after `first`. */
function occurrenceAsker(
  evaluation: Evaluation,
  first: number,
): { readonly askAll: () => void; readonly ask: (observer: number) => void } {
  const { program } = evaluation
  const firsts: number[] = []
  return {
    askAll() {
      let next = first
      for (let file = 0; file < program.files.length; file++) {
        firsts.push(next)
        const { count } = program.files[file]!.facts.occurrences
        for (let occurrence = 0; occurrence < count; occurrence++) ask(file, occurrence, next++)
      }
    },
    ask(observer) {
      let [low, high] = [0, firsts.length]
      while (high - low > 1) {
        const middle = (low + high) >>> 1
        if (firsts[middle]! <= observer) low = middle
        else high = middle
      }
      ask(low, observer - firsts[low]!, observer)
    },
  }

  function ask(file: number, occurrence: number, observer: number): void {
    const { occurrences } = program.files[file]!.facts
    const expr = occurrences.expr[occurrence]!
    evaluation.observe(observer)
    evaluation.named(file, expr)
    const role = occurrences.role[occurrence]
    if (role === roleCode.call || role === roleCode.construct) calledValues(evaluation, file, expr)
  }
}

/** The values of the declared type of a parameter. */
function declaredParameter(evaluation: Evaluation, fn: number, place: number): number {
  const { program, sets } = evaluation
  const file = program.owner[fn]!
  const { parameters } = program.files[file]!.facts
  let found = emptySet
  for (const row of program.parameterTypes(fn)) {
    const at = parameters.place[row]!
    if (at === place) found = sets.union(found, evaluation.valued(file, parameters.type[row]!))
    else if (at >= parameterPlace.rest && place >= at - parameterPlace.rest) {
      found = sets.union(found, flatMap(sets, evaluation.valued(file, parameters.type[row]!), evaluation.elements))
    }
  }
  return found
}
