import { parameterPlace, symbolFlag } from '@forge/lang'
import { calleeOf } from './call-arguments.ts'
import { calledOn, calledWith } from './calls.ts'
import { kindCode, opCode } from './codes.ts'
import { flowOf, isCode } from './called-functions.ts'
import { confidenceOf, elementOf, emptySet, exact, inferred } from './confident-sets.ts'
import { flatMap, oneValue } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { inputKind } from './inputs.ts'
import { parameterSlot, typedSlot } from './flows.ts'
import { filteredValues } from './discriminants.ts'
import { instancesOf } from './instances.ts'
import { universalMember } from './members.ts'
import { entityValues, requestedModule } from './module-exports.ts'
import { languageInstance } from './results.ts'
import { side } from './values.ts'

/** The entities an expression names. */
export function nameOfExpr(evaluation: Evaluation, file: number, expr: number): number {
  const { program, sets, values } = evaluation
  const { exprs } = program.files[file]!.facts
  const a = exprs.a[expr]!
  switch (exprs.op[expr]!) {
    case opCode.symbol: {
      const symbol = program.symbol(file, a)
      return program.kind[symbol] === kindCode.import ? evaluation.imported(symbol) : sets.one(symbol, exact)
    }
    case opCode.free:
      return evaluation.globals.named(program.name(file, a))
    case opCode.module:
      return requestedModule(evaluation, file, a)
    case opCode.member: {
      const name = program.name(file, exprs.b[expr]!)
      const give = (value: number): number => memberWritten(evaluation, value, name)
      const named = preferKnown(evaluation, flatMap(sets, evaluation.valued(file, a), give))
      if (named !== emptySet) return named
      // What is assigned to a variable later may have what its type does not.
      const later = flatMap(sets, evaluation.named(file, a), (entity) =>
        entity < 0 || (program.flags[entity]! & symbolFlag.typed) !== 0 ? emptySet : flowOf(evaluation, entity),
      )
      return later === emptySet ? named : sets.weaken(flatMap(sets, later, give), inferred)
    }
    case opCode.this:
      return sets.one(program.symbol(file, a), exact)
    case opCode.super:
      return flatMap(sets, basesHere(evaluation, file, expr), (value) => sets.one(values.entity(value), exact))
    case opCode.instance:
    case opCode.applied:
      return evaluation.named(file, a)
    default:
      return emptySet
  }
}

/** What a member that is written out names: `a.constructor` is what every object has, never the constructor a class declares. */
function memberWritten(evaluation: Evaluation, value: number, name: number): number {
  const { program, sets } = evaluation
  const named = evaluation.memberNamed(value, name)
  if (sets.size(named) !== 1 || program.text(name) !== 'constructor') return named
  const entity = elementOf(sets.at(named, 0))
  if (entity < 0 || program.kind[entity] !== kindCode.constructor) return named
  return universalMember(evaluation, value, name)
}

/** Values from outside seem to have any member: they count only where none from the project has it. */
function preferKnown(evaluation: Evaluation, named: number): number {
  const { sets } = evaluation
  let known = emptySet
  let guessed = false
  for (let i = 0; i < sets.size(named); i++) {
    const packed = sets.at(named, i)
    if (elementOf(packed) < 0 && confidenceOf(packed) !== exact) guessed = true
    else known = sets.union(known, sets.one(elementOf(packed), confidenceOf(packed)))
  }
  return guessed && known !== emptySet ? known : named
}

/** The values an expression has. */
export function valuesOfExpr(evaluation: Evaluation, file: number, expr: number): number {
  const { program, sets, values } = evaluation
  const { exprs, lists, strings } = program.files[file]!.facts
  const a = exprs.a[expr]!
  switch (exprs.op[expr]!) {
    case opCode.symbol:
      return evaluation.symbolValued(program.symbol(file, a))
    case opCode.free:
    case opCode.module:
      return flatMap(sets, evaluation.named(file, expr), (entity) => entityValues(evaluation, entity))
    case opCode.member: {
      const name = program.name(file, exprs.b[expr]!)
      return flatMap(sets, evaluation.valued(file, a), (value) =>
        values.bindThis(evaluation.memberValued(value, name), receiverOf(evaluation, file, a, value)),
      )
    }
    case opCode.call:
      return resultOfCall(evaluation, file, a, exprs.b[expr]!)
    case opCode.construct:
      return flatMap(sets, evaluation.valued(file, a), evaluation.constructed)
    case opCode.this:
      return valueHere(evaluation, file, expr)
    case opCode.super:
      return basesHere(evaluation, file, expr)
    case opCode.instance:
      return instancesOf(evaluation, file, a, exprs.b[expr]!)
    case opCode.await:
      return flatMap(sets, evaluation.valued(file, a), evaluation.awaited)
    case opCode.element:
    case opCode.spread:
      return flatMap(sets, evaluation.valued(file, a), evaluation.elements)
    case opCode.applied:
      return evaluation.valued(file, a)
    case opCode.literal:
      return languageInstance(evaluation, strings[exprs.b[expr]!]!)
    case opCode.alike:
    case opCode.unlike:
      return filteredValues(evaluation, file, expr)
    case opCode.predicate:
      return flatMap(sets, evaluation.valued(file, a), (value) => predicateOf(evaluation, value))
    case opCode.narrowed: {
      const narrowed = evaluation.valued(file, a)
      return narrowed === emptySet ? evaluation.valued(file, lists[exprs.b[expr]! + 1]!) : narrowed
    }
    case opCode.parameter:
      return parameterValues(evaluation, program.symbol(file, a), exprs.b[expr]!)
    case opCode.union: {
      let result = emptySet
      for (let i = 1; i <= lists[a]!; i++) result = sets.union(result, evaluation.valued(file, lists[a + i]!))
      return result
    }
    case opCode.builtin:
      return languageInstance(evaluation, strings[a]!)
    default:
      return emptySet
  }
}

