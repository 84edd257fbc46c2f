import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isForgeError } from '@forge/errors'
import { BenchUsageError } from './bench-errors.ts'
import { benchFolder } from './cache-folder.ts'
import { type Section, withSection } from './results-document.ts'

/** Runs a benchmark as a command: its exit code, what went wrong on standard error, and an orderly end on Ctrl-C. */
export async function runCommand(
  main: (args: readonly string[], signal: AbortSignal) => Promise<number>,
): Promise<void> {
  const interrupt = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupt.abort())
  try {
    process.exitCode = await main(process.argv.slice(2), interrupt.signal)
  } catch (error) {
    if (interrupt.signal.aborted) {
      process.stderr.write('Interrupted; no results were written\n')
      process.exitCode = 130
    } else if (isForgeError(error)) {
      const hint = error.hint === undefined ? '' : `\n${error.hint}`
      process.stderr.write(`${error.code}: ${error.message}${hint}\n`)
      process.exitCode = error instanceof BenchUsageError ? 2 : 1
    } else throw error
  }
}

/** Writes results as JSON into `bench/results/`, and as a section of `bench/RESULTS.md`. */
export function writeResults(results: unknown, section: Section): void {
  mkdirSync(join(benchFolder, 'results'), { recursive: true })
  writeFileSync(join(benchFolder, `results/${section.id}.json`), `${JSON.stringify(results, null, 2)}\n`)
  const document = join(benchFolder, 'RESULTS.md')
  const before = existsSync(document) ? readFileSync(document, 'utf8') : ''
  writeFileSync(document, withSection(before, section))
}
