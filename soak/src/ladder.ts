import { defineMigration, type Migration } from '@forge/migrate'
import Driver from 'better-sqlite3'
import { sql } from 'kysely'

/** How many migrations there are. */
export const rungs = 8

/** Migrations that each make two tables with the same rows, and can be undone. */
export function ladder(): Migration[] {
  return Array.from({ length: rungs }, (_, index) => {
    const left = `left_${index + 1}`
    const right = `right_${index + 1}`
    return defineMigration({
      id: `ladder/${String(index + 1).padStart(4, '0')}`,
      up: (db) => [
        db.schema.createTable(left).addColumn('n', 'integer'),
        sql`insert into ${sql.table(left)} with recursive c (n) as (select 1 union all select n + 1 from c where n < 2000) select n from c`,
        db.schema.createTable(right).addColumn('n', 'integer'),
        sql`insert into ${sql.table(right)} select n from ${sql.table(left)}`,
        db.schema.createIndex(`${right}_n`).on(right).column('n'),
      ],
      down: (db) => [db.schema.dropTable(right), db.schema.dropTable(left)],
    })
  })
}

/**
 * Looks into the file with the bare driver: the tables of each migration in the ledger must be there and full, and no others.
 *
 * @param acknowledged the version that the process said was committed last
 */
export function checkLadder(file: string, acknowledged: number): readonly string[] {
  const driver = new Driver(file)
  try {
    const faults: string[] = []
    const integrity = driver.prepare('pragma integrity_check').pluck().all()
    if (integrity.join() !== 'ok') faults.push(`integrity_check: ${integrity.join('; ')}`)
    const names = driver.prepare(`select name from sqlite_schema`).pluck().all() as string[]
    const version = names.includes('forge_migrations')
      ? Number(driver.prepare('select count(*) from forge_migrations').pluck().get())
      : 0
    if (Math.abs(version - acknowledged) > 1)
      faults.push(`version ${version} is there, ${acknowledged} was acknowledged`)
    const ours = names.filter((name) => /^(?:left|right)_\d+(?:_n)?$/.test(name))
    if (ours.length !== 3 * version) faults.push(`version ${version} has ${ours.join(', ')}`)
    for (const name of ours.filter((each) => !each.endsWith('_n'))) {
      const rows = driver.prepare(`select count(*) from ${name}`).pluck().get()
      if (rows !== 2000) faults.push(`${name} has ${String(rows)} rows`)
    }
    return faults
  } finally {
    driver.close()
  }
}
