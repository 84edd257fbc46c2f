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

/** An entry that matches, before recency counts. */
export interface TextMatch {
  readonly number: number
  readonly time: number
  /** BM25, as a positive number; 1 where nothing tells the matches apart. */
  readonly relevance: number
}

/** Which entries are candidates. */
export interface CandidateSearch {
  readonly project: number
  readonly phrases: readonly Phrase[]
  readonly operator: 'AND' | 'OR'
  readonly filter: MemoryFilter
  readonly limit: number
}

/** Which of the candidates fit best. */
export interface RankingSearch {
  readonly project: number
  readonly phrases: readonly Phrase[]
  readonly operator: 'AND' | 'OR'
  readonly numbers: readonly number[]
  readonly limit: number
}

/** A word is common that this many of the newest entries have. */
const commonFrom = 200
const newestEntries = 2000

type Key = Pick<MemoryDocumentView, 'project' | 'number'>

type MatchRow = { project: number; match: string }

type NewestRow = MatchRow & { first: number }

type CandidateRow = MatchRow & { limit: number }

type TimedRow = CandidateRow & { since: number; until: number }

type RankRow = CandidateRow & { numbers: string; first: number; last: number }

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
  readonly #countNewest: PreparedQuery<NewestRow, { count: number }>
  readonly #count: PreparedQuery<CandidateRow, { count: number }>
  readonly #newest: PreparedQuery<CandidateRow, { number: number }>
  readonly #newestTimed: PreparedQuery<TimedRow, { number: number }>
  readonly #rank: PreparedQuery<RankRow, { number: number; time: number; rank: number }>
  readonly #times: PreparedQuery<{ project: number; numbers: string }, { number: number; time: number }>

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
    const ofProject = (project: number) =>
      sql`memory_words.rowid between (${project} << ${bits}) and ((${project} << ${bits}) | ${mask})`
    this.#countNewest = db.prepared(
      (_, row: NewestRow) => sql<{ count: number }>`
        select count(*) as count from memory_words where memory_words match ${row.match}
          and rowid between ((${row.project} << ${bits}) | ${row.first}) and ((${row.project} << ${bits}) | ${mask})`,
    )
    this.#count = db.prepared(
      (_, row: CandidateRow) => sql<{ count: number }>`
        select count(*) as count from (
          select 1 from memory_words where memory_words match ${row.match} and ${ofProject(row.project)}
          limit ${row.limit}
        )`,
    )
    this.#newest = db.prepared(
      (_, row: CandidateRow) => sql<{ number: number }>`
        select rowid & ${mask} as number from memory_words
        where memory_words match ${row.match} and ${ofProject(row.project)}
        order by rowid desc limit ${row.limit}`,
    )
    this.#newestTimed = db.prepared(
      (_, row: TimedRow) => sql<{ number: number }>`
        select m.number from memory_words
        cross join memories as m on m.project = ${row.project} and m.number = memory_words.rowid & ${mask}
        where memory_words match ${row.match} and ${ofProject(row.project)}
          and m.time >= ${row.since} and m.time < ${row.until}
        order by memory_words.rowid desc limit ${row.limit}`,
    )
    // The plus keeps SQLite from looking up the candidates one by one, each time counting all matches anew for BM25.
    this.#rank = db.prepared(
      (_, row: RankRow) => sql<{ number: number; time: number; rank: number }>`
        select m.number, m.time, w.rank from (
          select rowid & ${mask} as number, bm25(memory_words, ${weights}) as rank from memory_words
          where memory_words match ${row.match}
            and rowid between ((${row.project} << ${bits}) | ${row.first}) and ((${row.project} << ${bits}) | ${row.last})
            and +rowid in (select (${row.project} << ${bits}) | value from json_each(${row.numbers}))
          order by rank, rowid desc limit ${row.limit}
        ) as w cross join memories as m on m.project = ${row.project} and m.number = w.number`,
    )
    // A cross join: left to itself, SQLite may read all entries of the project from an index that has the time.
    this.#times = db.prepared(
      (_, row: { project: number; numbers: string }) => sql<{ number: number; time: number }>`
        select m.number, m.time from json_each(${row.numbers}) as n
        cross join memories as m on m.project = ${row.project} and m.number = n.value`,
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

  /**
   * Whether so many of the newest entries have a phrase that it hardly tells entries apart.
   *
   * @param last the number of the newest entry
   */
  isCommon(tx: Transaction<MemoryTables>, project: number, phrase: Phrase, last: number): boolean {
    const row = { project, match: matchExpression([phrase], 'AND', {}), first: Math.max(0, last - newestEntries) }
    return tx.firstOrThrow(this.#countNewest, row).count >= commonFrom
  }

  /** How many entries have a phrase and the marks of a filter, counted up to `limit`. */
  count(tx: Transaction<MemoryTables>, { project, phrases, operator, filter, limit }: CandidateSearch): number {
    return tx.firstOrThrow(this.#count, { project, match: matchExpression(phrases, operator, filter), limit }).count
  }

  /** The newest entries that match. */
  newest(tx: Transaction<MemoryTables>, search: CandidateSearch): readonly number[] {
    const { project, phrases, operator, filter, limit } = search
    const { since = Number.MIN_SAFE_INTEGER, until = Number.MAX_SAFE_INTEGER } = filter
    const row = { project, match: matchExpression(phrases, operator, filter), limit }
    const timed = filter.since !== undefined || filter.until !== undefined
    const rows = timed ? tx.allRaw(this.#newestTimed, { ...row, since, until }) : tx.allRaw(this.#newest, row)
    return rows.map(([number]) => number as number)
  }

  /** Those of the entries that fit the phrases best, the best first. Without phrases: the newest. */
  rank(tx: Transaction<MemoryTables>, search: RankingSearch): readonly TextMatch[] {
    const { project, phrases, operator, limit } = search
    const numbers = phrases.length === 0 ? search.numbers.slice(0, limit) : search.numbers
    if (numbers.length === 0) return []
    const json = JSON.stringify(numbers)
    if (phrases.length === 0) {
      const rows = tx.all(this.#times, { project, numbers: json })
      return rows.map(({ number, time }) => ({ number, time, relevance: 1 }))
    }
    const match = matchExpression(phrases, operator, {})
    const range = { first: Math.min(...numbers), last: Math.max(...numbers) }
    const rows = tx.all(this.#rank, { project, match, numbers: json, ...range, limit })
    return rows.map(({ number, time, rank }) => ({ number, time, relevance: -rank }))
  }
}
