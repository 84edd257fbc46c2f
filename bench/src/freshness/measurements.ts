import type { Bar, Measurement, Metric } from '../suite/measurement.ts'

const kinds = ['add', 'change', 'delete'] as const
const gaps = [5, 20, 60] as const

const watchMetrics: readonly Metric[] = [
  { id: 'ready', label: 'ready', unit: 'ms', over: 'median' },
  { id: 'memory', label: 'memory', unit: 'bytes', over: 'median' },
  ...kinds.flatMap((kind): Metric[] =>
    (['p50', 'p99'] as const).map((rank) => ({
      id: `${kind} ${rank}`,
      label: `${kind} ${rank}`,
      unit: 'ms',
      over: 'median',
    })),
  ),
  ...gaps.map((gap): Metric => ({
    id: `lost ${gap}`,
    label: `last states lost, ${gap} ms`,
    unit: 'count',
    over: 'sum',
  })),
  { id: 'missed', label: 'missed of the burst', unit: 'count', over: 'sum' },
]

/** Everything the benchmark of freshness measures. */
export const measurements: readonly Measurement[] = [
  {
    id: 'watch',
    title: 'Watching 10,000 files in 200 folders',
    what:
      'Until it is ready, and how much more memory the process has then. Milliseconds from a change of one file until the listener is called, 200 of each kind. Two writes of ' +
      'one file 5, 20 and 60 ms apart, 20 times: how often the last event does not tell, or find on disk, the last state within 0.4 s. 10,000 edits while the event loop is blocked ' +
      'for 0.5 s after them: how many files no event named within 3 s.',
    program: new URL('programs/watch.ts', import.meta.url),
    together: false,
    minutes: 5,
    baseline: 'chokidar',
    sides: [
      {
        name: 'forge',
        note: '`@forge/watch`: a change is told with its size and the hash of the bytes, read after the last event.',
      },
      { name: 'chokidar', note: '`chokidar` 6.0.0 in the process that listens; `atomic: false`.' },
      { name: 'parcel', note: '`@parcel/watcher` 2.6.0, native.', peer: '@parcel/watcher' },
    ],
    metrics: watchMetrics,
    bars: [
      ...kinds.map((kind): Bar => ({ text: `${kind}: p99`, side: 'forge', metric: `${kind} p99`, atMost: 100 })),
      ...gaps.map((gap): Bar => ({
        text: `no last state lost, ${gap} ms`,
        side: 'forge',
        metric: `lost ${gap}`,
        atMost: 0,
      })),
      { text: 'nothing missed in the burst', side: 'forge', metric: 'missed', atMost: 0 },
    ],
    size: { folders: 200, files: 50, changes: 200, pairs: 20 },
    smallSize: { folders: 10, files: 10, changes: 4, pairs: 1 },
  },
  {
    id: 'save',
    title: 'From a save to an answer',
    what:
      'A project is watched (`Forge.withRuntime`); a function is added to a file in the middle of it, and a symbol asked for that the save has brought. Milliseconds from before the save until the answer. ' +
      'Then a question where nothing has changed, and a start where nothing has.',
    program: new URL('programs/save.ts', import.meta.url),
    together: false,
    minutes: 15,
    mostRounds: 1,
    baseline: 'effect',
    sides: [
      { name: 'effect', note: '`effect@4.1.0`, `src/`: 524 k lines.' },
      { name: 'synthetic-2m', note: 'Four times as much: the repository of 2 million lines of the cold index.' },
    ],
    metrics: [
      { id: 'save p50', label: 'save to answer p50', unit: 'ms', over: 'median' },
      { id: 'save p99', label: 'save to answer p99', unit: 'ms', over: 'median' },
      { id: 'ask p50', label: 'nothing saved p50', unit: 'ms', over: 'median' },
      { id: 'start', label: 'start, nothing changed', unit: 'ms', over: 'median' },
      { id: 'memory', label: 'memory', unit: 'bytes', over: 'median' },
    ],
    bars: [
      { text: 'save to answer p99, effect', side: 'effect', metric: 'save p99', atMost: 50 },
      { text: 'save to answer p99, synthetic-2m', side: 'synthetic-2m', metric: 'save p99', atMost: 50 },
    ],
    size: { saves: 10, part: 1 },
    smallSize: { saves: 2, part: 0 },
  },
  {
    id: 'cache',
    title: 'Statements with and without the query cache',
    what: 'The same mix of questions, each asked five times, some at once: how many statements go to the database.',
    program: new URL('programs/cache.ts', import.meta.url),
    together: false,
    baseline: 'without',
    sides: [
      { name: 'without', note: '`forge.graph`, asked each time.' },
      { name: 'with', note: '`forge.runtime().cache()` in front of it.' },
    ],
    metrics: [
      { id: 'statements', label: 'statements', unit: 'count', over: 'median' },
      { id: 'time', label: 'time', unit: 'ms', over: 'median' },
    ],
    bars: [
      { text: 'at most half of the statements', side: 'with', metric: 'statements', against: 'without', atMost: 0.5 },
    ],
    size: { questions: 200 },
    smallSize: { questions: 10 },
  },
]
