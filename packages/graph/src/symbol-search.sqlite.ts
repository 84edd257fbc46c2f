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

/** Rows of all projects share one full-text table: the project is the upper part of the row id. */
const projectStride = 2 ** 32

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

  /** Makes symbols findable. */
  put(tx: Transaction<GraphTables>, project: number, symbols: readonly SearchText[]): void {
    const base = project * projectStride
    tx.runMany(
      this.#putName,
      symbols.map(({ id, name }) => [base + id, nameTokens(name)]),
    )
    const texts: [number, string][] = []
    for (const { id, signature, doc } of symbols) {
      const words = textWords(`${signature ?? ''} ${doc ?? ''}`)
      if (words !== '') texts.push([base + id, words])
    }
    tx.runMany(this.#putText, texts)
  }

  /** Makes symbols unfindable. */
  drop(tx: Transaction<GraphTables>, project: number, ids: readonly number[]): void {
    const rows = ids.map((id) => [project * projectStride + id])
    tx.runMany(this.#dropName, rows)
    tx.runMany(this.#dropText, rows)
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
