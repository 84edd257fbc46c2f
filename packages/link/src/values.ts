import { kindCode } from './codes.ts'
import { confidenceOf, elementOf, emptySet, tooMany } from './confident-sets.ts'
import type { ConfidentSets } from './confident-sets.ts'
import { createIntLists } from './int-lists.ts'
import type { Program } from './program.ts'
import { createTripleTable } from './triple-table.ts'

/** How a value relates to its entity. */
export const side = {
  /** The entity itself: a class, function, namespace, module or object literal. */
  static: 0,
  /** A value of the type the entity is. */
  instance: 1,
  /** Like `instance`, seen from inside the class: stands for the receiver, which may be of a derived class. */
  this: 2,
  /** Like `instance`, of what `new` has made: of the class itself, never of a derived one. */
  made: 3,
} as const

/**
 * Abstract values by number: an entity, a {@link side}, and what the type parameters around
 * it stand for. An entity is a symbol, or the external `-1 - entity`.
 *
 * Type arguments are an environment: a list of (type parameter, set of values) pairs ordered by parameter.
 * The type parameters of external types are numbered -1, -2, … by place.
 */
export interface Values {
  of(entity: number, side: number, environment: number): number
  entity(value: number): number
  side(value: number): number
  environment(value: number): number
  /** Makes an environment; `pairs` is sorted in place. */
  environmentOf(pairs: [parameter: number, set: number][]): number
  /** What a type parameter stands for, -1 where the environment does not say. */
  lookUp(environment: number, parameter: number): number
  /** Puts in what the type parameters of `environment` stand for. */
  substitute(set: number, environment: number): number
  /** Puts `receiver` in the place of the values of side `this`. */
  bindThis(set: number, receiver: number): number
}

/** Type arguments nested deeper than this are forgotten, which keeps the number of values finite. */
const deepestArguments = 3
const noEnvironment = 0

/** Makes an empty {@link Values} over the symbols of `program`. */
export function createValues(program: Program, sets: ConfidentSets): Values {
  const triples = createTripleTable(1024)
  const environments = createIntLists()
  /** For each value whether substitution can change it, and how deep its type arguments nest. */
  const opens: boolean[] = []
  const depths: number[] = []
  let pairBuffer = new Int32Array(32)

  function of(entity: number, valueSide: number, environment: number): number {
    let depth = 0
    let open = valueSide === side.this
    for (let i = 1; i < environments.length(environment); i += 2) {
      const set = environments.at(environment, i)
      for (let j = 0; j < sets.size(set); j++) {
        const value = elementOf(sets.at(set, j))
        depth = Math.max(depth, depths[value]! + 1)
        open ||= opens[value]!
      }
    }
    if (depth > deepestArguments) return of(entity, valueSide, noEnvironment)
    const value = triples.intern(entity, valueSide, environment)
    if (value === opens.length) {
      depths.push(depth)
      opens.push(open || (entity >= 0 && isWithinGeneric(entity, valueSide)))
    }
    return value
  }

  /** Whether the entity is a type parameter, or a structural type or function that can see one. */
  function isWithinGeneric(entity: number, valueSide: number): boolean {
    if (program.isTypeParameter(entity)) return true
    if (!isStructural(entity, valueSide)) return false
    for (let holder = program.parent[entity]!; holder >= 0; holder = program.parent[holder]!) {
      if (program.typeParameters(holder).length > 0) return true
    }
    return false
  }

  function isStructural(entity: number, valueSide: number): boolean {
    const kind = program.kind[entity]!
    if (kind === kindCode.object || kind === kindCode.function) return true
    return valueSide === side.static && kind === kindCode.method
  }

  function environmentOf(pairs: [parameter: number, set: number][]): number {
    const known = pairs.filter(([, set]) => set !== emptySet && set !== tooMany).toSorted((x, y) => x[0] - y[0])
    if (known.length * 2 > pairBuffer.length) pairBuffer = new Int32Array(known.length * 4)
    let length = 0
    for (const [parameter, set] of known) {
      pairBuffer[length++] = parameter
      pairBuffer[length++] = set
    }
    return environments.intern(pairBuffer, length)
  }

  function lookUp(environment: number, parameter: number): number {
    const length = environments.length(environment)
    for (let i = 0; i < length; i += 2) {
      if (environments.at(environment, i) === parameter) return environments.at(environment, i + 1)
    }
    return -1
  }

  function isOpen(set: number): boolean {
    for (let i = 0; i < sets.size(set); i++) if (opens[elementOf(sets.at(set, i))]!) return true
    return false
  }

  function substitute(set: number, environment: number): number {
    if (environment === noEnvironment || !isOpen(set)) return set
    let result = emptySet
    for (let i = 0; i < sets.size(set); i++) {
      const packed = sets.at(set, i)
      const value = elementOf(packed)
      result = sets.union(result, sets.weaken(substituteOne(value, environment), confidenceOf(packed)))
    }
    return result
  }

  function substituteOne(value: number, environment: number): number {
    if (!opens[value]!) return sets.one(value, 0)
    const entity = triples.first(value)
    const valueSide = triples.second(value)
    if (entity >= 0 && program.isTypeParameter(entity)) {
      const set = lookUp(environment, entity)
      return set < 0 ? sets.one(value, 0) : set
    }
    const own = triples.third(value)
    const pairs: [number, number][] = []
    for (let i = 0; i < environments.length(own); i += 2) {
      pairs.push([environments.at(own, i), substitute(environments.at(own, i + 1), environment)])
    }
    if (entity >= 0 && isStructural(entity, valueSide)) {
      for (let i = 0; i < environments.length(environment); i += 2) {
        const parameter = environments.at(environment, i)
        if (parameter >= 0 && lookUp(own, parameter) < 0 && isInside(entity, program.parent[parameter]!)) {
          pairs.push([parameter, environments.at(environment, i + 1)])
        }
      }
    }
    return sets.one(of(entity, valueSide, environmentOf(pairs)), 0)
  }

  function isInside(symbol: number, holder: number): boolean {
    for (let at = symbol; at >= 0; at = program.parent[at]!) if (at === holder) return true
    return false
  }

  function bindThis(set: number, receiver: number): number {
    let result = emptySet
    let changed = false
    for (let i = 0; i < sets.size(set); i++) {
      const packed = sets.at(set, i)
      const value = elementOf(packed)
      const bound = triples.second(value) === side.this ? receiver : value
      changed ||= bound !== value
      result = sets.union(result, sets.one(bound, confidenceOf(packed)))
    }
    return changed ? result : set
  }

  return {
    of,
    entity: (value) => triples.first(value),
    side: (value) => triples.second(value),
    environment: (value) => triples.third(value),
    environmentOf,
    lookUp,
    substitute,
    bindThis,
  }
}
