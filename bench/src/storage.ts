/** The storage benchmark: how fast, with how many errors and how much memory the storage packages do what others do. */
import { runCommand, writeResults } from './bench-command.ts'
import { measureStorage } from './storage/measure-storage.ts'
import { measurements } from './storage/measurements.ts'
import { parseStorageOptions, storageUsage } from './storage/options.ts'
import { renderStorage } from './storage/report.ts'

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = parseStorageOptions(
    args,
    measurements.map(({ id }) => id),
  )
  if (options.help) {
    process.stdout.write(storageUsage)
    return 0
  }
  const { rounds, small, only } = options
  const results = await measureStorage({
    measurements: measurements.filter(({ id }) => only === undefined || only.includes(id)),
    rounds,
    small,
    withPeers: true,
    nodeOptions: process.execArgv,
    signal,
    report: (line) => process.stderr.write(`${line}\n`),
  })
  const text = renderStorage(results)
  process.stdout.write(`\n${text}\n`)
  if (options.write) writeResults(results, { id: 'storage', title: 'Storage', body: text })
  return results.measurements.some(({ sides }) => sides.some(({ failure }) => failure !== null)) ? 1 : 0
}

await runCommand(main)
