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

/** The kinds of saves: a comment line more in a function, a call more in a function, an exported function more. */
export const saveKinds = ['comment', 'call', 'function'] as const

/** One of {@link saveKinds}. */
export type SaveKind = (typeof saveKinds)[number]

const optavePackage = '@optave/codegraph'
const colbymchenryPackage = '@colbymchenry/codegraph'
const forgeNote =
  '`Forge.withRuntime(DIR)`, which watches; then `forge.graph.findSymbol(NAME, { file, exact: true })` or `callees(ID)`, each of which waits for what was saved before it.'
const optaveNote =
  '`buildGraph(DIR)` of its library in the process that asks, which is incremental, then `fnDepsData(NAME, DB, { file, depth: 1 })`. Its watcher is left out, a process of its own: ' +
  'of the first five saves in `effect` it had four after 0.6 to 2.3 s, and one in `SchemaAST.ts`, on which much depends, not within two minutes.'
const colbymchenryNote =
  '`CodeGraph.sync()` of its library in the process that asks, then `getNodesByName(NAME)` and `getCallees(ID)`; on the Node of this benchmark, with `--liftoff-only` as its README asks for.'

/** The code graphs that are asked while files change. */
const systems: Measurement['sides'] = [
  { name: 'forge', note: forgeNote },
  { name: 'optave', note: optaveNote, peer: optavePackage },
  { name: 'colbymchenry', note: colbymchenryNote, peer: colbymchenryPackage },
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
      'Files are saved one after the other, 0.1 s after the last answer and what a system still does behind it: in turn with a comment line more in a function, with a call more in a function, and with an exported function more, ' +
      'each in a file that is chosen by chance, for all sides the same. Milliseconds from before the save until an answer that only the save can give: the line at which the function below the comment begins, ' +
      'the new call among those of its function, the place of the new function. An answer of before the save ends the measurement with an error. ' +
      '60 saves in `effect` (523 k lines), 30 in the repository of 2 million lines of the cold index, so that p99 is the slowest save; one of each kind before them warms up. ' +
      'Then a question where nothing has changed, and a start where nothing has, in the same process.',
    program: new URL('programs/save.ts', import.meta.url),
    together: false,
    minutes: 15,
    mostRounds: 1,
    baseline: 'forge',
    sides: [
      ...systems,
      {
        name: 'colbymchenry watch',
        note:
          'Its watcher in the process that asks, `CodeGraph.watch()` with its defaults, and the same questions every 5 ms until one is answered with what was saved. ' +
          'A function is there before the calls of its file are; what is done in between is not measured.',
        peer: colbymchenryPackage,
      },
      { name: 'forge, 2M lines', note: 'As `forge`.' },
      { name: 'optave, 2M lines', note: 'As `optave`.', peer: optavePackage },
      {
        name: 'colbymchenry watch, 2M lines',
        note: 'As `colbymchenry watch`; without its watcher, which takes longer, it is left out here.',
        peer: colbymchenryPackage,
      },
    ],
    metrics: [
      { id: 'save p50', label: 'save to answer p50', unit: 'ms', over: 'median' },
      { id: 'save p99', label: 'save to answer p99', unit: 'ms', over: 'median' },
      ...saveKinds.map((kind): Metric => ({ id: `${kind} p50`, label: `${kind} p50`, unit: 'ms', over: 'median' })),
      { id: 'ask p50', label: 'nothing saved p50', unit: 'ms', over: 'median' },
      { id: 'start', label: 'start, nothing changed', unit: 'ms', over: 'median' },
      { id: 'memory', label: 'memory', unit: 'bytes', over: 'median' },
    ],
    bars: [
      { text: 'save to answer p99, effect', side: 'forge', metric: 'save p99', atMost: 50 },
      { text: 'save to answer p99, synthetic-2m', side: 'forge, 2M lines', metric: 'save p99', atMost: 50 },
    ],
    size: { saves: 60, 'saves of 2M': 30, part: 1 },
    smallSize: { saves: 3, 'saves of 2M': 3, part: 0 },
  },
  {
    id: 'switch',
    title: 'From a switch of 1,000 files to an answer',
    what:
      'The repository of 2 million lines is one of git; `git checkout` of a branch on which 1,000 of its 2,288 source files, chosen by chance, have two functions more, twice. ' +
      'Milliseconds from before the command until an answer that knows the call between the two functions in the last of these files; of them until the command has ended. ' +
      'Then ten others of the files are asked for, which is not measured: an answer of before the switch ends the measurement with an error.',
    program: new URL('programs/switch.ts', import.meta.url),
    together: false,
    minutes: 15,
    mostRounds: 1,
    baseline: 'forge',
    sides: systems,
    metrics: [
      { id: 'switch', label: 'switch to answer', unit: 'ms', over: 'median' },
      { id: 'switch most', label: 'the slower one', unit: 'ms', over: 'median' },
      { id: 'written', label: 'of it git checkout', unit: 'ms', over: 'median' },
      { id: 'memory', label: 'memory', unit: 'bytes', over: 'median' },
    ],
    bars: [],
    size: { files: 1000, switches: 2, part: 1 },
    smallSize: { files: 10, switches: 2, part: 0 },
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
