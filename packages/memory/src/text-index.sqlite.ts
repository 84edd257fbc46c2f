import type { Database, PreparedQuery, Transaction } from '@forge/db'
import { sql } from 'kysely'
import { matchExpression, type Phrase } from './match-expression.ts'
import type { MemoryFilter } from './memory-types.ts'
import type { SearchColumns } from './entry-row.ts'
import type { MemoryDocumentView, MemoryTables } from './schema.ts'

/** The bits of a row id of the index that are the number of the entry; those above are the project. */
const numberBits = 40

/** The most projects and entries of a project that the row ids of the index have room for. */
export const textIndexLimits: { readonly projects: number; readonly entries: number } = {
  projects: 2 ** (63 - numberBits),
  entries: 2 ** numberBits,
}

/** What a word counts in the content, the title and tags, the parts of names, and the marks. */
const weights = sql.raw('1.0, 2.0, 0.5, 0.0')

/** Entries that match, before recency counts. */
export interface TextMatch {
  readonly number: number
  readonly time: number
  /** BM25, as a positive number. */
  readonly relevance: number
}

/** What is looked for. */
export interface TextSearch {
  readonly project: number
  readonly phrases: readonly Phrase[]
  readonly filter: MemoryFilter
}

/** How many are looked for. */
export interface TextFind extends TextSearch {
  readonly operator: 'AND' | 'OR'
  readonly limit: number
  /** Where more match, the newest of them are ranked. */
  readonly ranked: number
}

type Key = Pick<MemoryDocumentView, 'project' | 'number'>

type CountRow = { project: number; match: string; most: number }

type FindRow = { project: number; match: string; since: number; until: number; limit: number; ranked: number }

/**
 * Which entry has which words, in SQLite's FTS5.
 *
 * Invariant: `search-words.ts` makes words of nothing but ASCII letters, digits and what is beyond ASCII. Each is one token
 * of the `ascii` tokenizer, so no text is ever query syntax. Types, sessions and tags are words of a column of their own,
 * so that a filter costs no look at the entries.
 */
export class TextIndex {
  readonly #integrity: PreparedQuery<{}, unknown>
  readonly #strays: PreparedQuery<{}, { missing: number; orphaned: number }>
  readonly #dropStrays: PreparedQuery<{}, unknown>
  readonly #clear: PreparedQuery<{}, unknown>
  readonly #drop: PreparedQuery<Key, unknown>
  readonly #put: PreparedQuery<Key & SearchColumns, unknown>
  readonly #count: PreparedQuery<CountRow, { count: number }>
  readonly #find: PreparedQuery<FindRow, { number: number; time: number; rank: number }>
  readonly #findTimed: PreparedQuery<FindRow, { number: number; time: number; rank: number }>

