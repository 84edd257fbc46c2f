import type { Bar, Measurement, Metric, Side } from '../../suite/measurement.ts'

const ms = (id: string, label: string): Metric => ({ id, label, unit: 'ms', over: 'median' })

const metrics: readonly Metric[] = [
  ms('saveMs', 'save'),
  ms('saveP99Ms', 'save p99'),
  ms('list20Ms', 'list of 20'),
  ms('list100Ms', 'list of 100'),
  ms('getMs', 'get'),
  ms('filterMs', 'list of 20 failed'),
  ms('searchMs', 'search'),
  ms('deepMs', 'far page'),
  ms('deepOffsetMs', 'far page by offset'),
  ms('indexMs', 'words of a run indexed'),
  { id: 'fileBytes', label: 'database', unit: 'bytes', over: 'median' },
  { id: 'wrong', label: 'wrong answers', unit: 'count', over: 'sum' },
]

const sides: readonly Side[] = [
  {
    name: 'snapshots',
    note:
      'One table of better-sqlite3 with a column of JSON for the plan and one for the execution, as forge-agent keeps them: a list parses both of each run to show ' +
      'its objective and its success, a search is `like` over both. WAL, `synchronous` `FULL`.',
  },
  {
    name: 'forge',
    note: '`@forge/runs` in its defaults: `saveRun`, `listRuns`, `getRun`, `search`; `synchronous` `FULL`.',
  },
]

const what = (runs: string): string =>
  `${runs} runs of 49 KB, half of it the plan (25 steps), half the execution, of a vocabulary of 5,000 words. Times are the median of one call, awaited, one after the ` +
  'other; the execution of what is got is parsed on both sides. The search is for a word that 20 runs have, over all of them; Forge has indexed its words before, which ' +
  'takes the time of the last column a run, outside of the save. Wrong answers: lists, pages, snapshots and hits that are not what they must be.'

/** A tenth of what forge-agent was measured at on a machine of two cores; another one, so to be read as a size. */
const bars: readonly Bar[] = [
  { text: 'save, a tenth of forge-agent (4.0 ms)', side: 'forge', metric: 'saveMs', atMost: 0.4 },
  { text: 'list of 20, a tenth of forge-agent (5.8 ms)', side: 'forge', metric: 'list20Ms', atMost: 0.58 },
  { text: 'list of 100, a tenth of forge-agent (17.5 ms)', side: 'forge', metric: 'list100Ms', atMost: 1.75 },
  { text: 'get, a tenth of forge-agent (1.1 ms)', side: 'forge', metric: 'getMs', atMost: 0.11 },
  { text: 'list of 20 against snapshots', side: 'forge', metric: 'list20Ms', against: 'snapshots', atMost: 0.1 },
  { text: 'list of 100 against snapshots', side: 'forge', metric: 'list100Ms', against: 'snapshots', atMost: 0.1 },
  { text: 'no wrong answer', side: 'forge', metric: 'wrong', atMost: 0 },
]

const common = {
  program: new URL('../programs/runs.ts', import.meta.url),
  together: false,
  baseline: 'snapshots',
  sides,
  metrics,
  bars,
  smallSize: { runs: 60, calls: 5 },
}

/** As many runs as an agent makes in some weeks. */
export const fewRuns: Measurement = {
  ...common,
  id: 'runs-2000',
  title: '2,000 runs of 49 KB',
  what: `${what('2,000')} The far page is the 90th of 20.`,
  size: { runs: 2000, calls: 200 },
}

/** As many as a team keeps for years. */
export const manyRuns: Measurement = {
  ...common,
  id: 'runs-100000',
  title: '100,000 runs of 49 KB',
  what: `${what('100,000')} The far page is the 1,000th of 20. Building it takes gigabytes and minutes, so it is done once.`,
  mostRounds: 1,
  minutes: 45,
  size: { runs: 100_000, calls: 200 },
}