/** What calling `callee` gives; a method is called on its receiver, and the methods of language types are known by it. */
function resultOfCall(evaluation: Evaluation, file: number, applied: number, list: number): number {
  const { program, sets, values } = evaluation
  const { exprs } = program.files[file]!.facts
  const callee = calleeOf(evaluation, file, applied)
  const call = { file, list, types: callee === applied ? -1 : exprs.b[applied]! }
  if (exprs.op[callee] !== opCode.member) {
    return flatMap(sets, evaluation.valued(file, callee), (value) => calledWith(evaluation, value, call))
  }
  const name = program.name(file, exprs.b[callee]!)
  return flatMap(sets, evaluation.valued(file, exprs.a[callee]!), (holder) => {
    const receiver = receiverOf(evaluation, file, exprs.a[callee]!, holder)
    if (isCode(evaluation, holder)) {
      const text = program.text(name)
      if (text === 'bind') return sets.one(holder, inferred)
      if (text === 'call' || text === 'apply') return values.bindThis(evaluation.called(holder), receiver)
    }
    const given = flatMap(sets, evaluation.memberValued(holder, name), (value) =>
      calledOn(evaluation, value, holder, call),
    )
    return sets.union(values.bindThis(given, receiver), evaluation.methodCalled(holder, name))
  })
}

/** What `this` is in a member of `holder`, which `expr` stands for: behind `super` the value it is written in. */
function receiverOf(evaluation: Evaluation, file: number, expr: number, holder: number): number {
  const { program, values } = evaluation
  const { exprs } = program.files[file]!.facts
  if (exprs.op[expr] !== opCode.super) return holder
  return values.of(program.symbol(file, exprs.a[expr]!), exprs.b[expr] === 1 ? side.static : side.this, 0)
}

/** The receiver of a `this` or `super` expression. */
function valueHere(evaluation: Evaluation, file: number, expr: number): number {
  const { program } = evaluation
  const { exprs } = program.files[file]!.facts
  const symbol = program.symbol(file, exprs.a[expr]!)
  const kind = program.kind[symbol]!
  const ofType = exprs.b[expr] !== 1 && kind !== kindCode.object
  const own = oneValue(evaluation, symbol, ofType ? side.this : side.static)
  if (kind !== kindCode.function) return own
  // A function that `new` makes things of may be a method of something else as well.
  const { flows, sets } = evaluation
  return sets.union(own, flows.get(symbol, side.static, parameterSlot(parameterPlace.receiver)))
}

function basesHere(evaluation: Evaluation, file: number, expr: number): number {
  return flatMap(evaluation.sets, valueHere(evaluation, file, expr), (value) => evaluation.basesOf(value))
}

/** What a function says of its first argument where it gives `true`. */
function predicateOf(evaluation: Evaluation, fn: number): number {
  const { program, sets, values } = evaluation
  const entity = values.entity(fn)
  if (entity < 0) return emptySet
  evaluation.reads(inputKind.declaration, entity)
  const file = program.owner[entity]!
  const { parameters } = program.files[file]!.facts
  let types = emptySet
  for (const row of program.parameterTypes(entity)) {
    if (parameters.place[row] === parameterPlace.predicate) {
      types = sets.union(types, evaluation.valued(file, parameters.type[row]!))
    }
  }
  return values.substitute(types, values.environment(fn))
}

/** What a parameter is by the type that is expected of its function; where there is none, what calls pass. */
function parameterValues({ flows }: Evaluation, fn: number, place: number): number {
  const typed = flows.get(fn, side.static, typedSlot(place))
  return typed === emptySet ? flows.get(fn, side.static, parameterSlot(place)) : typed
}
