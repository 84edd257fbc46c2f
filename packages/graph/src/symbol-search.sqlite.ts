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
/**
 * Symbols whose words are kept until they are written: few enough that a project is written while its next files are
 * extracted, enough that FTS5 has few segments to merge.
 */
const mostPending = 8192
/** What the tokens of names and of texts begin with: one table for both takes a fifth less space than two [measured]. */
const nameMark = 'n'
const textMark = 't'

/** The full-text table, without a copy of the text and without positions: only who has which word. */
export function createSymbolSearch(): readonly MigrationStatement[] {
  return [
    sql`create virtual table symbol_words using fts5(words, content='', contentless_delete=1, detail=none, tokenize='ascii')`,
  ]
}

/**
 * Words of names and texts to symbols, in SQLite's FTS5.
 *
 * Invariant: text is cut into words here, by {@link nameParts} and {@link textWords}, into nothing but ASCII letters
 * and digits and what is beyond ASCII. Each is one token of FTS5's `ascii` tokenizer, so no text is ever query syntax.
 */
export class SymbolSearch {
  readonly #put: PreparedQuery<{ row: number; words: string }, unknown>
  readonly #drop: PreparedQuery<{ row: number }, unknown>
  readonly #match: PreparedQuery<MatchParameters, Candidate>

  constructor(db: Database<GraphTables>) {
    this.#put = db.prepared(
      (_, row: { row: number; words: string }) =>
        sql`insert into symbol_words (rowid, words) values (${row.row}, ${row.words})`,
    )
    this.#drop = db.prepared((_, row: { row: number }) => sql`delete from symbol_words where rowid = ${row.row}`)
    this.#match = db.prepared(
      (_, param: MatchParameters) => sql<Candidate>`
        select n.id, n.name, n.qualified_name, n.descriptor, n.kind, n.exported, f.path, f.language
        from symbol_words as s
        cross join nodes as n on n.project = ${param.project} and n.id = s.rowid - ${param.from}
        left join files as f on f.project = n.project and f.id = n.file
        where s.rowid >= ${param.from} and s.rowid < ${param.below} and symbol_words match ${param.words}`,
    )
  }

  /** Collects what an update changes. */
  changes(tx: Transaction<GraphTables>, project: number): SearchChanges {
    return new PendingChanges(project * projectStride, {
      put: (rows) => tx.runMany(this.#put, rows),
      drop: (rows) => tx.runMany(this.#drop, rows),
    })
  }

  /** Symbols that have, for each of the words, a name with a part (or the rest from it on, or initials) that begins with it. */
  names(tx: Transaction<GraphTables>, project: number, words: readonly string[]): Candidate[] {
    return this.#matching(tx, project, nameMark, words)
  }

  /** Symbols whose signature or documentation has, for each of the words, one that begins with it. */
  texts(tx: Transaction<GraphTables>, project: number, query: string): Candidate[] {
    return this.#matching(tx, project, textMark, textWords(query))
  }

  #matching(tx: Transaction<GraphTables>, project: number, mark: string, words: readonly string[]): Candidate[] {
    if (words.length === 0) return []
    const from = project * projectStride
    return tx.all(this.#match, {
      project,
      words: words.map((word) => `"${mark}${word}"*`).join(' AND '),
      from,
      below: from + projectStride,
    })
  }
}

type Rows = readonly (readonly unknown[])[]

interface SearchWrites {
  readonly put: (rows: Rows) => void
  readonly drop: (rows: Rows) => void
}

/**
 * Keeps changes together: between two writes to FTS5, every statement that inserts several rows elsewhere makes FTS5
 * write out a segment of its own, which costs more than all other inserts.
 */
class PendingChanges implements SearchChanges {
  readonly #base: number
  readonly #write: SearchWrites
  readonly #symbols = new Map<number, SearchText>()
  #dropped: number[] = []

  constructor(base: number, write: SearchWrites) {
    this.#base = base
    this.#write = write
  }

  put(symbol: SearchText): void {
    this.#symbols.set(symbol.id, symbol)
    if (this.#symbols.size === mostPending) this.flush()
  }

  drop(id: number): void {
    this.#symbols.delete(id)
    this.#dropped.push(id)
  }

  flush(): void {
    this.#write.drop(this.#dropped.map((id) => [this.#base + id]))
    this.#write.put(Array.from(this.#symbols.values(), (symbol) => [this.#base + symbol.id, tokensOf(symbol)]))
    this.#dropped = []
    this.#symbols.clear()
  }
}

interface MatchParameters {
  project: number
  words: string
  from: number
  below: number
}

function tokensOf({ name, signature, doc }: SearchText): string {
  const parts = nameParts(name)
  const tokens = partSuffixes(parts).map((suffix) => nameMark + suffix)
  if (parts.length > 1) tokens.push(nameMark + initials(parts))
  for (const word of textWords(`${signature ?? ''} ${doc ?? ''}`)) tokens.push(textMark + word)
  return tokens.join(' ')
}

const beyondAscii = /[^\p{ASCII}]/u
const noWordBeyondAscii = /[^\p{ASCII}\p{L}\p{M}\p{N}]+/gu

/** The words of a text in lower case. */
export function textWords(text: string): readonly string[] {
  const known = beyondAscii.test(text) ? text.replace(noWordBeyondAscii, ' ') : text
  return known.toLowerCase().match(/[a-z0-9\u0080-\uffff]+/g) ?? []
}
