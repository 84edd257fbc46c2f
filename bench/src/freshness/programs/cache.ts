/** Asks a mix of questions over and over, with the query cache in front of the graph or without it, and counts statements. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { Forge } from '@forge/forge'
import { workspaceFolder } from '../../cache-folder.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'

await runProgram(async (request) => {
  const root = join(request.folder, 'code')
  cpSync(join(workspaceFolder, 'packages/pool/src'), root, { recursive: true })
  await using forge = await Forge.withRuntime(root, { database: join(request.folder, 'graph.db') })
  const { graph } = forge
  const cache = forge.runtime().cache()
  const symbols = await graph.findSymbol('c', { limit: sizeOf(request, 'questions') })
  const questions = symbols.flatMap(({ id, name }): readonly (readonly [string, () => Promise<object>])[] => [
    [`find ${name}`, () => graph.findSymbol(name)],
    [`callers ${id}`, () => graph.callers(id)],
    [`refs ${id}`, () => graph.references(id)],
  ])
  const sent = (): number => {
    const { hits, misses } = forge.store.database.statementStats()
    return hits + misses
  }
  const ask = ([key, compute]: readonly [string, () => Promise<object>]): Promise<object> =>
    onlySide(request) === 'with' ? cache.get(key, compute) : compute()
  const before = sent()
  const started = performance.now()
  for (const question of questions) {
    await Promise.all([ask(question), ask(question)])
    for (let again = 0; again < 3; again++) await ask(question)
  }
  return { [onlySide(request)]: { statements: sent() - before, time: performance.now() - started } }
})
