import type { Measurement } from '../../suite/measurement.ts'

/** The graphs of all functions, made one after the other. */
export const graphs: Measurement = {
  id: 'graphs',
  title: 'Graphs of all functions',
  what:
    'All functions of all files in one process, one file after the other: lowered to instructions by `lower` of `@forge/lang`, then each given its flow, control ' +
    'and data dependence by `buildPdg`. Nodes are instructions and merges. Times of one function are those of `buildPdg` alone.',
  program: new URL('../programs/graphs.ts', import.meta.url),
  together: false,
  minutes: 10,
  baseline: 'effect',
  sides: [
    { name: 'effect', peer: 'effect', note: '`effect@4.1.0`, `src/`: 572 files.' },
    { name: '_tsc.js', peer: 'typescript', note: '`typescript@5.9.3`, `lib/_tsc.js`: the compiler, one file of 6 MB.' },
  ],
  metrics: [
    { id: 'functions', label: 'functions', unit: 'count', over: 'median' },
    { id: 'nodes', label: 'nodes', unit: 'count', over: 'median' },
    { id: 'edges', label: 'data edges', unit: 'count', over: 'median' },
    { id: 'lower', label: 'lowered', unit: 'ms', over: 'median' },
    { id: 'build', label: 'graphs, all', unit: 'ms', over: 'median' },
    { id: 'p50', label: 'one function, p50', unit: 'ms', over: 'median' },
    { id: 'p99', label: 'p99', unit: 'ms', over: 'median' },
    { id: 'largestNodes', label: 'nodes of the largest', unit: 'count', over: 'median' },
    { id: 'largest', label: 'the largest', unit: 'ms', over: 'median' },
  ],
  bars: [
    { text: 'graphs of all functions, effect', side: 'effect', metric: 'build', atMost: 10_000 },
    { text: 'one function, p50, effect', side: 'effect', metric: 'p50', atMost: 1 },
  ],
  size: {},
  smallSize: {},
}
