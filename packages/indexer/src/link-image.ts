import type { FileLinks, UnresolvedReference } from '@forge/link'

/** Everything linking said about a file, in numbers that mean the same in another run (places, row ids of nodes) and texts. */
export interface LinkImage {
  readonly numbers: Float64Array
  /** Names and reasons of what is unresolved, and the names of what is outside the project, in the order they are met. */
  readonly texts: readonly string[]
}

/** What the graph has of a file's links. */
export interface WrittenLinks {
  readonly image: LinkImage
  readonly edges: number
}

/** Makes the images of one run. */
export class LinkImages {
  readonly #externals: readonly string[]

  /** @param externals the names of the symbols outside the project, by their numbers in this run. */
  constructor(externals: readonly string[]) {
    this.#externals = externals
  }

  /**
   * @param nodeIds the row ids of the file's own nodes
   * @param idOf the row id of the node of a symbol, the symbol itself where it is outside the project
   */
  of(links: FileLinks, nodeIds: Float64Array, idOf: (symbol: number) => number): LinkImage {
    const { edges, locals, unresolved, functionValues } = links
    const open = [unresolved, functionValues]
    const references = unresolved.length + functionValues.length
    const numbers = new Float64Array(
      edges.count * 4 + edges.siteFirst[edges.count]! * 3 + locals.length * 2 + references * 4 + 4,
    )
    const texts: string[] = []
    let at = 0
    for (let row = 0; row < edges.count; row++) {
      const target = idOf(edges.target[row]!)
      numbers[at++] = idOf(edges.source[row]!)
      numbers[at++] = target < 0 ? -texts.push(this.#externals[-1 - target] ?? '') : target
      numbers[at++] = edges.kind[row]! * 4 + edges.confidence[row]!
      numbers[at++] = edges.siteFirst[row + 1]! - edges.siteFirst[row]!
    }
    const sites = edges.sites.subarray(0, edges.siteFirst[edges.count]! * 3)
    numbers.set(sites, at)
    at += sites.length
    for (const list of open) {
      for (const reference of list) {
        numbers[at++] = reference.start
        numbers[at++] = reference.end
        numbers[at++] = idOf(reference.in)
        numbers[at++] = reference.call ? 1 : 0
        texts.push(textOf(reference))
      }
    }
    // A local symbol that has become a node, or is none any more, is written in another way.
    for (let place = 0; place < locals.length; place += 5) {
      for (let part = 0; part < 5; part++) numbers[at++] = locals[place + part]!
      numbers[at++] = nodeIds[locals[place + 3]!]!
      numbers[at++] = nodeIds[locals[place + 4]!]!
    }
    return { numbers: numbers.subarray(0, at), texts }
  }
}

/** Whether two images say the same. */
export function sameImage(left: LinkImage, right: LinkImage): boolean {
  if (left.numbers.length !== right.numbers.length || left.texts.length !== right.texts.length) return false
  for (let at = 0; at < left.numbers.length; at++) if (left.numbers[at] !== right.numbers[at]) return false
  return left.texts.every((text, at) => text === right.texts[at])
}

function textOf({ name, reason }: UnresolvedReference): string {
  return `${reason} ${name}`
}
