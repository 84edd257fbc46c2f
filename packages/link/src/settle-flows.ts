import { parameterPlace } from '@forge/lang'
import { calledValues, codeOf, isCode } from './called-functions.ts'
import { argumentAt } from './calls.ts'
import type { CallArguments } from './calls.ts'
import { kindCode, opCode, roleCode } from './codes.ts'
import { elementOf, emptySet } from './confident-sets.ts'
import { flatMap } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { nativeName, nativeOf, passedBy } from './natives.ts'
import { side } from './values.ts'

/** Values that need more rounds than this to get where they go are not followed to the end. */
const mostRounds = 12

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
  const ask = askedOccurrences(evaluation)
  /** The places wanted of each holder: numbers that {@link Flows.add} takes. */
  const wantedOf = new Map<number, number[]>()
  let indexed = 0
  for (let round = 0; round < mostRounds; round++) {
    ask(round)
    for (let file = 0; file < program.files.length; file++) {
      const { calls, stores: puts } = program.files[file]!.facts
      for (let row = 0; row < calls.count; row++) follow(file, calls.expr[row]!)
      for (let row = 0; row < puts.count; row++) put(file, puts.target[row]!, puts.value[row]!)
    }
    if (!flows.advance()) return
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
  function follow(file: number, expr: number): void {
    const { exprs } = program.files[file]!.facts
    const callee = exprs.a[expr]!
    const call = { file, list: exprs.b[expr]! }
    const called = calledValues(evaluation, file, callee)
    if (called === emptySet && exprs.op[callee] !== opCode.member) return
    for (const code of codeOf(evaluation, called)) pass(code, call, file, callee)
    if (call.list < 0) return
    if (exprs.op[callee] === opCode.member) callMethod(file, callee, call)
    for (let i = 0; i < sets.size(called); i++) callNative(elementOf(sets.at(called, i)), file, callee, call)
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
  function callMethod(file: number, callee: number, call: CallArguments): void {
    const { exprs } = program.files[file]!.facts
    const name = program.text(program.name(file, exprs.b[callee]!))
    if (name !== 'call' && name !== 'apply' && name !== 'bind') return
    const functions = evaluation.valued(file, exprs.a[callee]!)
    for (let i = 0; i < sets.size(functions); i++) {
      const value = elementOf(sets.at(functions, i))
      if (!isCode(evaluation, value)) continue
      for (const one of wantedOf.get(values.entity(value)) ?? []) {
        const place = -1 - flows.place(one)
        if (place < 0) continue
        if (place === parameterPlace.receiver) flows.add(one, argumentAt(evaluation, call, 0))
        else if (name === 'apply') flows.add(one, elementOfArgument(call, 1, place))
        else if (place >= parameterPlace.rest) {
          flows.add(one, argumentAt(evaluation, call, place - parameterPlace.rest + 1, true))
        } else flows.add(one, argumentAt(evaluation, call, place + 1))
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

/** Asks what the occurrences of the program name and call, so that it is known what must be known: first of all, then of those that may change. */
function askedOccurrences(evaluation: Evaluation): (round: number) => void {
  const { program } = evaluation
  const changing: number[] = []
  return (round) => {
    if (round > 0) {
      for (let at = 0; at < changing.length; at += 2) askAbout(changing[at]!, changing[at + 1]!)
      return
    }
    for (let file = 0; file < program.files.length; file++) {
      const { occurrences } = program.files[file]!.facts
      for (let occurrence = 0; occurrence < occurrences.count; occurrence++) {
        evaluation.isTainted()
        askAbout(file, occurrence)
        if (evaluation.isTainted()) changing.push(file, occurrence)
      }
    }
  }

  function askAbout(file: number, occurrence: number): void {
    const { occurrences } = program.files[file]!.facts
    const expr = occurrences.expr[occurrence]!
    evaluation.named(file, expr)
    const role = occurrences.role[occurrence]
    if (role === roleCode.call || role === roleCode.construct) calledValues(evaluation, file, expr)
  }
}
