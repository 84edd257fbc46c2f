import type { Database, PreparedQuery, Transaction } from '@forge/db'
import type { MigrationStatement } from '@forge/migrate'
import { sql } from 'kysely'
import { initials, nameParts, partSuffixes } from './name-parts.ts'
import type { GraphTables } from './schema.ts'

/** A symbol that may be what is searched for. */
export interface Candidate {
  readonly id: number
  readonly name: string
  readonly qualified_name: string
  readonly descriptor: string
  readonly kind: number
  readonly exported: number
  readonly path: string | null
  readonly language: string | null
}

/** What of a symbol can be searched. */
export interface SearchText {
  readonly id: number
  readonly name: string
  readonly signature: string | null
  readonly doc: string | null
}

/** What an update makes findable and unfindable; all of it is written by {@link SearchChanges.flush} at the latest. */
export interface SearchChanges {
  /** Makes a symbol findable that is not, or was dropped before. */
  put(symbol: SearchText): void
  /** Makes a symbol unfindable. */
  drop(id: number): void
  flush(): void
}

/** Rows of all projects share one full-text table: the project is the upper part of the row id. */
const projectStride = 2 ** 32
/** Symbols whose words are kept until they are written. */
const mostPending = 50_000

/** The full-text tables, without a copy of the text and without positions: only who has which word. */
export function createSymbolSearch(): readonly MigrationStatement[] {
  return [
    sql`create virtual table symbol_names using fts5(parts, content='', contentless_delete=1, detail=none, tokenize='ascii')`,
    sql`create virtual table symbol_texts using fts5(words, content='', contentless_delete=1, detail=none, tokenize='ascii')`,
  ]
}

/**
 * Words of names and texts to symbols, in SQLite's FTS5.
 *
 * Invariant: text is cut into words here, by {@link nameParts} and {@link textWords}, into nothing but ASCII letters
 * and digits and what is beyond ASCII. Each is one token of FTS5's `ascii` tokenizer, so no text is ever query syntax.
 */
export class SymbolSearch {
  readonly #putName: PreparedQuery<{ row: number; parts: string }, unknown>
  readonly #putText: PreparedQuery<{ row: number; words: string }, unknown>
  readonly #dropName: PreparedQuery<{ row: number }, unknown>
  readonly #dropText: PreparedQuery<{ row: number }, unknown>
  readonly #names: PreparedQuery<MatchParameters, Candidate>
  readonly #texts: PreparedQuery<MatchParameters, Candidate>

  constructor(db: Database<GraphTables>) {
    this.#putName = db.prepared(
      (_, row: { row: number; parts: string }) =>
        sql`insert into symbol_names (rowid, parts) values (${row.row}, ${row.parts})`,
    )
    this.#putText = db.prepared(
      (_, row: { row: number; words: string }) =>
        sql`insert into symbol_texts (rowid, words) values (${row.row}, ${row.words})`,
    )
    this.#dropName = db.prepared((_, row: { row: number }) => sql`delete from symbol_names where rowid = ${row.row}`)
    this.#dropText = db.prepared((_, row: { row: number }) => sql`delete from symbol_texts where rowid = ${row.row}`)
    this.#names = prepareMatch(db, 'symbol_names')
    this.#texts = prepareMatch(db, 'symbol_texts')
  }

  /** Collects what an update changes. */
  changes(tx: Transaction<GraphTables>, project: number): SearchChanges {
    return new PendingChanges(project * projectStride, {
      put: (rows) => tx.runMany(this.#putName, rows),
      putText: (rows) => tx.runMany(this.#putText, rows),
      drop: (rows) => {
        tx.runMany(this.#dropName, rows)
        tx.runMany(this.#dropText, rows)
      },
    })
  }

  /** Symbols that have, for each of the words, a name with a part (or the rest from it on, or initials) that begins with it. */
  names(tx: Transaction<GraphTables>, project: number, words: readonly string[]): Candidate[] {
    return match(tx, this.#names, project, words)
  }

  /** Symbols whose signature or documentation has, for each of the words, one that begins with it. */
  texts(tx: Transaction<GraphTables>, project: number, query: string): Candidate[] {
    const words = textWords(query)
    return match(tx, this.#texts, project, words === '' ? [] : words.split(' '))
  }
}

type Rows = readonly (readonly unknown[])[]

interface SearchWrites {
  readonly put: (rows: Rows) => void
  readonly putText: (rows: Rows) => void
  readonly drop: (rows: Rows) => void
}

/**
 * Keeps changes together: between two writes to FTS5, every statement that inserts several rows elsewhere makes FTS5
 * write out a segment of its own, which costs more than all other inserts.
 */
class PendingChanges implements SearchChanges {
  readonly #base: number
  readonly #write: SearchWrites
  readonly #symbols: SearchText[] = []
  readonly #dropped: number[] = []

  constructor(base: number, write: SearchWrites) {
    this.#base = base
    this.#write = write
  }

  put(symbol: SearchText): void {
    if (this.#symbols.push(symbol) === mostPending) this.flush()
  }

  drop(id: number): void {
    this.#dropped.push(id)
  }

  flush(): void {
    this.#write.drop(this.#dropped.splice(0).map((id) => [this.#base + id]))
    const symbols = this.#symbols.splice(0)
    this.#write.put(symbols.map(({ id, name }) => [this.#base + id, nameTokens(name)]))
    const texts: [number, string][] = []
    for (const { id, signature, doc } of symbols) {
      const words = textWords(`${signature ?? ''} ${doc ?? ''}`)
      if (words !== '') texts.push([this.#base + id, words])
    }
    this.#write.putText(texts)
  }
}

interface MatchParameters {
  project: number
  words: string
  from: number
  below: number
}

function prepareMatch(
  db: Database<GraphTables>,
  table: 'symbol_names' | 'symbol_texts',
): PreparedQuery<MatchParameters, Candidate> {
  const name = sql.table(table)
  return db.prepared(
    (_, param: MatchParameters) => sql<Candidate>`
      select n.id, n.name, n.qualified_name, n.descriptor, n.kind, n.exported, f.path, f.language
      from ${name} as s
      cross join nodes as n on n.project = ${param.project} and n.id = s.rowid - ${param.from}
      left join files as f on f.project = n.project and f.id = n.file
      where s.rowid >= ${param.from} and s.rowid < ${param.below} and ${name} match ${param.words}`,
  )
}

function match(
  tx: Transaction<GraphTables>,
  query: PreparedQuery<MatchParameters, Candidate>,
  project: number,
  words: readonly string[],
): Candidate[] {
  if (words.length === 0) return []
  const from = project * projectStride
  return tx.all(query, {
    project,
    words: words.map((word) => `"${word}"*`).join(' AND '),
    from,
    below: from + projectStride,
  })
}

function nameTokens(name: string): string {
  const parts = nameParts(name)
  const tokens = partSuffixes(parts)
  if (parts.length > 1) tokens.push(initials(parts))
  return tokens.join(' ')
}

const beyondAscii = /[^\p{ASCII}]/u
const noWordBeyondAscii = /[^\p{ASCII}\p{L}\p{M}\p{N}]+/gu

/** The words of a text in lower case, joined by blanks; empty where there is none. */
function textWords(text: string): string {
  const known = beyondAscii.test(text) ? text.replace(noWordBeyondAscii, ' ') : text
  return known
    .toLowerCase()
    .replace(/[^a-z0-9\u0080-\uffff]+/g, ' ')
    .trim()
}
