/** Watches a corpus, saves a file of it again and again, and asks for what was saved. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Forge } from '@forge/forge'
import { workspaceFolder } from '../../cache-folder.ts'
import { type CorpusName, prepareCorpus } from '../../corpus.ts'
import { timed } from '../../history/programs/timed.ts'
import { onlySide, runProgram, sizeOf } from '../../suite/program.ts'
import { percentile } from '../../statistics.ts'

await runProgram(async (request) => {
  const root = join(request.folder, 'code')
  // The small size needs nothing that is fetched.
  if (sizeOf(request, 'part') === 0) cpSync(join(workspaceFolder, 'packages/pool/src'), root, { recursive: true })
  else (await prepareCorpus(onlySide(request) as CorpusName, new AbortController().signal)).copyTo(root)
  const database = join(request.folder, 'graph.db')
  const forge = await Forge.withRuntime(root, { database })
  const paths = [...(await forge.graph.files()).keys()]
  const file = join(root, paths[Math.floor(paths.length / 2)]!)
  const text = readFileSync(file, 'utf8')
  const times: number[] = []
  for (let save = 0; save < sizeOf(request, 'saves') + 2; save++) {
    const start = performance.now()
    writeFileSync(file, `${text}\nexport function savedJustNow${save}(of: number) { return String(of + ${save}) }\n`)
    const found = await forge.graph.findSymbol(`savedJustNow${save}`)
    if (found.length !== 1) throw new Error(`Save ${save} was not answered`)
    // The first two warm up.
    if (save >= 2) times.push(performance.now() - start)
  }
  const { p50: ask } = await timed(50, () => forge.graph.findSymbol('savedJustNow1'))
  const memory = process.memoryUsage().rss
  await forge.close()
  const started = performance.now()
  const again = await Forge.withRuntime(root, { database })
  const start = performance.now() - started
  await again.close()
  return {
    [onlySide(request)]: {
      'save p50': percentile(times, 0.5),
      'save p99': percentile(times, 0.99),
      'ask p50': ask,
      start,
      memory,
    },
  }
})