  constructor(db: Database<MemoryTables>) {
    const mask = sql.lit(2 ** numberBits - 1)
    const bits = sql.lit(numberBits)
    const entryOfWords = sql`select 1 from memories
      where project = memory_words.rowid >> ${bits} and number = memory_words.rowid & ${mask}`
    this.#integrity = db.prepared(() => sql`insert into memory_words (memory_words) values ('integrity-check')`)
    this.#strays = db.prepared(
      () => sql<{ missing: number; orphaned: number }>`
        select (select count(*) from memories as m where not exists (
            select 1 from memory_words where rowid = (m.project << ${bits}) | m.number)) as missing,
          (select count(*) from memory_words where not exists (${entryOfWords})) as orphaned`,
    )
    this.#dropStrays = db.prepared(
      () => sql`delete from memory_words where rowid in (
        select rowid from memory_words where not exists (${entryOfWords}))`,
    )
    this.#clear = db.prepared(() => sql`insert into memory_words (memory_words) values ('delete-all')`)
    this.#drop = db.prepared(
      (_, row: Key) => sql`delete from memory_words where rowid = (${row.project} << ${bits}) | ${row.number}`,
    )
    this.#put = db.prepared(
      (_, row: Key & SearchColumns) => sql`
        insert into memory_words (rowid, content, title, parts, marks)
        values ((${row.project} << ${bits}) | ${row.number}, ${row.words}, ${row.title_words}, ${row.part_words}, ${row.marks})`,
    )
    this.#count = db.prepared(
      (_, row: CountRow) => sql<{ count: number }>`
        select count(*) as count from (
          select 1 from memory_words where memory_words match ${row.match}
            and rowid between (${row.project} << ${bits}) and ((${row.project} << ${bits}) | ${mask})
          limit ${row.most}
        )`,
    )
    this.#find = db.prepared(
      (_, row: FindRow) => sql<{ number: number; time: number; rank: number }>`
        select m.number, m.time, w.rank from (
          select number, rank from (
            select rowid & ${mask} as number, bm25(memory_words, ${weights}) as rank from memory_words
            where memory_words match ${row.match}
              and rowid between (${row.project} << ${bits}) and ((${row.project} << ${bits}) | ${mask})
            order by rowid desc limit ${row.ranked}
          ) order by rank limit ${row.limit}
        ) as w cross join memories as m on m.project = ${row.project} and m.number = w.number
        where m.time >= ${row.since} and m.time < ${row.until}`,
    )
    this.#findTimed = db.prepared(
      (_, row: FindRow) => sql<{ number: number; time: number; rank: number }>`
        select number, time, rank from (
          select m.number, m.time, bm25(memory_words, ${weights}) as rank
          from memory_words cross join memories as m
            on m.project = ${row.project} and m.number = memory_words.rowid & ${mask}
          where memory_words match ${row.match}
            and memory_words.rowid between (${row.project} << ${bits}) and ((${row.project} << ${bits}) | ${mask})
            and m.time >= ${row.since} and m.time < ${row.until}
          order by memory_words.rowid desc limit ${row.ranked}
        ) order by rank limit ${row.limit}`,
    )
  }

  /** Throws `FORGE_DB_CORRUPT` where the index contradicts itself. */
  checkIntegrity(tx: Transaction<MemoryTables>): void {
    tx.run(this.#integrity)
  }

  /** How many entries are not in the index, and how many in the index are not entries. */
  countStrays(tx: Transaction<MemoryTables>): { readonly missing: number; readonly orphaned: number } {
    return tx.firstOrThrow(this.#strays)
  }

  /** Takes out of the index what is no entry. */
  dropStrays(tx: Transaction<MemoryTables>): void {
    tx.run(this.#dropStrays)
  }

  /** Empties the index. */
  clear(tx: Transaction<MemoryTables>): void {
    tx.run(this.#clear)
  }

  /** Puts the words of an entry in place of those that are there. */
  put(tx: Transaction<MemoryTables>, row: Key & SearchColumns): void {
    tx.run(this.#drop, row)
    tx.run(this.#put, row)
  }

  /** How many entries have a phrase, whatever their time, counted up to `most`. */
  count(tx: Transaction<MemoryTables>, { project, phrases, filter }: TextSearch, most: number): number {
    return tx.firstOrThrow(this.#count, { project, match: matchExpression(phrases, 'AND', filter), most }).count
  }

  /** The entries that match best by BM25, the best first. */
  find(tx: Transaction<MemoryTables>, search: TextFind): readonly TextMatch[] {
    const { project, phrases, operator, filter, limit, ranked } = search
    const { since, until } = filter
    const query = since === undefined && until === undefined ? this.#find : this.#findTimed
    const rows = tx.all(query, {
      project,
      match: matchExpression(phrases, operator, filter),
      since: since ?? Number.MIN_SAFE_INTEGER,
      until: until ?? Number.MAX_SAFE_INTEGER,
      limit,
      ranked,
    })
    return rows.map(({ number, time, rank }) => ({ number, time, relevance: -rank }))
  }
}
