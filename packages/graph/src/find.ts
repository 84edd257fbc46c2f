import type { Database } from '@forge/db'
import { sql } from 'kysely'
import { externalCode, nodeCode } from './codes.ts'
import type { FindOptions, FindResult, GraphSymbol } from './graph-types.ts'
import { NameList } from './name-list.ts'
import { initials, nameParts, partSuffixes } from './name-parts.ts'
import { requireCount } from './require-count.ts'
import { textScore } from './search/text-score.ts'
import type { GraphTables } from './schema.ts'
import type { Session } from './session.ts'
import { type Candidate, SymbolSearch } from './symbol-search.sqlite.ts'
import { byCodeUnit, isQualified, namesAtEnd, nodeId, type NodeView, type SymbolReader } from './symbol-reader.ts'

/** How well a name answers a query, best first. */
const rank = {
  exact: 0,
  qualified: 1,
  sameLetters: 2,
  prefix: 3,
  parts: 4,
  inside: 5,
  text: 6,
} as const

/** A query taken apart: `src/pool#Pool.acq` is the name `acq` in something called `src/pool#Pool`. */
interface Query {
  readonly text: string
  readonly lower: string
  /** In lower case; empty where the query is a bare name. */
  readonly holder: string
  /** The words the parts of a name begin with: as they are cut, and as the one word of `fBS` and of `findby`. */
  readonly words: readonly (readonly string[])[]
}

/** Finds symbols by what people remember of them. */
export class SymbolFinder {
  readonly #symbols: SymbolReader
  readonly #search: SymbolSearch
  readonly #names: NameList
  readonly #statements: ReturnType<typeof prepare>

  constructor(db: Database<GraphTables>, symbols: SymbolReader) {
    this.#symbols = symbols
    this.#search = new SymbolSearch(db)
    this.#names = new NameList(db)
    this.#statements = prepare(db)
  }

