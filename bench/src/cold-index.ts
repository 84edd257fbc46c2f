/** The cold-index benchmark: how long, with how much memory and disk, each system takes to index a corpus from nothing. */
import { join, resolve } from 'node:path'
import { runCommand, writeResults } from './bench-command.ts'
import { workspaceFolder } from './cache-folder.ts'
import { measureColdIndex } from './measure-cold-index.ts'
import { parseOptions, usage } from './options.ts'
import { renderColdIndex } from './report.ts'
import type { ColdIndexResults } from './results.ts'
import { barePipeline } from './systems/bare-pipeline.ts'
import { colbymchenry } from './systems/colbymchenry.ts'
import { forgeSystem } from './systems/forge.ts'
import { optave } from './systems/optave.ts'

const systemNames = ['forge', optave.name, colbymchenry.name, barePipeline.name]

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = parseOptions(args, systemNames)
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  const forge = forgeSystem(
    options.forge === undefined ? join(workspaceFolder, 'node_modules/.bin/forge') : resolve(options.forge),
  )
  const systems = [forge, optave, colbymchenry, barePipeline].filter(
    ({ name }) => options.only === undefined || options.only.includes(name),
  )
  const results = await measureColdIndex({
    systems,
    corpus: options.corpus,
    rounds: options.rounds,
    signal,
    report: (line) => process.stderr.write(`${line}\n`),
  })
  const text = renderColdIndex(results)
  process.stdout.write(`\n${text}\n`)
  if (options.write) write(results, text)
  return results.systems.some(({ failure }) => failure !== null) ? 1 : 0
}

function write(results: ColdIndexResults, text: string): void {
  const suffix = results.corpus.name === 'effect' ? '' : `-${results.corpus.name}`
  writeResults(results, { id: `cold-index${suffix}`, title: `Cold index: ${results.corpus.label}`, body: text })
}

await runCommand(main)
