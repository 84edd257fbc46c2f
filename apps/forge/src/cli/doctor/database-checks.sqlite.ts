import { mapDriverError } from '@forge/pool'
import { bytes, count, counted } from '../render.ts'
import { type Check, type CheckedStore, ok, problem, restore, warning, writingCommand } from './check.ts'
import { sizeOf } from './file-checks.ts'
import type { LockHolder } from './lock-holders.ts'

/** The largest WAL that is nothing to worry about: a large index is written in one transaction. */
const largeWal = 64 * 1024 * 1024
/** Free pages are worth giving back where they are this many bytes, and half of the file. */
const manyFreeBytes = 16 * 1024 * 1024

/** Looks at one thing in a database of any version. */
type DatabaseCheck = (store: CheckedStore, holders: readonly LockHolder[]) => Promise<Check>

/** What SQLite says of a database, the cheap questions first. */
export const databaseChecks: readonly DatabaseCheck[] = [
  libraryCheck,
  journalCheck,
  walCheck,
  pagesCheck,
  integrityCheck,
  foreignKeysCheck,
]

/** {@link databaseChecks} without what is the same for all databases. */
export const ownDatabaseChecks: readonly DatabaseCheck[] = databaseChecks.filter((check) => check !== libraryCheck)

async function libraryCheck(store: CheckedStore): Promise<Check> {
  const [row] = await ask<{ version: string }>(store, 'select sqlite_version() as version')
  return ok('SQLite', `${row!.version} (better-sqlite3)`)
}

async function journalCheck(store: CheckedStore): Promise<Check> {
  const [row] = await ask<{ mode: string }>(store, 'select journal_mode as mode from pragma_journal_mode')
  if (row!.mode === 'wal') return ok('journal', 'wal')
  return warning(
    'journal',
    `${row!.mode}: readers and writers block each other`,
    `Run ${writingCommand(store)}, which turns it to wal, while nothing else has the file open`,
  )
}

async function walCheck(store: CheckedStore, holders: readonly LockHolder[]): Promise<Check> {
  const size = sizeOf(`${store.file}-wal`)
  // What only asks: `noop` moves nothing (SQLite 3.51).
  const [row] = await ask<{ log: number; checkpointed: number }>(store, 'pragma wal_checkpoint(noop)')
  const waiting = Math.max(0, row!.log - row!.checkpointed)
  const found = size === 0 ? 'empty' : `${bytes(size)}, ${counted(waiting, 'page')} not in the database yet`
  if (size <= largeWal) return ok('WAL', found)
  const blocking = holders.filter(({ does }) => does === 'reads')
  return warning(
    'WAL',
    found,
    blocking.length === 0
      ? `Run ${writingCommand(store)}: it is emptied when the last process that has it open ends`
      : `End ${blocking.map(({ pid, command }) => `process ${pid} (${command})`).join(', ')}: what it reads cannot be moved`,
  )
}

async function pagesCheck(store: CheckedStore): Promise<Check> {
  const [row] = await ask<{ size: number; pages: number; free: number }>(
    store,
    `select page_size as size, page_count as pages, freelist_count as free
     from pragma_page_size, pragma_page_count, pragma_freelist_count`,
  )
  const { size, pages, free } = row!
  const found = `${counted(pages, 'page')} of ${bytes(size)}, ${count(free)} of them free`
  if (free * size < manyFreeBytes || free * 2 < pages) return ok('pages', found)
  return warning(
    'pages',
    found,
    store.derived
      ? `To give ${bytes(free * size)} back: ${restore(store)}`
      : `They are used again; to give ${bytes(free * size)} back, run sqlite3 ${store.file} vacuum while nothing else has it open`,
  )
}

async function integrityCheck(store: CheckedStore): Promise<Check> {
  const rows = await ask<{ integrity_check: string }>(store, 'pragma integrity_check(10)')
  const complaints = rows.map((row) => row.integrity_check).filter((text) => text !== 'ok')
  if (complaints.length === 0) return ok('database', `whole, ${bytes(sizeOf(store.file))}`)
  return problem('database', complaints.join('; '), restore(store))
}

async function foreignKeysCheck(store: CheckedStore): Promise<Check> {
  const rows = await ask<{ child: string; parent: string; broken: number }>(
    store,
    'select "table" as child, parent, count(*) as broken from pragma_foreign_key_check group by 1, 2',
  )
  if (rows.length === 0) return ok('foreign keys', 'every row has what it refers to')
  const found = rows.map(({ child, parent, broken }) => `${counted(broken, 'row')} of ${child} without ${parent}`)
  return problem('foreign keys', found.join('; '), restore(store))
}

/** Whether the full-text index has each symbol of the project, and nothing else; for the tables of this version. */
export async function searchCheck(store: CheckedStore): Promise<Check> {
  const [row] = await ask<{ symbols: number; missing: number; extra: number }>(
    store,
    `with symbol (word) as materialized (select project * 4294967296 + id from nodes where file is not null)
     select (select count(*) from symbol) as symbols,
       (select count(*) from symbol where word not in (select id from symbol_words_docsize)) as missing,
       (select count(*) from symbol_words_docsize where id not in (select word from symbol)) as extra`,
  )
  const { symbols, missing, extra } = row!
  if (missing + extra === 0) return ok('search', `${counted(symbols, 'symbol')} can be searched`)
  return problem(
    'search',
    `${counted(missing, 'symbol')} cannot be searched, ${count(extra)} that are gone can`,
    restore(store),
  )
}

/** The rows of a statement on a connection that reads, pragmas included. */
function ask<R>(store: CheckedStore, sql: string): Promise<readonly R[]> {
  return store.read((connection) => {
    try {
      return connection.prepare(sql).all() as R[]
    } catch (error) {
      throw mapDriverError(error, { sql })
    }
  })
}
