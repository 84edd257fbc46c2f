import { runCommand, writeResults } from '../bench-command.ts'
import type { PeerInstaller } from '../peer-install.ts'
import { measureSuite } from './measure-suite.ts'
import type { Measurement } from './measurement.ts'
import { parseSuiteOptions, suiteUsage } from './options.ts'
import { renderSuite } from './report.ts'

/** A benchmark of several measurements. */
export interface Suite {
  /** Names its results and its part of `RESULTS.md`. */
  readonly id: string
  readonly title: string
  /** What it measures, and how it is started, for `--help`. */
  readonly usage: string
  readonly measurements: readonly Measurement[]
  /** Brings a package that sides run on, where any does. */
  readonly peers?: PeerInstaller
}

/** Runs a suite as a command. */
export async function runSuite({ id, title, usage, measurements, peers }: Suite): Promise<void> {
  await runCommand(async (args, signal) => {
    const options = parseSuiteOptions(
      args,
      measurements.map((each) => each.id),
    )
    if (options.help) {
      process.stdout.write(usage + suiteUsage)
      return 0
    }
    const { rounds, small, only } = options
    const results = await measureSuite({
      bench: id,
      measurements: measurements.filter((each) => only === undefined || only.includes(each.id)),
      rounds,
      small,
      ...(peers === undefined ? {} : { peers }),
      nodeOptions: process.execArgv,
      signal,
      report: (line) => process.stderr.write(`${line}\n`),
    })
    const text = renderSuite(results)
    process.stdout.write(`\n${text}\n`)
    if (options.write) writeResults(results, { id, title, body: text })
    return results.measurements.some(({ sides }) => sides.some(({ failure }) => failure !== null)) ? 1 : 0
  })
}