  /**
   * Symbols by how well they answer: the exact name, the exact qualified name, the same letters, a prefix, parts of the
   * name in order, anywhere in it. Only where no name answers, words of signature and documentation do.
   */
  search(session: Session, text: string, options: FindOptions): FindResult {
    const { limit, offset } = pageOf(options)
    const ranked = this.#rank(session, parseQuery(text), options)
    const ids = ranked.slice(offset, offset + limit).map(({ candidate }) => candidate.id)
    return { symbols: this.#show(session, ids), total: ranked.length }
  }

  /** The symbols {@link SymbolFinder.search} begins with, without counting those it would go on with. */
  find(session: Session, text: string, options: FindOptions): GraphSymbol[] {
    const { limit, offset } = pageOf(options)
    const query = parseQuery(text)
    const { exact, kind, file, language } = options
    const plain = !exact && kind === undefined && file === undefined && language === undefined
    const first = plain ? this.#first(session, query, offset + limit) : undefined
    const ids = first ?? this.#rank(session, query, options).map(({ candidate }) => candidate.id)
    return this.#show(session, ids.slice(offset, offset + limit))
  }

  /** Row ids of all symbols that answer by name, the best first, then of those whose signature or documentation does. */
  everything(session: Session, text: string): number[] {
    const query = parseQuery(text)
    if (query.text === '') return []
    const ranked = [...this.#byName(session, query, false, filterOf({})), ...this.#byText(session, query.text)]
    return [...new Set(ranked.map(({ candidate }) => candidate.id))]
  }

  /** All symbols `text` may mean: the one with this id, else those with this qualified name, else with this name. */
  resolve(session: Session, text: string): GraphSymbol[] {
    const byId = this.#symbols.find(session, text)
    if (byId !== undefined) return [this.#symbols.show(session, byId)]
    let nodes: readonly NodeView[] = this.#symbols.qualified(session, text)
    if (nodes.length === 0) nodes = this.#symbols.named(session, text)
    return nodes
      .map((node) => this.#symbols.showNode(session, node))
      .toSorted((left, right) => byCodeUnit(left.id, right.id))
  }

  /**
   * The first `count` answers, where names that begin with the query are so many: the index has them in order, and
   * little else needs to be looked at.
   */
  #first(session: Session, { text, lower, holder, words }: Query, count: number): number[] | undefined {
    const isPlain = holder === '' && words[0]!.length > 0 && hasNext.test(text)
    if (!isPlain || count === 0 || count === Infinity) return undefined
    const { tx, project } = session
    const range = { project, text, lower, below: afterAll(lower) }
    const rows = tx.all(this.#statements.first, { ...range, limit: count + 1 })
    if (rows.length < count) return undefined
    const ids: number[] = []
    for (let at = 0; ids.length < count;) {
      const row = rows[at]!
      let end = at + 1
      while (end < rows.length && sameOrder(rows[end]!, row)) end++
      // Those that are equal are ordered by their ids, which the index does not know; past the last row there may be more.
      const isAlone = end === at + 1 && end < rows.length
      ids.push(...(isAlone ? [row.id] : this.#equalTo(session, row)))
      at = end
    }
    return ids
  }

  #equalTo({ tx, project }: Session, { name, exported, length }: Ordered): number[] {
    return tx
      .all(this.#statements.equal, { project, name, exported, length })
      .toSorted((left, right) => byCodeUnit(nodeId(left), nodeId(right)))
      .map(({ id }) => id)
  }

  #rank(session: Session, query: Query, options: FindOptions): Ranked[] {
    if (query.text === '') return []
    const { exact = false } = options
    const wanted = filterOf(options)
    const named = this.#byName(session, query, exact, wanted)
    if (named.length > 0 || exact) return named
    return this.#byText(session, query.text).filter(({ candidate }) => wanted(candidate))
  }

  #byName(session: Session, query: Query, exact: boolean, wanted: Filter): Ranked[] {
    const { tx, project } = session
    const ranked = new Map<number, Ranked>()
    const add = (candidates: readonly Candidate[], rankOf: (candidate: Candidate) => number | undefined): void => {
      for (const candidate of candidates) {
        if (ranked.has(candidate.id) || !wanted(candidate)) continue
        const value = rankOf(candidate)
        if (value !== undefined) ranked.set(candidate.id, { candidate, rank: value })
      }
    }
    const exactRank = (candidate: Candidate): number => (candidate.name === query.text ? rank.exact : rank.qualified)
    const found = this.#symbols.find(session, query.text)
    add(found?.type === 'node' ? tx.all(this.#statements.byId, { project, id: found.node.id }) : [], exactRank)
    add(tx.all(this.#statements.named, { project, name: query.text }), exactRank)
    for (const name of namesAtEnd(query.text)) {
      add(tx.all(this.#statements.qualified, { project, name, qualifiedName: query.text }), exactRank)
    }
    if (exact) return [...ranked.values()].toSorted(byRank)
    for (const words of query.words) {
      add(this.#search.names(tx, project, words), (candidate) => nameRank(query, candidate))
    }
    if (ranked.size === 0) {
      for (const name of this.#names.having(session, query.lower)) {
        add(tx.all(this.#statements.named, { project, name }), (candidate) => nameRank(query, candidate))
      }
    }
    return [...ranked.values()].toSorted(byRank)
  }

  /** Symbols whose signature or documentation has all words of a text, by how well. */
  #byText(session: Session, text: string): Ranked[] {
    const { tx, project } = session
    const found = this.#search.texts(tx, project, text).map((candidate) => ({ candidate, rank: rank.text }))
    found.sort(byRank)
    const scores = new Map<number, number>()
    for (const { candidate } of found.slice(0, mostScored)) {
      const node = this.#symbols.node(session, candidate.id)
      if (node !== undefined) scores.set(candidate.id, textScore(text, this.#symbols.texts(session, node)))
    }
    const scoreOf = ({ candidate }: Ranked): number => scores.get(candidate.id) ?? 0
    // Those that are equal stay as they are.
    return found.toSorted((left, right) => scoreOf(right) - scoreOf(left))
  }

  #show(session: Session, ids: readonly number[]): GraphSymbol[] {
    return ids.flatMap((id) => {
      const node = this.#symbols.node(session, id)
      return node === undefined ? [] : [this.#symbols.showNode(session, node)]
    })
  }
}

/** So many of the symbols with a text's words are looked at closely; more are no answer anybody reads. */
const mostScored = 500

interface Ranked {
  readonly candidate: Candidate
  readonly rank: number
}

type Filter = (candidate: Candidate) => boolean

function filterOf({ kind, file, language }: FindOptions): Filter {
  const code = kind === undefined ? undefined : nodeCode(kind)
  const folder = file === undefined ? undefined : `${file.replace(/\/+$/, '')}/`
  return (candidate) =>
    (code === undefined ? candidate.kind !== externalCode : candidate.kind === code) &&
    (language === undefined || candidate.language === language) &&
    (folder === undefined || (candidate.path !== null && `${candidate.path}/`.startsWith(folder)))
}

function pageOf({ limit = 50, offset = 0 }: FindOptions): { readonly limit: number; readonly offset: number } {
  return { limit: requireCount('limit', limit, 0), offset: requireCount('offset', offset, 0) }
}

/** A text in ASCII whose last letter is followed by another one, whatever the case. */
const hasNext = /^\p{ASCII}*[\w$]$/u

/** The least text after all that begin with `text`. */
function afterAll(text: string): string {
  return text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1)
}

/** What the index orders symbols by, the best first. */
interface Ordered {
  readonly id: number
  readonly name: string
  readonly exported: number
  /** That of the qualified name. */
  readonly length: number
}

function sameOrder(left: Ordered, right: Ordered): boolean {
  return left.name === right.name && left.exported === right.exported && left.length === right.length
}

function parseQuery(query: string): Query {
  const text = query.trim()
  const cut = Math.max(text.lastIndexOf('.'), text.lastIndexOf('#'), text.lastIndexOf('/'), text.lastIndexOf(':'))
  const whole = cut === -1 || cut === text.length - 1
  const name = whole ? text : text.slice(cut + 1)
  const parts = nameParts(name)
  return {
    text,
    lower: name.toLowerCase(),
    holder: whole ? '' : text.slice(0, cut).toLowerCase(),
    words: parts.length > 1 ? [parts, [parts.join('')]] : [parts],
  }
}

/** How a name that may answer does; undefined where it does not. */
function nameRank(query: Query, candidate: Candidate): number | undefined {
  if (query.holder !== '' && !holderOf(candidate).includes(query.holder)) return undefined
  const lower = candidate.name.toLowerCase()
  if (lower === query.lower) return query.holder === '' ? rank.sameLetters : rank.qualified
  if (lower.startsWith(query.lower)) return rank.prefix
  const parts = nameParts(candidate.name)
  if (query.words.some((words) => haveInOrder(parts, words))) return rank.parts
  return lower.includes(query.lower) ? rank.inside : undefined
}

/** Whether the rest of the name from some part on begins with the first word, from a later part on with the next one, … */
function haveInOrder(parts: readonly string[], words: readonly string[]): boolean {
  if (words.length === 0) return false
  const [only] = words
  if (words.length === 1 && parts.length > 1 && initials(parts).startsWith(only!)) return true
  let at = 0
  const suffixes = partSuffixes(parts)
  for (const word of words) {
    while (at < suffixes.length && !suffixes[at]!.startsWith(word)) at++
    if (at++ === suffixes.length) return false
  }
  return true
}

function holderOf({ path, descriptor, qualified_name: qualifiedName, name }: Candidate): string {
  const id = nodeId({ path, descriptor }).toLowerCase()
  const holder = qualifiedName.slice(0, -name.length).toLowerCase()
  return `${id.slice(0, -name.length)}\n${holder}`
}

function byRank(left: Ranked, right: Ranked): number {
  const [a, b] = [left.candidate, right.candidate]
  return (
    left.rank - right.rank ||
    b.exported - a.exported ||
    a.name.length - b.name.length ||
    a.qualified_name.length - b.qualified_name.length ||
    byCodeUnit(a.name, b.name) ||
    byCodeUnit(nodeId(a), nodeId(b))
  )
}

function prepare(db: Database<GraphTables>) {
  const candidates = (kysely: typeof db.kysely) =>
    kysely
      .selectFrom('nodes as n')
      .leftJoin('files as f', (join) => join.onRef('f.project', '=', 'n.project').onRef('f.id', '=', 'n.file'))
      .select(['n.id', 'n.name', 'n.qualified_name', 'n.descriptor', 'n.kind', 'n.exported', 'f.path', 'f.language'])
  return {
    byId: db.prepared((kysely, param: { project: number; id: number }) =>
      candidates(kysely).where('n.project', '=', param.project).where('n.id', '=', param.id),
    ),
    named: db.prepared((kysely, param: { project: number; name: string }) =>
      candidates(kysely)
        .where('n.project', '=', param.project)
        .where(sql<boolean>`n.name = ${param.name} collate nocase`)
        .where('n.name', '=', param.name),
    ),
    first: db.prepared(
      (_, param: { project: number; text: string; lower: string; below: string; limit: number }) => sql<Ordered>`
        select id, name, exported, length(qualified_name) as length from nodes
        where project = ${param.project} and name >= ${param.lower} collate nocase and name < ${param.below} collate nocase
          and kind <> ${sql.lit(externalCode)}
        order by name = ${param.text} desc, name = ${param.lower} collate nocase desc, exported desc, length(name),
          length(qualified_name), name
        limit ${param.limit}`,
    ),
    equal: db.prepared((kysely, param: { project: number; name: string; exported: number; length: number }) =>
      candidates(kysely)
        .where('n.project', '=', param.project)
        .where(sql<boolean>`n.name = ${param.name} collate nocase`)
        .where('n.name', '=', param.name)
        .where('n.exported', '=', param.exported)
        .where(sql<boolean>`length(n.qualified_name) = ${param.length}`)
        .where('n.kind', '<>', externalCode),
    ),
    qualified: db.prepared((kysely, param: { project: number; name: string; qualifiedName: string }) =>
      candidates(kysely).where('n.project', '=', param.project).where(isQualified(param)),
    ),
  }
}
