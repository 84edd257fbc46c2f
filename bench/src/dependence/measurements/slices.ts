import type { Measurement } from '../../suite/measurement.ts'

/** Slices of a project that is indexed, in a process that keeps what it has read. */
export const slices: Measurement = {
  id: 'slices',
  title: 'Slices',
  what:
    'Lines of `effect@4.1.0` that were drawn, in a process that has indexed it: `forge.pdg.slice` of each line, then of all of them once more. The first time a ' +
    'slice reads and lowers the files it comes to; _again_ it finds them in memory. A slice goes through at most 100 functions, the nearest ones.',
  program: new URL('../programs/slices.ts', import.meta.url),
  together: false,
  minutes: 10,
  baseline: 'within a function',
  sides: [
    { name: 'within a function', peer: 'effect', note: '`within: true`, backward.' },
    {
      name: 'backward',
      peer: 'effect',
      note: 'Through callers, what is called, and whatever shares variables and objects.',
    },
    { name: 'forward', peer: 'effect', note: 'The same the other way.' },
  ],
  metrics: [
    { id: 'slices', label: 'slices', unit: 'count', over: 'median' },
    { id: 'lines', label: 'lines, p50', unit: 'count', over: 'median' },
    { id: 'p50', label: 'first, p50', unit: 'ms', over: 'median' },
    { id: 'p99', label: 'p99', unit: 'ms', over: 'median' },
    { id: 'againP50', label: 'again, p50', unit: 'ms', over: 'median' },
    { id: 'againP99', label: 'p99', unit: 'ms', over: 'median' },
  ],
  bars: [],
  size: { slices: 200 },
  smallSize: { slices: 5 },
}
