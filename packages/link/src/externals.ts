import type { Program } from './program.ts'
import { createTripleTable } from './triple-table.ts'

/**
 * What is named outside the project, as paths: a module or the global scope, then an export or a
 * global, then members. Each path has a number.
 */
export interface Externals {
  /** The path of a module, or of the global scope under the name `globalThis`. */
  root(module: string): number
  /** The path of a member; -1 where the path is already as long as paths get. */
  child(external: number, name: number): number
  /** The path this one is a member of, -1 for a module. */
  parent(external: number): number
  /** The number of the last name of the path. */
  name(external: number): number
  isRoot(external: number): boolean
  /** Whether the path starts at the global scope. */
  isGlobal(external: number): boolean
  /** As users see it: `external:node:fs#promises.readFile`. */
  id(external: number): string
}

const longestPath = 4

/** Makes an empty {@link Externals}. */
export function createExternals(program: Program): Externals {
  const paths = createTripleTable()
  const depths: number[] = []
  const roots: number[] = []
  const globalName = program.nameOf('globalThis')

  function intern(parent: number, name: number): number {
    const external = paths.intern(parent, name, 0)
    if (external === depths.length) {
      depths.push(parent < 0 ? 0 : depths[parent]! + 1)
      roots.push(parent < 0 ? external : roots[parent]!)
    }
    return external
  }

  function id(external: number): string {
    const text = program.text(paths.second(external))
    const depth = depths[external]!
    if (depth === 0) return `external:${text}`
    return `${id(paths.first(external))}${depth === 1 ? '#' : '.'}${text}`
  }

  return {
    root: (module) => intern(-1, program.nameOf(module)),
    child: (external, name) => (depths[external]! >= longestPath ? -1 : intern(external, name)),
    parent: (external) => paths.first(external),
    name: (external) => paths.second(external),
    isRoot: (external) => depths[external] === 0,
    isGlobal: (external) => paths.second(roots[external]!) === globalName,
    id,
  }
}
