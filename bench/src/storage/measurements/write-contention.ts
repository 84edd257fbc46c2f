import type { Bar, Measurement, Metric, Side } from '../../suite/measurement.ts'

const metrics: readonly Metric[] = [
  { id: 'allMs', label: 'all', unit: 'ms', over: 'median' },
  { id: 'p50Ms', label: 'p50', unit: 'ms', over: 'median' },
  { id: 'p99Ms', label: 'p99', unit: 'ms', over: 'median' },
  { id: 'blockedMs', label: 'event loop blocked, longest', unit: 'ms', over: 'median' },
  { id: 'errors', label: 'busy errors', unit: 'count', over: 'sum' },
  { id: 'lost', label: 'lost updates', unit: 'count', over: 'sum' },
]

const work =
  '1,500 transactions each that read a number, add one and write it back, all on one row; a transaction is timed from when it is wanted until it is committed. ' +
  'A transaction that fails because the database is busy counts as an error and is begun again. WAL mode, `synchronous` `NORMAL`.'

const forge: Side = { name: 'forge', note: '`db.transaction(…)` of `@forge/db`, its defaults, with prepared queries.' }
const forgeThread: Side = {
  name: 'forge, thread',
  note: 'The same with the option `worker`: checkpoints, which wait for the disk, run in a thread.',
}

const correct: readonly Bar[] = [forge, forgeThread].flatMap(({ name }) => [
  { text: `no busy error, ${name}`, side: name, metric: 'errors', atMost: 0 },
  { text: `no lost update, ${name}`, side: name, metric: 'lost', atMost: 0 },
])
const neverBlocked: Bar = {
  text: `event loop never blocked for long, ${forgeThread.name}`,
  side: forgeThread.name,
  metric: 'blockedMs',
  atMost: 5,
}

/** Eight tasks of one process that all want to write. */
export const contentionOfTasks: Measurement = {
  id: 'contention-tasks',
  title: 'Write contention, 8 tasks of one process',
  what: `8 asynchronous tasks with ${work} Between the read and the write each waits for one turn of the event loop, as code that does anything else does.`,
  program: new URL('../programs/contention-tasks.ts', import.meta.url),
  together: false,
  baseline: 'deferred',
  sides: [
    {
      name: 'deferred',
      note: '8 better-sqlite3 connections, `begin`, `timeout: 0`; busy: begun again after a turn of the event loop. With a longer timeout the process waits for itself.',
    },
    { name: 'immediate', note: 'The same with `begin immediate`.' },
    {
      name: 'one writer',
      note: 'A queue of promises kept by hand before one better-sqlite3 connection, `begin immediate`.',
    },
    {
      name: 'kysely',
      note: '`db.transaction().execute(…)` of Kysely with its own `SqliteDialect`: one connection, `begin`.',
    },
    forge,
    forgeThread,
  ],
  metrics,
  bars: [
    ...correct,
    { text: `p99, ${forgeThread.name}`, side: forgeThread.name, metric: 'p99Ms', atMost: 1 },
    neverBlocked,
  ],
  size: { workers: 8, transactions: 1500 },
  smallSize: { workers: 3, transactions: 10 },
}

const processSides: readonly Side[] = [
  { name: 'deferred', note: 'better-sqlite3 with its default `timeout` of 5 s, `database.transaction(…).deferred()`.' },
  { name: 'immediate', note: 'The same with `.immediate()`.' },
  forge,
  forgeThread,
]

/** Eight processes that all want to write. */
export const contentionOfProcesses: Measurement = {
  id: 'contention-processes',
  title: 'Write contention, 8 processes',
  what: `8 processes with ${work} They start together; each gives its event loop one turn between two transactions.`,
  program: new URL('../programs/contention-processes.ts', import.meta.url),
  together: false,
  baseline: 'deferred',
  sides: processSides,
  metrics,
  bars: [...correct, neverBlocked],
  size: { workers: 8, transactions: 1500 },
  smallSize: { workers: 2, transactions: 10 },
}
