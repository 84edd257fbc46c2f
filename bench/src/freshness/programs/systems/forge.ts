import { join } from 'node:path'
import { Forge } from '@forge/forge'
import type { StartSystem } from './system.ts'

/** Forge, watching: each answer reflects what was saved before it was asked for. */
export const startForge: StartSystem = async ({ root, store }) => {
  const forge = await Forge.withRuntime(root, { database: join(store, 'graph.db') })
  return {
    async answers({ file, name, holds }) {
      if ('calls' in holds) {
        const calls = await forge.graph.callees(`${file}#${name}`)
        return calls.some(({ callee }) => callee === `${file}#${holds.calls}`)
      }
      const found = await forge.graph.findSymbol(name, { file, exact: true })
      return found.some(({ range }) => range.start.line === holds.line)
    },
    close: () => forge.close(),
  }
}
