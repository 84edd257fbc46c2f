import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { optave } from '../../../systems/optave.ts'
import type { Expected, FreshPlace, StartSystem } from './system.ts'

/** `@optave/codegraph` in the process that asks: an incremental build before each question. */
export const startOptave: StartSystem = async (place) => {
  const library = await load(place)
  await library.buildGraph(place.root)
  return {
    async answers(expected) {
      await library.buildGraph(place.root)
      return knows(library, place, expected)
    },
    close: () => Promise.resolve(),
  }
}

async function load({ peers }: FreshPlace): Promise<Optave> {
  Object.assign(process.env, optave.env)
  const entry = join(peers, 'node_modules/@optave/codegraph/dist/index.js')
  return (await import(pathToFileURL(entry).href)) as Optave
}

function knows(library: Optave, { root }: FreshPlace, { file, name, holds }: Expected): boolean {
  const database = join(root, '.codegraph/graph.db')
  return library.fnDepsData(name, database, { file, depth: 1 }).results.some((found) => {
    if (found.name !== name || found.file !== file) return false
    if ('line' in holds) return found.line === holds.line
    return found.callees.some((callee) => callee.name === holds.calls && callee.file === file)
  })
}

interface Place {
  readonly name: string
  readonly file: string
  readonly line: number
}

/** What is used of `@optave/codegraph`. */
interface Optave {
  buildGraph(root: string): Promise<unknown>
  fnDepsData(
    name: string,
    database: string,
    options: { readonly file: string; readonly depth: number },
  ): { readonly results: readonly (Place & { readonly callees: readonly Place[] })[] }
}
