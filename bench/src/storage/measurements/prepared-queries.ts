import type { Measurement } from '../../suite/measurement.ts'

/** Typed prepared queries against the driver alone. */
export const preparedQueries: Measurement = {
  id: 'prepared',
  title: 'Prepared typed query',
  what:
    'One after the other in one process, in turns of about a millisecond: a row by its primary key, twenty rows of a range, ' +
    'and an insert of 1,000 rows in one transaction (the time is that of a row). The file is in WAL mode, `synchronous` is `NORMAL`.',
  program: new URL('../programs/prepared-queries.ts', import.meta.url),
  together: true,
  baseline: 'better-sqlite3',
  sides: [
    { name: 'better-sqlite3', note: 'A statement kept by hand, called in a loop.' },
    {
      name: 'better-sqlite3, awaited',
      note: 'The same behind an `async` function: what a promise costs whoever returns one.',
    },
    { name: 'forge', note: '`await query.first({ id })`, `await query.all({ from, to })`, `tx.runMany(query, rows)`.' },
    {
      name: 'forge transaction',
      note: 'The same reads in a transaction, where they are synchronous: `tx.first(query, { id })`.',
    },
  ],
  metrics: [
    { id: 'pointNs', label: 'one row', unit: 'ns', over: 'median' },
    { id: 'rangeNs', label: '20 rows', unit: 'ns', over: 'median' },
    { id: 'insertNs', label: 'insert, a row', unit: 'ns', over: 'median' },
  ],
  bars: [
    { text: 'one row', side: 'forge', against: 'better-sqlite3', metric: 'pointNs', atMost: 1.3 },
    {
      text: 'one row, against an awaited one',
      side: 'forge',
      against: 'better-sqlite3, awaited',
      metric: 'pointNs',
      atMost: 1.3,
    },
    {
      text: 'one row in a transaction',
      side: 'forge transaction',
      against: 'better-sqlite3',
      metric: 'pointNs',
      atMost: 1.3,
    },
    { text: '20 rows', side: 'forge', against: 'better-sqlite3', metric: 'rangeNs', atMost: 1.3 },
    { text: 'insert with runMany', side: 'forge', against: 'better-sqlite3', metric: 'insertNs', atMost: 1.3 },
  ],
  size: { turns: 300, points: 1000, ranges: 100, inserts: 1000 },
  smallSize: { turns: 2, points: 20, ranges: 5, inserts: 20 },
}
