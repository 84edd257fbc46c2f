import type { Measurement } from '../../suite/measurement.ts'

/** The mirror of a real project, beside what it takes to index it. */
export const effectMirror: Measurement = {
  id: 'effect',
  title: 'The mirror of `effect`',
  what:
    '`effect@4.1.0`, `src/`: 572 files, indexed by a process and mirrored by the same; then a line is put at the end of the file that most others import, and both are brought up to date. ' +
    '_wrong_ counts reports of which SQLite says something else.',
  program: new URL('../programs/effect-mirror.ts', import.meta.url),
  together: false,
  minutes: 10,
  baseline: 'index',
  sides: [
    { name: 'index', peer: 'effect', note: '`forge.index()` of the library: the graph itself.' },
    { name: 'mirror', peer: 'effect', note: '`analytics.sync()` after it.' },
  ],
  metrics: [
    { id: 'anew', label: 'from nothing', unit: 'ms', over: 'median' },
    { id: 'change', label: 'after a change of one file', unit: 'ms', over: 'median' },
    { id: 'rows', label: 'rows', unit: 'count', over: 'median' },
    { id: 'bytes', label: 'file', unit: 'bytes', over: 'median' },
    { id: 'wrong', label: 'wrong', unit: 'count', over: 'sum' },
  ],
  bars: [
    {
      text: 'mirror from nothing, of the time of the index',
      side: 'mirror',
      metric: 'anew',
      against: 'index',
      atMost: 0.25,
    },
    { text: 'the same rows as SQLite', side: 'mirror', metric: 'wrong', atMost: 0 },
  ],
  size: {},
  smallSize: {},
}
