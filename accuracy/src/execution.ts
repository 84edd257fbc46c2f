/** Holds the graph of calls against what programs do when they run: see `execution/`. */
import { programs } from './execution/all-programs.ts'
import { measurePrograms, type ProgramResult } from './execution/measure.ts'

const usage = `Usage: pnpm --filter @forge/accuracy execution [--category NAME] [--verbose] [--json]

Runs programs, notes who calls whom, and says how much of that the graph has, and what it has besides.

  --category NAME  only the programs of one category
  --verbose        also each call that is missing or spurious
  --json           the results as JSON
`

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(usage)
    return 0
  }
  const at = args.indexOf('--category')
  const category = at < 0 ? undefined : args[at + 1]
  const chosen = category === undefined ? programs : programs.filter((program) => program.category === category)
  if (chosen.length === 0) {
    process.stderr.write(
      `There is no category ${category}: ${[...new Set(programs.map((one) => one.category))].join(', ')}\n`,
    )
    return 2
  }
  const results = await measurePrograms(chosen)
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
  else process.stdout.write(render(results, args.includes('--verbose')))
  return 0
}

function render(results: readonly ProgramResult[], verbose: boolean): string {
  const lines = [
    '| category | programs | calls made | found | edges | spurious | recall | precision |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ]
  for (const category of new Set(results.map((result) => result.category))) {
    lines.push(
      row(
        category,
        results.filter((result) => result.category === category),
      ),
    )
  }
  lines.push(row('**all**', results))
  if (verbose) {
    for (const { category, name, files, missing, spurious } of results) {
      if (missing.length + spurious.length === 0) continue
      lines.push('', `${category}: ${name}`)
      for (const { path, code } of files) lines.push(files.length === 1 ? `  ${code}` : `  ${path}: ${code}`)
      for (const call of missing) lines.push(`  missing   ${call}`)
      for (const call of spurious) lines.push(`  spurious  ${call}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function row(name: string, results: readonly ProgramResult[]): string {
  const { observed, missing, graph, spurious } = countOf(results)
  const percent = (part: number, whole: number): string =>
    whole === 0 ? '—' : `${((part / whole) * 100).toFixed(1)} %`
  const found = observed - missing
  return `| ${name} | ${results.length} | ${observed} | ${found} | ${graph} | ${spurious} | ${percent(found, observed)} | ${percent(graph - spurious, graph)} |`
}

/** The calls of all results together. */
function countOf(results: readonly ProgramResult[]): Record<'observed' | 'missing' | 'graph' | 'spurious', number> {
  const sum = (of: (result: ProgramResult) => readonly string[]): number =>
    results.reduce((total, result) => total + of(result).length, 0)
  return {
    observed: sum((result) => result.observed),
    missing: sum((result) => result.missing),
    graph: sum((result) => result.graph),
    spurious: sum((result) => result.spurious),
  }
}

process.exitCode = await main(process.argv.slice(2))
