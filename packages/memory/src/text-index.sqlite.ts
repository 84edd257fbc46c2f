import type { Database, PreparedQuery, Transaction } from '@forge/db'
import type { MigrationStatement } from '@forge/migrate'
import { sql } from 'kysely'
import type { MatchKind, MemoryFilter } from './memory-types.ts'
import type { SearchColumns } from './entry-row.ts'
import type { MemoryDocumentView, MemoryTables } from './schema.ts'
import type { SearchTerm } from './search-words.ts'

/** The bits of a row id of the index that are the number of the entry; those above are the project. */
const numberBits = 40

/** The most projects and entries of a project that the row ids of the index have room for. */
export const textIndexLimits: { readonly projects: number; readonly entries: number } = {
  projects: 2 ** (63 - numberBits),
  entries: 2 ** numberBits,
}

/** Of more entries than this that match, only the newest are ranked: a word that is everywhere tells nothing else apart. */
const rankedMatches = 1000

/** What a word counts in the content, the title and tags, the parts of names, and the marks. */
const weights = sql.raw('1.0, 2.0, 0.5, 0.0')

/** The full-text table: words without the texts, which `memories` has. */
export function createMemoryWords(): readonly MigrationStatement[] {
  return [
    sql`create virtual table memory_words using fts5 (
      content, title, parts, marks, content='', contentless_delete=1, tokenize='ascii'
    )`,
  ]
}

/** Takes back {@link createMemoryWords}. */
export function dropMemoryWords(): readonly MigrationStatement[] {
  return [sql`drop table memory_words`]
}

/** What keeps index, tags and totals in step with the entries, whoever writes. */
export function createMemoryTriggers(): readonly MigrationStatement[] {
  return [
    sql`create view memory_documents as
      select project, number, id, type, time, created_at, used_at, pinned, bytes, session, encoding, content, metadata,
        null as tags, null as words, null as title_words, null as part_words, null as marks
      from memories`,
    sql`create trigger memory_documents_insert instead of insert on memory_documents begin
      insert into memories (project, number, id, type, time, created_at, used_at, pinned, bytes, session, encoding, content, metadata)
      values (new.project, new.number, new.id, new.type, new.time, new.created_at, new.used_at, new.pinned, new.bytes,
        new.session, new.encoding, new.content, new.metadata);
      insert into memory_tags (project, tag, number) select new.project, value, new.number from json_each(new.tags);
      insert into memory_words (rowid, content, title, parts, marks)
      values ((new.project << 40) | new.number, new.words, new.title_words, new.part_words, new.marks);
    end`,
    sql`create trigger memory_documents_update instead of update on memory_documents begin
      update memories set type = new.type, time = new.time, created_at = new.created_at, used_at = new.used_at,
        pinned = new.pinned, bytes = new.bytes, session = new.session, encoding = new.encoding, content = new.content,
        metadata = new.metadata
      where project = old.project and number = old.number;
      delete from memory_tags where project = old.project and number = old.number;
      insert into memory_tags (project, tag, number) select old.project, value, old.number from json_each(new.tags);
      update memory_words set content = new.words, title = new.title_words, parts = new.part_words, marks = new.marks
      where rowid = (old.project << 40) | old.number;
    end`,
    sql`create trigger memories_insert after insert on memories begin
      insert into memory_totals (project, type, entries, bytes) values (new.project, new.type, 1, new.bytes)
      on conflict (project, type) do update set entries = entries + 1, bytes = bytes + excluded.bytes;
    end`,
    sql`create trigger memories_update after update of type, bytes on memories begin
      update memory_totals set entries = entries - 1, bytes = bytes - old.bytes
      where project = old.project and type = old.type;
      insert into memory_totals (project, type, entries, bytes) values (new.project, new.type, 1, new.bytes)
      on conflict (project, type) do update set entries = entries + 1, bytes = bytes + excluded.bytes;
    end`,
    sql`create trigger memories_delete after delete on memories begin
      update memory_totals set entries = entries - 1, bytes = bytes - old.bytes
      where project = old.project and type = old.type;
      delete from memory_words where rowid = (old.project << 40) | old.number;
    end`,
  ]
}

