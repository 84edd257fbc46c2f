import { argumentAt } from './call-arguments.ts'
import type { CallArguments } from './call-arguments.ts'
import { emptySet, inferred } from './confident-sets.ts'
import { flatMap } from './evaluation.ts'
import type { Evaluation } from './evaluation.ts'
import { entry, languageInstance } from './results.ts'

/**
 * What a function of the language passes to one that it is given: an `element` of its receiver, the `key` or `value` of an entry,
 * the `receiver`, what it is a `promise` of, what the callback gives itself (`result`, or at first an argument or an element),
 * an element of its first argument (`item`), its further arguments (`rest`), or something of which nothing is known.
 */
type Passed = 'element' | 'key' | 'value' | 'receiver' | 'promise' | 'result' | 'item' | 'rest' | '-'

/** A function of the language that calls a function it is given. */
export interface Native {
  /** The places of the functions among the arguments. */
  readonly callbacks: readonly number[]
  readonly passes: readonly Passed[]
  /** What it gives, by what the callback gives. */
  readonly gives?: 'elements' | 'element' | 'promise' | 'flat'
}

const none: Native = { callbacks: [0], passes: ['-'] }

const natives: ReadonlyMap<string, Native> = new Map([
  ...ofTypes('Array ReadonlyArray Iterator IteratorObject IterableIterator Generator', [
    [
      'forEach filter find findIndex findLast findLastIndex some every',
      { callbacks: [0], passes: ['element', '-', 'receiver'] },
    ],
    ['map', { callbacks: [0], passes: ['element', '-', 'receiver'], gives: 'elements' }],
    ['flatMap', { callbacks: [0], passes: ['element', '-', 'receiver'], gives: 'flat' }],
    ['reduce reduceRight', { callbacks: [0], passes: ['result', 'element', '-', 'receiver'], gives: 'element' }],
    ['sort toSorted', { callbacks: [0], passes: ['element', 'element'] }],
  ]),
  ...ofTypes('Set ReadonlySet', [['forEach', { callbacks: [0], passes: ['element', 'element', 'receiver'] }]]),
  ...ofTypes('Map ReadonlyMap', [['forEach', { callbacks: [0], passes: ['value', 'key', 'receiver'] }]]),
  ...ofTypes('Promise PromiseLike', [
    ['then', { callbacks: [0, 1], passes: ['promise'], gives: 'promise' }],
    ['catch', { callbacks: [0], passes: ['-'], gives: 'promise' }],
    ['finally', { callbacks: [0], passes: [] }],
  ]),
  ...ofTypes('Array', [['from', { callbacks: [1], passes: ['item', '-'], gives: 'elements' }]]),
  ...ofTypes('Object Map', [['groupBy', { callbacks: [1], passes: ['item', '-'] }]]),
  ...ofTypes('String', [['replace replaceAll', { callbacks: [1], passes: ['-'] }]]),
  ...ofTypes('JSON', [['parse stringify', { callbacks: [1], passes: ['-', '-'] }]]),
  ...ofTypes('process', [['nextTick', { callbacks: [0], passes: ['rest'] }]]),
  ...['Promise', 'setTimeout', 'setInterval', 'queueMicrotask', 'requestAnimationFrame', 'requestIdleCallback'].map(
    (name): [string, Native] => [name, none],
  ),
  ['setImmediate', { callbacks: [0], passes: ['rest'] }],
])

function ofTypes(types: string, methods: readonly (readonly [names: string, native: Native])[]): [string, Native][] {
  return types
    .split(' ')
    .flatMap((type) =>
      methods.flatMap(([names, native]) =>
        names.split(' ').map((name): [string, Native] => [`${type}.${name}`, native]),
      ),
    )
}

const globalPrefix = 'external:globalThis#'

/** The name of a function of the language, like `Array.map`; undefined for what is outside of it. */
export function nativeName({ externals, values }: Evaluation, value: number): string | undefined {
  const external = -1 - values.entity(value)
  if (external < 0 || !externals.isGlobal(external) || externals.isRoot(external)) return undefined
  return externals.id(external).slice(globalPrefix.length)
}

/** What is known of a function of the language that calls what it is given. */
export function nativeOf(evaluation: Evaluation, value: number): Native | undefined {
  const name = nativeName(evaluation, value)
  return name === undefined ? undefined : natives.get(name)
}

