import type { Measurement } from '../../suite/measurement.ts'

/** What it costs to count complexity while a project is indexed. */
export const counts: Measurement = {
  id: 'counts',
  title: 'Counting complexity',
  what:
    'Decisions, cognitive complexity and Halstead’s operators and operands of everything that has code are counted whenever a file is read, and cannot be switched off. ' +
    'So the functions that count are timed: all files are extracted once to warm up, then under V8’s profiler with a sample every 0.1 ms. _Counting_ is the time that samples find in ' +
    '`halstead.ts` and `code-counts.ts` of `@forge/lang`, with all that they call; what is added up in other places, single increments, is not in it. _Index_ is the processor time of a cold index of the same files by all ' +
    'threads; _without_ is that less what counting takes.',
  program: new URL('../programs/counts.ts', import.meta.url),
  together: true,
  minutes: 10,
  baseline: 'without',
  sides: [
    { name: 'without', peer: 'effect', note: '`effect@4.1.0`, `src/`: 572 files.' },
    { name: 'with counting', peer: 'effect', note: 'The same, as it is.' },
  ],
  metrics: [
    { id: 'extraction', label: 'extraction', unit: 'ms', over: 'median' },
    { id: 'index', label: 'index, processor time', unit: 'ms', over: 'median' },
  ],
  bars: [
    {
      text: 'index with counting to one without',
      side: 'with counting',
      metric: 'index',
      against: 'without',
      atMost: 1.1,
    },
  ],
  size: {},
  smallSize: {},
}
