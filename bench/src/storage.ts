/** The storage benchmark: how fast, with how many errors and how much memory the storage packages do what others do. */
import { runCommand, writeResults } from './bench-command.ts'
import { installPeer } from './peer-install.ts'
import { measureSuite } from './suite/measure-suite.ts'
import { measurements } from './storage/measurements.ts'
import { parseSuiteOptions, suiteUsage } from './suite/options.ts'
import { renderSuite } from './suite/report.ts'

const usage = `Measures the storage packages against raw better-sqlite3, Kysely's own dialect and migrator, tarn and generic-pool.

  pnpm --filter @forge/bench storage
  pnpm --filter @forge/bench storage --rounds 3 --only pool,statements --no-write
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
    measurements: measurements.filter(({ id }) => only === undefined || only.includes(id)),
    rounds,
    small,
    bench: 'storage',
    peers: (signal) => installPeer('pools', signal),
    nodeOptions: process.execArgv,
    signal,
    report: (line) => process.stderr.write(`${line}\n`),
  })
  const text = renderSuite(results)
  process.stdout.write(`\n${text}\n`)
  if (options.write) writeResults(results, { id: 'storage', title: 'Storage', body: text })
  return results.measurements.some(({ sides }) => sides.some(({ failure }) => failure !== null)) ? 1 : 0
}

await runCommand(main)
