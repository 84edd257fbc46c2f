import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BenchSetupError } from '../bench-errors.ts'
import { currentLoad } from '../machine.ts'
import { explainFailure, runMeasured } from '../measured-process.ts'
import type { InstalledPeer, PeerInstaller } from '../peer-install.ts'
import { withoutPaths } from '../private-text.ts'
import { runContext } from '../run-context.ts'
import { systemEnvironment } from '../system-environment.ts'
import type { Measurement, Metric, ProgramAnswer, ProgramRequest, Side } from './measurement.ts'
import type { MeasurementResult, Round, SuiteResults } from './results.ts'

/** What to measure. */
export interface SuiteRequest {
  /** Names the results. */
  readonly bench: string
  readonly measurements: readonly Measurement[]
  readonly rounds: number
  /** The small sizes, to see that everything works. */
  readonly small: boolean
  /** Brings a package that sides run on; without it, those sides are left out and nothing is fetched. */
  readonly peers?: PeerInstaller
  /** Options of Node for each process that measures, such as `--conditions=@forge/source`. */
  readonly nodeOptions: readonly string[]
  readonly signal: AbortSignal
  /** Takes a line about the progress. */
  readonly report: (line: string) => void
}

interface Subject {
  readonly side: Side
  readonly rounds: Round[]
  failure: string | undefined
}

/** One measurement, and the sides of it that are measured. */
interface Plan {
  readonly measurement: Measurement
  readonly subjects: readonly Subject[]
}

const minutes = 5
const memory: Metric = { id: 'peakRssBytes', label: 'peak RSS', unit: 'bytes', over: 'median' }
const processor: Metric = { id: 'cpuMs', label: 'processor time', unit: 'ms', over: 'median' }

/**
 * Takes every measurement in interleaved rounds: all sides of all measurements, then the next round.
 *
 * A side that fails is not run again, and its result says why. Only a peer that cannot be had, or a machine on which
 * nothing can be measured, is an error.
 */
export async function measureSuite(request: SuiteRequest): Promise<SuiteResults> {
  const { measurements, rounds, report } = request
  if (process.platform !== 'linux') {
    throw new BenchSetupError('Memory is measured from /proc, so this benchmark runs on Linux only')
  }
  const plans = measurements.map((measurement): Plan => {
    const sides = measurement.sides.filter(({ peer }) => peer === undefined || request.peers !== undefined)
    return { measurement, subjects: sides.map((side) => ({ side, rounds: [], failure: undefined })) }
  })
  const peers = await installPeers(plans, request)
  const before = currentLoad()
  for (let round = 1; round <= rounds; round++) {
    for (const { measurement, subjects } of plans) {
      if (round > (measurement.mostRounds ?? rounds)) continue
      const groups = measurement.together ? [subjects] : subjects.map((subject) => [subject])
      for (const group of groups) {
        const running = group.filter(({ failure }) => failure === undefined)
        if (running.length === 0) continue
        await runOnce({ request, measurement, subjects: running, round, peers })
        const names = running.map(({ side }) => side.name).join(', ')
        const failed = running.find(({ failure }) => failure !== undefined)
        report(
          `round ${round}/${rounds} ${measurement.id}: ${names}${failed === undefined ? '' : `: ${failed.failure}`}`,
        )
      }
    }
  }
  return {
    bench: request.bench,
    ...runContext(before),
    rounds,
    measurements: plans.map((plan) => resultOf(plan, peers)),
  }
}

interface Run {
  readonly request: SuiteRequest
  readonly measurement: Measurement
  readonly subjects: readonly Subject[]
  readonly round: number
  readonly peers: Peers
}

/** What is installed, by the name of the package. */
type Peers = ReadonlyMap<string, InstalledPeer>

async function installPeers(plans: readonly Plan[], { peers, signal }: SuiteRequest): Promise<Peers> {
  const names = new Set(plans.flatMap(({ subjects }) => subjects.flatMap(({ side }) => side.peer ?? [])))
  const installed = new Map<string, InstalledPeer>()
  for (const name of names) if (peers !== undefined) installed.set(name, await peers(name, signal))
  return installed
}

/** The one folder with the packages of these sides; null where they run on none. */
function peersFolder(subjects: readonly Subject[], peers: Peers): string | null {
  const folders = new Set(subjects.flatMap(({ side }) => peers.get(side.peer ?? '')?.folder ?? []))
  if (folders.size > 1) throw new RangeError('Sides that run together need their packages in one folder')
  return [...folders][0] ?? null
}

async function runOnce({ request, measurement, subjects, round, peers }: Run): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'forge-bench-'))
  try {
    const order: ProgramRequest = {
      sides: subjects.map(({ side }) => side.name),
      size: request.small ? measurement.smallSize : measurement.size,
      folder,
      peers: peersFolder(subjects, peers),
    }
    const outcome = await runMeasured({
      program: process.execPath,
      args: [...request.nodeOptions, fileURLToPath(measurement.program), JSON.stringify(order)],
      cwd: folder,
      env: systemEnvironment(folder),
      timeoutMs: (measurement.minutes ?? minutes) * 60_000,
      signal: request.signal,
    })
    const failure = outcome.failure === undefined ? undefined : explainFailure(outcome)
    const answer = failure === undefined ? (JSON.parse(outcome.stdout) as ProgramAnswer) : {}
    for (const subject of subjects) {
      const values = answer[subject.side.name]
      if (values === undefined) subject.failure = withoutPaths(failure ?? 'gave no numbers')
      else if (measurement.together) subject.rounds.push({ round, values })
      else {
        const { peakRssBytes, cpuMs } = outcome
        subject.rounds.push({ round, values: { ...values, peakRssBytes, cpuMs } })
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function resultOf({ measurement, subjects }: Plan, peers: Peers): MeasurementResult {
  const { id, title, what, baseline, metrics, bars, together } = measurement
  return {
    id,
    title,
    what,
    baseline,
    metrics: together ? metrics : [...metrics, processor, memory],
    bars,
    sides: subjects.map(({ side, rounds, failure }) => ({
      ...side,
      version: peers.get(side.peer ?? '')?.versions[side.peer ?? ''] ?? null,
      rounds,
      failure: failure ?? null,
    })),
  }
}
