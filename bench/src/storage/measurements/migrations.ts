import type { Measurement } from '../../suite/measurement.ts'

/** Six processes that open a fresh database at once. */
export const migrations: Measurement = {
  id: 'migrations',
  title: 'Migrations, 6 processes on one fresh file',
  what:
    '100 times a round: six processes bring one new file to the newest of three migrations, seven statements in all, at the same moment. A failure is a process that got an error; a file is wrong ' +
    'when tables or rows of the ledger are missing or too many. Then 20 times: a migration whose second statement fails; what it leaves of the first is half applied.',
  program: new URL('../programs/migrations.ts', import.meta.url),
  together: false,
  baseline: 'kysely',
  sides: [
    {
      name: 'kysely',
      note: '`Migrator` of Kysely with its own `SqliteDialect`; the file is in WAL mode before they start, `timeout` is the default of better-sqlite3, 5 s.',
    },
    {
      name: 'forge',
      note: '`createSchemaManager({ db }).up()` of `@forge/migrate` on `@forge/db`; there is no file before they start.',
    },
  ],
  metrics: [
    { id: 'fileMs', label: 'a file', unit: 'ms', over: 'median' },
    { id: 'failures', label: 'failures', unit: 'count', over: 'sum' },
    { id: 'wrong', label: 'wrong files', unit: 'count', over: 'sum' },
    { id: 'half', label: 'half applied', unit: 'count', over: 'sum' },
  ],
  bars: [
    { text: 'no process fails', side: 'forge', metric: 'failures', atMost: 0 },
    { text: 'no file is wrong', side: 'forge', metric: 'wrong', atMost: 0 },
    { text: 'nothing is half applied', side: 'forge', metric: 'half', atMost: 0 },
  ],
  size: { processes: 6, files: 100, failing: 20 },
  smallSize: { processes: 2, files: 2, failing: 1 },
}
