import type { Database, PreparedQuery, Transaction } from '@forge/db'
import type { MigrationStatement } from '@forge/migrate'
import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { RunTables } from './schema.ts'
import type { TextTerm } from './search-words.ts'

/** Most projects of a database, runs of a project, and documents of a run: together they are a row id of 63 bits. */
const projectBits = 13
const runBits = 30
const partBits = 20

/** The numbers that the row ids of the full-text index have room for. */
export const textIndexLimits: { readonly projects: number; readonly runs: number; readonly parts: number } = {
  projects: 2 ** projectBits,
  runs: 2 ** runBits,
  parts: 2 ** partBits,
}

/** The full-text table, without a copy of the texts. */
export function createRunWords(): readonly MigrationStatement[] {
  return [sql`create virtual table run_words using fts5(words, content='', contentless_delete=1, tokenize='ascii')`]
}

/** Takes back {@link createRunWords}. */
export function dropRunWords(): readonly MigrationStatement[] {
  return [sql`drop table run_words`]
}

/**
 * Which run has which words, in SQLite's FTS5. A document is a part of a run: its plan, its execution or a step.
 *
 * Invariant: text is cut into words by `search-words.ts`, into nothing but ASCII letters, digits and what is beyond ASCII.
 * Each is one token of FTS5's `ascii` tokenizer, so no text is ever query syntax.
 */
export class TextIndex {
  readonly #put: PreparedQuery<{ project: number; run: number; part: number; words: string }, unknown>
  readonly #drop: PreparedQuery<{ project: number; run: number; first: number; last: number }, unknown>

  constructor(db: Database<RunTables>) {
    this.#put = db.prepared(
      (_, row: { project: number; run: number; part: number; words: string }) =>
        sql`insert into run_words (rowid, words) values (${rowId(row.project, row.run, row.part)}, ${row.words})`,
    )
    this.#drop = db.prepared(
      (_, row: { project: number; run: number; first: number; last: number }) =>
        sql`delete from run_words where rowid between ${rowId(row.project, row.run, row.first)}
          and ${rowId(row.project, row.run, row.last)}`,
    )
  }

  /** Makes a part findable that is not. */
  put(tx: Transaction<RunTables>, project: number, run: number, part: number, words: string): void {
    tx.run(this.#put, { project, run, part, words })
  }

  /** Makes every part of a run unfindable. */
  drop(tx: Transaction<RunTables>, project: number, run: number): void {
    tx.run(this.#drop, { project, run, first: 0, last: textIndexLimits.parts - 1 })
  }
}

/** Whether the run of the row of `runs` that is asked about has the term, as far as the texts are indexed. */
export function runHasText(project: number, { words, prefix }: TextTerm): RawBuilder<SqlBool> {
  const phrase = `"${words.join(' ')}"${prefix ? ' *' : ''}`
  return sql<SqlBool>`runs.number in (
    select (rowid >> ${sql.lit(partBits)}) & ${sql.lit(2 ** runBits - 1)} from run_words
    where run_words match ${phrase} and rowid between ${rowId(project, 0, 0)} and ${rowId(project, 2 ** runBits - 1, 2 ** partBits - 1)})`
}

function rowId(project: unknown, run: unknown, part: unknown): RawBuilder<number> {
  // Not `+`: the driver binds numbers as doubles, which cannot hold a sum of 63 bits.
  return sql<number>`((${project} << ${sql.lit(runBits + partBits)}) | (${run} << ${sql.lit(partBits)}) | ${part})`
}
