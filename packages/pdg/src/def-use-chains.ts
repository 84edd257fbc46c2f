import { accessKinds } from './accesses.ts'
import { definedAtEntry, noDefinition } from './definition.ts'
import type { SsaForm } from './ssa-form.ts'

/** Which write may be what a read sees: pair `i` is element `i` of each column. Sorted by the read, then by the write. */
export interface DefUseChains {
  readonly count: number
  /** The access that writes, or {@link definedAtEntry}. */
  readonly definition: Int32Array
  /** The access that reads. */
  readonly use: Int32Array
}

/**
 * Lists for each read all writes that may reach it, through merges and past what `mayWrite`. A read that control does not reach has none.
 *
 * There may be as many pairs as reads times writes: {@link ssaForm} says the same in fewer words.
 */
export function defUseChains(ssa: SsaForm): DefUseChains {
  const { accesses, seen } = ssa
  const writes = new Writes(ssa)
  const reads: number[] = []
  let count = 0
  for (let access = 0; access < seen.length; access++) {
    if (accesses.kind[access] !== readKind || seen[access] === noDefinition) continue
    reads.push(access)
    count += writes.of(seen[access]!).length
  }
  const definition = new Int32Array(count)
  const use = new Int32Array(count)
  let at = 0
  for (const read of reads) {
    for (const write of writes.of(seen[read]!)) {
      definition[at] = write
      use[at++] = read
    }
  }
  return { count, definition, use }
}

const readKind = accessKinds.indexOf('read')

/** The writes that definitions stand for. */
class Writes {
  readonly #ssa: SsaForm
  /** By definition, the entry first: what was found for it, and the last one that it was passed for. */
  readonly #found: (readonly number[] | undefined)[]
  readonly #passedFor: Int32Array

  constructor(ssa: SsaForm) {
    this.#ssa = ssa
    const definitions = ssa.seen.length + ssa.merges.count + 1
    this.#found = Array.from({ length: definitions })
    this.#passedFor = new Int32Array(definitions).fill(noDefinition)
  }

  /** Sorted; found once for each definition. */
  of(definition: number): readonly number[] {
    return (this.#found[definition - definedAtEntry] ??= this.#find(definition))
  }

  #find(definition: number): readonly number[] {
    const { seen, merges } = this.#ssa
    const writes: number[] = []
    const waiting: number[] = []
    const wait = (one: number): void => {
      if (this.#passedFor[one - definedAtEntry] === definition) return
      this.#passedFor[one - definedAtEntry] = definition
      waiting.push(one)
    }
    wait(definition)
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      if (one < seen.length) {
        writes.push(one)
        if (one !== definedAtEntry && seen[one] !== noDefinition) wait(seen[one]!)
        continue
      }
      const merge = one - seen.length
      for (let at = merges.offsets[merge]!; at < merges.offsets[merge + 1]!; at++) wait(merges.definitions[at]!)
    }
    return writes.toSorted((left, right) => left - right)
  }
}
