import { kindCode, meaning, roleCode } from './codes.ts'
import { ambiguous, confidenceOf, elementOf, exact } from './confident-sets.ts'
import type { Evaluation } from './evaluation.ts'
import { meaningsOfEntity } from './meanings.ts'

/** What one occurrence leads to, out of all that its expression names. Used for one occurrence after the other. */
export interface TargetChoice {
  /** Leads the occurrence to one entity, exactly. */
  take(entity: number): void
  /**
   * Leads it to those of a set of entities that have the meaning its role asks for, to all for imports and exports. Several of
   * which one is not exact are ambiguous; several exact ones are all meant: the members of a declared union.
   */
  choose(named: number, role: number, wanted: number): void
  count(): number
  entity(index: number): number
  confidence(index: number): number
}

const otherwise = [meaning.namespace, meaning.value, meaning.type] as const

/** Makes a {@link TargetChoice}. */
export function createTargetChoice(evaluation: Evaluation): TargetChoice {
  const { program, sets } = evaluation
  const entities = new Int32Array(64)
  const confidences = new Int32Array(64)
  let count = 0

  function anyMeans(named: number, mask: number): boolean {
    for (let i = 0; i < sets.size(named); i++) {
      if ((meaningsOfEntity(evaluation, elementOf(sets.at(named, i))) & mask) !== 0) return true
    }
    return false
  }

  /** Where a property is a pair of accessors, a write means the setter and all else the getter. */
  function keepAccessors(role: number): void {
    const unwanted = role === roleCode.write ? kindCode.getter : kindCode.setter
    const wanted = role === roleCode.write ? kindCode.setter : kindCode.getter
    let kept = 0
    for (let i = 0; i < count; i++) {
      const entity = entities[i]!
      if (entity >= 0 && program.kind[entity] === unwanted && hasSibling(entity, wanted)) continue
      entities[kept] = entity
      confidences[kept] = confidences[i]!
      kept++
    }
    count = kept
  }

  function hasSibling(accessor: number, kind: number): boolean {
    for (let i = 0; i < count; i++) {
      const other = entities[i]!
      if (other >= 0 && program.kind[other] === kind && program.parent[other] === program.parent[accessor]) return true
    }
    return false
  }

  return {
    take(entity) {
      entities[0] = entity
      confidences[0] = exact
      count = 1
    },
    choose(named, role, wanted) {
      const size = sets.size(named)
      const everything = role === roleCode.import || role === roleCode.export || size === 1
      const mask = everything || anyMeans(named, wanted) ? wanted : (otherwise.find((one) => anyMeans(named, one)) ?? 0)
      let weakest = exact
      count = 0
      for (let i = 0; i < size; i++) {
        const packed = sets.at(named, i)
        if (!everything && (meaningsOfEntity(evaluation, elementOf(packed)) & mask) === 0) continue
        entities[count] = elementOf(packed)
        confidences[count] = confidenceOf(packed)
        weakest = Math.max(weakest, confidenceOf(packed))
        count++
      }
      if (count < 2 || everything) return
      keepAccessors(role)
      if (count > 1 && weakest !== exact) confidences.fill(ambiguous, 0, count)
    },
    count: () => count,
    entity: (index) => entities[index]!,
    confidence: (index) => confidences[index]!,
  }
}
