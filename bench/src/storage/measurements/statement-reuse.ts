import type { Measurement } from '../../suite/measurement.ts'

/** What it costs to find a statement again. */
export const statementReuse: Measurement = {
  id: 'statements',
  title: 'Statement reuse',
  what: 'One row by its primary key, in memory, the least a statement can do; in one process, in turns of about a millisecond. 100 other statements are in the cache.',
  program: new URL('../programs/statement-reuse.ts', import.meta.url),
  together: true,
  baseline: 'kept by hand',
  sides: [
    { name: 'kept by hand', note: 'A better-sqlite3 statement in a variable.' },
    { name: 'forge, key', note: '`cache.use(key, …)` of `@forge/stmt-cache`, the key made once.' },
    { name: 'forge, text', note: '`cache.use(sql, …)`.' },
    { name: 'forge, lease', note: '`cache.acquire(key)`, `lease.release()`.' },
    { name: 'forge, timed', note: '`cache.use(key, …)` with `timing: true`.' },
    { name: 'Map', note: '`map.get(sql)`, which never drops anything.' },
    { name: 'prepared each time', note: '`database.prepare(sql)` of better-sqlite3 for each read.' },
    { name: 'node:sqlite, kept by hand', note: 'A statement of `node:sqlite` in a variable.' },
    { name: 'node:sqlite, createTagStore', note: 'The cache that `node:sqlite` has, a template literal each.' },
  ],
  metrics: [{ id: 'readNs', label: 'one row', unit: 'ns', over: 'median' }],
  bars: [
    { text: 'hit with a key', side: 'forge, key', against: 'kept by hand', metric: 'readNs', atMost: 1.1 },
    { text: 'hit with a text', side: 'forge, text', against: 'kept by hand', metric: 'readNs', atMost: 1.1 },
  ],
  size: { turns: 500, reads: 1000 },
  smallSize: { turns: 2, reads: 20 },
}
