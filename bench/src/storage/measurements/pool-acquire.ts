import type { Measurement } from '../../suite/measurement.ts'

/** What a pool costs whoever takes a connection from it. */
export const poolAcquire: Measurement = {
  id: 'pool',
  title: 'Pool, acquire and release',
  what:
    'In one process, in turns of about a millisecond. *Free*: one task takes and gives back, four connections are open. *Contended*: 64 tasks share ' +
    'four connections and hold each for one turn of the microtask queue. *Overtaken*: how often someone was served before another who had asked earlier.',
  program: new URL('../programs/pool-acquire.ts', import.meta.url),
  together: true,
  baseline: 'tarn',
  sides: [
    { name: 'tarn', note: '`await pool.acquire().promise`, `pool.release(c)`; `max: 4`.', peer: 'tarn' },
    {
      name: 'generic-pool',
      note: '`await pool.acquire()`, `pool.release(c)`, which is not awaited; `max: 4`.',
      peer: 'generic-pool',
    },
    { name: 'forge', note: '`await pool.acquire("reader")`, `lease.release()`; four readers over one file.' },
    { name: 'forge tryAcquire', note: '`pool.tryAcquire("reader")`, `lease.release()`: the same without a promise.' },
    { name: 'forge read', note: '`await pool.read(use)`, which releases by itself and knows its task.' },
  ],
  metrics: [
    { id: 'free', label: 'free', unit: 'per-second', over: 'median' },
    { id: 'contended', label: 'contended', unit: 'per-second', over: 'median' },
    { id: 'overtaken', label: 'overtaken', unit: 'count', over: 'sum' },
  ],
  bars: [
    { text: 'free, tryAcquire', side: 'forge tryAcquire', metric: 'free', atLeast: 2e6 },
    { text: 'free, awaited', side: 'forge', metric: 'free', atLeast: 2e6 },
    { text: 'free, awaited, against tarn', side: 'forge', against: 'tarn', metric: 'free', atLeast: 1 },
    { text: 'nobody is overtaken', side: 'forge', metric: 'overtaken', atMost: 0 },
  ],
  size: { turns: 200, free: 1000, contended: 10 },
  smallSize: { turns: 2, free: 20, contended: 4 },
}
