import { createPool } from '@forge/pool'
import Database from 'better-sqlite3'

// Run as a process of its own: reads in a thread, never closes the pool, and ends when nothing keeps it.
const [, , file = '', driver = '', mode] = process.argv
const pool = createPool({
  open: () => new Database(file),
  worker: { driver, file, maxThreads: mode === 'closed' ? 2 : 1 },
})
const count = `with recursive n(a) as (select 1 union all select a + 1 from n where a < 3000000) select count(*) as a from n`
const say = (rows: unknown[]) => process.stdout.write(`read ${(rows[0] as { a: number }).a}\n`)

if (mode === 'idle') say(await pool.readInWorker('select 1 as a'))
else if (mode === 'closed') {
  const reads = [pool.readInWorker('select 1 as a'), pool.readInWorker('select 1 as a')]
  for (const rows of await Promise.all(reads)) say(rows)
  await pool.close()
  process.stdout.write('closed\n')
} else if (mode === 'pending') void pool.readInWorker(count).then(say)
else if (mode === 'queued') {
  void pool.readInWorker(count).then(say)
  void pool.readInWorker('select 1 as a').then(say)
} else {
  const controller = new AbortController()
  pool
    .readInWorker(count.replace(/select count.*/, 'select a from n'), [], { signal: controller.signal })
    .catch(() => process.stdout.write('aborted\n'))
  setTimeout(() => controller.abort(), 50)
}