/** Takes back {@link createMemoryTriggers}. */
export function dropMemoryTriggers(): readonly MigrationStatement[] {
  return [
    sql`drop trigger memories_delete`,
    sql`drop trigger memories_update`,
    sql`drop trigger memories_insert`,
    sql`drop view memory_documents`,
  ]
}

/** Entries that match, before recency counts. */
export interface TextMatch {
  readonly number: number
  readonly time: number
  /** BM25, as a positive number. */
  readonly relevance: number
}

/** What {@link TextIndex.find} looks for. */
export interface TextSearch {
  readonly project: number
  readonly terms: readonly SearchTerm[]
  readonly kind: MatchKind
  readonly filter: MemoryFilter
  readonly limit: number
}

type Key = Pick<MemoryDocumentView, 'project' | 'number'>

type FindRow = { project: number; match: string; since: number; until: number; limit: number }

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
  readonly #find: PreparedQuery<FindRow, { number: number; time: number; rank: number }>
  readonly #findTimed: PreparedQuery<FindRow, { number: number; time: number; rank: number }>

  constructor(db: Database<MemoryTables>) {
    const mask = sql.lit(2 ** numberBits - 1)
    const bits = sql.lit(numberBits)
    const most = sql.lit(rankedMatches)
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
    this.#find = db.prepared(
      (_, row: FindRow) => sql<{ number: number; time: number; rank: number }>`
        select m.number, m.time, w.rank from (
          select number, rank from (
            select rowid & ${mask} as number, bm25(memory_words, ${weights}) as rank from memory_words
            where memory_words match ${row.match}
              and rowid between (${row.project} << ${bits}) and ((${row.project} << ${bits}) | ${mask})
            order by rowid desc limit ${most}
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
          order by memory_words.rowid desc limit ${most}
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

  /** The entries that match best by BM25, the best first. */
  find(tx: Transaction<MemoryTables>, { project, terms, kind, filter, limit }: TextSearch): readonly TextMatch[] {
    const { since, until } = filter
    const query = since === undefined && until === undefined ? this.#find : this.#findTimed
    const row = {
      project,
      match: matchExpression(terms, kind, filter),
      since: since ?? Number.MIN_SAFE_INTEGER,
      until: until ?? Number.MAX_SAFE_INTEGER,
      limit,
    }
    return tx.all(query, row).map(({ number, time, rank }) => ({ number, time, relevance: -rank }))
  }
}

/** Types, session and tags of an entry as words of the column `marks`. */
export function marksOf(type: string, session: string | null, tags: readonly string[]): string {
  const marks = [mark('type', type), ...tags.map((tag) => mark('tag', tag))]
  if (session !== null) marks.push(mark('session', session))
  return marks.join(' ')
}

const markPrefix = { type: '\ue001', session: '\ue002', tag: '\ue003' }

/** One token for any text: what the tokenizer would part or fold, and what stands for that, is written otherwise. */
function mark(kind: keyof typeof markPrefix, value: string): string {
  const written = value.replaceAll(/[^a-z0-9\u0080-\udfff\ue200-\uffff]/g, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x80 ? String.fromCharCode(0xe100 + code) : `\ue1ff${code.toString(16)}`
  })
  return markPrefix[kind] + written
}

function matchExpression(terms: readonly SearchTerm[], kind: MatchKind, filter: MemoryFilter): string {
  const rows =
    kind === 'some' ? terms.flatMap(({ words }) => words.map((word) => [word])) : terms.map((term) => term.words)
  const phrases = rows.map((words) => `"${words.join(' ')}"${kind === 'words' ? '' : ' *'}`)
  const text = `{content title parts} : (${phrases.join(kind === 'some' ? ' OR ' : ' AND ')})`
  const marks: string[] = []
  if (filter.types !== undefined) marks.push(`(${filter.types.map((type) => `"${mark('type', type)}"`).join(' OR ')})`)
  if (filter.sessionId !== undefined) marks.push(`"${mark('session', filter.sessionId)}"`)
  for (const tag of filter.tags ?? []) marks.push(`"${mark('tag', tag)}"`)
  return marks.length === 0 ? text : `${text} AND marks : (${marks.join(' AND ')})`
}
