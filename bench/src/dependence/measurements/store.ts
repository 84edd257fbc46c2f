import type { Measurement } from '../../suite/measurement.ts'

/** A million nodes, kept and read back. */
export const store: Measurement = {
  id: 'store',
  title: 'A million nodes, kept and read back',
  what:
    'The graphs of all functions of `effect@4.1.0` under several projects, since the same function is kept once in each, until a million instructions and merges are ' +
    'reached. _Saved_ is what the store does: hashes, packing, transactions; that files are lowered and graphs are built is not in it. _Read_ is all of it, one file in memory at ' +
    'a time, by a process that does nothing else. _Saved again_ is a file of which nothing has changed, lowered already. _An edit_ puts a statement at the end of the ' +
    'first function of a file; it has the graphs that are made anew in it. _One function_ is read by its hash.',
  program: new URL('../programs/store.ts', import.meta.url),
  together: false,
  minutes: 15,
  baseline: 'forge',
  sides: [
    {
      name: 'forge',
      peer: 'effect',
      note: '`savePdg` and `loadPdg` of `@forge/pdg/store`, in WAL mode with `synchronous=NORMAL`.',
    },
    { name: 'made anew', peer: 'effect', note: 'Nothing is kept: `lower` and `buildPdg` of the same texts, as often.' },
  ],
  metrics: [
    { id: 'nodes', label: 'nodes', unit: 'count', over: 'median' },
    { id: 'save', label: 'saved', unit: 'ms', over: 'median' },
    { id: 'saveRate', label: 'nodes saved', unit: 'per-second', over: 'median' },
    { id: 'load', label: 'read', unit: 'ms', over: 'median' },
    { id: 'loadRate', label: 'nodes read', unit: 'per-second', over: 'median' },
    { id: 'databaseBytes', label: 'database', unit: 'bytes', over: 'median' },
    { id: 'saveRss', label: 'peak RSS of saving', unit: 'bytes', over: 'median' },
    { id: 'loadRss', label: 'of reading', unit: 'bytes', over: 'median' },
    { id: 'again', label: 'a file saved again, p50', unit: 'ms', over: 'median' },
    { id: 'edit', label: 'an edit, p50', unit: 'ms', over: 'median' },
    { id: 'one', label: 'one function, p50', unit: 'ms', over: 'median' },
    { id: 'wrong', label: 'wrong', unit: 'count', over: 'sum' },
  ],
  bars: [
    { text: 'as many nodes come back as were saved', side: 'forge', metric: 'wrong', atMost: 0 },
    { text: 'a million nodes', side: 'forge', metric: 'nodes', atLeast: 1_000_000 },
  ],
  size: { nodes: 1_000_000 },
  smallSize: { nodes: 20_000 },
}