/** What is passed at `place` to a callback of a function of the language. */
export function passedBy(
  evaluation: Evaluation,
  native: Native,
  place: number,
  receivers: number,
  call: CallArguments,
): number {
  const { sets, values } = evaluation
  // Of an array or a map of the program, what the value of the language has that it is.
  const argument = (at: number): number =>
    flatMap(sets, receivers, (one) => {
      const bases = values.entity(one) < 0 ? sets.one(one, 0) : evaluation.basesOf(one)
      return flatMap(sets, bases, (base) => Math.max(values.lookUp(values.environment(base), -1 - at), emptySet))
    })
  const last = native.passes.at(-1)
  switch (native.passes[place] ?? (last === 'rest' ? last : '-')) {
    case 'element':
      return flatMap(sets, receivers, evaluation.elements)
    case 'key':
      return argument(0)
    case 'value':
      return argument(1)
    case 'receiver':
      return receivers
    case 'promise':
      return flatMap(sets, receivers, evaluation.awaited)
    case 'item':
      return flatMap(sets, argumentAt(evaluation, call, 0), evaluation.elements)
    case 'rest':
      return argumentAt(evaluation, call, place - native.passes.indexOf('rest') + native.callbacks[0]! + 1)
    case 'result': {
      const given = flatMap(sets, argumentAt(evaluation, call, native.callbacks[0]!), evaluation.called)
      const start = argumentAt(evaluation, call, 1)
      return sets.union(given, start === emptySet ? flatMap(sets, receivers, evaluation.elements) : start)
    }
    case '-':
      return emptySet
  }
}

/** What a function of the language gives, by what its callback gives, or by its arguments. */
export function callbackResult(evaluation: Evaluation, value: number, receiver: number, call: CallArguments): number {
  const native = nativeOf(evaluation, value)
  if (native?.gives === undefined) return argumentResult(evaluation, nativeName(evaluation, value), call)
  const { sets } = evaluation
  const callback = argumentAt(evaluation, call, native.callbacks[0]!)
  const given = sets.weaken(flatMap(sets, callback, evaluation.called), inferred)
  if (given === emptySet) return emptySet
  switch (native.gives) {
    case 'elements':
      return languageInstance(evaluation, 'Array', given)
    case 'flat':
      return languageInstance(evaluation, 'Array', flatMap(sets, given, evaluation.elements))
    case 'promise':
      return languageInstance(evaluation, 'Promise', flatMap(sets, given, evaluation.awaited))
    case 'element': {
      const start = argumentAt(evaluation, call, 1)
      return sets.union(given, start === emptySet ? evaluation.elements(receiver) : start)
    }
  }
}

/** What a function of the language gives, by its arguments. */
function argumentResult(evaluation: Evaluation, name: string | undefined, call: CallArguments): number {
  const { sets } = evaluation
  const of = (at: number): number => argumentAt(evaluation, call, at)
  switch (name) {
    case 'Object.values':
      return languageInstance(evaluation, 'Array', flatMap(sets, of(0), evaluation.elements))
    case 'Object.entries':
      return languageInstance(
        evaluation,
        'Array',
        entry(evaluation, languageInstance(evaluation, 'String'), flatMap(sets, of(0), evaluation.elements)),
      )
    case 'Array.of':
      return languageInstance(evaluation, 'Array', argumentAt(evaluation, call, 0, true))
    case 'Array.from':
      return languageInstance(evaluation, 'Array', flatMap(sets, of(0), evaluation.elements))
    case 'Promise.resolve':
      return languageInstance(evaluation, 'Promise', flatMap(sets, of(0), evaluation.awaited))
    case 'Promise.all': {
      const each = flatMap(sets, flatMap(sets, of(0), evaluation.elements), evaluation.awaited)
      return languageInstance(evaluation, 'Promise', languageInstance(evaluation, 'Array', each))
    }
    case 'Promise.race':
    case 'Promise.any':
      return languageInstance(
        evaluation,
        'Promise',
        flatMap(sets, flatMap(sets, of(0), evaluation.elements), evaluation.awaited),
      )
    case 'structuredClone':
    case 'Object.freeze':
    case 'Object.seal':
      return of(0)
    default:
      return emptySet
  }
}
