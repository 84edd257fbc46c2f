import type { Graph, Site } from '@forge/graph'
import { type FunctionId, type FunctionIr, type Place, op } from '@forge/pdg'
import { type SourceFile, iteratorNames } from './source-file.ts'
import type { RevisionFiles } from './source-files.ts'

/** Which iterators of other files run where something is taken apart: those that the graph knows, else those of the classes that the file names. */
export class ProjectIterators {
  readonly #graph: Graph
  readonly #files: RevisionFiles
  readonly #iterables = new Map<SourceFile, Promise<readonly FunctionId[]>>()

  constructor(graph: Graph, files: RevisionFiles) {
    this.#graph = graph
    this.#files = files
  }

  /** What makes the iterators of the classes of other files that a file names. */
  iterablesOf(file: SourceFile): Promise<readonly FunctionId[]> {
    let iterables = this.#iterables.get(file)
    if (iterables === undefined) {
      const sites = file.sites.filter(({ targetKind, targetFile, targetStart: start, targetEnd: end }) => {
        const isElsewhere = targetKind === 'class' && targetFile !== '' && targetFile !== file.path
        return isElsewhere && this.#files.has(targetFile, 'Symbol.', { start, end })
      })
      const methods = sites.flatMap(({ target, targetFile }) =>
        [...iteratorNames].map((name) => ({ target: `${target}.${name}`, targetFile })),
      )
      this.#iterables.set(file, (iterables = this.iteratorsAt(methods)))
    }
    return iterables
  }

  /** What makes iterators by some sites, and the methods by which those are used. */
  async iteratorsAt(sites: readonly Pick<Site, 'target' | 'targetFile'>[]): Promise<readonly FunctionId[]> {
    const found = new Set<FunctionId>()
    for (const { target, targetFile } of sites) {
      const file = await this.#files.load(targetFile)
      const made = file?.functionsOf(target) ?? []
      if (file === undefined || made.length === 0) continue
      for (const one of made) found.add(one)
      for (const one of file.program.ofIterators) {
        if (!iteratorNames.has(file.ir.functions[one]!.name)) found.add(one + file.first)
      }
    }
    return [...found]
  }

  /** The instructions that take apart what has its iterators of a function, or that use one that they are given by it. */
  async placesOf(file: SourceFile, index: number): Promise<readonly Place[]> {
    const made = iteratorNames.has(file.ir.functions[index]!.name)
      ? [index]
      : file.program.ofIterators.filter((one) => iteratorNames.has(file.ir.functions[one]!.name))
    const places: Place[] = []
    for (const one of made) {
      const owner = file.owner(one)
      if (owner === undefined || owner.kind === 'module') continue
      for (const { site } of await this.#graph.callers(owner.id)) {
        const from = await this.#files.load(site.file)
        const { start, end } = site.range
        if (from !== undefined) places.push(...from.askingAround(start.offset, end.offset))
      }
      if (owner.kind === 'method')
        places.push(...(await this.#unlinkedOf(owner.id.slice(0, owner.id.lastIndexOf('.[')))))
    }
    return places
  }

  /** The instructions that may take apart an object of a class, in the files that name it, without the graph knowing. */
  async #unlinkedOf(id: string): Promise<readonly Place[]> {
    const symbol = await this.#graph.symbol(id)
    if (symbol?.kind !== 'class') return []
    const paths = new Set((await this.#graph.references(id)).map(({ file }) => file))
    paths.delete(symbol.file)
    const places: Place[] = []
    for (const path of paths) {
      const file = await this.#files.load(path)
      for (const { function: index, instruction } of file?.program.asking ?? []) {
        if (isUnlinked(file!.ir.functions[index]!, instruction))
          places.push({ function: index + file!.first, instruction })
      }
    }
    return places
  }
}

/** Whether an instruction takes something apart in a way that the graph has no calls for: a pattern, `yield*`, an argument `...list`. */
export function isUnlinked({ instructions }: FunctionIr, at: number): boolean {
  return instructions.op[at] !== op.iterate && instructions.op[at] !== op.call
}
