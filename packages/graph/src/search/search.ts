import type { Database } from '@forge/db'
import { type RawBuilder, sql } from 'kysely'
import { externalCode } from '../codes.ts'
import { SymbolFinder } from '../find.ts'
import type { GraphSymbol } from '../graph-types.ts'
import { requireCount } from '../require-count.ts'
import type { GraphTables } from '../schema.ts'
import { ProjectReader, type ReadOptions, type Session } from '../session.ts'
import { SymbolReader } from '../symbol-reader.ts'
import { allOf, type SymbolCondition, type SymbolConditions, symbolConditions } from './conditions.ts'

/** Finds symbols by what is said of them and by what is true of them. */
export interface Search {
  /**
   * Symbols that answer `text`, those by name first, as `Graph.findSymbol` ranks them, then those whose signature or
   * documentation has all of its words, the ones that have them in the signature, whole and together first. Without a
   * text, all symbols by file and place.
   */
  symbols(text?: string): SymbolSearch
}

/** A search that can be narrowed; each method gives another one and leaves this one as it is. */
export interface SymbolSearch {
  /** Of which this is true as well. */
  where(condition: SymbolCondition | ((is: SymbolConditions) => SymbolCondition)): SymbolSearch
  /** At most so many; default 50, `Infinity` for all. */
  limit(count: number): SymbolSearch
  /** Without the first so many. */
  offset(count: number): SymbolSearch
  /**
   * @throws `FORGE_GRAPH_SYMBOL_NOT_FOUND` where a condition names a symbol that is not there, `FORGE_GRAPH_INPUT` for
   * counts below 0, and `FORGE_DB_` errors; the same is true of the methods below
   */
  all(): Promise<readonly GraphSymbol[]>
  first(): Promise<GraphSymbol | undefined>
  /** How many there are, whatever the limit. */
  count(): Promise<number>
}

/**
 * Searches the graph that `createGraph` of the same project writes.
 *
 * @example
 * ```ts
 * const search = createSearch(db, { project: 'my-project' })
 * const large = await search
 *   .symbols('parse')
 *   .where((is) => is.and(is.kind('function', 'method'), is.in('src'), is.complexity({ atLeast: 10 })))
 *   .where((is) => is.not(is.callers({ atLeast: 1 })))
 *   .all()
 * ```
 * @throws `FORGE_GRAPH_INPUT` for an empty project name
 */
export function createSearch<S extends GraphTables>(db: Database<S>, options: ReadOptions): Search {
  // As in `createGraph`: Kysely's types do not say that more tables do.
  const index = new SymbolIndex(db as unknown as Database<GraphTables>, options)
  return { symbols: (text = '') => new NarrowedSearch(index, { text, conditions: [], limit: 50, offset: 0 }) }
}

interface Wanted {
  readonly text: string
  readonly conditions: readonly SymbolCondition[]
  readonly limit: number
  readonly offset: number
}

class NarrowedSearch implements SymbolSearch {
  readonly #index: SymbolIndex
  readonly #wanted: Wanted

  constructor(index: SymbolIndex, wanted: Wanted) {
    this.#index = index
    this.#wanted = wanted
  }

  where(condition: SymbolCondition | ((is: SymbolConditions) => SymbolCondition)): SymbolSearch {
    const made = typeof condition === 'function' ? condition(symbolConditions) : condition
    return this.#with({ conditions: [...this.#wanted.conditions, made] })
  }

  limit(count: number): SymbolSearch {
    return this.#with({ limit: requireCount('limit', count, 0) })
  }

  offset(count: number): SymbolSearch {
    return this.#with({ offset: requireCount('offset', count, 0) })
  }

  all(): Promise<readonly GraphSymbol[]> {
    return this.#index.find(this.#wanted)
  }

  async first(): Promise<GraphSymbol | undefined> {
    return (await this.#index.find({ ...this.#wanted, limit: 1 }))[0]
  }

  count(): Promise<number> {
    return this.#index.count(this.#wanted)
  }

  #with(changes: Partial<Wanted>): SymbolSearch {
    return new NarrowedSearch(this.#index, { ...this.#wanted, ...changes })
  }
}

/** Reads what a search asks for. */
class SymbolIndex {
  readonly #reader: ProjectReader
  readonly #symbols: SymbolReader
  readonly #finder: SymbolFinder

  constructor(db: Database<GraphTables>, options: ReadOptions) {
    this.#reader = new ProjectReader(db, options)
    this.#symbols = new SymbolReader(db)
    this.#finder = new SymbolFinder(db, this.#symbols)
  }

  find({ text, conditions, limit, offset }: Wanted): Promise<readonly GraphSymbol[]> {
    return this.#reader.read(async (session) => {
      const ids =
        text.trim() === ''
          ? await this.#inOrder(session, conditions, limit, offset)
          : (await this.#ranked(session, text, conditions)).slice(offset, offset + limit)
      return ids.flatMap((id) => {
        const node = this.#symbols.node(session, id)
        return node === undefined ? [] : [this.#symbols.showNode(session, node)]
      })
    })
  }

  count({ text, conditions }: Wanted): Promise<number> {
    return this.#reader.read(async (session) => {
      if (text.trim() !== '') return (await this.#ranked(session, text, conditions)).length
      const query = sql<{ count: number }>`select count(*) as count ${this.#matching(session, conditions)}`
      return (await query.execute(session.tx.kysely)).rows[0]?.count ?? 0
    })
  }

  async #ranked(session: Session, text: string, conditions: readonly SymbolCondition[]): Promise<readonly number[]> {
    const ids = this.#finder.everything(session, text)
    if (conditions.length === 0) return ids
    const some = sql`n.id in (select value from json_each(${JSON.stringify(ids)}))`
    const query = sql<{ id: number }>`select n.id ${this.#matching(session, conditions)} and ${some}`
    const kept = new Set((await query.execute(session.tx.kysely)).rows.map((row) => row.id))
    return ids.filter((id) => kept.has(id))
  }

  async #inOrder(
    session: Session,
    conditions: readonly SymbolCondition[],
    limit: number,
    offset: number,
  ): Promise<readonly number[]> {
    // -1 is no limit to SQLite.
    const query = sql<{ id: number }>`
      select n.id ${this.#matching(session, conditions)}
      order by f.path, n.start_offset, n.end_offset desc, n.descriptor
      limit ${limit === Infinity ? -1 : limit} offset ${offset === Infinity ? Number.MAX_SAFE_INTEGER : offset}`
    return (await query.execute(session.tx.kysely)).rows.map((row) => row.id)
  }

  #matching(session: Session, conditions: readonly SymbolCondition[]): RawBuilder<unknown> {
    const { project } = session
    const nodeOf = (id: string): number => {
      const found = this.#symbols.require(session, id)
      // Nothing calls a local symbol that is no node, and it calls nothing.
      return found.type === 'node' ? found.node.id : 0
    }
    const condition = allOf(conditions)
    const inside = condition.external === true ? sql`true` : sql`n.kind <> ${sql.lit(externalCode)}`
    return sql`from nodes as n left join files as f on f.project = n.project and f.id = n.file
      where n.project = ${project} and ${inside} and ${condition.compile({ project, nodeOf })}`
  }
}
