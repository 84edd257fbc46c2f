import { BenchSetupError } from './bench-errors.ts'
import { benchFolder } from './cache-folder.ts'
import { type CorpusName, prepareCorpus, temporaryFolder } from './corpus.ts'
import { currentLoad } from './machine.ts'
import { withoutPaths } from './private-text.ts'
import type { ColdIndexResults, Failure, Run, SystemResult } from './results.ts'
import { measureRound } from './round.ts'
import { runContext } from './run-context.ts'
import type { Counts, Prepared, System } from './systems/system.ts'

/** What to measure. */
export interface ColdIndexRequest {
  readonly systems: readonly System[]
  readonly corpus: CorpusName
  readonly rounds: number
  readonly signal: AbortSignal
  /** Takes a line about the progress. */
  readonly report: (line: string) => void
}

interface Subject {
  readonly system: System
  prepared: Prepared | undefined
  counts: Counts | undefined
  failure: Failure | undefined
  readonly runs: Run[]
}

/**
 * Measures all systems in interleaved rounds: one run of each, then the next round.
 *
 * A system that fails is not run again, so that the time stays bounded, and its result says why. Only a corpus that
 * cannot be had, or a machine on which nothing can be measured, is an error.
 */
export async function measureColdIndex(request: ColdIndexRequest): Promise<ColdIndexResults> {
  const { signal, report, rounds } = request
  if (process.platform !== 'linux') {
    throw new BenchSetupError('Memory is measured from /proc, so this benchmark runs on Linux only')
  }
  const temporary = temporaryFolder()
  report(`corpus ${request.corpus}: fetching and reading`)
  const corpus = await prepareCorpus(request.corpus, signal)
  const subjects: Subject[] = request.systems.map((system) => ({
    system,
    prepared: undefined,
    counts: undefined,
    failure: undefined,
    runs: [],
  }))
  for (const subject of subjects) await prepare(subject, signal, report)

  const before = currentLoad()
  for (let round = 1; round <= rounds; round++) {
    for (const subject of subjects) {
      const { system, prepared } = subject
      if (prepared === undefined || subject.failure !== undefined) continue
      const outcome = await measureRound({
        system,
        prepared,
        corpus,
        round,
        withCounts: subject.counts === undefined,
        temporaryFolder: temporary,
        signal,
      })
      if (outcome.run !== undefined) subject.runs.push(outcome.run)
      subject.counts ??= outcome.counts
      subject.failure = outcome.failure
      report(`round ${round}/${rounds} ${system.name}: ${progress(outcome.run, outcome.failure)}`)
    }
  }

  const { name, label, files, lines, bytes } = corpus
  return {
    bench: 'cold-index',
    ...runContext(before),
    corpus: { name, label, files, lines, bytes },
    rounds,
    systems: subjects.map(resultOf),
  }
}

async function prepare(subject: Subject, signal: AbortSignal, report: (line: string) => void): Promise<void> {
  report(`${subject.system.name}: preparing`)
  try {
    subject.prepared = await subject.system.prepare(signal)
  } catch (error) {
    signal.throwIfAborted()
    const reason = withoutPaths(error instanceof Error ? error.message : String(error))
    subject.failure = { round: 0, phase: 'prepare', reason }
    report(`${subject.system.name}: failed: ${reason}`)
  }
}

function resultOf({ system, prepared, counts, failure, runs }: Subject): SystemResult {
  const place = { corpus: 'DIR', store: 'STORE' }
  const shown = (args: readonly string[]): string =>
    [system.command, ...args].join(' ').replaceAll(`${benchFolder}/`, '')
  const again = system.againArgs?.(place)
  return {
    name: system.name,
    version: prepared?.version ?? null,
    commands: { cold: shown(system.coldArgs(place)), again: again === undefined ? null : shown(again) },
    env: system.env,
    note: system.note,
    counts: counts ?? null,
    runs,
    failure: failure ?? null,
  }
}

function progress(run: Run | undefined, failure: Failure | undefined): string {
  if (failure !== undefined) return `failed (${failure.phase}): ${failure.reason}`
  if (run === undefined) return 'nothing measured'
  return `${(run.wallMs / 1000).toFixed(2)} s, ${(run.peakRssBytes / 1e6).toFixed(0)} MB`
}
