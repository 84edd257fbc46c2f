/** Holds Forge's definitions and references against the TypeScript language service, on pinned corpora. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isForgeError } from '@forge/errors'
import { corpora } from './language-service/corpora.ts'
import { AccuracyUsageError } from './language-service/errors.ts'
import { measureCorpus } from './language-service/measure-corpus.ts'
import { parseOptions, usage } from './language-service/options.ts'
import { type CorpusResult, renderGroups, renderReferences, renderResults } from './language-service/report.ts'
import { renderDocument } from './language-service/results-document.ts'

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args)
  if (options.help) {
    process.stdout.write(usage)
    return
  }
  const results: CorpusResult[] = []
  for (const spec of corpora) {
    if (options.packages !== undefined && !options.packages.includes(spec.name)) continue
    const result = await measureCorpus(spec, options.limitFiles)
    results.push(result)
    process.stderr.write(`${spec.name}: ${result.measured} files in ${result.seconds.toFixed(1)} s\n`)
    const groups = `${renderGroups(result.definitions.findings, 40, 4)}\n${renderReferences(result.references, 40)}`
    if (options.verbose) process.stdout.write(`\n## ${spec.name}\n\n${groups}\n`)
    if (options.examples !== undefined) {
      mkdirSync(options.examples, { recursive: true })
      writeFileSync(join(options.examples, `accuracy-${spec.name}.txt`), `${renderResults([result])}\n\n${groups}\n`)
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results.map(withoutFindings), null, 2)}\n`)
  else process.stdout.write(`\n${renderResults(results)}\n`)
  const everything = results.flatMap(({ definitions }) => definitions.findings)
  if (!options.json && !options.verbose) process.stdout.write(`\n${renderGroups(everything, 10, 0)}\n`)
  if (options.write) write(results)
}

function write(results: readonly CorpusResult[]): void {
  const document = join(import.meta.dirname, '..', 'RESULTS.md')
  const before = existsSync(document) ? readFileSync(document, 'utf8') : ''
  writeFileSync(document, renderDocument(before, results, new Date()))
}

function withoutFindings({ definitions, references, ...rest }: CorpusResult): object {
  const { findings: _wrong, ...counts } = references
  return { ...rest, unknown: definitions.unknown, classes: definitions.classes, references: counts }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!isForgeError(error)) throw error
  const hint = error.hint === undefined ? '' : `\n${error.hint}`
  process.stderr.write(`${error.code}: ${error.message}${hint}\n`)
  process.exitCode = error instanceof AccuracyUsageError ? 2 : 1
}
