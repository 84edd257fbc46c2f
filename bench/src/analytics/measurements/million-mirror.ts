import type { Measurement } from '../../suite/measurement.ts'

/** The mirror of a million edges, and its Parquet files. */
export const millionMirror: Measurement = {
  id: 'mirror',
  title: 'The mirror of a million edges',
  what:
    'The graph of the reports above, mirrored from nothing; then again after one of its files was written anew; then exported as Parquet. _Rows_ are files, symbols and edges. ' +
    '_Graph_ is what SQLite takes for the same, facts and texts of files left out.',
  program: new URL('../programs/million-mirror.ts', import.meta.url),
  together: false,
  minutes: 10,
  baseline: 'forge',
  sides: [{ name: 'forge', note: '`analytics.sync()` and `analytics.exportParquet(DIR)`.' }],
  metrics: [
    { id: 'rows', label: 'rows', unit: 'count', over: 'median' },
    { id: 'anew', label: 'from nothing', unit: 'ms', over: 'median' },
    { id: 'rate', label: 'rows', unit: 'per-second', over: 'median' },
    { id: 'change', label: 'after a change of one file', unit: 'ms', over: 'median' },
    { id: 'nothing', label: 'after none', unit: 'ms', over: 'median' },
    { id: 'graphBytes', label: 'graph', unit: 'bytes', over: 'median' },
    { id: 'mirrorBytes', label: 'mirror', unit: 'bytes', over: 'median' },
    { id: 'parquet', label: 'Parquet', unit: 'ms', over: 'median' },
    { id: 'parquetBytes', label: 'Parquet files', unit: 'bytes', over: 'median' },
  ],
  bars: [{ text: 'rows mirrored', side: 'forge', metric: 'rate', atLeast: 195_000 }],
  size: { files: 2000, edges: 1_000_000 },
  smallSize: { files: 20, edges: 3000 },
}
