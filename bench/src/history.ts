/** The benchmark of runs and memory: what agents did and learned, kept and found by Forge and by the ways others have. */
import { runCommand, writeResults } from './bench-command.ts'
import { installMemvid } from './history/memvid-package.ts'
import { measurements } from './history/measurements.ts'
import { measureSuite } from './suite/measure-suite.ts'
import { parseSuiteOptions, suiteUsage } from './suite/options.ts'
import { renderSuite } from './suite/report.ts'

const usage = `Measures runs, memory and their HTTP API against the ways others keep them, and @memvid/sdk.

  pnpm --filter @forge/bench history
  pnpm --filter @forge/bench history --rounds 3 --only runs-2000,memory-5000 --no-write
`

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = parseSuiteOptions(
    args,
    measurements.map(({ id }) => id),
  )
  if (options.help) {
    process.stdout.write(usage + suiteUsage)
    return 0
  }
  const { rounds, small, only } = options
  const results = await measureSuite({
    bench: 'history',
    measurements: measurements.filter(({ id }) => only === undefined || only.includes(id)),
    rounds,
    small,
    peers: installMemvid,
    nodeOptions: process.execArgv,
    signal,
    report: (line) => process.stderr.write(`${line}\n`),
  })
  const text = renderSuite(results)
  process.stdout.write(`\n${text}\n`)
  if (options.write) writeResults(results, { id: 'history', title: 'Runs, memory, HTTP', body: text })
  return results.measurements.some(({ sides }) => sides.some(({ failure }) => failure !== null)) ? 1 : 0
}

await runCommand(main)
